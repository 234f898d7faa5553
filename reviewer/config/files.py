"""The files of settings of a repository: which there are, and how each is read without leaving the root."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from reviewer.diagnosis import wrong
from reviewer.finding import Gap, GapKind, UsageError
from reviewer.json_nodes import read_json_nodes
from reviewer.rulebook.folder import read_text
from reviewer.source.manifest_names import PACKAGE
from reviewer.source.read import read_file
from reviewer.yaml_nodes import MAX_CHARACTERS, Node, read_yaml

NAMES: Final = (".nodereview.yml", ".nodereview.yaml")
KEY: Final = "nodereview"
_YAML: Final = (".yml", ".yaml")
_LARGEST_PACKAGE: Final = 8_000_000


class SettingsFile(msgspec.Struct, frozen=True):
    """A file of settings: absolute and free of links, and how people know it. `local`: it lies inside the root."""

    file: Path
    shown: str
    local: bool

    def below(self, name: str) -> str:
        """A path that the file names, absolute; the parts `..` are taken away, links are not looked at."""
        return os.path.normpath(os.path.join(self.file.parent, name))


def own_file(root: Path) -> tuple[SettingsFile, Node] | None:
    """The repository's own settings; None where it has none. UsageError where two files claim to be them."""
    found: list[tuple[SettingsFile, Node]] = []
    for name in NAMES:
        if os.path.lexists(root / name):
            file = opened(root / name, root)
            found.append((file, read_settings(file, root)))
    package = _in_package(root)
    if package is not None:
        found.append(package)
    if len(found) > 1:
        first, second = (file for file, _ in found[:2])
        line = found[1][1].line if second.file.name == PACKAGE else 0
        raise wrong(second.shown, line, f"settings stand in {first.shown} as well; keep one of them")
    return found[0] if found else None


def _in_package(root: Path) -> tuple[SettingsFile, Node] | None:
    """The settings in the root's package.json. One that can't be read has none: the report says so elsewhere."""
    data = read_file(root, PACKAGE, _LARGEST_PACKAGE)
    if isinstance(data, Gap) or f'"{KEY}"'.encode() not in data:
        return None
    node = read_json_nodes(data.decode("utf-8-sig", "replace"), PACKAGE, KEY)
    return None if node is None else (SettingsFile(root / PACKAGE, PACKAGE, local=True), node)


def opened(path: Path | str, root: Path) -> SettingsFile:
    """The file of settings at an absolute path."""
    real = Path(os.path.realpath(path))
    if is_inside(real, root):
        return SettingsFile(real, real.relative_to(root).as_posix(), local=True)
    if is_inside(Path(os.path.abspath(path)), root):
        shown = Path(os.path.abspath(path)).relative_to(root).as_posix()
        raise wrong(shown, 0, "is a link that leaves the repository; it is not followed")
    return SettingsFile(real, str(path), local=False)


def is_inside(path: Path, root: Path) -> bool:
    """Whether a path free of links lies at or below the root, which is free of links too."""
    return path.is_relative_to(root)


def read_settings(file: SettingsFile, root: Path) -> Node:
    """The document in a file of settings, not held against its form yet; UsageError where it can't be read."""
    text = _text(file, root)
    if file.file.suffix in _YAML:
        return read_yaml(text, file.shown)
    if file.file.suffix == ".json":
        return read_json_nodes(text, file.shown) or Node(file.shown, 1)
    raise wrong(file.shown, 0, "settings are YAML or JSON: .yml, .yaml or .json")


def _text(file: SettingsFile, root: Path) -> str:
    if not file.local:
        return read_text(file.file)
    return read_inside(file.shown, root)


def read_inside(path: str, root: Path) -> str:
    """A text of the repository, with LF line ends and no byte order mark; UsageError if it can't be read."""
    data = read_file(root, path, MAX_CHARACTERS)
    if isinstance(data, Gap):
        raise wrong(path, 0, data.message)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise wrong(path, data.count(b"\n", 0, error.start) + 1, "not UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def missing(file: SettingsFile) -> UsageError | None:
    """The error for a file that is not there, or is none."""
    if not file.file.exists():
        return wrong(file.shown, 0, "no such file")
    return None if file.file.is_file() else wrong(file.shown, 0, "is no file")


def below_the_root(paths: Sequence[str]) -> list[Gap]:
    """Gaps for the files of settings in folders of the repository: only those of its root have effect."""
    said = "only settings in the root of the repository have effect; put these under `overrides` there"
    return [
        Gap(path, 0, GapKind.LEFT_OUT, said)
        for path in paths
        if path.endswith(NAMES) and "/" in path and PurePosixPath(path).name in NAMES
    ]

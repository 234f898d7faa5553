"""Files of settings and those that they extend, merged: what extends has the last word, lists grow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from reviewer.config.files import SettingsFile, is_inside, missing, opened, own_file, read_settings
from reviewer.config.strict import conform
from reviewer.diagnosis import quoted, wrong
from reviewer.json_nodes import pairs
from reviewer.settings import Folder, Ignored, Origin, Override, Ruling, Settings, State
from reviewer.source.ignore import IgnorePatterns
from reviewer.yaml_nodes import Node

_MOST_FILES: Final = 32
OWN_FOLDERS: Final = {"libraries": ".nodereview/libraries", "cards": ".nodereview/rules"}
"""The folders of the root that are read without being named."""


def read_layers(root: Path, given: Path | None = None, *, local: bool = True) -> Settings:
    """The settings for a repository whose root is absolute and free of links: those of the file `given`, else its own;
    none where those are not to be heard. Rules are still called as the files call them. Raises `UsageError`.
    """
    if given is not None:
        file = opened(os.path.abspath(given), root)
        if (error := missing(file)) is not None:
            raise error
        return _Layers(root).merged(file, read_settings(file, root))
    if not local:
        return Settings()
    own = own_file(root)
    settings = _Layers(root).merged(*own) if own is not None else Settings()
    return _with_own_folders(settings, root)


def _with_own_folders(settings: Settings, root: Path) -> Settings:
    folders = {
        key: (Folder(root / name, trusted=False, origin=Origin(name, 0)),)
        for key, name in OWN_FOLDERS.items()
        if not getattr(settings, key)
        and (root / name).is_dir()
        and is_inside(Path(os.path.realpath(root / name)), root)
    }
    return msgspec.structs.replace(settings, **folders)


class _Layers:
    """Reads a file after those that it extends, each of which is read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._done: list[Settings] = []
        self._read: set[Path] = set()
        self._files: list[str] = []

    def merged(self, file: SettingsFile, node: Node) -> Settings:
        self._read_in(file, node, ())
        merged = Settings()
        for layer in self._done:
            merged = _over(layer, merged)
        return msgspec.structs.replace(merged, files=tuple(reversed(self._files)))

    def _read_in(self, file: SettingsFile, node: Node, above: tuple[Path, ...]) -> None:
        conform(node)
        self._read.add(file.file)
        if len(self._read) > _MOST_FILES:
            raise wrong(file.shown, 0, f"more than {_MOST_FILES} files of settings extend each other")
        named = (node.entries or {}).get("extends")
        for item in named.one_or_more("`extends`") if named is not None else ():
            other = self._extended(file, item)
            if other.file in (*above, file.file):
                raise item.wrong(f"{quoted(item.text('extends'))} leads back to {other.shown}: a circle of `extends`")
            if other.file not in self._read:
                self._read_in(other, read_settings(other, self._root), (*above, file.file))
        self._done.append(_layer(file, node, self._root))
        self._files.append(file.shown)

    def _extended(self, file: SettingsFile, item: Node) -> SettingsFile:
        name = item.text("`extends`")
        if "://" in name:
            raise item.wrong(f"{quoted(name)}: `extends` names a file; nothing is fetched")
        other = opened(_inside(file, item, name, self._root), self._root)
        if file.local and not other.local:
            raise item.wrong(f"{quoted(name)} is a link that leaves the repository; it is not followed")
        if (error := missing(other)) is not None:
            hint = "" if name.startswith(".") else "; `extends` names a file, not a package"
            raise item.wrong(f"{error}{hint}")
        return other


def _inside(file: SettingsFile, item: Node, name: str, root: Path) -> str:
    """The absolute path that a file means by `name`; UsageError where settings of the repository leave it."""
    path = file.below(name)
    if file.local and not is_inside(Path(path), root):
        raise item.wrong(f"{quoted(name)} leaves the repository; only a file given with --config may name it")
    return path


def _layer(file: SettingsFile, node: Node, root: Path) -> Settings:
    """What one file says. Its node has the form of settings."""
    entries = node.entries or {}
    origins: dict[str, Origin] = {}

    def origin(line: int) -> Origin:
        return Origin(file.shown, line, local=file.local)

    def word(key: str) -> str | None:
        if key not in entries:
            return None
        origins[key] = origin(node.keys[key])
        return entries[key].text(key)

    def patterns(key: str) -> tuple[str, ...]:
        found = _patterns(entries.get(key), key)
        origins.update({f"{key} {text}": origin(item.line) for item, text in found})
        return tuple(text for _, text in found)

    baseline = word("baseline")
    return Settings(
        profile=word("profile"),
        fail_on=word("fail-on"),
        baseline=None if baseline is None else Path(_inside(file, entries["baseline"], baseline, root)),
        rules=dict(_rulings(entries.get("rules"), file)),
        overrides=tuple(
            Override(
                tuple(text for _, text in _patterns((item.entries or {})["paths"], "paths")),
                dict(_rulings((item.entries or {})["rules"], file)),
                origin(item.line),
            )
            for item in _items(entries.get("overrides"))
        ),
        ignored=tuple(_ignored(item, origin(item.line)) for item in _items(entries.get("ignore"))),
        include=patterns("include"),
        exclude=patterns("exclude"),
        libraries=tuple(_folders(entries.get("libraries"), "libraries", file, root)),
        cards=tuple(_folders(entries.get("cards"), "cards", file, root)),
        origins=origins,
    )


def _items(node: Node | None) -> list[Node]:
    return (node.items or []) if node is not None else []


def _rulings(node: Node | None, file: SettingsFile) -> Iterator[tuple[str, Ruling]]:
    for name, line, value in pairs(node):
        entries = value.entries or {"severity": value}
        reason = entries["reason"].text("reason") if "reason" in entries else ""
        state = State(entries["severity"].text("severity"))
        yield name, Ruling(state, Origin(file.shown, line, local=file.local), reason)


def _ignored(node: Node, origin: Origin) -> Ignored:
    entries = node.entries or {}
    return Ignored(
        rules=tuple(item.text("rule") for item in entries["rule"].one_or_more("rule")),
        paths=tuple(text for _, text in _patterns(entries["path"], "path")),
        reason=entries["reason"].text("reason") if "reason" in entries else "",
        origin=origin,
    )


def _patterns(node: Node | None, key: str) -> list[tuple[Node, str]]:
    if node is None:
        return []
    found = [(item, item.text(key)) for item in (node.items if node.items is not None else [node])]
    for item, text in found:
        if IgnorePatterns([text]).refused or not IgnorePatterns([text]):
            raise item.wrong(f"the pattern {quoted(text)} in `{key}` is not valid or has too many stars")
    return found


def _folders(node: Node | None, key: str, file: SettingsFile, root: Path) -> Iterator[Folder]:
    for item in node.one_or_more(key) if node is not None else ():
        name = item.text(key)
        path = Path(_inside(file, item, name, root))
        if not path.is_dir():
            raise item.wrong(f"{quoted(name)} is no folder")
        real = Path(os.path.realpath(path))
        if file.local and not is_inside(real, root):
            raise item.wrong(f"{quoted(name)} is a link that leaves the repository; it is not followed")
        trusted = not file.local and not is_inside(real, root)
        yield Folder(real, trusted, Origin(file.shown, item.line, local=file.local))


def _over(upper: Settings, lower: Settings) -> Settings:
    """`upper` laid over `lower`. Folders and patterns that both name are kept once."""
    return Settings(
        profile=upper.profile or lower.profile,
        fail_on=upper.fail_on or lower.fail_on,
        baseline=upper.baseline or lower.baseline,
        rules={name: ruling for name, ruling in lower.rules.items() if name not in upper.rules} | dict(upper.rules),
        overrides=lower.overrides + upper.overrides,
        ignored=lower.ignored + upper.ignored,
        include=tuple(dict.fromkeys(lower.include + upper.include)),
        exclude=lower.exclude + upper.exclude,
        libraries=lower.libraries + upper.libraries,
        cards=lower.cards + upper.cards,
        origins={**lower.origins, **upper.origins},
    )

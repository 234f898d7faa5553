"""File names: the files that the parts of a name mean, with the folders that manifests and variables say."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.model.link import OUTSIDE, Target, ToData, ToFolder, ToModule, ToPackage
from reviewer.source.manifests.workspaces import matches
from reviewer.source.module import Import, Kind, Module
from reviewer.source.name_parts import GLOBAL, HERE, MAIN, START, TEXT, UNKNOWN, Part, is_global_object, name_parts
from reviewer.source.paths import folder_of, join

if TYPE_CHECKING:
    from reviewer.model.model import Model

FOLDER: Final = "folder"
"""The form of a part that is a folder below the root, its `text`."""
_UNKNOWN: Final = Part(UNKNOWN)
_SLASH: Final = Part(TEXT, "/")
_ENDING: Final = re.compile(r"\.[cm]?[jt]sx?$")


class FileNames:
    """Told from text and paths, before any question is asked."""

    def __init__(self, model: Model, target: Callable[[Import, str], Target]) -> None:
        """`target`: where an import of a file leads, as for `Link`."""
        self.model = model
        self._target = target
        self._globals: dict[str, tuple[Part, ...]] = {}

    def grounded(self, module: Module, parts: Sequence[Part]) -> tuple[Part, ...]:
        """The parts with the folders that the file knows in the place of what stands for them."""
        found: list[Part] = []
        for part in parts:
            if part.form == HERE:
                found.append(Part(FOLDER, folder_of(module.path)))
            elif part.form in {MAIN, START}:
                found.append(Part(FOLDER, self._home(module.path, is_main=part.form == MAIN)))
            else:
                found += self._held(part.text) if part.form == GLOBAL else [part]
        return tuple(found)

    def _home(self, path: str, *, is_main: bool) -> str:
        """The folder in which the program of a file is started, or that of the module with which it begins."""
        package = self.model.manifests.package_of(path)
        if package is None:
            return ""
        main = join(package.dir, package.main) if is_main and package.main else None
        return folder_of(main) if main in self.model.link.index_of else package.dir

    def _held(self, name: str) -> tuple[Part, ...]:
        """The folder that a variable of the whole program holds, where all that is written to it is one folder."""
        if name not in self._globals:
            self._globals[name] = (_UNKNOWN,)  # of one that is made of itself
            written = set(self._written(name))
            if len(written) == 1:
                self._globals[name] = written.pop()
        return self._globals[name]

    def _written(self, name: str) -> Iterator[tuple[Part, ...]]:
        link = self.model.link
        for m, row in (*link.spots_named("writes", name), *link.spots_named("global_writes", name)):
            module = link.body(m)
            assign = module.parent[row]
            is_free = module.kind[row] == Kind.IDENT
            if module.kind[assign] == Kind.ASSIGN and (is_free or is_global_object(module, module.first[row])):
                parts = self.grounded(module, name_parts(module, module.op(assign, 1)))
                is_folder = parts[0].form == FOLDER and all(part.form == TEXT for part in parts[1:])
                yield parts if is_folder else (_UNKNOWN,)

    def fitting(self, module: Module, parts: Sequence[Part]) -> tuple[int, ...]:
        """The modules that grounded parts mean which are all known: a folder, or a pattern with `*`, `**`, `{a,b}`."""
        if parts[0].form not in {FOLDER, TEXT} or any(part.form != TEXT for part in parts[1:]):
            return ()
        folder = parts[0].text if parts[0].form == FOLDER else self._home(module.path, is_main=False)
        text = "".join(part.text for part in (parts[1:] if parts[0].form == FOLDER else parts))
        path = join(folder, "./" + text.lstrip("/"))
        if not path:
            return ()
        pattern = path if "*" in path else f"{path}/**"
        link = self.model.link
        return tuple(
            m
            for m, each in enumerate(link.paths)
            if m != module.index and link.classes[m] not in OUTSIDE and matches(pattern, each)
        )

    def meant(
        self, at: Spot, parts: Sequence[Part], places: Sequence[str], own: set[int], *, deep: bool
    ) -> Target | None:
        """Where the call `at` leads that loads what grounded parts name; None where that is not known.

        places: the folders from which a name may be meant that begins with none, the likeliest last. own: the modules
        that are not among those of a folder; deep: the folders below count as well.
        """
        body = self.model.link.body(at.module)
        head = parts[0]
        if head.form == FOLDER:
            return self._below(body, at.row, head.text, parts[1:], own, deep=deep)
        if head.form != TEXT or head.text.startswith("/"):
            return None
        if len(parts) == 1 and not head.text.startswith("."):
            found = self._target(record_of(body, at.row, head.text), body.path)
            return found if isinstance(found, ToPackage) else None
        below = (
            self._below(body, at.row, place, [_SLASH, *parts], own, deep=deep, guessed=len(places) == 1)
            for place in reversed(places)
        )
        return next((each for each in below if each is not None), None)

    def _below(
        self,
        body: Module,
        row: int,
        folder: str,
        rest: Sequence[Part],
        own: set[int],
        *,
        deep: bool,
        guessed: bool = True,
    ) -> Target | None:
        known = next((at for at, part in enumerate(rest) if part.form != TEXT), len(rest))
        text = "".join(part.text for part in rest[:known])
        start = join(folder, "./" + text)
        if start is None:
            return None
        if known == len(rest):
            beside = posixpath.basename(body.path)  # its ending says which files are looked for first
            found = self._target(record_of(body, row, f"./{start}"), beside)
            return found if isinstance(found, ToData | ToModule) else None
        if not start or (guessed and not text.strip("./")):
            return None  # any file at all, beside the program or below it
        start += "/" if text.endswith("/") else ""
        wild = ".+" if deep else "[^/]+"
        inner = "".join(re.escape(part.text) if part.form == TEXT else wild for part in rest[known:])
        pattern = re.compile(re.escape(start) + inner, re.DOTALL)
        modules = tuple(m for m, path in enumerate(self.model.link.paths) if m not in own and _fits(pattern, path))
        return ToFolder(modules) if modules else None


def record_of(module: Module, row: int, source: str = "") -> Import:
    """The record of an import that a call makes."""
    return Import(source, "require", row, module.line(row))


def _fits(pattern: re.Pattern[str], path: str) -> bool:
    """Whether a name that fits a pattern may mean the file at a path."""
    stem = _ENDING.sub("", path)
    names = (path, stem, stem.removesuffix("/index")) if stem.endswith("/index") else (path, stem)
    return any(pattern.fullmatch(name) for name in names)

"""Pages: the files of packages that are made for browsers, told before any of them is parsed.

Half of many a repository is its user interface. No rule looks at it, and nothing of a server leads into it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from reviewer.source.found import SourceFile
from reviewer.source.manifests import Manifests, Package
from reviewer.source.manifests.starts.command import commands_in
from reviewer.source.manifests.starts.start import Starting
from reviewer.source.paths import folder_of, join, upwards

_DRAWN: Final = (".tsx", ".jsx", ".vue", ".svelte")
_PAGE: Final = "index.html"
_SHARE: Final = 3
"""One of so many code files draws, where a package has no page of its own: a library of components."""


class Pages:
    """The packages that look as if they were made for browsers, by the names of their files alone.

    `files`: the numbers of their code files among those of the tree.
    """

    def __init__(self, files: Sequence[SourceFile], paths: Iterable[str], manifests: Iterable[str]) -> None:
        self._files = files
        folders = {folder_of(path) for path in manifests if path.rpartition("/")[2] == "package.json"}
        owners: dict[str, str | None] = {}
        drawn: dict[str, int] = {}
        with_page: set[str] = set()
        self._members: dict[str, list[int]] = {}
        for path in paths:
            if path.endswith((_PAGE, *_DRAWN)):
                owner = _owner(path, folders, owners)
                if owner is not None and path.endswith(_PAGE):
                    with_page.add(owner)
                elif owner is not None:
                    drawn[owner] = drawn.get(owner, 0) + 1
        for at, file in enumerate(files):
            owner = _owner(file.path, folders, owners)
            if owner is not None and (owner in with_page or owner in drawn):
                self._members.setdefault(owner, []).append(at)
        for owner in [*self._members]:
            if owner not in with_page and drawn[owner] * _SHARE < len(self._members[owner]):
                del self._members[owner]
        self.files = frozenset(at for members in self._members.values() for at in members)

    def serving(
        self,
        manifests: Manifests,
        drawing: frozenset[str],
        serving: frozenset[str],
        runners: frozenset[str],
        loads: Callable[[str], bool],
    ) -> list[int]:
        """Those of `files` that may be part of a server after all, ascending: all of a package that declares nothing of
        `drawing`, the packages that only browsers use, or something of `serving`, those with which servers are written;
        of others, the files that by `loads` load one of these or a built-in module, and those that a script has one
        of the commands `runners` run: `"start": "node server.js"`.
        """
        started = _started(manifests, runners)
        found: list[int] = []
        for folder, members in self._members.items():
            declared = manifests.packages.get(folder)
            if declared is None or not _is_drawn(declared, drawing, serving):
                found += members
                continue
            for at in members:
                path = self._files[at].path
                if path in started or _without_suffix(path) in started or loads(path):
                    found.append(at)
        return sorted(found)


def loading(names: frozenset[str]) -> re.Pattern[bytes]:
    """What a file has somewhere that loads one of these packages, or a built-in module by its full name."""
    listed = "|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name)))
    package = rf"node:[\w/]+|(?:{listed})(?:/[^'\"\n]*)?"
    return re.compile(rf"""\b(?:from|require\(|import\(?)\s*['"](?:{package})['"]""".encode())


def _started(manifests: Manifests, runners: frozenset[str]) -> set[str]:
    """The paths that scripts and the like have a command run, to go on."""
    return {
        path
        for start in manifests.starts()
        if start.starting is Starting.SERVER
        for words in commands_in(start.command)
        for at, word in enumerate(words)
        if word in runners
        for behind in words[at + 1 :]
        if (path := join(start.folder, behind)) is not None
    }


def _without_suffix(path: str) -> str:
    return path.rpartition(".")[0].removesuffix("/index")


def _is_drawn(package: Package, drawing: frozenset[str], serving: frozenset[str]) -> bool:
    declared = {*package.dependencies, *package.dev_dependencies, *package.peer_dependencies}
    is_alone = not (package.workspaces or package.bin or declared & serving)
    return is_alone and not declared.isdisjoint(drawing)


def _owner(path: str, folders: set[str], owners: dict[str, str | None]) -> str | None:
    """The folder of the package that a file belongs to."""
    folder = folder_of(path)
    if folder not in owners:
        owners[folder] = next((above for above in upwards(folder) if above in folders), None)
    return owners[folder]

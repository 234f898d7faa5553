"""Running: the programs that run a row here, and not only load its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.program import ASIDE, Program, ProgramKind
from reviewer.model.unnamed_roots import LISTENS
from reviewer.source.paths import folder_of, is_below, join

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.source.manifests.package import Package

_GOING_ON: Final = frozenset({ProgramKind.SERVER, ProgramKind.WORKER})
_START_UP: Final = "start-up"


class Running:
    """Asked only for what is reported."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def at(self, m: int, row: int) -> list[Program]:
        """The programs of a module that run here, those alone of which it is known how they come to the row, where
        there are such; the ones whose beginning is nearest first. A program may load a file for something else in it.
        """
        programs = self._of(m)
        if len(programs) < 2:
            return programs
        begun = self._begun(m, row)
        known = [program for program in programs if not begun.isdisjoint(self.model.programs.files(program))]
        return sorted(known or programs, key=lambda program: self._imports_between(program, m))

    def _imports_between(self, program: Program, m: int) -> int:
        """How many imports lie at least between what a program begins with and a module."""
        found = pending = set(program.roots)
        count = 0
        while pending and m not in pending:
            pending = {after for at in pending for after in self.model.link.imported[at]} - found
            found = found | pending
            count += 1
        return count

    def _of(self, m: int) -> list[Program]:
        """The programs of a module, what others make of a package only where there is nothing else. Of a module that no
        program here is known to load, the servers of its package: they may find it by its folder; but of what tools are
        known to load, each of these. What is started to develop counts where nothing else runs it.
        """
        known = self.model.programs.of(m)
        programs = [program for program in known if program.kind not in ASIDE]
        if not programs and (tools := list(self._tools_of(m, known))):
            return tools
        own = [program for program in programs if program.kind is not ProgramKind.LIBRARY]
        if not own or all(program.said == LISTENS for program in own):
            own = self._loaders_of(m) or own
        running = own or self._servers_of(m) or programs
        return [program for program in running if not program.for_development] or running

    def _tools_of(self, m: int, known: list[Program]) -> Iterator[Program]:
        """The tools that load a module, each a process of its own."""
        for program in known:
            for root in program.roots if program.kind is ProgramKind.TOOL else ():
                if m in self.model.programs.reach([root]):
                    yield msgspec.structs.replace(program, roots=(root,))

    def _loaders_of(self, m: int) -> list[Program]:
        """The programs of a module's package that load files by names which they compute, as plugins are found, below
        a folder in which it lies. What is only seen to accept connections is one of those files.
        """
        return [
            program
            for program in self.model.programs.all()
            if program.kind in _GOING_ON
            and program.said != LISTENS
            and self._package(program.roots[0]) is self._package(m)
            and any(self._may_load(at, m) for at in self.model.programs.files(program))
        ]

    def _may_load(self, above: int, m: int) -> bool:
        link = self.model.link
        surface, path = link.surfaces[above], link.paths[m]
        folders = (join(folder_of(link.paths[above]), each.source) for each in surface.imports if each.kind == "folder")
        return bool(surface.computed) or any(folder is not None and is_below(path, folder) for folder in folders)

    def _package(self, m: int) -> Package | None:
        return self.model.manifests.package_of(self.model.link.paths[m])

    def _servers_of(self, m: int) -> list[Program]:
        package = self._package(m)
        return [
            program
            for program in self.model.programs.all()
            if program.kind is ProgramKind.SERVER and package is not None and self._package(program.roots[0]) is package
        ]

    def _begun(self, m: int, row: int) -> set[int]:
        """The modules with whose start the ways to a row begin: what registers an entry was itself run by something."""
        link = self.model.link
        begun: set[int] = set()
        pending = [(m, link.body(m).owner[row])]
        seen = set(pending)
        while pending:
            at, function = pending.pop()
            if function == 0:
                begun.add(at)
                continue
            for reached in self.model.entries.reaching(at, function).items:
                below = reached.module, 0 if reached.kind == _START_UP else link.body(reached.module).owner[reached.row]
                if below not in seen:
                    seen.add(below)
                    pending.append(below)
        return begun

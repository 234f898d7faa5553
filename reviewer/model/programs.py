"""Programs: the import graph cut into what is started together, and what that makes of each file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from reviewer.model.development import developing
from reviewer.model.link import OF_TOOLS
from reviewer.model.marks import Marks
from reviewer.model.program import ASIDE, Program, ProgramKind, agreed
from reviewer.model.rendered import Rendered, reach
from reviewer.model.root import Root, threads_of
from reviewer.model.roots import Roots
from reviewer.model.shown import shown
from reviewer.model.unnamed_roots import UnnamedRoots
from reviewer.source.manifests.starts.start import Starting

if TYPE_CHECKING:
    from reviewer.model.model import Model

_SHARED: Final = frozenset({ProgramKind.SERVER, ProgramKind.WORKER, ProgramKind.LIBRARY})
_OF_DATA: Final = frozenset({"migration", "seed"})
_KINDS: Final = {
    Starting.SERVER: ProgramKind.SERVER,
    Starting.COMMAND: ProgramKind.CLI,
    Starting.TOOL: ProgramKind.TOOL,
    Starting.TESTS: ProgramKind.TESTS,
    Starting.LIBRARY: ProgramKind.LIBRARY,
    Starting.BUNDLE: ProgramKind.LIBRARY,
    Starting.PAGE: ProgramKind.BROWSER,
}


class Programs:
    """The programs of a repository. Told from surfaces, manifests and the few calls that start processes."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.roots = Roots(model)
        self._marks = Marks(model)
        self._rendered = Rendered(model)
        self._unnamed = UnnamedRoots(model, self._marks, self._rendered)
        self._kinds: list[set[ProgramKind]] | None = None
        self._roots: list[tuple[ProgramKind, Root]] = []
        self._programs: list[Program] | None = None
        self._members: dict[Program, frozenset[int]] = {}
        self._aside: frozenset[int] | None = None
        self._missed: frozenset[str] = frozenset()

    # answers

    def all(self) -> list[Program]:
        """Every program, by kind and name. What is given away, run in browsers or loaded by a framework is one for a
        package, what tools and tests load one for the repository.
        """
        if self._programs is None:
            self._cut()
            aside = developing(self._roots, self._package, self._missed, partial(self._with, ProgramKind.SERVER))
            grouped: dict[tuple[ProgramKind, str], list[Root]] = {}
            for kind, root in self._roots:
                match kind:
                    case ProgramKind.SERVER | ProgramKind.CLI if root.row is None or not root.row.files:
                        name = self.model.link.paths[root.module]
                    case ProgramKind.TOOL | ProgramKind.TESTS:
                        name = self._folder_name("")
                    case _:
                        name = self._package(root.module)
                grouped.setdefault((kind, name), []).append(root)
            found = []
            for (kind, name), roots in grouped.items():
                modules = tuple(sorted({root.module for root in roots}))
                heard_by = agreed(root.row.hears if root.row is not None else "" for root in roots)
                waits = (
                    kind is ProgramKind.SERVER and not heard_by and not self._marks.listens(self._with(kind, modules))
                )
                is_apart = waits and all(root.caller >= 0 for root in roots)
                found.append(
                    Program(
                        ProgramKind.WORKER if waits else kind,
                        name,
                        modules,
                        _said(roots),
                        is_apart,
                        heard_by,
                        all(module in aside for module in modules),
                        agreed(root.rejections for root in roots),
                        threads_of(roots),
                    )
                )
            self._programs = sorted(found, key=lambda program: (list(ProgramKind).index(program.kind), program.name))
        return self._programs

    def files(self, program: Program) -> frozenset[int]:
        """The modules of a program."""
        if program not in self._members:
            self._members[program] = frozenset(self._with(program.kind, program.roots))
        return self._members[program]

    def of(self, m: int) -> list[Program]:
        """The programs that a module is part of; none where it is not known who loads it."""
        return [program for program in self.all() if m in self.files(program)]

    def is_shared(self, m: int) -> bool:
        """Whether what happens in a module may keep others waiting: not in programs of the command line, in tools, and
        in processes and threads that are started to do one thing.
        """
        programs = self.of(m)
        return not programs or any(program.kind in _SHARED and not program.is_apart for program in programs)

    def is_by_hand(self, m: int) -> bool:
        """Whether a module can only be a script that somebody starts by hand: no program is known to load it, it gives
        nothing away, and neither it nor what it loads accepts connections.
        """
        link = self.model.link
        if self.kinds(m) or m in link.importers or link.surfaces[m].exports or self._package(m) in self._missed:
            return False
        return not self._marks.listens(self.reach([m]))

    def kinds(self, m: int) -> frozenset[ProgramKind]:
        """The kinds of the programs that a module is part of. One that runs on may be called a server or a worker."""
        return frozenset(self._cut()[m])

    def is_for_both(self, m: int) -> bool:
        """Whether browsers load a module as servers do, and it uses nothing of servers itself."""
        kinds = self.kinds(m)
        return ProgramKind.BROWSER in kinds and not kinds <= ASIDE and m not in self._marks.serving

    def draws(self, m: int) -> bool:
        """Whether a module loads a package which only browsers use."""
        return m in self._marks.drawing

    def leads_to_servers(self, m: int) -> bool:
        """Whether a module, or what it loads, uses packages with which servers are written."""
        return not self._marks.serving.isdisjoint(self.reach([m]))

    def have_pages(self) -> bool:
        """Whether a framework draws pages of the repository on its server."""
        self._cut()
        return self._rendered.have_pages()

    def serves(self, m: int, function: int) -> bool:
        """Whether a server runs a function of a page, which it else only draws."""
        self._cut()
        return self._rendered.serves(m, function)

    def takes_commands(self, program: Program) -> bool:
        """Whether a program takes its command line apart into commands with a library."""
        packages = self.model.libraries.command_packages
        names = {name for name in self.model.link.package_importers if name.partition("/")[0] in packages}
        return not self.files(program).isdisjoint(self._marks.importing(names))

    def is_for_development(self, m: int) -> bool:
        """Whether a module runs only where somebody develops, builds or tests, and nowhere else."""
        programs = self.of(m)
        if {program.kind for program in programs} == {ProgramKind.TOOL}:
            return self._package(m) not in self._missed and not self._is_of_data(m)
        return any(each.for_development for each in programs) and all(
            each.for_development or each.kind in ASIDE for each in programs
        )

    def _is_of_data(self, m: int) -> bool:
        """Whether one of the tools that load a module changes data: such a tool runs in production too."""
        roots = {root.module for kind, root in self._roots if kind is ProgramKind.TOOL}
        return m in self.reach(root for root in roots if self.model.link.classes[root] in _OF_DATA)

    def is_aside(self, m: int) -> bool:
        """Whether a module is part of programs for browsers, tools and tests only."""
        return m in self.aside()

    def aside(self) -> frozenset[int]:
        """The modules that only browsers, tools and tests load, as far as all roots are known, and unused examples."""
        if self._aside is None:
            kinds = self._cut()
            unknown = [m for m in range(len(kinds)) if not kinds[m] and self._unnamed.may_serve(m)]
            kept = reach(unknown, self._rendered.served, self._marks.failing)
            self._aside = frozenset(
                m
                for m, found in enumerate(kinds)
                if found and found <= ASIDE and m not in kept and (ProgramKind.BROWSER in found or self._is_tool(m))
            ) | {m for m in shown(self.model.link) if not kinds[m]}
        return self._aside

    def _is_tool(self, m: int) -> bool:
        """Whether what only tools and tests load is theirs: no part of a server whose beginning is not known."""
        if m in self._marks.testing:
            return True
        return self._package(m) not in self._missed and m not in self._marks.serving

    # the cut

    def _cut(self) -> list[set[ProgramKind]]:
        if self._kinds is None:
            self._kinds = [set() for _ in self.model.link.paths]
            found = self.roots.found()
            self._missed = frozenset(map(self._folder_name, self.roots.missed))
            self._rendered.take(found)
            for starting in (Starting.SERVER, Starting.COMMAND):
                self._add([(self._kind(root), root) for root in found if root.starting is starting])
            either = [root for root in found if root.starting in {Starting.LIBRARY, Starting.BUNDLE}]
            self._add([(kind, root) for root in either if (kind := self._kind(root)) not in ASIDE], absorbed=True)
            self._add([(ProgramKind.SERVER, root) for root in self._unnamed.listening()], absorbed=True)
            self._add([(ProgramKind.BROWSER, root) for root in either if self._kind(root) is ProgramKind.BROWSER])
            self._add([(self._kind(root), root) for root in found if root.starting is Starting.PAGE])
            self._add([(ProgramKind.BROWSER, root) for root in found if root.only])
            self._add([(ProgramKind.BROWSER, root) for root in self._unnamed.marked(self._cut())], absorbed=True)
            self._add([(self._kind(root), root) for root in found if root.starting is Starting.TESTS])
            self._add([(ProgramKind.TESTS, root) for root in self._unnamed.tests(self._cut())], absorbed=True)
            self._add([(self._kind(root), root) for root in found if root.starting is Starting.TOOL], absorbed=True)
            self._add(
                [(ProgramKind.BROWSER, root) for root in self._unnamed.beside(self._cut(), self._roots, self._package)],
                absorbed=True,
            )
        return self._kinds

    def _add(self, roots: Sequence[tuple[ProgramKind, Root]], *, absorbed: bool = False) -> None:
        """Take roots and what they reach; `absorbed`: not those that a program of the same sort has loaded already."""
        kinds = self._cut()
        for kind, root in roots:
            known = kinds[root.module]
            if absorbed and (kind in known if kind in ASIDE else known - ASIDE):
                continue
            self._roots.append((kind, root))
            pending = [root.module]
            while pending:
                at = pending.pop()
                if kind not in kinds[at]:
                    kinds[at].add(kind)
                    pending += self._graph(kind)[at]

    def reach(self, modules: Iterable[int]) -> set[int]:
        """The modules that are loaded with these, and they themselves."""
        return reach(modules, self.model.link.imported)

    def _with(self, kind: ProgramKind, modules: Iterable[int]) -> set[int]:
        """The modules that a program of a kind loads with these, and they themselves."""
        return reach(modules, self._graph(kind))

    def _graph(self, kind: ProgramKind) -> Sequence[Sequence[int]]:
        if kind is ProgramKind.BROWSER:
            return self._rendered.drawn
        return self.model.link.imported if kind in ASIDE else self._rendered.served

    def _kind(self, root: Root) -> ProgramKind:
        kind = _KINDS[root.starting]
        of_tools = self.model.link.classes[root.module] in OF_TOOLS
        match root.starting:
            case Starting.SERVER if self._rendered.is_drawn(root.module):
                return ProgramKind.BROWSER
            case Starting.SERVER if of_tools:
                return kind if self._marks.listens(self.reach([root.module])) else ProgramKind.TOOL
            case Starting.COMMAND if of_tools:
                return ProgramKind.TOOL
            case Starting.LIBRARY | Starting.BUNDLE if self._unnamed.is_drawn(root):
                return ProgramKind.BROWSER
            case Starting.BUNDLE if self._marks.listens(self.reach([root.module])):
                return ProgramKind.SERVER
            case _:
                return kind

    # names

    def _package(self, m: int) -> str:
        package = self.model.manifests.package_of(self.model.link.paths[m])
        return self._folder_name(package.dir if package is not None else "")

    def _folder_name(self, folder: str) -> str:
        package = self.model.manifests.packages.get(folder)
        return folder or (package.name if package is not None and package.name else ".")


def _said(roots: list[Root]) -> str:
    """Why a program begins there: a framework that runs several files, because of their places, runs each of them."""
    first = roots[0]
    is_placed = first.row is not None and bool(first.row.files) and len({root.said for root in roots}) > 1
    return f"{first.said.partition(' runs ')[0]} runs it" if is_placed else first.said

"""Programs: the import graph cut into what is started together, and what that makes of each file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from reviewer.model.beside import beside
from reviewer.model.development import developing
from reviewer.model.link import OF_TOOLS, OUTSIDE
from reviewer.model.marks import Marks
from reviewer.model.program import ASIDE, Program, ProgramKind, agreed
from reviewer.model.roots import Root, Roots
from reviewer.model.shown import shown
from reviewer.source.manifests.starts.start import Starting

if TYPE_CHECKING:
    from reviewer.model.model import Model

_SHARED: Final = frozenset({ProgramKind.SERVER, ProgramKind.WORKER, ProgramKind.LIBRARY})
_TEST: Final = "test"
_OF_DATA: Final = frozenset({"migration", "seed"})
_DRAWN: Final = (".jsx", ".tsx")
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
        self._marks = Marks(model)
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
            aside = developing(self._roots, self._package, self._missed, self.reach)
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
                waits = kind is ProgramKind.SERVER and not heard_by and not self._marks.listens(self.reach(modules))
                is_apart = waits and all(root.caller >= 0 for root in roots)
                found.append(
                    Program(
                        ProgramKind.WORKER if waits else kind,
                        name,
                        modules,
                        roots[0].said,
                        is_apart,
                        heard_by,
                        all(module in aside for module in modules),
                        agreed(root.rejections for root in roots),
                    )
                )
            self._programs = sorted(found, key=lambda program: (list(ProgramKind).index(program.kind), program.name))
        return self._programs

    def files(self, program: Program) -> frozenset[int]:
        """The modules of a program."""
        if program not in self._members:
            self._members[program] = frozenset(self.reach(program.roots))
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
            kept = self.reach(m for m in range(len(kinds)) if not kinds[m] and self._may_serve(m))
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
            roots = Roots(self.model)
            found = roots.found()
            self._missed = frozenset(map(self._folder_name, roots.missed))
            for starting in (Starting.SERVER, Starting.COMMAND):
                self._add([(self._kind(root), root) for root in found if root.starting is starting])
            either = [root for root in found if root.starting in {Starting.LIBRARY, Starting.BUNDLE}]
            self._add([(kind, root) for root in either if (kind := self._kind(root)) not in ASIDE], absorbed=True)
            self._add([(ProgramKind.SERVER, root) for root in self._listening()], absorbed=True)
            self._add([(ProgramKind.BROWSER, root) for root in either if self._kind(root) is ProgramKind.BROWSER])
            self._add([(self._kind(root), root) for root in found if root.starting is Starting.PAGE])
            self._add([(ProgramKind.BROWSER, root) for root in self._marked()], absorbed=True)
            self._add([(self._kind(root), root) for root in found if root.starting is Starting.TESTS])
            self._add([(ProgramKind.TESTS, root) for root in self._tests()], absorbed=True)
            self._add([(self._kind(root), root) for root in found if root.starting is Starting.TOOL], absorbed=True)
            self._add([(ProgramKind.BROWSER, root) for root in self._beside()], absorbed=True)
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
                    pending += self.model.link.imported[at]

    def reach(self, modules: Iterable[int]) -> set[int]:
        """The modules that are loaded with these, and they themselves."""
        found = set(modules)
        pending = list(found)
        while pending:
            for after in self.model.link.imported[pending.pop()]:
                if after not in found:
                    found.add(after)
                    pending.append(after)
        return found

    def _kind(self, root: Root) -> ProgramKind:
        kind = _KINDS[root.starting]
        of_tools = self.model.link.classes[root.module] in OF_TOOLS
        match root.starting:
            case Starting.SERVER if of_tools:
                return kind if self._marks.listens(self.reach([root.module])) else ProgramKind.TOOL
            case Starting.COMMAND if of_tools:
                return ProgramKind.TOOL
            case Starting.LIBRARY | Starting.BUNDLE if self._is_drawn(root):
                return ProgramKind.BROWSER
            case Starting.BUNDLE if self._marks.listens(self.reach([root.module])):
                return ProgramKind.SERVER
            case _:
                return kind

    def _is_drawn(self, root: Root) -> bool:
        """Whether what begins there is made for browsers: something marks it, nothing of servers is there. What a
        package gives away may be for both, where only a part of it looks for a document.
        """
        marks, paths = self._marks, self.model.link.paths
        if root.module in marks.drawing or marks.uses_document(root.module):
            return True
        reached = self.reach([root.module])
        if not marks.serving.isdisjoint(reached):
            return False
        if any(at in marks.drawing or paths[at].endswith(_DRAWN) for at in reached):
            return True
        return root.starting is Starting.BUNDLE and any(marks.uses_document(at) for at in reached)

    # what surfaces show

    def _listening(self) -> list[Root]:
        """The modules that make a server accept connections themselves."""
        link = self.model.link
        found = {
            m
            for package, names in self.model.libraries.listening.items()
            for m in self._marks.importing([package])
            if not names.isdisjoint(link.surfaces[m].calls) and link.classes[m] not in OUTSIDE
        }
        return [Root(m, Starting.SERVER, "listens") for m in sorted(found - self._marks.testing - shown(link))]

    def _marked(self) -> list[Root]:
        """The modules that only browsers can run, and that no program of another sort loads."""
        kinds = self._cut()
        marked = self._marks.drawing | {m for m in range(len(self.model.link)) if self._marks.uses_document(m)}
        return [
            Root(m, Starting.PAGE, "uses what only browsers have")
            for m in sorted(marked)
            if not kinds[m] - ASIDE and self.model.link.classes[m] not in OUTSIDE
        ]

    def _beside(self) -> list[Root]:
        """The modules that nobody is known to load and that lie among what browsers run."""
        drawn = [m for m, found in enumerate(self._cut()) if ProgramKind.BROWSER in found and found <= ASIDE]
        unknown = {m for m, found in enumerate(self._cut()) if not found and self.model.link.classes[m] not in OUTSIDE}
        serving = self._marks.serving.union(root.module for kind, root in self._roots if kind not in ASIDE)
        found = beside(self.model.link.paths, drawn, unknown, serving, self._package)
        return [Root(m, Starting.PAGE, "lies among what browsers run") for m in found]

    def _tests(self) -> list[Root]:
        """The tests among the modules: those that running code imports are something else, whatever they are called."""
        link, kinds = self.model.link, self._cut()
        named = {m for m, kind in enumerate(link.classes) if kind == _TEST and m not in link.importers}
        marked = {m for m in self._marks.testing if not kinds[m] - ASIDE}
        return [Root(m, Starting.TESTS, _TEST) for m in sorted(named | marked)]

    def _may_serve(self, m: int) -> bool:
        """Whether a module that nobody is known to load may be part of a server: it draws nothing, and runs code."""
        surface = self.model.link.surfaces[m]
        if self.model.link.classes[m] in OUTSIDE or self.model.link.paths[m].endswith(_DRAWN):
            return False
        beside = self.model.link.imported[m]
        if any(at in self._marks.drawing for at in beside) and self._marks.serving.isdisjoint((m, *beside)):
            return False
        return bool(surface.calls or surface.unnamed_calls or surface.functions) and m not in self._marks.drawing

    # names

    def _package(self, m: int) -> str:
        package = self.model.manifests.package_of(self.model.link.paths[m])
        return self._folder_name(package.dir if package is not None else "")

    def _folder_name(self, folder: str) -> str:
        package = self.model.manifests.packages.get(folder)
        return folder or (package.name if package is not None and package.name else ".")

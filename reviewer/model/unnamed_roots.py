"""Unnamed roots: the modules with which programs begin though nothing names them, as their surfaces show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Final

from reviewer.model.beside import beside
from reviewer.model.link import OUTSIDE
from reviewer.model.marks import Marks
from reviewer.model.program import ASIDE, ProgramKind
from reviewer.model.rendered import Rendered, reach
from reviewer.model.root import Root
from reviewer.model.shown import shown
from reviewer.source.manifests.starts.start import Starting

if TYPE_CHECKING:
    from reviewer.model.model import Model

Kinds = Sequence[AbstractSet[ProgramKind]]
"""The kinds of the programs that each module is part of, as far as they are known."""

LISTENS: Final = "listens"
"""What says that a program begins with a module which only its own calls show to be a server."""

_TEST: Final = "test"
_DRAWN: Final = (".jsx", ".tsx")


class UnnamedRoots:
    """Told from surfaces alone, after what is known of the kinds of modules so far."""

    def __init__(self, model: Model, marks: Marks, rendered: Rendered) -> None:
        self.model = model
        self._marks = marks
        self._rendered = rendered

    def is_drawn(self, root: Root) -> bool:
        """Whether what begins there is made for browsers: something marks it, nothing of servers is there. What a
        package gives away may be for both, where only a part of it looks for a document.
        """
        marks, paths = self._marks, self.model.link.paths
        if root.module in marks.drawing or marks.uses_document(root.module):
            return True
        reached = reach([root.module], self.model.link.imported)
        if not marks.serving.isdisjoint(reached):
            return False
        if any(at in marks.drawing or paths[at].endswith(_DRAWN) for at in reached):
            return True
        return root.starting is Starting.BUNDLE and any(marks.uses_document(at) for at in reached)

    def listening(self) -> list[Root]:
        """The modules that make a server accept connections themselves."""
        link = self.model.link
        found = {
            m
            for package, names in self.model.libraries.listening.items()
            for m in self._marks.importing([package])
            if not names.isdisjoint(link.surfaces[m].calls) and link.classes[m] not in OUTSIDE
        }
        return [Root(m, Starting.SERVER, LISTENS) for m in sorted(found - self._marks.testing - shown(link))]

    def marked(self, kinds: Kinds) -> list[Root]:
        """The modules that only browsers can run, and that no program of another sort loads."""
        marked = self._marks.drawing | self._rendered.for_browsers | self._marks.failing
        marked |= {m for m in range(len(self.model.link)) if self._marks.uses_document(m)}
        return [
            Root(m, Starting.PAGE, "uses what only browsers have")
            for m in sorted(marked)
            if not kinds[m] - ASIDE and self.model.link.classes[m] not in OUTSIDE
        ]

    def beside(
        self, kinds: Kinds, roots: Sequence[tuple[ProgramKind, Root]], package: Callable[[int], str]
    ) -> list[Root]:
        """The modules that nobody is known to load and that lie among what browsers run."""
        drawn = [m for m, found in enumerate(kinds) if ProgramKind.BROWSER in found and found <= ASIDE]
        unknown = {m for m, found in enumerate(kinds) if not found and self.model.link.classes[m] not in OUTSIDE}
        serving = self._marks.serving.union(root.module for kind, root in roots if self._is_for_servers(kind, root))
        found = beside(self.model.link.paths, drawn, unknown, serving, package)
        return [Root(m, Starting.PAGE, "lies among what browsers run") for m in found]

    def _is_for_servers(self, kind: ProgramKind, root: Root) -> bool:
        """Whether a program tells that a server may load what lies beside it: not of what a package gives away and that
        uses nothing of Node.js, which may be for browsers as the rest of the package is.
        """
        if kind is ProgramKind.LIBRARY:
            return not self._marks.on_node.isdisjoint(reach([root.module], self.model.link.imported))
        return kind not in ASIDE

    def tests(self, kinds: Kinds) -> list[Root]:
        """The tests among the modules: those that running code imports are something else, whatever they are called."""
        link = self.model.link
        named = {m for m, kind in enumerate(link.classes) if kind == _TEST and m not in link.importers}
        marked = {m for m in self._marks.testing if not kinds[m] - ASIDE}
        return [Root(m, Starting.TESTS, _TEST) for m in sorted(named | marked)]

    def may_serve(self, m: int) -> bool:
        """Whether a module that nobody is known to load may be part of a server: it draws nothing, and runs code."""
        surface = self.model.link.surfaces[m]
        if self.model.link.classes[m] in OUTSIDE or self.model.link.paths[m].endswith(_DRAWN):
            return False
        beside = self.model.link.imported[m]
        if any(at in self._marks.drawing for at in beside) and self._marks.serving.isdisjoint((m, *beside)):
            return False
        return bool(surface.calls or surface.unnamed_calls or surface.functions) and m not in self._marks.drawing

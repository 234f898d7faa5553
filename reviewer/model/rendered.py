"""Rendered: what a server loads of the modules with which a framework draws pages; the rest of them browsers run.

Browsers get the pages with all that they load, but what only the functions need that the framework runs before it draws
(its row: `only`). A module that says so at its beginning is for browsers with all that it loads, whoever loads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Final

from reviewer.model.importers import modules_of
from reviewer.model.link import Target
from reviewer.model.root import Root
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_WRITING: Final = frozenset({Kind.ASSIGN, Kind.PROPERTY})


def reach(modules: Iterable[int], graph: Sequence[Sequence[int]], never: AbstractSet[int] = frozenset()) -> set[int]:
    """The modules that are loaded with these as a graph says, and they themselves; nothing through those of `never`."""
    found = set(modules)
    pending = list(found)
    while pending:
        for after in graph[pending.pop()]:
            if after not in found and after not in never:
                found.add(after)
                pending.append(after)
    return found


class Rendered:
    """The modules that each module takes values from: those that a server loads with it (`served`), and those that
    browsers do (`drawn`).
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        link, said = model.link, model.libraries.browser_directives
        self.for_browsers = frozenset(m for m, surface in enumerate(link.surfaces) if surface.said in said)
        self.served: list[list[int]] = list(link.imported)
        self.drawn: list[list[int]] = list(link.imported)
        if self.for_browsers:
            for m, modules in enumerate(link.imported):
                if not self.for_browsers.isdisjoint((m, *modules)):
                    kept = () if m in self.for_browsers else modules
                    self.served[m] = [after for after in kept if after not in self.for_browsers]
        self._parts: dict[int, frozenset[int]] = {}

    def take(self, roots: Iterable[Root]) -> None:
        """Learn which modules are pages, of which a server runs some parts only."""
        pending = [(root.module, root.only) for root in roots if root.only]
        while pending:
            m, names = pending.pop()
            if m in self._parts:
                continue
            module = self.model.link.body(m)
            parts = self._parts[m] = frozenset(self._reached(m, (*self._named(m, names), *self._loading(m))))
            handed = {after for target in self._handed(m, names) for after in modules_of(target)}
            used = self._imported(m, parts)
            elsewhere = self._imported(m, (row for row in range(len(module)) if row not in parts))
            self.served[m] = [after for after in self.served[m] if after in used or after in handed]
            self.drawn[m] = [after for after in self.drawn[m] if after not in used or after in elsewhere]
            pending += ((after, names) for after in handed)

    def is_drawn(self, m: int) -> bool:
        """Whether browsers run a module though a framework's server loads it: a page of which that runs nothing, or
        what is said to be for them.
        """
        return m in self.for_browsers or (m in self._parts and not self._parts[m] and not self.served[m])

    def have_pages(self) -> bool:
        """Whether there are such pages, or parts of them."""
        return bool(self._parts or self.for_browsers)

    def serves(self, m: int, function: int) -> bool:
        """Whether a server runs a function of a page, or one that it is written in, before it draws."""
        parts = self._parts.get(m, frozenset())
        owner = self.model.link.body(m).owner
        while function and function not in parts:
            function = owner[function]
        return function > 0

    def _named(self, m: int, names: Sequence[str]) -> Iterator[int]:
        """The rows of what a module gives away under these names, itself or as members of what it gives away."""
        module, surface = self.model.link.body(m), self.model.link.surfaces[m]
        for name in names:
            for export in self.model.link.exported(m, name):
                if export.row > 0:
                    yield export.row
                elif export.binding >= 0:
                    yield from _declarations(module, export.binding)
            for row in (*surface.writes.get(name, ()), *surface.keys.get(name, ())):
                at = module.parent[row] if module.kind[row] == Kind.MEMBER else row
                if module.kind[at] in _WRITING:
                    yield module.op(at, 1)

    def _loading(self, m: int) -> Iterator[int]:
        """The conditional statements at the top level in which a page loads something by a call: as it is loaded, where
        the condition holds, which is seldom for browsers.
        """
        module = self.model.link.body(m)
        for call in self.model.link.import_calls[m]:
            if module.owner[call] == 0 and module.region[call] != 0:
                yield from (at for at in module.ancestors(call) if module.parent[at] == 0 and at)

    def _reached(self, m: int, rows: Iterable[int]) -> Iterator[int]:
        """The rows below these, and below what the module itself defines and they name."""
        module, bindings = self.model.link.body(m), self.model.link.import_bindings[m]
        seen: set[int] = set()
        pending = list(rows)
        while pending:
            for row in module.descend(pending.pop()):
                yield row
                binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
                if binding >= 0 and binding not in seen and binding not in bindings:
                    seen.add(binding)
                    pending += _declarations(module, binding)

    def _handed(self, m: int, names: Sequence[str]) -> Iterator[Target]:
        """What other modules give away through this one under the names."""
        link = self.model.link
        for name in (*names, "*"):
            for export in link.exported(m, name):
                if export.source and (target := link.reexports[m].get(export.source)) is not None:
                    yield target

    def _imported(self, m: int, rows: Iterable[int]) -> set[int]:
        """The modules that these rows take values from."""
        module, bindings, calls = (
            self.model.link.body(m),
            self.model.link.import_bindings[m],
            self.model.link.import_calls[m],
        )
        targets = set(self._targets(module, bindings, calls, rows))
        return {after for target in targets for after in modules_of(target)}

    @staticmethod
    def _targets(
        module: Module, bindings: Mapping[int, tuple[Target, str]], calls: Mapping[int, Target], rows: Iterable[int]
    ) -> Iterator[Target]:
        for row in rows:
            if row in calls:
                yield calls[row]
            elif module.kind[row] == Kind.IDENT and module.binding[row] in bindings:
                yield bindings[module.binding[row]][0]


def _declarations(module: Module, binding: int) -> Iterator[int]:
    """The statements at the top level of a module that write a binding of it."""
    if module.binding_owner[binding] != 0:
        return
    for row in module.writes(binding):
        at = row
        while module.kind[at] not in {Kind.DECLARATOR, Kind.FUNCTION, Kind.CLASS} and module.parent[at]:
            at = module.parent[at]
        yield at

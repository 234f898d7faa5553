"""Functions that a platform enters: manifests name them, or modules export them with a type that says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.declarations import Packaged
from reviewer.model.domain import Spot
from reviewer.model.link import OUTSIDE
from reviewer.model.listed_functions import ListedFunctions
from reviewer.model.roots import Roots
from reviewer.model.type_text import type_head
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.model import Model
    from reviewer.source.manifests.starts.start import Start

_FAR: Final = 12
"""So many calls may make one function out of another."""


class Named(NamedTuple):
    """An expression that stands at a place, what it is called, and what a manifest says of it, where one does."""

    at: Spot
    state: State
    name: tuple[str, ...]
    start: Start | None = None


class PlatformFunctions:
    """Finds them by names, annotations and manifests, so that no question is asked."""

    def __init__(self, model: Model) -> None:
        self.model = model

    # what manifests name

    def named(self) -> Iterator[Named]:
        """What manifests name, with the places that are for the events there."""
        starts = [start for start in self.model.manifests.starts() if start.function]
        starts += ListedFunctions(self.model).starts()
        roots = Roots(self.model) if starts else None
        for start in starts:
            states = self.model.libraries.entered_for(start.events)
            for m in roots.located(start.folder, start.file) if states and roots is not None else ():
                found = self.model.names.export(m, start.function)
                if isinstance(found, Spot):
                    yield from (Named(found, state, (start.name,), start) for state in states)

    def filed(self) -> Iterator[Named]:
        """What the names of files and exports say."""
        for placed in self.model.named_files.all.values():
            yield from (Named(one.function, one.state, (one.name,)) for one in placed)

    # what types say

    def exported(self) -> Iterator[Named]:
        """What is exported of a type, or gets what is declared of one."""
        link = self.model.link
        packages = self.model.libraries.typing_packages
        importers = (one for name in packages for one in link.package_importers.get(name, ()))
        for m in sorted({importer.module for importer in importers}):
            if link.classes[m] not in OUTSIDE:
                yield from self._of_exports(m)

    def _of_exports(self, m: int) -> Iterator[Named]:
        for export in self.model.link.surfaces[m].exports:
            if export.type_only or export.source:
                continue
            found = self.model.names.export(m, export.name)
            if not isinstance(found, Spot) or found.module != m:
                continue
            declared = self._declared_at(m, found.row)
            for state, names in self.model.libraries.exporting.items():
                if state in declared:
                    yield Named(found, state, (export.name,))
                for function in functions_within(self.model, m, found.row) if export.name in names else ():
                    if self._gets(function, state):
                        yield Named(function, state, (export.name,))

    def _gets(self, function: Spot, state: State) -> bool:
        """Whether a function declares its first parameter as what it would get at a place."""
        m, row = function
        module = self.model.link.body(m)
        params = module.params(row)
        if not params:
            return False
        text = module.annotations.get(params[0]) or module.annotations.get(module.first[params[0]])
        given = self.model.libraries.parameter(state, 0, len(params))
        return text is not None and not set(self._types(m, text)).isdisjoint(given)

    def declared(self, m: int, function: int) -> list[State]:
        """The places that the declared type of the variable names which holds a function."""
        module = self.model.link.body(m)
        return self._declared_at(m, function) if module.kind[module.parent[function]] == Kind.DECLARATOR else []

    def _declared_at(self, m: int, row: int) -> list[State]:
        """The types of packages that the declaration of the variable names whose value a row is."""
        module = self.model.link.body(m)
        declarator = module.parent[row]
        if module.kind[declarator] != Kind.DECLARATOR:
            return []
        target = module.first[declarator]
        text = module.annotations.get(target) or module.annotations.get(declarator)
        return self._types(m, text) if text is not None else []

    def _types(self, m: int, text: str) -> list[State]:
        """The places that an annotation names; of a type with arguments those that fit the first of these."""
        head, arguments = type_head(text)
        name, _, member = head.partition(".")
        leads = self.model.types.declarations.leads(m, name, member)
        if not isinstance(leads, Packaged):
            return []
        state = self.model.libraries.type_state(leads.package, leads.name)
        if state is None:
            return []
        given = self._types(m, arguments[0]) if arguments else []
        fitting = [
            place for place in self.model.libraries.exporting
            if not set(given).isdisjoint(self.model.libraries.parameter(place, 0, 1))
        ]  # fmt: skip
        return fitting or [state]


def functions_within(model: Model, m: int, row: int) -> Iterator[Spot]:
    """A function, or those given to the calls that make one out of them."""
    module = model.link.body(m)
    pending, left = [row], _FAR
    while pending and left:
        left -= 1
        at = model.names.of(m, pending.pop())
        if isinstance(at, Spot) and at.module == m and module.kind[at.row] == Kind.FUNCTION:
            yield at
        elif isinstance(at, Spot) and at.module == m and module.kind[at.row] == Kind.CALL:
            pending += module.args(at.row)

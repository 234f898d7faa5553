"""Standing functions: those that a library or platform enters because of where they are written, or what names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.candidates import Candidates
from reviewer.model.declarations import Packaged
from reviewer.model.domain import Spot
from reviewer.model.link import OUTSIDE
from reviewer.model.names import Library, Whole
from reviewer.model.places import placed
from reviewer.model.roots import Roots
from reviewer.model.type_text import type_head
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.model import Model
    from reviewer.model.names import Meaning

_FAR: Final = 12
"""So many literals, calls and names may lie between a call and a function."""
_NAMED: Final = 2
"""So many of the members above a function are its name: `Query.users`."""
_HANDED_ON: Final = frozenset({"value", "members", "content", "element"})
_PASSED_THROUGH: Final = frozenset({Kind.AWAIT, Kind.CONDITIONAL, Kind.LOGICAL, Kind.SPREAD})
_MADE: Final = frozenset({Kind.CALL, Kind.NEW})


class Stands(NamedTuple):
    """A function that stands at a place; `row`, in its own module or that of the literal, is where that is written."""

    function: Spot
    state: State
    at: Spot
    name: tuple[str, ...]


class _Step(NamedTuple):
    """An expression or module on the way, with the place that it stands at and the names above it."""

    meant: Meaning
    state: State
    at: Spot
    name: tuple[str, ...]
    left: int


class Standing:
    """The index of these functions, found once, from names, literals and manifests alone: no question is asked."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._is_known = False
        self._by_function: dict[Spot, set[State]] = {}
        self._by_module: dict[int, list[Stands]] = {}

    def places(self, m: int, function: int) -> list[State]:
        """The places at which a function stands, or which its declared type names."""
        self._find()
        return sorted({*self._by_function.get(Spot(m, function), ()), *self._declared(m, function)})

    def in_module(self, m: int) -> list[Stands]:
        """What is written in a module, by row."""
        self._find()
        return sorted(self._by_module.get(m, ()), key=lambda one: (one.at.row, one.state))

    # finding

    def _find(self) -> None:
        if self._is_known:
            return
        self._is_known = True
        link, libraries = self.model.link, self.model.libraries
        self._of_manifests()
        importers = (one for name in libraries.typing_packages for one in link.package_importers.get(name, ()))
        for m in sorted({importer.module for importer in importers}):
            if link.classes[m] not in OUTSIDE:
                self._of_exports(m)
        if not libraries.standing_packages.isdisjoint(link.package_importers):
            candidates = Candidates(self.model, lambda rows: (rows.standing_names, rows.standing_packages))
            for m in range(len(link)):
                if link.classes[m] not in OUTSIDE:
                    for call in candidates.in_module(m):
                        self._of_call(link.body(m), call)

    def _note(self, found: Stands) -> None:
        known = self._by_function.setdefault(found.function, set())
        if not self.model.libraries.is_of_others(found.state) or known <= {found.state}:
            known.add(found.state)
            noted = self._by_module.setdefault(found.at.module, [])
            noted += [] if found in noted else [found]

    # what calls are given

    def _of_call(self, module: Module, call: int) -> None:
        callee = self.model.names.callee(module, call)
        shape = self.model.call_shape(module, call)
        libraries = self.model.libraries
        for index, argument in enumerate(module.args(call)):
            if module.kind[argument] == Kind.SPREAD:
                return
            states = {
                place
                for state in (*(callee.states if callee is not None else ()), *self._registered(module, call, index))
                for place in libraries.argument(state, index, shape, None)
                if libraries.leads_to_standing(place)
            }
            for state in sorted(states):
                self._follow(module.index, argument, state)

    def _registered(self, module: Module, call: int, index: int) -> tuple[State, ...]:
        """A plugin that is registered with its options is called with a server and these."""
        if not index or module.text(call) not in self.model.libraries.encapsulating_names:
            return ()
        first = self.model.names.of(module.index, module.args(call)[0])
        return first.states if isinstance(first, Library) else ()

    def _follow(self, m: int, row: int, state: State, name: tuple[str, ...] = ()) -> None:
        """Find the functions inside an expression that stands at a place."""
        seen: set[tuple[Meaning, State, Spot]] = set()
        pending = [_Step(self.model.names.of(m, row), state, Spot(m, row), name, _FAR)]
        while pending:
            step = pending.pop()
            key = (step.meant, step.state, step.at)
            if step.left and key not in seen:
                seen.add(key)
                pending += self._inside(step)

    def _inside(self, step: _Step) -> Iterator[_Step]:
        match step.meant:
            case Whole(m):
                for export in self.model.link.surfaces[m].exports:
                    if export.name not in {"*", "=", "default"} and not export.type_only:
                        below = self.model.names.export(m, export.name)
                        yield from self._member(step, export.name, below, Spot(m, max(export.row, 0)))
            case Spot(m, row):
                yield from self._below(step, self.model.link.body(m), row)
            case _:
                return

    def _member(self, step: _Step, name: str, meant: Meaning, at: Spot) -> Iterator[_Step]:
        for state in self.model.libraries.member(step.state, name):
            if self.model.libraries.leads_to_standing(state):
                yield _Step(meant, state, at, (*step.name, name)[-_NAMED:], step.left - 1)

    def _below(self, step: _Step, module: Module, row: int) -> Iterator[_Step]:
        libraries, names, m = self.model.libraries, self.model.names, module.index
        kind = module.kind[row]
        if kind == Kind.FUNCTION:
            if libraries.is_standing(step.state):
                written_in = self.model.link.body(step.at.module)
                at = step.at if written_in.kind[step.at.row] == Kind.PROPERTY else Spot(m, row)
                self._note(Stands(Spot(m, row), step.state, at, step.name))
            after = [state for state in libraries.called(step.state, None) if libraries.leads_to_standing(state)]
            for value in self.model.link.returned(m, row) if after else ():
                for state in after:
                    yield _Step(names.of(m, value), state, step.at, step.name, step.left - 1)
        elif kind == Kind.OBJECT:
            for property_ in module.ops(row):
                if module.kind[property_] == Kind.SPREAD:
                    yield step._replace(meant=names.of(m, module.first[property_]), left=step.left - 1)
                elif module.kind[property_] == Kind.PROPERTY and not module.has(property_, Flag.COMPUTED):
                    value = module.op(property_, 1)
                    name = module.text(property_)
                    yield from self._member(step, name, names.of(m, value), Spot(m, property_))
        elif kind == Kind.ARRAY:
            for element in module.ops(row):
                is_spread = module.kind[element] == Kind.SPREAD
                meant = names.of(m, module.first[element] if is_spread else element)
                for state in (step.state,) if is_spread else libraries.element(step.state):
                    if module.kind[element] != Kind.NONE and libraries.leads_to_standing(state):
                        yield step._replace(meant=meant, state=state, left=step.left - 1)
        elif kind in _PASSED_THROUGH:
            for operand in module.ops(row):
                yield step._replace(meant=names.of(m, operand), left=step.left - 1)
        elif kind in _MADE:
            for spot in self._handed_on(module, row):
                yield step._replace(meant=names.of(*spot), left=step.left - 1)

    def _handed_on(self, module: Module, call: int) -> Iterator[Spot]:
        """What a call gives back of what it is given, as rows say, or of what the function that it calls gives back."""
        here = Spot(module.index, call)
        callee = self.model.names.of(module.index, module.first[call])
        if isinstance(callee, Spot):
            body = self.model.link.body(callee.module)
            if body.kind[callee.row] == Kind.FUNCTION:
                yield from (Spot(callee.module, row) for row in self.model.link.returned(*callee))
        elif isinstance(callee, Library):
            for state in callee.states:
                for flow in self.model.libraries.facts(state).flows:
                    to_result = any([step.kind for step in target] == ["return"] for target in flow.targets)
                    for source in flow.sources if to_result and flow.keeps in _HANDED_ON else ():
                        yield from (one.spot for one in placed(self.model, here, source))

    # what manifests name

    def _of_manifests(self) -> None:
        starts = [start for start in self.model.manifests.starts() if start.function]
        if not starts:
            return
        roots = Roots(self.model)
        for start in starts:
            states = self.model.libraries.entered_for(start.events)
            for m in roots.located(start.folder, start.file) if states else ():
                found = self.model.names.export(m, start.function)
                for state in states:
                    if isinstance(found, Spot):
                        self._follow(*found, state, (start.name,))

    # what types say

    def _of_exports(self, m: int) -> None:
        for export in self.model.link.surfaces[m].exports:
            if export.type_only or export.source:
                continue
            found = self.model.names.export(m, export.name)
            if not isinstance(found, Spot) or found.module != m:
                continue
            declared = self._declared_at(m, found.row)
            for state, names in self.model.libraries.exporting.items():
                if state in declared:
                    self._follow(m, found.row, state, (export.name,))
                for function in self._wrapped(m, found.row) if export.name in names else ():
                    if self._gets(function, state):
                        self._follow(*function, state, (export.name,))

    def _wrapped(self, m: int, row: int) -> Iterator[Spot]:
        """A function, or those given to the calls that make one out of them."""
        module = self.model.link.body(m)
        pending, left = [row], _FAR
        while pending and left:
            left -= 1
            at = self.model.names.of(m, pending.pop())
            if isinstance(at, Spot) and at.module == m and module.kind[at.row] == Kind.FUNCTION:
                yield at
            elif isinstance(at, Spot) and at.module == m and module.kind[at.row] == Kind.CALL:
                pending += module.args(at.row)

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

    def _declared(self, m: int, function: int) -> list[State]:
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

"""Gathered objects: what calls put into an object literal, told from names and rows alone; no question is asked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.model.names import Library, Whole
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.names import Meaning

_NAMED: Final = frozenset({Kind.IDENT, Kind.MEMBER})
_FAR: Final = 6
"""So many calls may lie between a collection and the objects in it."""


class Gathered:
    """`Object.assign(resolvers, users, orders)`, and the same for each of a list, or of the modules of a folder."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def into(self, literal: Spot) -> Iterator[Meaning]:
        """What the members come from that calls put into an object, in the order of the calls."""
        for call in self._calls.get(literal, ()):
            module = self.model.link.body(call.module)
            callee = self.model.names.callee(module, call.row)
            arguments = module.args(call.row)
            for state in callee.states if callee is not None else ():
                for filling in self.model.libraries.fillings(state):
                    if not filling.into and not filling.target and not filling.source and filling.name < 0:
                        for argument in arguments[filling.first : filling.last + 1]:
                            yield from self._meant(module, argument, _FAR)

    @cached_property
    def _calls(self) -> dict[Spot, list[Spot]]:
        """The calls that fill an object literal which has a name."""
        found: dict[Spot, list[Spot]] = {}
        for name in sorted(self.model.libraries.filling_names):
            for m, call in self.model.link.spots_named("calls", name):
                module = self.model.link.body(m)
                arguments = module.args(call)
                if len(arguments) > 1 and module.kind[arguments[0]] in _NAMED:
                    into = self.model.names.of(m, arguments[0])
                    if isinstance(into, Spot) and self.model.link.body(into.module).kind[into.row] == Kind.OBJECT:
                        found.setdefault(into, []).append(Spot(m, call))
        return found

    def _meant(self, module: Module, row: int, left: int) -> Iterator[Meaning]:
        """What an expression stands for: one thing, or each element of what is gone through where it stands."""
        meant = self.model.names.of(module.index, row)
        over = self.over(module, row) if meant is None else -1
        if over >= 0:
            yield from self._elements(module, over, left - 1)
        elif meant is not None:
            yield meant

    def over(self, module: Module, row: int) -> int:
        """The collection of which a name holds each element in turn; -1 where it does not."""
        writes = (
            module.writes(module.binding[row]) if module.kind[row] == Kind.IDENT and module.binding[row] >= 0 else ()
        )
        if len(writes) != 1:
            return -1
        at = module.parent[writes[0]]
        if module.kind[at] == Kind.PARAM and module.first[at] == writes[0]:
            return self._given(module, at)
        return module.op(at, 1) if module.kind[at] == Kind.FOR_OF else -1

    def _given(self, module: Module, param: int) -> int:
        """The collection of which a callback gets each element as this parameter."""
        function = module.parent[param]
        call = module.parent[function]
        if module.kind[call] != Kind.CALL or module.first[call] == function:
            return -1
        callee = self.model.names.callee(module, call)
        known = callee.states if callee is not None else ()
        states = known or self.model.libraries.language(module.text(call))
        index, arguments = module.position(function) - 1, module.args(call)
        for state in sorted(states):
            found = self.model.libraries.iterated(state, index)
            if found is not None and found.parameter == module.position(param) - 1:
                if 0 <= found.at < len(arguments):
                    return arguments[found.at]
                if found.at < 0 and module.kind[module.first[call]] == Kind.MEMBER:
                    return module.first[module.first[call]]
        return -1

    def _elements(self, module: Module, row: int, left: int) -> Iterator[Meaning]:
        """What the elements of a collection stand for: of a list that is written down, or of what a call makes."""
        meant = self.model.names.of(module.index, row)
        if not isinstance(meant, Spot) or not left:
            return
        body = self.model.link.body(meant.module)
        if body.kind[meant.row] == Kind.ARRAY:
            for element in body.ops(meant.row):
                yield from self._meant(body, element, left - 1)
        elif body.kind[meant.row] == Kind.CALL:
            callee = self.model.names.callee(body, meant.row)
            for state in callee.states if callee is not None else ():
                for flow in self.model.libraries.facts(state).flows:
                    to_elements = any(
                        [step.kind for step in target] == ["return", "element"] for target in flow.targets
                    )
                    for source in flow.sources if to_elements else ():
                        kinds = [step.kind for step in source]
                        if kinds[:1] == ["argument"] and source[0].low < len(body.args(meant.row)):
                            argument = body.args(meant.row)[source[0].low]
                            if kinds[1:] == ["any-member"]:
                                yield from self._members(body, argument)
                            elif kinds[1:] == ["element"]:
                                yield from self._elements(body, argument, left - 1)

    def _members(self, module: Module, row: int) -> Iterator[Meaning]:
        """What the members of an object stand for, or the modules of a folder that a library loads."""
        names, meant = self.model.names, self.model.names.of(module.index, row)
        if isinstance(meant, Whole):
            for export in self.model.link.surfaces[meant.module].exports:
                if export.name not in {"*", "=", "default"} and not export.type_only:
                    yield names.export(meant.module, export.name)
        elif isinstance(meant, Spot):
            body = self.model.link.body(meant.module)
            if body.kind[meant.row] == Kind.OBJECT:
                for property_ in body.ops(meant.row):
                    if body.kind[property_] == Kind.PROPERTY and not body.has(property_, Flag.COMPUTED):
                        yield names.of(meant.module, body.op(property_, 1))
            elif body.kind[meant.row] == Kind.CALL:
                callee = names.callee(body, meant.row)
                made = names.called(body, meant.row, callee) if isinstance(callee, Library) else None
                if made is not None and any(map(self.model.folders.is_folder, made.states)):
                    yield from (names.whole(m) for m in sorted(self.model.folders.modules(meant).values()))

"""Shaped parameters: what nobody is seen to give, told by its use: `io.on('connection', (socket) => socket.on(…))`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import External, Symbol
from reviewer.model.solve import NOTHING, Answer, answer
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.model import Model

_SHAPED: Final = "socket.server"
_STEPS: Final = 6
_UNTYPED: Final = frozenset({"any", "unknown"})

_Place = tuple[int, int, tuple[str, ...]]


class Shaped:
    """Told from the text of one function alone, whatever else is known of the parameter."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._found: dict[int, dict[_Place, set[State]]] = {}

    def of(self, symbol: Symbol) -> Answer:
        """What a parameter, or a member of what it holds, is by its use."""
        if not self._states:
            return NOTHING
        found = self._found.get(symbol.module)
        if found is None:
            found = self._found[symbol.module] = {}
            for place, state in self._in_module(self.model.link.body(symbol.module)):
                found.setdefault(place, set()).add(state)
        return answer(map(External, found.get((symbol.row, symbol.index, symbol.steps), ())))

    @cached_property
    def _states(self) -> tuple[State, ...]:
        """The places that may be told by use, of packages that some file loads."""
        loaded = self.model.link.package_importers
        libraries = self.model.libraries
        return tuple(at for at in libraries.shaped(_SHAPED) if libraries.package_name(at) in loaded)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name for at in self._states for name in self.model.libraries.members(at))

    def _in_module(self, module: Module) -> Iterator[tuple[_Place, State]]:
        calls = self.model.link.surfaces[module.index].calls
        for name in sorted(self._names.intersection(calls)):
            for call in calls[name]:
                if module.kind[module.first[call]] == Kind.MEMBER:
                    yield from self._at(module, call)

    def _at(self, module: Module, call: int) -> Iterator[tuple[_Place, State]]:
        arguments = module.args(call)
        function = next((at for at in arguments if module.kind[at] == Kind.FUNCTION), -1)
        if function < 0 or not module.params(function) or module.kind[arguments[0]] != Kind.STRING:
            return
        held = self._held(module, module.first[call])
        if held is None:
            return
        (row, index, path), steps = held
        used = _used(module, module.first[module.params(function)[0]])
        for length in range(len(path) + 1):
            for state in self._states:
                ends = self._follow({state}, (*path[length:], *steps))
                if any(self._gives(end, module, call, function, used) for end in ends):
                    yield (row, index, tuple(f"m:{name}" for name in path[:length])), state

    def _follow(self, states: set[State], steps: tuple[str, ...]) -> set[State]:
        """Members by their names, and calls, which have none."""
        libraries = self.model.libraries
        for step in steps:
            further = (libraries.member(at, step) if step else libraries.called(at, None) for at in states)
            states = {after for found in further for after in found}
        return states - {0}

    def _gives(self, callee: State, module: Module, call: int, function: int, used: set[str]) -> bool:
        """Whether calling this gives the function something that has one of the members used of its parameter."""
        libraries = self.model.libraries
        shape = self.model.call_shape(module, call)
        index = module.position(function) - 1
        given = {
            value
            for place in libraries.argument(callee, index, shape, None)
            for value in libraries.parameter(place, 0, len(module.params(function)))
        }
        return any(libraries.member(value, name) for value in given - {0} for name in used)

    def _held(self, module: Module, row: int) -> tuple[_Place, tuple[str, ...]] | None:
        """The parameter with which a callee begins, the members up to the first call, and the steps from there."""
        names: list[str] = []
        for _ in range(_STEPS):
            match module.kind[row]:
                case Kind.MEMBER:
                    names.append(module.text(row))
                    row = module.first[row]
                case Kind.CALL:
                    names.append("")
                    row = module.first[row]
                case Kind.IDENT if module.binding[row] >= 0 and len(module.writes(module.binding[row])) == 1:
                    target = module.writes(module.binding[row])[0]
                    if module.binding_kind[module.binding[row]] == BindingKind.PARAM:
                        return _of_target(module, target, names)
                    parent = module.parent[target]
                    if module.kind[parent] != Kind.DECLARATOR:
                        return None
                    row = module.op(parent, 1)
                case _:
                    return None
        return None


def _of_target(module: Module, target: int, names: list[str]) -> tuple[_Place, tuple[str, ...]] | None:
    """The parameter above a target, with the members that its patterns take; none where a type says what it is."""
    path: list[str] = []
    at = target
    while module.kind[at] != Kind.PARAM:
        at = module.parent[at]
        if module.kind[at] == Kind.PROPERTY:
            path.insert(0, module.text(at))
        elif module.kind[at] not in {Kind.PARAM, Kind.OBJECT_PATTERN}:
            return None
    typed = module.annotations.get(at) or module.annotations.get(module.first[at]) or "any"
    names.reverse()
    first = names.index("") if "" in names else len(names)
    # The last step is that of the call itself; a member that is called is no part of what the parameter holds.
    start = max(0, min(first, len(names)) - 1)
    if not path and not start and typed not in _UNTYPED:
        return None
    return (module.parent[at], module.position(at) - 1, (*path, *names[:start])), tuple(names[start:])


def _used(module: Module, target: int) -> set[str]:
    """The names of the methods that are called on a parameter."""
    if module.kind[target] != Kind.IDENT or module.binding[target] < 0:
        return set()
    members = (module.parent[ref] for ref in module.refs(module.binding[target]))
    return {
        module.text(at)
        for at in members
        if module.kind[at] == Kind.MEMBER
        and module.kind[module.parent[at]] == Kind.CALL
        and module.first[module.parent[at]] == at
    }

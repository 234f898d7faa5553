"""Schemas that calls build: what they prove of the data which they let pass to a function in the same chain."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

from reviewer.model.domain import External, Spot
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import DEEP, NAMES, Path
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_STEPS: Final = 12
_Proof: TypeAlias = Generator[Key, Answer, frozenset[str] | None]


def proved_by_calls(model: Model, m: int, function: int, path: Path, part: str) -> _Proof:
    """The barriers that a value has passed which lies `path` below what a function gets, `procedure.input(schema)
    .query(function)`; None where the schema is not known.
    """
    module = model.link.body(m)
    found: frozenset[str] | None = None
    for call in _chain(module, module.parent[function]):
        callees = yield model.calls.callees(m, call)
        shape = model.call_shape(module, call)
        facts = [
            fact
            for callee in sorted((item for item in callees.items if isinstance(item, External)), key=repr)
            for fact in model.libraries.measures(callee.state, shape)
            if fact.part == part
        ]
        for row in module.args(call)[:1] if facts else ():
            proven = yield from _of(model, Spot(m, row), path, _STEPS)
            if proven is not None:
                found = proven | (found or frozenset())
    return found


def _chain(module: Module, call: int) -> Iterator[int]:
    """The CALL rows on which another one is called, the last one first; that one itself too."""
    while module.kind[call] == Kind.CALL:
        yield call
        callee = module.first[call]
        call = module.first[callee] if module.kind[callee] == Kind.MEMBER else callee


def _of(model: Model, schema: Spot, path: Path, left: int) -> _Proof:
    """What a schema proves of what lies `path` below what it lets pass."""
    held = yield model.values.resolved(*schema)
    states = [item.state for item in held.items if isinstance(item, External) and item.state]
    made = {barrier for state in states if (barrier := model.libraries.barrier(state, None))}
    if made:
        return frozenset(made) if len(made) == len(states) == 1 else frozenset()
    if states and set(path) <= {DEEP}:
        return frozenset()
    meant = model.names.of(*schema)
    if not path or path[0] == NAMES or left <= 0 or not isinstance(meant, Spot):
        return None
    module = model.link.body(meant.module)
    for call in _chain(module, meant.row):
        for row in module.args(call)[:1]:
            if module.kind[row] == Kind.OBJECT:
                below = next((at for at in module.ops(row) if module.text(at) == path[0]), -1)
                if below >= 0 and module.kind[below] == Kind.PROPERTY:
                    value = Spot(meant.module, module.op(below, 1))
                    return (yield from _of(model, value, path[1:], left - 1))
            elif module.kind[row] in {Kind.CALL, Kind.IDENT, Kind.MEMBER}:
                is_element = path[0] == "*" or path[0].isdigit()
                found = yield from _of(model, Spot(meant.module, row), path[1:] if is_element else path, left - 1)
                if found is not None:
                    return found
    return None

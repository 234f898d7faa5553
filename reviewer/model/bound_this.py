"""What `this` is made of functions: by a library that they are given to, by `call`, `apply` and `bind`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reviewer.model.domain import Closure, External, Instance
from reviewer.model.forward import DEPTH_LIMIT
from reviewer.model.libraries import PARAMETER_THIS
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


def bound_this(model: Model, module: Module, function: int) -> Equation:
    """`this` of a function expression that is written as an argument of a call."""
    call = module.parent[function]
    callees = yield model.calls.callees(module.index, call)
    found = Answer(frozenset(), callees.open)
    for callee in callees.items:
        given = _given(model, callee, module, call, function, ()) if isinstance(callee, External) else frozenset()
        found = join(found, answer(given) if given else answer([Instance(module.index, function)], ["this"]))
    return found


def bound_member(model: Model, module: Module, function: int) -> Equation:
    """`this` that a library makes of a function in an object literal given to it, or assigned to a member of its own
    values; nothing where it makes none.
    """
    parent = module.parent[function]
    if module.kind[parent] == Kind.ASSIGN:
        held = yield model.values.of(module.index, module.first[parent])
        return answer(_bound(model, {item.state for item in held.items if isinstance(item, External)}))
    row, names = function, tuple[str, ...]()
    while module.kind[module.parent[row]] == Kind.PROPERTY and len(names) < DEPTH_LIMIT:
        names = (module.text(module.parent[row]), *names)
        row = module.parent[module.parent[row]]
    call = module.parent[row]
    if module.kind[call] not in {Kind.CALL, Kind.NEW} or module.first[call] == row:
        return NOTHING
    callees = yield model.calls.callees(module.index, call)
    externals = [item for item in callees.items if isinstance(item, External)]
    return answer(this for callee in externals for this in _given(model, callee, module, call, row, names))


def given_this(model: Model, module: Module, function: int) -> Equation:
    """What calls of `call`, `apply` and `bind` say that `this` is of a function that has a name, or is what a module
    of a folder exports which a library loads.
    """
    is_held = module.index in model.folders.held and any(one.row == function for one in module.surface.exports)
    name = model.function_name(module, function)
    found = NOTHING
    for m, call in model.link.applied_to("" if is_held else name) if name or is_held else ():
        body = model.link.body(m)
        held = yield model.values.resolved(m, body.first[body.first[call]])
        if Closure(module.index, function) in held.items:
            found = join(found, (yield model.values.resolved(m, body.args(call)[0])))
    return found


def _given(
    model: Model, callee: External, module: Module, call: int, argument: int, names: tuple[str, ...]
) -> frozenset[External]:
    arity = len(module.params(argument)) if module.kind[argument] == Kind.FUNCTION else None
    shape, index = model.call_shape(module, call), module.position(argument) - 1
    states = set(model.libraries.argument(callee.state, index, shape, arity))
    for name in names:
        states = {after for state in states for after in model.libraries.member(state, name)}
    return _bound(model, states)


def _bound(model: Model, states: Iterable[int]) -> frozenset[External]:
    return frozenset(External(after) for state in states for after in model.libraries.step(state, PARAMETER_THIS))

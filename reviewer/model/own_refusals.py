"""Middleware of the repository's own that holds a part of the request against a schema before it lets it through."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.checked import is_told
from reviewer.model.domain import Closure, External, Spot
from reviewer.model.schemas import proved_by, spots_at
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import Path
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.check_facts import CheckFact
    from reviewer.model.model import Model

_HANDED: Final = 2
"""Middleware has at least so many parameters: the request first, what passes it on last."""


class _Given(NamedTuple):
    """A call that is given the part of the request as an argument, or as a member of the literal that it is."""

    call: int
    position: int
    under: Path


def refused_by_own(model: Model, middleware: Spot, above: Path, below: Path) -> Generator[Key, Answer, frozenset[str]]:
    """What middleware proves of the data `below` the part of the request that is read as `above`; it stands there as a
    function, or as the call that makes one.
    """
    held = yield model.values.resolved(*middleware)
    functions = [item for item in held.items if isinstance(item, Closure)]
    if len(functions) != 1 or held.open:
        return frozenset()
    module, function = model.link.body(functions[0].module), functions[0].row
    bindings = [module.binding[module.first[param]] for param in module.params(function)]
    if len(bindings) < _HANDED or min(bindings[0], bindings[-1]) < 0:
        return frozenset()
    passed_on = _passing(model, module, bindings[-1])
    if not passed_on:
        return frozenset()
    found: frozenset[str] = frozenset()
    for given in _given(module, bindings[0], above):
        callees = yield model.calls.callees(module.index, given.call)
        shape = model.call_shape(module, given.call)
        for state in sorted({item.state for item in callees.items if isinstance(item, External)}):
            for fact in model.libraries.checks(state, shape):
                is_about = any(len(at) == 1 and at[0].low == given.position for at in fact.of)
                if is_about and all(is_told(model, module, given.call, state, fact, row) for row in passed_on):
                    found |= yield from _proof(
                        model, Spot(module.index, given.call), fact, middleware, given.under + below
                    )
    return found


def _passing(model: Model, module: Module, binding: int) -> list[int]:
    """The calls of a parameter that let a request through: those that are given nothing. None where something else may
    call it; what takes it for failures (`.catch(next)`) gives it one.
    """
    found = []
    for ref in module.refs(binding):
        call = module.parent[ref]
        if module.kind[call] != Kind.CALL:
            return []
        if module.first[call] == ref:
            found += [] if module.args(call) else [call]
        elif not _is_for_failures(model, module, call, ref):
            return []
    return found


def _is_for_failures(model: Model, module: Module, call: int, argument: int) -> bool:
    position = list(module.args(call)).index(argument)
    states = model.libraries.language(module.text(module.first[call]))
    return any((model.libraries.handles(state) or (None, True))[0] == position for state in states)


def _given(module: Module, request: int, above: Path) -> Iterator[_Given]:
    for ref in module.refs(request):
        at = ref
        for name in above:
            at = module.parent[at]
            if module.kind[at] != Kind.MEMBER or module.text(at) != name:
                break
        else:
            parent: int = module.parent[at]
            under: Path = ()
            if module.kind[parent] == Kind.PROPERTY and module.op(parent, 1) == at:
                at, under = module.parent[parent], (module.text(parent),)
                parent = module.parent[at]
            if module.kind[parent] == Kind.CALL and at in module.args(parent):
                yield _Given(parent, list(module.args(parent)).index(at), under)


def _proof(
    model: Model, call: Spot, fact: CheckFact, middleware: Spot, path: Path
) -> Generator[Key, Answer, frozenset[str]]:
    module = model.link.body(call.module)
    found: frozenset[str] = frozenset()
    for place in fact.schema:
        for spot in (yield from spots_at(model, module, call.row, place)):
            schema = yield from _instead(model, spot, middleware)
            found |= (yield from proved_by(model, schema, path)) or frozenset()
    return found


def _instead(model: Model, schema: Spot, maker: Spot) -> Generator[Key, Answer, Spot]:
    """The argument of the call that made the middleware, where a schema is a parameter of the function called there."""
    module = model.link.body(schema.module)
    binding = module.binding[schema.row] if module.kind[schema.row] == Kind.IDENT else -1
    if binding < 0 or len(module.writes(binding)) != 1:
        return schema
    param = module.parent[module.writes(binding)[0]]
    function = module.parent[param]
    made_at = model.link.body(maker.module)
    if module.kind[param] != Kind.PARAM or made_at.kind[maker.row] != Kind.CALL:
        return schema
    callees = yield model.calls.callees(*maker)
    position = list(module.params(function)).index(param)
    arguments = made_at.args(maker.row)
    is_given = Closure(schema.module, function) in callees.items and position < len(arguments)
    return Spot(maker.module, arguments[position]) if is_given else schema

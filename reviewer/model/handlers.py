"""Handlers: the functions that a registration gives to a server or router."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import ClassValue, Closure, Constant, External, Instance, Literal, Namespace, Promised, Spot
from reviewer.model.route import Handler
from reviewer.model.solve import Answer, Equation, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import RouteFact
    from reviewer.model.model import Model


_NESTED: Final = 4
"""So many lists are looked through, each spread in the next."""
_PAIR: Final = 2


class Naming(NamedTuple):
    """How a registration of a library's place names its handlers: texts may do it, or a member of what stands there.

    said: the text that an object is told to be. is_made: the member is one of the instances of a class.
    """

    state: int
    member: str = ""
    said: str = ""
    is_made: bool = False


def named_handlers(model: Model, spot: Spot, state: int, fact: RouteFact) -> Iterator[tuple[Spot, Naming]]:
    """Each handler in an expression, and how the registration of a library's place, which a row states, names it."""
    module = model.link.body(spot.module)
    if fact.pairs and module.kind[spot.row] == Kind.ARRAY and 0 < module.count[spot.row] <= _PAIR:
        first, *rest = module.ops(spot.row)
        said = [module.text(row) for row in rest if module.kind[row] == Kind.STRING]
        yield Spot(spot.module, first), Naming(state, said[0] if said else fact.pairs, is_made=True)
        return
    if fact.pairs and fact.member:  # of a resource
        yield spot, Naming(state, fact.member, is_made=True)
        return
    yield from ((each, Naming(state, fact.member)) for each in expanded(model, spot))


def handler(model: Model, spot: Spot, error_arity: int, fate: str, naming: Naming | None = None) -> Handler:
    """What the expression of a handler may run."""
    m, row = spot
    module = model.link.body(m)
    value = module.first[row] if module.kind[row] == Kind.SPREAD else row
    found = model.ask(model.values.resolved(m, value))
    found = found if naming is None else model.settled(_named(model, found, naming))
    functions: set[Closure] = set()
    externals: set[External] = set()
    for item in found.items:
        inner = item.value if isinstance(item, Promised) else item
        if isinstance(inner, Closure):
            functions.add(inner)
        elif isinstance(inner, External):
            externals.add(inner)
        elif isinstance(inner, Namespace):
            whole = model.ask(model.heap.module_value(inner.module))
            functions.update(part for part in whole.items if isinstance(part, Closure))
            externals.update(part for part in whole.items if isinstance(part, External))
    arities = {len(model.link.body(function.module).params(function.row)) for function in functions}
    return Handler(
        m,
        row,
        tuple(sorted(functions, key=lambda item: (item.module, item.row))),
        tuple(sorted(externals, key=lambda item: (item.state, item.module, item.row))),
        error_arity > 0 and arities == {error_arity},
        fate,
        bool(found.open),
        External(0) in externals and module.kind[value] == Kind.MEMBER,
    )


def _named(model: Model, found: Answer, naming: Naming) -> Equation:
    """The handlers that some values are, or name."""
    texts = [item for item in found.items if isinstance(item, Constant) and item.kind == "string"]
    for text in [naming.said] if naming.said else [item.text for item in texts]:
        found = join(found, (yield from model.trees.handler(text, naming.state)))
    if not naming.member:
        return found
    held = Answer(found.items.difference(texts), found.open)
    if naming.is_made:
        own = Answer(frozenset(item for item in held.items if isinstance(item, Instance)), frozenset())
        held = join(own, model.results.instances((yield from _imported(model, held))))
    return (yield from model.values.member_of(held, naming.member))


def _imported(model: Model, found: Answer) -> Equation:
    """The classes among some values, and those that functions import: `() => import('./users.js')`."""
    functions = frozenset(item for item in found.items if isinstance(item, Closure))
    given = model.values.awaited((yield from model.results.results_of(Answer(functions, frozenset()))))
    held = Answer(found.items - functions, found.open)
    for item in given.items:
        exported = (yield model.heap.export(item.module, "default")) if isinstance(item, Namespace) else answer([item])
        held = join(held, exported)
    return Answer(frozenset(item for item in held.items if isinstance(item, ClassValue | External)), held.open)


def expanded(model: Model, spot: Spot, depth: int = _NESTED) -> Iterator[Spot]:
    """Each handler in an expression: arrays are looked through, also those spread in others (to a depth), and what is
    put into those kept under a name.
    """
    module = model.link.body(spot.module)
    for row in flattened(module, spot.row):
        value = module.first[row] if module.kind[row] == Kind.SPREAD else row
        if module.kind[value] not in {Kind.IDENT, Kind.MEMBER, Kind.CALL}:
            yield Spot(spot.module, row)
            continue
        found = model.ask(model.values.resolved(spot.module, value))
        arrays = [
            item
            for item in found.items
            if isinstance(item, Literal) and model.link.body(item.module).kind[item.row] == Kind.ARRAY
        ]
        if not arrays:
            yield Spot(spot.module, row)
        for array in sorted(arrays, key=lambda item: (item.module, item.row)):
            body = model.link.body(array.module)
            for element in flattened(body, array.row):
                if depth and body.kind[element] == Kind.SPREAD:
                    yield from expanded(model, Spot(array.module, element), depth - 1)
                else:
                    yield Spot(array.module, element)
            put = model.ask(model.heap.put(array.module, array.row)).items
            yield from sorted(put, key=lambda at: (at.module, model.link.body(at.module).start[at.row]))


def flattened(module: Module, row: int) -> Iterator[int]:
    """The elements of nested array literals, in order; any other row is its own."""
    pending = [row]
    while pending:
        at = pending.pop()
        if module.kind[at] == Kind.ARRAY:
            pending.extend(reversed(module.ops(at)))
        elif module.kind[at] != Kind.NONE:
            yield at

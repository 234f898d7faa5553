"""Field arguments: what the declared types of a GraphQL field's arguments prove of them.

Source: the specification of GraphQL, sections 3.5 "Scalars", 3.9 "Enums" and 3.10 "Input Objects": a request whose
values are of other types is refused.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, External, Literal, Spot
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import DEEP, NAMES, Path, is_element
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model

_ARGUMENTS: Final = "args"
_FIELDS: Final = "fields"
_TYPE: Final = "type"
_STEPS: Final = 24


def proved_by_types(model: Model, m: int, function: int, path: Path) -> Generator[Key, Answer, frozenset[str]]:
    """The barriers that a value has passed which lies `path` below the arguments of a resolver, where the object that
    holds the resolver declares them: `{ args: { first: { type: GraphQLInt } }, resolve }`.
    """
    module = model.link.body(m)
    property_ = module.parent[function]
    config = module.parent[property_]
    if module.kind[property_] != Kind.PROPERTY or module.kind[config] != Kind.OBJECT:
        return frozenset()
    for part in module.ops(config):
        if module.kind[part] == Kind.PROPERTY and module.text(part) == _ARGUMENTS:
            held = yield model.values.resolved(m, module.op(part, 1))
            return (yield from _below(model, held, path, _STEPS))
    return frozenset()


def _below(model: Model, fields: Answer, path: Path, steps: int) -> Generator[Key, Answer, frozenset[str]]:
    """What the types prove of what lies `path` below an object with these fields."""
    if not path or path[0] in {DEEP, NAMES} or steps <= 0:
        return frozenset()
    configs = yield from model.values.member_of(_literals(fields), path[0])
    rest = tuple(step for step in path[1:] if not is_element(step))
    found: frozenset[str] | None = None
    for item in sorted(_literals(configs).items, key=repr):
        if not isinstance(item, Literal):
            continue
        module = model.link.body(item.module)
        types = [
            module.op(part, 1)
            for part in module.ops(item.row)
            if module.kind[part] == Kind.PROPERTY and module.text(part) == _TYPE
        ]
        for row in types:
            proven = yield from _of_type(model, Spot(item.module, row), rest, steps - 1)
            found = proven if found is None else found & proven
    return found or frozenset()


def _of_type(model: Model, type_: Spot, path: Path, steps: int) -> Generator[Key, Answer, frozenset[str]]:
    """What a type proves: a scalar or an enumeration by itself, a list and what may not be null by what is in it."""
    module = model.link.body(type_.module)
    if steps <= 0 or module.kind[type_.row] == Kind.NONE:
        return frozenset()
    held = yield model.values.resolved(*type_)
    made = {
        barrier
        for item in held.items
        if isinstance(item, External) and (barrier := model.libraries.barrier(item.state, None))
    }
    if len(made) == 1 and not held.open and set(path) <= {DEEP}:  # there is nothing below such a value
        return frozenset(made)
    if module.kind[type_.row] != Kind.NEW:
        named = model.names.of(*type_)
        written = _written(model, named) if isinstance(named, Spot) else None
        return (yield from _of_type(model, written, path, steps - 1)) if written is not None else frozenset()
    for argument in module.args(type_.row)[:1]:
        if module.kind[argument] != Kind.OBJECT:
            return (yield from _of_type(model, Spot(type_.module, argument), path, steps - 1))
        for part in module.ops(argument):
            if module.kind[part] == Kind.PROPERTY and module.text(part) == _FIELDS and path:
                fields = yield model.values.resolved(type_.module, module.op(part, 1))
                return (yield from _below(model, (yield from _given_back(model, fields)), path, steps - 1))
    return frozenset()


def _written(model: Model, named: Spot) -> Spot | None:
    """The `new` that a name stands for."""
    module = model.link.body(named.module)
    return named if module.kind[named.row] == Kind.NEW else None


def _given_back(model: Model, fields: Answer) -> Generator[Key, Answer, Answer]:
    """The objects with fields, also those that functions give."""
    found = set(fields.items)
    for item in fields.items:
        if isinstance(item, Closure):
            for row in model.link.returned(item.module, item.row):
                found |= (yield model.values.resolved(item.module, row)).items
    return Answer(frozenset(found), fields.open)


def _literals(held: Answer) -> Answer:
    return Answer(frozenset(item for item in held.items if isinstance(item, Literal)), held.open)

"""Declared arguments: what the types prove of a resolver's arguments that decorators declare, of parameters and fields.

Sources: "Resolvers" and "Enums" of the documentation of TypeGraphQL 2.0, "Resolvers" of that of NestJS 10: a schema is
made of what decorators declare, and of the annotation where they declare nothing; a request whose values are of other
types is refused. An enumeration is registered under the object that holds its values.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

from reviewer.model.domain import Atom, ClassValue, External, Instance, Literal
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import DEEP, NAMES, Path, is_element
from reviewer.model.type_text import is_plain
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.model import Model

_DECLARES: Final = "request.type"
_DECLARING: Final = 2
"""So many arguments of a decorator may declare a type."""
_STEPS: Final = 8
_Proof: TypeAlias = Generator[Key, Answer, frozenset[str]]


def proved_by_declarations(model: Model, module: Module, row: int, path: Path, left: int = _STEPS) -> _Proof:
    """The barriers that a value has passed which lies `path` below a decorated PARAM row, or a PROPERTY row of a class:
    by what its decorators declare, or else by its annotation.
    """
    given: list[int] = []
    is_declaring = False
    for decorator in module.ops(row):
        call = module.first[decorator] if module.kind[decorator] == Kind.DECORATOR else -1
        if call < 0 or module.kind[call] != Kind.CALL:
            continue
        callees = yield model.calls.callees(module.index, call)
        for state in sorted(item.state for item in callees.items if isinstance(item, External)):
            for at in range(_DECLARING):
                for place in model.libraries.argument(state, at, None, None):
                    is_declaring = is_declaring or _is_declaring(model, place)
                    given += [
                        type_ for row in module.args(call)[at : at + 1] for type_ in _types(model, module, row, place)
                    ]
    if not is_declaring:
        return frozenset()
    if not given:
        return (yield from _by_annotation(model, module, row, path, left))
    found: frozenset[str] | None = None
    for type_ in given:
        proven = yield from _of_type(model, module, type_, path, left)
        found = proven if found is None else found & proven
    return found or frozenset()


def _is_declaring(model: Model, place: State) -> bool:
    libraries = model.libraries
    below = [place, *(at for name in sorted(libraries.members(place)) for at in libraries.member(place, name))]
    return any(libraries.has_role(at, _DECLARES, None) for each in below for at in libraries.called(each, None))


def _types(model: Model, module: Module, row: int, place: State) -> Iterator[int]:
    """The rows of the types that the functions give which stand at a place of a decorator, or in an object there."""
    libraries = model.libraries
    if module.kind[row] == Kind.FUNCTION:
        if any(libraries.has_role(at, _DECLARES, None) for at in libraries.called(place, None)):
            yield from model.link.returned(module.index, row)
    elif module.kind[row] == Kind.OBJECT:
        for part in module.ops(row):
            if module.kind[part] == Kind.PROPERTY:
                for below in libraries.member(place, module.text(part)):
                    yield from _types(model, module, module.op(part, 1), below)


def _by_annotation(model: Model, module: Module, row: int, path: Path, left: int) -> _Proof:
    text = module.annotations.get(row) or module.annotations.get(module.first[row], "")
    if not text or not path:
        return frozenset({"number"}) if text and is_plain(text, ()) else frozenset()
    held = yield model.types.named(module.index, text)
    classes = sorted((item.module, item.row) for item in held.items if isinstance(item, Instance))
    return (yield from _of_fields(model, [ClassValue(*each) for each in classes], path, left))


def _of_type(model: Model, module: Module, row: int, path: Path, left: int) -> _Proof:
    """What a type proves: a scalar or an enumeration by itself, a list by what is in it, a class by its fields."""
    if left <= 0:
        return frozenset()
    if module.kind[row] == Kind.ARRAY:
        below = path[1:] if path and is_element(path[0]) else path
        return (
            (yield from _of_type(model, module, module.first[row], below, left - 1))
            if module.count[row]
            else frozenset()
        )
    held = yield model.values.resolved(module.index, row)
    classes = sorted((item.module, item.row) for item in held.items if isinstance(item, ClassValue))
    if classes:
        return (yield from _of_fields(model, [ClassValue(*each) for each in classes], path, left))
    if held.open or not held.items or not set(path) <= {DEEP}:
        return frozenset()
    made = {_barrier(model, item) for item in held.items}
    return frozenset(made) if len(made) == 1 and "" not in made else frozenset()


def _barrier(model: Model, type_: Atom) -> str:
    if isinstance(type_, Literal):
        return "identifier"
    return (isinstance(type_, External) and model.libraries.barrier(type_.state, None)) or ""


def _of_fields(model: Model, classes: list[ClassValue], path: Path, left: int) -> _Proof:
    """What the fields prove of these classes, or of those above them."""
    if not path or path[0] in {DEEP, NAMES, "*"} or left <= 0:
        return frozenset()
    found: frozenset[str] | None = None
    for class_ in classes:
        module = model.link.body(class_.module)
        fields = [
            at for at in module.ops(class_.row) if module.kind[at] == Kind.PROPERTY and module.text(at) == path[0]
        ]
        proven: frozenset[str] = frozenset()
        if fields:
            proven = yield from proved_by_declarations(model, module, fields[0], path[1:], left - 1)
        elif module.kind[module.first[class_.row]] == Kind.NONE:
            proven = frozenset({"identifier"})  # nothing: the schema has no such field
        else:
            above = yield model.values.resolved(class_.module, module.first[class_.row])
            heirs = sorted((item.module, item.row) for item in above.items if isinstance(item, ClassValue))
            proven = yield from _of_fields(model, [ClassValue(*each) for each in heirs], path, left - 1)
        found = proven if found is None else found & proven
    return found or frozenset()

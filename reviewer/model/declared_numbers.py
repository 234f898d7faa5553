"""Declared numbers: what lies below a value is a number by a type that the code declares, or by the class of an entity.

No compiler holds what came with a request against it: to that, such a declaration means nothing.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import ClassValue, Instance, Primitive, Typed, core
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import DECLARED, Path
from reviewer.model.type_text import is_plain
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_PLAIN: Final = frozenset({"boolean", "number"})
_STEPS: Final = 6


def declared_number(
    model: Model, m: int, text: str | None, path: Path, left: int = _STEPS
) -> Generator[Key, Answer, tuple[str, ...]]:
    """`DECLARED` where the type `text` of a module says so of what lies `path` below its values."""
    if not text or left <= 0:
        return ()
    if is_plain(text, path):
        return (DECLARED,)
    if not path:
        return ()
    held = yield model.types.named(m, text)
    said = []
    for item in held.items:
        inner = core(item)
        if isinstance(inner, Instance):
            said.append((yield from _of_field(model, ClassValue(inner.module, inner.row), path, left)))
        elif isinstance(inner, Typed):
            said.append((yield from _of_typed(model, inner, path, left)))
    return (DECLARED,) if said and all(said) else ()


def of_entity(model: Model, module: Module, row: int, path: Path) -> Generator[Key, Answer, tuple[str, ...]]:
    """The same of what a chain of calls brings out of a database that names the class of an entity: `Round.findOne()`,
    `manager.find(Round)`.
    """
    named: list[int] = []
    at = row
    while module.kind[at] in {Kind.AWAIT, Kind.CALL, Kind.MEMBER}:
        if module.kind[at] == Kind.CALL:
            named += [given for given in module.args(at)[:1] if module.kind[given] == Kind.IDENT]
        at = module.first[at]
    below = path[1:] if path and (path[0] == "*" or path[0].isdigit()) else path
    for given in (at, *named):
        held = yield model.values.resolved(module.index, given)
        classes = [item for item in held.items if isinstance(item, ClassValue)]
        if len(classes) == 1 and below:
            return (DECLARED,) if (yield from _of_field(model, classes[0], below, _STEPS)) else ()
    return ()


def _of_field(model: Model, class_: ClassValue, path: Path, left: int) -> Generator[Key, Answer, bool]:
    module = model.link.body(class_.module)
    if module.kind[class_.row] != Kind.CLASS:
        return False
    for member in module.ops(class_.row):
        if module.kind[member] == Kind.PROPERTY and module.text(member) == path[0]:
            text = module.annotations.get(member)
            return bool((yield from declared_number(model, module.index, text, path[1:], left - 1)))
    return False


def _of_typed(model: Model, typed: Typed, path: Path, left: int) -> Generator[Key, Answer, bool]:
    """Whether an interface, an alias, or a list says so."""
    step, rest = path[0], path[1:]
    ask = model.types.element if step == "*" or step.isdigit() else model.types.member
    held = yield ask(typed.module, typed.text, step)
    if not rest:
        return held.complete and bool(held.items) and all(map(_is_plain, held.items))
    said = []
    for item in held.items:
        inner = core(item)
        if left > 0 and isinstance(inner, Typed):
            said.append((yield from _of_typed(model, inner, rest, left - 1)))
        elif isinstance(inner, Instance):
            said.append((yield from _of_field(model, ClassValue(inner.module, inner.row), rest, left - 1)))
        else:
            said.append(False)
    return bool(said) and all(said)


def _is_plain(item: object) -> bool:
    return isinstance(item, Primitive) and item.kind in _PLAIN

"""Declared numbers: what lies below a value is a number, or one of some names, by a type that the code declares.

No compiler holds what came with a request against it: to that, such a declaration means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.declarations import Bound, Declared, Exported
from reviewer.model.domain import ClassValue
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import DECLARED, Path, is_element
from reviewer.model.type_text import element_type, is_plain, object_members, split_type, type_head
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_NOTHING: Final = frozenset({"null", "undefined", "void"})
_PROMISES: Final = frozenset({"Promise", "PromiseLike"})
_CONSTANT: Final = re.compile(r"""'[^']*'|"[^"]*"|-?\d+|true|false|boolean|number""")
_STEPS: Final = 8


def declared_number(model: Model, m: int, text: str | None, path: Path) -> tuple[str, ...]:
    """`DECLARED` where the type `text` of a module says so of what lies `path` below its values."""
    return (DECLARED,) if text and _says(model, m, text, path, _STEPS) else ()


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
    below = path[1:] if path and is_element(path[0]) else path
    for given in (at, *named) if below else ():
        held = yield model.values.resolved(module.index, given)
        classes = [item for item in held.items if isinstance(item, ClassValue)]
        if len(classes) == 1:
            body = model.link.body(classes[0].module)
            return (DECLARED,) if _field_says(model, body, classes[0].row, below, _STEPS) else ()
    return ()


def _says(model: Model, m: int, text: str, path: Path, left: int) -> bool:
    """Whether a type says so; followed through unions with nothing, promises, lists, aliases, interfaces, classes."""
    if is_plain(text, path):
        return True
    parts = [part for part in split_type(text, "|") if part not in _NOTHING]
    if not parts or left <= 0:
        return False
    if not path and len(parts) > 1:
        return all(_says(model, m, part, (), left - 1) for part in parts)
    if len(parts) > 1:
        return False
    head, arguments = type_head(parts[0])
    if head in _PROMISES and len(arguments) == 1:
        return _says(model, m, arguments[0], path, left - 1)
    if not path and _CONSTANT.fullmatch(parts[0]):
        return True
    if path:
        below = object_members(parts[0]).get(path[0]) if parts[0].startswith("{") else element_type(parts[0], path[0])
        if below is not None:
            return _says(model, m, below, path[1:], left - 1)
    return not arguments and _name_says(model, m, head, path, left)


def _name_says(model: Model, m: int, name: str, path: Path, left: int) -> bool:
    """Whether an alias, an interface, a class or an enumeration says so."""
    first, _, member = name.partition(".")
    led = model.types.declarations.leads(m, first, member)
    if isinstance(led, Declared):
        declaration = led.declaration
        if path and path[0] in declaration.members:
            return _says(model, led.module, declaration.members[path[0]], path[1:], left - 1)
        return bool(declaration.text) and _says(model, led.module, declaration.text, path, left - 1)
    if not isinstance(led, Bound | Exported):
        return False
    module = model.link.body(led.module)
    exports = module.surface.exports if isinstance(led, Exported) else ()
    bindings = [led.binding] if isinstance(led, Bound) else [at.binding for at in exports if at.name == led.name]
    for row in (row for binding in bindings[:1] if binding >= 0 for row in module.writes(binding)[:1]):
        if module.kind[row] == Kind.ENUM:
            return not path
        return module.kind[row] == Kind.CLASS and bool(path) and _field_says(model, module, row, path, left)
    return False


def _field_says(model: Model, module: Module, class_: int, path: Path, left: int) -> bool:
    """Whether the declaration of a field of a class says so."""
    for member in module.ops(class_) if module.kind[class_] == Kind.CLASS else ():
        if module.kind[member] == Kind.PROPERTY and module.text(member) == path[0]:
            text = module.annotations.get(member, "")
            return bool(text) and _says(model, module.index, text, path[1:], left - 1)
    return False

"""Enclosing: values of types that hold one thing, as a library declares them, and that have methods of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.declarations import Packaged
from reviewer.model.domain import Spot
from reviewer.model.type_text import CONTAINERS
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_FUNCTIONS: Final = frozenset({Kind.FUNCTION, Kind.IDENT, Kind.MEMBER, Kind.CALL})


def encloses(model: Model, module: Module, row: int) -> bool:
    """Whether a value is declared to be of a generic type of some package, and no list of the language:
    `load(id).andThen(check)`, where `load` gives a `Result<User, Error>`. What methods give that take a function is
    taken for one more of it. Told from names alone: no question is asked.
    """
    while _is_method_with_function(module, row):
        if _is_declared(model, module, row):
            return True
        row = module.first[module.first[row]]
    return module.kind[row] == Kind.CALL and _is_declared(model, module, row)


def _is_method_with_function(module: Module, row: int) -> bool:
    if module.kind[row] != Kind.CALL or module.kind[module.first[row]] != Kind.MEMBER:
        return False
    return any(module.kind[argument] in _FUNCTIONS for argument in module.args(row))


def _is_declared(model: Model, module: Module, call: int) -> bool:
    """Whether the function of the reviewed code that a call names declares to give such a value."""
    meant = model.names.of(module.index, module.first[call])
    if not isinstance(meant, Spot):
        return False
    body = model.link.body(meant.module)
    head, opening, _ = body.annotations.get(meant.row, "").partition("<")
    if body.kind[meant.row] != Kind.FUNCTION or not opening or head in CONTAINERS:
        return False
    name, _, member = head.partition(".")
    return isinstance(model.types.declarations.leads(meant.module, name, member), Packaged)

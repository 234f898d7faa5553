"""Enclosing: values of types that hold one thing, as a library declares them, and that have methods of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.declarations import Packaged
from reviewer.model.domain import Closure
from reviewer.model.type_text import CONTAINERS
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_FUNCTIONS: Final = frozenset({Kind.FUNCTION, Kind.IDENT, Kind.MEMBER, Kind.CALL})


def encloses(model: Model, module: Module, row: int) -> bool:
    """Whether a value is declared to be of a generic type of some package, and no list of the language:
    `load(id).andThen(check)`, where `load` gives a `Result<User, Error>`. What methods give that take a function is
    taken for one more of it.
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
    """Whether all functions of the reviewed code that a call runs declare to give such a value."""
    callees = model.ask(model.calls.callees(module.index, call)).items
    return bool(callees) and all(isinstance(item, Closure) and _gives(model, item) for item in callees)


def _gives(model: Model, function: Closure) -> bool:
    body = model.link.body(function.module)
    head, opening, _ = body.annotations.get(function.row, "").partition("<")
    if not opening or head in CONTAINERS:
        return False
    name, _, member = head.partition(".")
    return isinstance(model.types.declarations.leads(function.module, name, member), Packaged)

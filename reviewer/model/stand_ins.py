"""Stand-ins: classes that only say that something is not there, as an edition without it has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure
from reviewer.model.solve import Answer
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_CONSTRUCTOR: Final = "constructor"


def without(model: Model, callees: Answer) -> Answer:
    """What a call runs, without stand-ins where it may run something else as well: that is what is there."""
    left = {item for item in callees.items if not isinstance(item, Closure) or not _is_of_stand_in(model, item)}
    return Answer(frozenset(left), callees.open) if callees.open else callees


def _is_of_stand_in(model: Model, method: Closure) -> bool:
    """Whether a function is a method of a class whose methods, two or more of them, do nothing but throw."""
    module, function = model.link.body(method.module), method.row
    member = module.parent[function]
    class_ = module.parent[member]
    if module.kind[member] != Kind.PROPERTY or module.kind[class_] != Kind.CLASS:
        return False
    members = [each for each in module.ops(class_) if module.kind[each] == Kind.PROPERTY]
    values = [module.op(each, 1) for each in members if module.text(each) != _CONSTRUCTOR and module.count[each] > 1]
    methods = [value for value in values if module.kind[value] == Kind.FUNCTION]
    return len(methods) > 1 and all(_only_throws(module, method) for method in methods)


def _only_throws(module: Module, function: int) -> bool:
    body = module.op(function, 0)
    return module.kind[body] == Kind.BLOCK and [module.kind[row] for row in module.ops(body)] == [Kind.THROW]

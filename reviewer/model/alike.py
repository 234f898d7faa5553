"""Alike: code that is written twice, and a chain of promises that handles its failure as a `catch` around it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


def is_handled_alike(model: Model, module: Module, row: int, catch: int) -> bool:
    """Whether a chain of promises has a function for the rejection that does what a CATCH does, word for word."""
    while module.kind[row] == Kind.CALL and module.kind[module.first[row]] == Kind.MEMBER:
        arguments = module.args(row)
        for state in model.libraries.language(module.text(module.first[row])):
            index = (model.libraries.handles(state) or (None, True))[0]
            if index is not None and index < len(arguments) and _is_handler(module, arguments[index], catch):
                return True
        row = module.first[module.first[row]]
    return False


def _is_handler(module: Module, function: int, catch: int) -> bool:
    body, target = module.op(catch, 1), module.first[catch]
    if module.kind[function] != Kind.FUNCTION or not module.count[body]:
        return False
    given = [module.first[param] for param in module.params(function)]
    names = {}
    if given and module.kind[given[0]] == module.kind[target] == Kind.IDENT:
        names[module.binding[given[0]]] = module.binding[target]
    return are_alike(module, module.first[function], body, names)


def are_alike(module: Module, one: int, other: int, names: dict[int, int]) -> bool:
    """Whether two rows are the same code, where some bindings of the first stand for others in the second."""
    pending = [(one, other)]
    while pending:
        left, right = pending.pop()
        if module.kind[left] != module.kind[right] or module.count[left] != module.count[right]:
            return False
        if module.kind[left] == Kind.IDENT and module.binding[left] >= 0:
            binding = module.binding[left]
            if names.get(binding, binding) != module.binding[right]:
                return False
        elif module.text(left) != module.text(right):
            return False
        pending += zip(module.ops(left), module.ops(right), strict=True)
    return True

"""Shifted: parameters whose value moves on where one before them is left out: `if (typeof a === 'function') b = a`."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from reviewer.model.guards import EQUAL, conjuncts, names
from reviewer.source.module import BindingKind, Kind, Module

_FUNCTION: Final = "function"
_PLAIN: Final = frozenset({Kind.BLOCK, Kind.EXPRESSION, Kind.SEQUENCE})


def of_parameter(module: Module, row: int) -> tuple[int, int] | None:
    """The function whose parameter a name is, where it is declared or read, and which one."""
    if row < 0 or module.kind[row] != Kind.IDENT:
        return None
    if module.kind[module.parent[row]] != Kind.PARAM:
        binding = module.binding[row]
        if binding < 0 or module.binding_kind[binding] != BindingKind.PARAM:
            return None
        declared = [target for target in module.writes(binding) if module.kind[module.parent[target]] == Kind.PARAM]
        if not declared:
            return None
        row = declared[0]
    parameter = module.parent[row]
    return module.parent[parameter], module.position(parameter) - 1


def assigned(module: Module, target: int) -> int:
    """The row of what is assigned to a name; -1 where nothing is."""
    store = module.parent[target]
    is_assigned = module.kind[store] == Kind.ASSIGN and module.first[store] == target
    return module.op(store, 1) if is_assigned else -1


def only_value(module: Module, binding: int) -> int | None:
    """The row of the only value that is ever written to a variable, where it is declared."""
    writes = module.writes(binding)
    declarator = module.parent[writes[0]] if len(writes) == 1 else -1
    if declarator < 0 or module.kind[declarator] != Kind.DECLARATOR or module.first[declarator] != writes[0]:
        return None
    return module.op(declarator, 1)


def is_replaced(module: Module, binding: int, ref: int) -> bool:
    """Whether a variable is read after something else was put there in place of a function."""
    if len(module.writes(binding)) < 2:
        return False
    return any(
        module.end[branch] <= module.start[ref] and module.parent[branch] in module.ancestors(ref)
        for target in module.writes(binding)
        if (branch := _replacing(module, target, binding)) is not None
    )


def _replacing(module: Module, target: int, binding: int) -> int | None:
    """The `if` that puts something else into a variable wherever it holds a function."""
    if assigned(module, target) < 0:
        return None
    store = module.parent[target]
    *_, below = store, *takewhile(lambda at: module.kind[at] in _PLAIN, module.ancestors(store))
    branch = module.parent[below]
    if module.kind[branch] != Kind.IF or module.op(branch, 1) != below:
        return None
    tests = list(conjuncts(module, module.first[branch], holds=True))
    is_all = len(tests) == 1 and tests[0][1]
    return branch if is_all and _says_function(module, tests[0][0], binding) else None


def _says_function(module: Module, test: int, binding: int) -> bool:
    """Whether a test is `typeof name === 'function'`."""
    if module.kind[test] != Kind.BINARY or not EQUAL.get(module.text(test)):
        return False
    left, right = module.ops(test)
    return any(
        module.kind[asked] == Kind.UNARY
        and module.text(asked) == "typeof"
        and names(module, module.first[asked], binding)
        and module.kind[text] == Kind.STRING
        and module.text(text) == _FUNCTION
        for asked, text in ((left, right), (right, left))
    )

"""Recursion: functions that take one element of a list, and call themselves for the next when that is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reviewer.source.module import BindingKind, Kind, Module

COUNTED: Final = frozenset({"length", "size"})
_TAKING: Final = frozenset({"shift", "pop"})
_ASKING: Final = frozenset({Kind.CONDITIONAL, Kind.IF, Kind.LOGICAL})
_NESTED: Final = 6
"""So many functions around one are looked at for the one that calls itself."""


def coming_back(module: Module, function: int) -> tuple[int, int, int] | None:
    """The function that calls itself for the next element from within a FUNCTION, which it is or which stands in it:
    its row, the list, and the row of the index, -1 where the element is taken out of the list.
    """
    at = function
    for _ in range(_NESTED):
        if module.kind[at] != Kind.FUNCTION:
            break
        calls = [row for row in _own_calls(module, at) if function in module.ancestors(row)]
        if calls:
            taken = _taken(module, at)
            if taken >= 0:
                return at, taken, -1
            return _counted(module, at, calls)
        at = module.owner[at]
    return None


def is_at_end(module: Module, function: int, row: int) -> bool:
    """Whether a row of such a function stands where it does not go on: `if (at >= list.length) return done()`."""
    starts = [module.start[call] for call in _own_calls(module, function)]
    below = row
    for at in module.ancestors(row):
        if at == function:
            break
        if module.kind[at] == Kind.IF and below != module.first[at]:
            start, end = module.start[below], module.end[below]
            if any(start <= call < end for call in starts):
                break
            last = module.ops(below)[-1] if module.kind[below] == Kind.BLOCK and module.count[below] else below
            if module.kind[last] == Kind.RETURN or any(module.start[at] <= call < module.end[at] for call in starts):
                return True
        below = at
    return False


def _own_calls(module: Module, function: int) -> Iterator[int]:
    """The rows in a function by which it goes on with itself: its name, called or handed to what calls it."""
    binding = module.binding[function]
    holder = module.parent[function]
    if binding < 0 and module.kind[holder] == Kind.DECLARATOR and module.kind[module.first[holder]] == Kind.IDENT:
        binding = module.binding[module.first[holder]]
    for ref in module.refs(binding) if binding >= 0 else ():
        if module.kind[module.parent[ref]] == Kind.CALL and function in module.ancestors(ref):
            yield ref


def _taken(module: Module, function: int) -> int:
    """The list of the function around out of which each call takes an element; a queue that a module keeps is filled
    meanwhile, at any time.
    """
    for row in module.descend_owned(function):
        if module.kind[row] != Kind.CALL or module.text(row) not in _TAKING or module.count[row] != 1:
            continue
        callee = module.first[row]
        held = module.first[callee] if module.kind[callee] == Kind.MEMBER else -1
        binding = module.binding[held] if held >= 0 and module.kind[held] == Kind.IDENT else -1
        if binding >= 0 and module.binding_owner[binding] not in {0, function}:
            return held
    return -1


def _counted(module: Module, function: int, calls: list[int]) -> tuple[int, int, int] | None:
    """The list with whose length a function compares an index that is one more each time it calls itself."""
    for row in module.descend_owned(function):
        if module.kind[row] in _ASKING:
            for test in module.descend_owned(module.first[row]):
                if module.kind[test] == Kind.BINARY:
                    left, right = module.ops(test)
                    for length, index in ((left, right), (right, left)):
                        if _is_length(module, length) and _is_next(module, function, calls, index):
                            return function, module.first[length], index
    return None


def _is_length(module: Module, row: int) -> bool:
    return module.kind[row] == Kind.MEMBER and module.text(row) in COUNTED


def _is_next(module: Module, function: int, calls: list[int], index: int) -> bool:
    """Whether a name is one more in the next call: `next(i + 1)`, `next(++i)`, or `i++` on the way there."""
    binding = module.binding[index] if module.kind[index] == Kind.IDENT else -1
    if binding < 0 or module.binding_kind[binding] == BindingKind.IMPORT:
        return False
    for row in module.descend(function):
        if module.kind[row] == Kind.UPDATE and module.binding[module.first[row]] == binding:
            return True
    params = [module.binding[module.first[param]] for param in module.params(function)]
    at = params.index(binding) if binding in params else -1
    for call in (module.parent[ref] for ref in calls if module.first[module.parent[ref]] == ref):
        arguments = module.args(call)
        if 0 <= at < len(arguments) and module.kind[arguments[at]] == Kind.BINARY:
            left, right = module.ops(arguments[at])
            if module.binding[left] == binding and module.text(right) == "1" and module.text(arguments[at]) == "+":
                return True
    return False

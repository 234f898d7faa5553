"""Limits: lists that stay short where they are read, because the code refuses longer ones, or by what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from reviewer.model.guards import Subject, conjuncts, reads_it, subject_of
from reviewer.model.paths import Truth, conditions
from reviewer.source.module import Kind, Module

_COUNTS: Final = frozenset({"length", "size"})
_KEEPING: Final = frozenset(
    {"entries", "filter", "keys", "map", "reverse", "slice", "sort", "toReversed", "toSorted", "values"}
)
_SEPARATORS: Final = frozenset({Kind.STRING, Kind.REGEX})
_LINES: Final = ("\n", "\r", "\\n", "\\r")
"""What ends a line, as a text or a pattern says it: a text may have as many lines as a table has rows."""
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "===": "===", "==": "==", "!==": "!==", "!=": "!="}
_BELOW: Final = frozenset({"<", "<=", "===", "=="})
_ABOVE: Final = frozenset({">", ">=", "!==", "!="})
_EQUAL: Final = {True: frozenset({"===", "=="}), False: frozenset({"!==", "!="})}
_STEPS: Final = 4


def is_refused(module: Module, row: int, is_small: Callable[[int], bool]) -> bool:
    """Whether the list at a row is known to be short there: `if (list.length > 5) return` stands before it, for the
    list, for one that has as many elements, or for what it is made of. is_small: of the row of a number.
    """
    return any(_is_checked(module, each, row, is_small, _STEPS) for each in _longer(module, row))


def is_of_levels(module: Module, row: int) -> bool:
    """Whether the elements are the levels of one path, or other parts of one line: `path.split('/')`."""
    for each in _longer(module, row):
        if module.kind[each] == Kind.CALL and module.text(each) == "split" and len(module.args(each)) == 1:
            separator = module.args(each)[0]
            if module.kind[separator] in _SEPARATORS and not any(end in module.text(separator) for end in _LINES):
                return True
    return False


def _longer(module: Module, row: int) -> Iterator[int]:
    """The rows of a list and of those it is made of, none of which has fewer elements."""
    for _ in range(2 * _STEPS):
        yield row
        match module.kind[row]:
            case Kind.IDENT if module.binding[row] >= 0 and len(module.writes(module.binding[row])) == 1:
                declarator = module.parent[module.writes(module.binding[row])[0]]
                if module.kind[declarator] != Kind.DECLARATOR or module.kind[module.first[declarator]] != Kind.IDENT:
                    return
                row = module.op(declarator, 1)
            case Kind.AWAIT:
                row = module.first[row]
            case Kind.CALL if module.kind[module.first[row]] == Kind.MEMBER and module.text(row) in _KEEPING:
                row = module.first[module.first[row]]
            case Kind.ARRAY if module.count[row] == 1 and module.kind[module.first[row]] == Kind.SPREAD:
                row = module.first[module.first[row]]
            case Kind.NEW if module.text(row) == "Set" and len(module.args(row)) == 1:
                row = module.args(row)[0]
            case _:
                return


def _is_checked(module: Module, row: int, at: int, is_small: Callable[[int], bool], steps: int) -> bool:
    subject = subject_of(module, row)
    if subject is None or not steps:
        return False
    while True:
        for condition, truth in conditions(module, at):
            if truth in {Truth.TRUE, Truth.FALSE}:
                for test, holds in conjuncts(module, condition, holds=truth == Truth.TRUE):
                    if _says_short(module, test, subject, at, is_small, steps, holds=holds):
                        return True
        owner = module.owner[at]
        # What is checked before a function is written holds in it, where the variable keeps its value.
        if not owner or len(module.writes(subject.binding)) != 1:
            return False
        at = owner


def _says_short(
    module: Module,
    test: int,
    subject: Subject,
    at: int,
    is_small: Callable[[int], bool],
    steps: int,
    *,
    holds: bool,
) -> bool:
    """Whether a test of this truth says that the list has few elements, or as many as one that has."""
    if module.kind[test] != Kind.BINARY or module.text(test) not in _MIRRORED:
        return False
    left, right = module.ops(test)
    operator = module.text(test)
    for one, other, said in ((left, right, operator), (right, left, _MIRRORED[operator])):
        if not _is_length(module, one) or not reads_it(module, module.first[one], subject):
            continue
        if said in (_BELOW if holds else _ABOVE) and is_small(other):
            return True
        if said in _EQUAL[holds] and _is_length(module, other):
            return any(
                _is_checked(module, each, at, is_small, steps - 1) for each in _longer(module, module.first[other])
            )
    return False


def _is_length(module: Module, row: int) -> bool:
    return module.kind[row] == Kind.MEMBER and module.text(row) in _COUNTS

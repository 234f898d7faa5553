"""Guards: the single tests that a condition is made of, and what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from reviewer.source.module import Kind, Module

EQUAL: Final = {"===": True, "==": True, "!==": False, "!=": False}
"""Whether an operator that holds says that its sides are equal."""


class Subject(NamedTuple):
    """What tests are about: a variable, or a member of what it holds."""

    binding: int
    path: tuple[str, ...] = ()


def subject_of(module: Module, row: int) -> Subject | None:
    """What a row reads: a variable, or a member that nothing is written to behind its name."""
    path: list[str] = []
    while module.kind[row] == Kind.MEMBER:
        path.append(module.text(row))
        row = module.first[row]
    binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
    if binding < 0 or len(module.refs(binding)) < 2:
        return None
    subject = Subject(binding, tuple(reversed(path)))
    if path and (len(module.writes(binding)) > 1 or any(is_target(module, at) for at in reads(module, subject))):
        return None
    return subject


def reads(module: Module, subject: Subject) -> Iterator[int]:
    """The rows of a module that name it."""
    for ref in module.refs(subject.binding):
        at = ref
        for name in subject.path:
            at = module.parent[at]
            if module.kind[at] != Kind.MEMBER or module.text(at) != name:
                break
        else:
            yield at


def is_target(module: Module, row: int) -> bool:
    """Whether something is written to a row."""
    parent = module.parent[row]
    return module.kind[parent] in {Kind.ASSIGN, Kind.UPDATE} and module.first[parent] == row


def conjuncts(module: Module, condition: int, *, holds: bool) -> Iterator[tuple[int, bool]]:
    """The single tests that hold where the condition has this truth: `a && b` true gives both, `a || b` false too."""
    pending = [(condition, holds)]
    while pending:
        row, truth = pending.pop()
        kind = module.kind[row]
        if kind == Kind.UNARY and module.text(row) == "!":
            pending.append((module.first[row], not truth))
        elif kind == Kind.LOGICAL and module.text(row) == ("&&" if truth else "||"):
            pending.extend((operand, truth) for operand in module.ops(row))
        else:
            yield row, truth


def disjuncts(module: Module, test: int, *, holds: bool) -> Iterator[tuple[int, bool]]:
    """The single tests of which at least one holds: of `a || b || c` that is true, of `a && b` that is false."""
    pending = [(test, holds)]
    while pending:
        row, truth = pending.pop()
        kind = module.kind[row]
        if kind == Kind.UNARY and module.text(row) == "!":
            pending.append((module.first[row], not truth))
        elif kind == Kind.LOGICAL and module.text(row) == ("||" if truth else "&&"):
            pending.extend((operand, truth) for operand in module.ops(row))
        else:
            yield row, truth


def names(module: Module, row: int, binding: int) -> bool:
    """Whether a row is the name of the variable."""
    return module.kind[row] == Kind.IDENT and module.binding[row] == binding


def reads_it(module: Module, row: int, subject: Subject) -> bool:
    """Whether a row reads what the tests are about."""
    for name in reversed(subject.path):
        if module.kind[row] != Kind.MEMBER or module.text(row) != name:
            return False
        row = module.first[row]
    return names(module, row, subject.binding)

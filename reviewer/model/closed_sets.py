"""Closed sets: whether the code itself holds what a value is held against, and which test asks an index for that."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Constant, External, Literal, Made, Typed
from reviewer.model.flows import steps_below
from reviewer.model.narrow_patterns import is_narrow_pattern
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import Path
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import BarrierFact
    from reviewer.model.model import Model

_HARMLESS: Final = frozenset({"boolean", "date", "identifier", "number", "uuid"})
_FOUND: Final = {
    (">", "-1"): True,
    (">=", "0"): True,
    ("!==", "-1"): True,
    ("!=", "-1"): True,
    ("<", "0"): False,
    ("<=", "-1"): False,
    ("===", "-1"): False,
    ("==", "-1"): False,
}
"""What a comparison of an index says of whether something was found, where it holds."""
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def held_against(model: Model, module: Module, call: int, fact: BarrierFact) -> Generator[Key, Answer, bool]:
    """Whether the code holds all that a CALL row compares a value with, by a row that says what it compares it with; of
    a row that does not, the function knows it by itself.
    """
    callee, arguments = module.first[call], module.args(call)
    for path in fact.against:
        receiver = module.first[callee] if module.kind[callee] == Kind.MEMBER else -1
        at = path[0].low if path[0].kind == "argument" else -1
        row = receiver if path[0].kind == "receiver" else arguments[at] if 0 <= at < len(arguments) else -1
        if row < 0 or not (yield from is_closed(model, module, row, steps_below(path[1:]))):
            return False
    return True


def is_closed(model: Model, module: Module, row: int, below: Path) -> Generator[Key, Answer, bool]:
    """Whether what lies below a value, the elements of a list or the names of an object, is written in the code.

    A list or table that did not come with the request is, what is made of such, and a pattern that admits no quotes and
    blanks.
    """
    held = yield model.values.resolved(module.index, row)
    patterns = [item.text for item in held.items if isinstance(item, Constant) and item.kind == "regexp"]
    if patterns:
        return len(patterns) == len(held.items) and all(map(is_narrow_pattern, patterns))
    known = [item for item in held.items if not isinstance(item, Typed)]
    if not known or not all(
        isinstance(item, Literal | Made) or (isinstance(item, External) and item.state != 0) for item in known
    ):
        return False
    origins = yield model.origins.closed(module.index, row, below)
    if origins.open and any(isinstance(item, Made) for item in held.items):
        return False
    return all(not _HARMLESS.isdisjoint(item.passed) for item in origins.items)


def sought(module: Module, test: int, *, holds: bool) -> int:
    """The CALL row whose index says that something was found, where a test has this truth; -1 where it says nothing:
    `list.indexOf(x) >= 0`, `~list.indexOf(x)`.
    """
    if module.kind[test] == Kind.UNARY and module.text(test) == "~" and holds:
        return module.first[test] if module.kind[module.first[test]] == Kind.CALL else -1
    if module.kind[test] != Kind.BINARY or module.count[test] != 2:
        return -1
    operator = module.text(test)
    left, right = module.ops(test)
    for one, other, named in ((left, right, operator), (right, left, _MIRRORED.get(operator, operator))):
        if module.kind[one] == Kind.CALL and _FOUND.get((named, _number(module, other))) is holds:
            return one
    return -1


def _number(module: Module, row: int) -> str:
    if module.kind[row] == Kind.UNARY and module.text(row) == "-":
        return "-" + module.text(module.first[row])
    return module.text(row) if module.kind[row] == Kind.NUMBER else ""

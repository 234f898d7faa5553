"""What a condition in force proves of a variable: that it is on a list of constants, a number, or matched a pattern."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Constant, External, Literal
from reviewer.model.paths import conditions
from reviewer.model.solve import Answer, Key
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_EQUAL: Final = {"===": True, "==": True, "!==": False, "!=": False}


def guarded(model: Model, module: Module, row: int) -> Generator[Key, Answer, tuple[str, ...]]:
    """The barriers that the conditions in force at an IDENT row prove of its variable."""
    binding = module.binding[row]
    refs = module.refs(binding)
    if len(refs) < 2 or not any(_is_tested(module, ref) for ref in refs if ref != row):  # noqa: PLR2004
        return ()
    barriers: set[str] = set()
    for condition, polarity in conditions(module, row):
        for test, holds in _conjuncts(module, condition, polarity):
            barriers.update((yield from _proved(model, module, test, binding, holds=holds)))
    return tuple(sorted(barriers))


def _is_tested(module: Module, ref: int) -> bool:
    """Whether a read stands in a test that could prove something."""
    parent = module.parent[ref]
    kind = module.kind[parent]
    if kind == Kind.BINARY:
        return module.text(parent) in _EQUAL or module.text(parent) == "in"
    if kind in {Kind.CALL, Kind.SWITCH}:
        return True
    return kind == Kind.UNARY and module.text(parent) == "typeof"


def _conjuncts(module: Module, condition: int, polarity: bool) -> Generator[tuple[int, bool], None, None]:  # noqa: FBT001
    """The single tests that hold where the condition has this truth: `a && b` true gives both, `a || b` false too."""
    pending = [(condition, polarity)]
    while pending:
        row, truth = pending.pop()
        kind = module.kind[row]
        if kind == Kind.UNARY and module.text(row) == "!":
            pending.append((module.first[row], not truth))
        elif kind == Kind.LOGICAL and module.text(row) == ("&&" if truth else "||"):
            pending.extend((operand, truth) for operand in module.ops(row))
        else:
            yield row, truth


def _names(module: Module, row: int, binding: int) -> bool:
    return module.kind[row] == Kind.IDENT and module.binding[row] == binding


def _proved(
    model: Model, module: Module, test: int, binding: int, *, holds: bool
) -> Generator[Key, Answer, frozenset[str]]:
    """What a single test that has this truth proves of the variable."""
    kind = module.kind[test]
    if kind == Kind.BINARY and module.count[test] == 2:  # noqa: PLR2004
        left, right = module.ops(test)
        operator = module.text(test)
        for one, other in ((left, right), (right, left)):
            if _names(module, one, binding) and _EQUAL.get(operator) is holds:
                value = yield model.values.of(module.index, other)
                if value.complete and value.items and all(isinstance(item, Constant) for item in value.items):
                    return frozenset({"identifier"})
            if module.kind[one] == Kind.UNARY and module.text(one) == "typeof" and _EQUAL.get(operator) is holds:
                if _names(module, module.first[one], binding) and module.text(other) in {"number", "boolean"}:
                    return frozenset({module.text(other)})
        if operator == "in" and holds and _names(module, left, binding):
            return frozenset({"identifier"})
    if kind == Kind.CALL:
        return (yield from _proved_by_call(model, module, test, binding, holds=holds))
    return frozenset()


def _proved_by_call(
    model: Model, module: Module, call: int, binding: int, *, holds: bool
) -> Generator[Key, Answer, frozenset[str]]:
    """`LIST.includes(x)`, `Number.isInteger(x)`, `/^\\w+$/.test(x)`: what the rows say of a call that is a guard."""
    arguments = module.args(call)
    if not arguments or not any(_names(module, argument, binding) for argument in arguments):
        return frozenset()
    callees = yield model.calls.callees(module.index, call)
    states = [item.state for item in callees.items if isinstance(item, External)]
    if callees.open and module.kind[module.first[call]] == Kind.MEMBER:
        states.extend(model.libraries.language(module.text(module.first[call])))
    if not holds:
        return frozenset()
    found = {barrier for state in states for barrier in model.libraries.guards(state)}
    if found and module.kind[module.first[call]] == Kind.MEMBER and not (yield from _is_trusted(model, module, call)):
        found.discard("identifier")
    return frozenset(found)


def _is_trusted(model: Model, module: Module, call: int) -> Generator[Key, Answer, bool]:
    """Whether the receiver of the test is written in the code: a list that did not come with the request, or a pattern
    that admits no quotes and blanks."""
    held = yield model.values.resolved(module.index, module.first[module.first[call]])
    patterns = [item.text for item in held.items if isinstance(item, Constant) and item.kind == "regexp"]
    if patterns:
        return len(patterns) == len(held.items) and all(map(is_narrow_pattern, patterns))
    return bool(held.items) and all(
        isinstance(item, Literal) or (isinstance(item, External) and item.state != 0) for item in held.items
    )


def is_narrow_pattern(text: str) -> bool:
    """Whether a regular expression's text (`/^[a-z_]+$/i`) is anchored at both ends and cannot match quotes or blanks."""
    body = text[1 : text.rfind("/")]
    if not (body.startswith("^") and body.endswith("$")):
        return False
    inner = body[1:-1]
    risky = (".", "\\s", "\\S", "\\W", "\\D", "[^", "'", '"', ";", " ", "`")
    plain = inner.replace("\\.", "").replace("\\-", "")
    return not any(mark in plain for mark in risky)

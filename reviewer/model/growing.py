"""Growing: which collections get longer with what is stored, and what is done in each turn over one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from reviewer.model.guards import conjuncts, disjuncts
from reviewer.model.paths import Truth, conditions
from reviewer.model.sources import Source
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.does import Doing
    from reviewer.model.model import Model
    from reviewer.model.turns import Turn

_ROW: Final = "database.row"
_CALLER: Final = "caller"
_CAPPED: Final = "cap"
_BELOW: Final = frozenset({Kind.MEMBER, Kind.INDEX, Kind.CALL})
_NAMED: Final = frozenset({Kind.IDENT, Kind.MEMBER, Kind.INDEX, Kind.THIS})
_NOTHING: Final = frozenset({Kind.NULL, Kind.UNDEFINED})
_SAME: Final = frozenset({"===", "==", "!==", "!="})


def grows(model: Model, turn: Turn, calls: Iterable[Doing]) -> bool:
    """Whether the collection comes out of a query, or the function goes on to the children of each element. What
    callers out of sight hand over may be anything, and so may what comes from too many places to tell; how long a list
    is that a request brings, its sender knows.
    """
    module = model.link.body(turn.module)
    if all(model.bounds.is_short(turn, call.row) for call in calls):
        return False
    found = model.ask(model.origins.closed(module.index, turn.over, ("*",)))
    sources = [item for item in found.items if isinstance(item, Source)]
    rows = [item for item in sources if item.kind == _ROW]
    is_known = len(rows) > 0 and _CAPPED not in found.open and not any(item.kind == _CALLER for item in sources)
    if is_known:
        return len(rows) < len(sources) or not model.bounds.seeded.are_seeded(rows)
    runners = set(model.turns.runners(module.index, turn.row))
    return not _is_given(module, turn.over, runners) and any(
        call.callee is not None and call.callee.module == module.index and call.callee.row in runners for call in calls
    )


def _is_given(module: Module, over: int, functions: set[int]) -> bool:
    """Whether a collection is what one of some functions is given, or a part of that: a tree that is there already."""
    while module.kind[over] in _BELOW:
        over = module.first[over]
    binding = module.binding[over] if module.kind[over] == Kind.IDENT else -1
    is_parameter = binding >= 0 and module.binding_kind[binding] == BindingKind.PARAM
    return is_parameter and module.binding_owner[binding] in functions


def is_in_each(model: Model, turn: Turn, row: int) -> bool:
    """Whether a row runs in each turn, but for those whose element lacks something: no other test leaves it out."""
    module = model.link.body(turn.module)
    body = turn.body
    if module.kind[turn.row] == Kind.CALL and module.kind[body] != Kind.FUNCTION:
        return True  # what is handed over has a name, and stands elsewhere
    start, end = module.start[body], module.end[body]
    tests = (
        test
        for condition, truth in conditions(module, row)
        if truth in {Truth.TRUE, Truth.FALSE} and start <= module.start[condition] < end
        for test in _tests(module, condition, holds=truth == Truth.TRUE)
    )
    return all(_is_of_presence(module, test) for test in tests)


def _tests(module: Module, condition: int, *, holds: bool) -> Iterable[int]:
    for either, truth in conjuncts(module, condition, holds=holds):
        for test, _ in disjuncts(module, either, holds=truth):
            yield test


def _is_of_presence(module: Module, test: int) -> bool:
    """Whether a test asks whether something is there: `if (row.author)`, `if (row.author !== null)`."""
    if module.kind[test] == Kind.BINARY and module.text(test) in _SAME:
        one, other = module.ops(test)
        return any(
            module.kind[here] in _NOTHING and module.kind[there] in _NAMED
            for here, there in ((one, other), (other, one))
        )
    return module.kind[test] in _NAMED

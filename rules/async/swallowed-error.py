"""Finds failures of queries that end in a handler which does nothing about them, and those that a `finally` forgets."""

from __future__ import annotations

from typing import Final

from reviewer.finding import Severity
from reviewer.model import RUNS, Closure, External, FailureHandler, Model, Spot
from reviewer.model.catching import lets_out
from reviewer.model.escapes import covering_catch
from reviewer.model.ways_in import Reached
from reviewer.model.within import rows_within
from reviewer.rulebook.finder import Report
from reviewer.source.module import Flag, Kind, Module

_QUERY: Final = "database.query"
_RELEASE: Final = "connection.release"
_CONSTANT: Final = frozenset({Kind.TRUE, Kind.FALSE})
_ANSWERED: Final = 3
"""Over so many calls it is followed what a function throws."""
_ENDING: Final = frozenset({"shut-down"})
_FAILING: Final = (Kind.THROW, Kind.NEW, Kind.FOR_OF)

_HARMS: Final = {
    "nothing": "nobody hears of it, and the code goes on as if it had worked",
    "null": "the caller gets nothing, as if nothing were stored",
    "empty": "the caller gets an empty result, as if nothing were stored",
    "unset": "the code goes on as if nothing were stored",
    "answer": "it cannot be told from what the code itself throws for an answer",
}
"""What comes of a failure, by what its handler gives."""


def find(handler: FailureHandler, model: Model, report: Report) -> None:
    """A handler of failures, and whether they end there unheard."""
    module = model.link.body(handler.module)
    if module.kind[handler.row] in {Kind.RETURN, Kind.THROW}:
        catch = module.op(module.parent[handler.tried], 1)
        if module.kind[catch] == Kind.CATCH and not lets_out(model, module, catch):
            report.silent("the `catch` before it takes every failure, and lets none out")
        elif not _may_fail(module, handler.tried, model):
            report.silent("what is tried handles every failure itself")
        else:
            _report_ending(handler, module, report)
        return
    gives = _gives(module, handler.body)
    reason = _reason(handler, gives, module)
    if reason:
        report.silent(reason)
        return
    queries = [row for row in _calls_in(module, handler.tried) if _is_query(module, row, model)]
    if not queries:
        report.silent("what fails is no query")
        return
    queries = [row for row in queries if not _handles_itself(module, row, model)]
    if not queries:
        report.silent("what asks the database handles every failure itself")
        return
    if gives == "nothing" and _is_flagged(handler, module):
        report.silent("a variable tells afterwards that it did not work")
        return
    reached = model.entries.reaching(handler.module, module.owner[handler.row])
    kinds = {item.kind for item in reached.items if isinstance(item, Reached)}
    if kinds and kinds <= _ENDING:
        report.silent("the process ends anyway")
        return
    first = Spot(handler.module, min(queries, key=module.start.__getitem__))
    what = f"a failure of `{model.source_text(module, first.row)}` is swallowed"
    steps = [(first, "when this fails"), (handler.spot, "the failure ends here")]
    # What a chain gives in the place of a failure is at least said aloud, and `null` is a value that callers can test.
    test = _test(handler, module) if gives == "nothing" else -1
    is_tested = test >= 0
    if is_tested and any(_is_query(module, row, model) for row in _unhandled_calls(module, test)):
        report.silent(
            "where the variable stays unset, the database is asked for more, which tells of what goes on failing"
        )
        return
    is_answer = module.count[handler.body] > 0 and _throws_itself(module, first.row, model)
    is_said = gives == "null" or handler.call >= 0 or is_tested or is_answer
    gives = "unset" if is_tested else "answer" if is_answer and gives == "nothing" else gives
    severity = Severity.NOTE if is_said else None
    report.at(handler.spot, steps=steps, severity=severity, what=what, harm=_HARMS[gives])


def _may_fail(module: Module, tried: int, model: Model) -> bool:
    """Whether anything that a `try` runs may fail: it throws, waits for what may reject, or calls what may throw."""
    if any(rows_within(module, tried, kind) for kind in _FAILING):
        return True
    awaited = [module.first[row] for row in rows_within(module, tried, Kind.AWAIT)]
    rejects = [model.ask(model.promises.rejects(module.index, row)) for row in awaited]
    if any(each.items or each.open for each in rejects):
        return True
    calls = _calls_in(module, tried)
    return not calls or any(_may_throw(module, call, model) for call in calls if call not in awaited)


def _may_throw(module: Module, call: int, model: Model) -> bool:
    """Whether a call may throw: a library's may where it is given something, or asks a database."""
    callees = model.ask(model.calls.callees(module.index, call))
    if callees.open or not callees.items:
        return True
    for item in callees.items:
        if isinstance(item, Closure):
            thrown = model.ask(model.promises.throws(item.module, item.row))
            if thrown.items or thrown.open:
                return True
        elif len(module.args(call)) or _is_query(module, call, model) or item == External(0):
            return True
    return False


def _handles_itself(module: Module, call: int, model: Model) -> bool:
    """Whether all that a call is known to run lets no failure out."""
    callees = model.ask(model.calls.callees(module.index, call))
    if callees.open or not callees.items or not all(isinstance(item, Closure) for item in callees.items):
        return False
    rejects = model.ask(model.promises.rejects(module.index, call))
    is_promise = RUNS in model.ask(model.promises.yields(module.index, call)).items
    return is_promise and not rejects.items and not rejects.open


def _throws_itself(module: Module, call: int, model: Model) -> bool:
    """Whether a function of the code's own that a call runs throws for an answer, itself or in what it waits for."""
    pending = [(module.index, call)]
    for _ in range(_ANSWERED):
        functions = [item for at in pending for item in model.ask(model.calls.callees(*at)).items]
        escapes = [
            escape
            for item in functions
            if isinstance(item, Closure)
            for escape in model.ask(model.promises.escapes(item.module, item.row)).items
        ]
        if any(escape.how == "throw" for escape in escapes):
            return True
        waited = [(model.link.body(each.module), each) for each in escapes if each.how != "return"]
        rows = [(body.index, body.first[each.row] if each.how == "await" else each.row) for body, each in waited]
        rows += [(each.module, each.row) for each in escapes if each.how == "return"]
        pending = [(m, row) for m, row in rows if model.link.body(m).kind[row] == Kind.CALL]
    return False


def _is_flagged(handler: FailureHandler, module: Module) -> bool:
    """Whether the `try` ends with a variable of its function that is given a constant there, which only says that it
    worked, and is read behind.
    """
    if handler.call >= 0 or module.kind[handler.tried] != Kind.BLOCK or not module.count[handler.tried]:
        return False
    last = module.ops(handler.tried)[-1]
    assign = module.first[last] if module.kind[last] == Kind.EXPRESSION else -1
    if assign < 0 or module.kind[assign] != Kind.ASSIGN or module.kind[module.op(assign, 1)] not in _CONSTANT:
        return False
    target = module.first[assign]
    if module.kind[target] != Kind.IDENT or module.binding[target] < 0:
        return False
    behind = module.end[module.parent[handler.tried]]
    return any(module.start[ref] >= behind for ref in module.refs(module.binding[target]))


def _test(handler: FailureHandler, module: Module) -> int:
    """The IF that asks, first of what follows, whether a variable has a value which has none before and is only given
    one by the `try`; -1 without one.
    """
    statement = module.parent[handler.tried]
    ops = module.ops(handler.tried)
    around = list(module.ops(module.parent[statement]))
    after = around[around.index(statement) + 1 :] if statement in around else []
    if handler.call >= 0 or len(ops) != 1 or module.kind[ops[0]] != Kind.EXPRESSION:
        return -1
    assign = module.first[ops[0]]
    target = module.first[assign] if module.kind[assign] == Kind.ASSIGN else -1
    if target < 0 or module.kind[target] != Kind.IDENT or module.binding[target] < 0:
        return -1
    binding = module.binding[target]
    first = next((each for each in after if _names(module, each, binding)), -1)
    others = [each for each in module.writes(binding) if each != target]
    is_unset = all(
        module.kind[module.parent[each]] == Kind.DECLARATOR
        and module.kind[module.op(module.parent[each], 1)] in {Kind.NONE, Kind.NULL, Kind.UNDEFINED}
        for each in others
    )
    is_asked = first >= 0 and module.kind[first] == Kind.IF and _names(module, module.first[first], binding)
    return first if is_unset and is_asked else -1


def _names(module: Module, row: int, binding: int) -> bool:
    """Whether a variable stands in a row."""
    return any(module.start[row] <= module.start[ref] < module.end[row] for ref in module.refs(binding))


def _unhandled_calls(module: Module, test: int) -> list[int]:
    """The calls in the first branch of an IF whose failure is not caught where that of the query was."""
    return [row for row in rows_within(module, module.op(test, 1), Kind.CALL) if covering_catch(module, row) < 0]


def _report_ending(handler: FailureHandler, module: Module, report: Report) -> None:
    said = "return" if module.kind[handler.row] == Kind.RETURN else "throw"
    report.at(
        handler.spot,
        steps=[
            (Spot(handler.module, handler.tried), "when something in here fails"),
            (handler.spot, "this replaces it"),
        ],
        what=f"this `{said}` stands in a `finally`",
        harm="whatever failed in the `try` is forgotten, and nobody hears of it",
    )


def _gives(module: Module, body: int) -> str:
    """What a handler gives that does nothing else: `nothing`, `null`, or an `empty` result; empty for all others."""
    if module.kind[body] != Kind.BLOCK:
        return _value(module, body)
    if not module.count[body]:
        return "nothing"
    statement = module.first[body]
    if module.count[body] > 1:
        return ""
    match module.kind[statement]:
        case Kind.CONTINUE:
            return "nothing"
        case Kind.RETURN:
            return _value(module, module.first[statement])
        case _:
            return ""


def _value(module: Module, row: int) -> str:
    kind = module.kind[row]
    if kind in {Kind.NONE, Kind.UNDEFINED} or (kind == Kind.UNARY and module.text(row) == "void"):
        return "nothing"
    if kind == Kind.NULL:
        return "null"
    return "empty" if kind in {Kind.ARRAY, Kind.OBJECT} and not module.count[row] else ""


def _reason(handler: FailureHandler, gives: str, module: Module) -> str:
    """Why a handler swallows nothing, as far as its text tells."""
    if not gives:
        return "it does something about the failure, or tells the caller"
    if module.has(handler.body, Flag.EXPLAINED):
        return "a comment says why"
    if _is_within_handling(module, handler.row if handler.call < 0 else handler.call):
        return "another failure is being handled, or something is being ended"
    if handler.call >= 0:
        is_told = gives != "empty" and _is_used(module, handler.call)
        return "who waits for it can tell that there is no value" if is_told else ""
    leaves = (Kind.RETURN, Kind.BREAK)
    if gives == "nothing" and any(rows_within(module, handler.tried, kind) for kind in leaves):
        return "where it does not work, the code goes on to something else"
    return ""


def _is_used(module: Module, call: int) -> bool:
    """Whether something looks at what a chain gives in the end."""
    at = call
    while (
        module.kind[module.parent[at]] in {Kind.AWAIT, Kind.MEMBER, Kind.CALL} and module.first[module.parent[at]] == at
    ):
        at = module.parent[at]
    return module.kind[module.parent[at]] != Kind.EXPRESSION


def _is_within_handling(module: Module, row: int) -> bool:
    """Whether a row stands in a `catch` or a `finally`, within its function."""
    at = module.region[row]
    if at == row:
        at = module.parent[row]
    while module.kind[at] not in {Kind.FUNCTION, Kind.PROGRAM}:
        parent = module.parent[at]
        if module.kind[parent] == Kind.TRY and at != module.first[parent]:
            return True
        at = module.region[at]
    return False


def _is_query(module: Module, row: int, model: Model) -> bool:
    return model.does.at(_QUERY, module.index, row) is not None and model.does.at(_RELEASE, module.index, row) is None


def _calls_in(module: Module, tried: int) -> list[int]:
    """The calls that stand in what was tried, and whose failure leads to its handler."""
    rows = [tried] if module.kind[tried] == Kind.CALL else []
    return [*rows, *rows_within(module, tried, Kind.CALL)]

"""Missed: what is lost where the `catch` around a returned promise does not run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.catching import lets_out
from reviewer.model.escapes import covering_catch
from reviewer.model.holding import begins_with
from reviewer.model.logged import only_writes
from reviewer.model.paths import Machine, walk
from reviewer.model.paths.conditions import stable_facts
from reviewer.model.within import rows_within
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.returned import Returned

_COMMIT: Final = "transaction.commit"
_ROLLBACK: Final = "transaction.rollback"
_PASSED: Final = "failure.passed"
_ELSEWHERE: Final = (Kind.RETURN, Kind.BREAK, Kind.CONTINUE)
_GOING_ON: Final = (*_ELSEWHERE, Kind.AWAIT)
_LEAVING: Final = (*_ELSEWHERE, Kind.THROW)
_ENDS: Final = frozenset({Kind.THROW, Kind.EXPRESSION, Kind.RETURN})
_WRITES: Final = (Kind.ASSIGN, Kind.UPDATE)
_NOTHING: Final = frozenset({Kind.NONE, Kind.NULL, Kind.UNDEFINED, Kind.FALSE})


def lost(returned: Returned, model: Model) -> str:
    """What is missed of a CATCH that does not run: nothing where it passes on what it gets, and what it takes back was
    committed before; `told` where it only logs besides; else `done`.
    """
    module, catch = model.link.body(returned.module), returned.catch
    body = module.op(catch, 1)
    passing = _passing(module, catch, model)
    if passing < 0:
        return "done"
    calls = [
        row for row in rows_within(module, body, Kind.CALL) if row != passing and not _is_argument(module, row, body)
    ]
    undone = [row for row in calls if model.sites.plays(_ROLLBACK, module, row)]
    waited = {module.first[row] for row in rows_within(module, body, Kind.AWAIT)}
    logged = [row for row in calls if only_writes(model, module, row) and row not in waited]
    written = any(rows_within(module, body, kind) for kind in _WRITES)
    if written or not waited <= set(undone) or len(undone) + len(logged) < len(calls):
        return "done"
    if not all(_is_committed(returned, row, model) for row in undone):
        return "done"
    return "told" if logged else ""


def only_throws(model: Model, module: Module, catch: int) -> bool:
    """Whether a CATCH does nothing but to throw another failure; or throws on each way through it, and only logs
    besides, what it makes of the failure that it gets. What is lost then is how that is told.
    """
    body, target = module.op(catch, 1), module.first[catch]
    ops = module.ops(body)
    if not ops or module.kind[ops[-1]] != Kind.THROW or any(rows_within(module, body, kind) for kind in _GOING_ON):
        return False
    if len(ops) == 1:
        return True
    if not all(_tells(module, row, target) for row in rows_within(module, body, Kind.THROW)):
        return False
    done = (row for row in rows_within(module, body, Kind.EXPRESSION))
    return all(
        module.kind[module.first[row]] == Kind.CALL and only_writes(model, module, module.first[row]) for row in done
    )


def _tells(module: Module, throw: int, target: int) -> bool:
    """Whether what is thrown is made of what a `catch` gets."""
    refs = module.refs(module.binding[target]) if module.kind[target] == Kind.IDENT else ()
    return any(module.start[throw] <= module.start[ref] < module.end[throw] for ref in refs)


def _passing(module: Module, catch: int, model: Model) -> int:
    """The row by which a CATCH, on each way through it, ends with what it gets: the THROW of that, or the call that
    hands it to the framework, where what the function rejects with goes as well. -1 where it ends otherwise.
    """
    body, target = module.op(catch, 1), module.first[catch]
    ops = module.ops(body)
    if not ops or module.kind[target] != Kind.IDENT or len(module.writes(module.binding[target])) > 1:
        return -1
    last = ops[-1]
    left = [row for kind in _LEAVING for row in rows_within(module, body, kind)]
    if left not in ([last], []) or module.kind[last] not in _ENDS or not module.count[last]:
        return -1
    value = module.first[last]
    if module.kind[last] == Kind.THROW:
        return last if _is_failure(module, value, target) else -1
    is_passed = (
        module.kind[value] == Kind.CALL
        and not rows_within(module, module.first[value], Kind.CALL)  # such as one that sets the status
        and len(module.args(value)) == 1
        and _is_failure(module, module.args(value)[0], target)
        and model.sites.plays(_PASSED, module, value)
    )
    return value if is_passed else -1


def _is_failure(module: Module, value: int, target: int) -> bool:
    return module.kind[value] == Kind.IDENT and module.binding[value] == module.binding[target]


def _is_argument(module: Module, row: int, within: int) -> bool:
    """Whether a call stands in another one of the same block: it only makes what that gets, or what that is made on."""
    for at in module.ancestors(row):
        if at == within:
            return False
        if module.kind[at] == Kind.CALL:
            return True
    return False


class _Committed(Machine[bool]):
    """Whether a commit was evaluated; `missed` once the returned promise is reached without one."""

    def __init__(self, module: Module, commits: frozenset[int], promise: int, known: dict[int, bool]) -> None:
        self.module = module
        self.promise = promise
        self.known = known
        self.rows = commits | {promise}
        self.missed = False

    def step(self, state: bool, row: int) -> bool:  # noqa: FBT001 - the state
        if row == self.promise:
            self.missed = self.missed or not state
            return state
        return True

    def assume(self, state: bool, condition: int, truth: int) -> bool | None:  # noqa: FBT001 - the state
        """Where the rollback would not run either, no commit is wanted."""
        known = self.known.get(self.module.binding[condition]) if self.module.kind[condition] == Kind.IDENT else None
        return None if known is not None and truth in (0, 1) and bool(truth) is not known else state


def _is_committed(returned: Returned, rollback: int, model: Model) -> bool:
    """Whether every way to the promise, on which the rollback would take back anything, has committed before."""
    module = model.link.body(returned.module)
    held, function = begins_with(module, rollback), module.owner[returned.row]
    commits = frozenset(
        row
        for row in model.sites.candidates(_COMMIT, returned.module)
        if module.owner[row] == function
        and begins_with(module, row) == held
        and model.sites.plays(_COMMIT, module, row)
    )
    if held < 0 or not commits:
        return False
    facts = stable_facts(module, rollback).items()
    known = {binding: truth for binding, truth in facts if len(module.writes(binding)) <= 1}
    machine = _Committed(module, commits, returned.row, known)
    return not walk(module, function, machine, start=False).open and not machine.missed


def is_met_by_callers(returned: Returned, model: Model) -> bool:
    """Whether a CATCH that does not run would only log and give nothing back, and each caller of the function catches
    what it rejects with and goes on as well.
    """
    module, catch = model.link.body(returned.module), returned.catch
    if not _gives_nothing(module, catch, model):
        return False
    uses = model.ask(model.uses.of(returned.module, module.owner[returned.row]))
    return (
        bool(uses.items)
        and not uses.open
        and all(use.kind == "call" and _is_caught(model.link.body(use.module), use.row, model) for use in uses.items)
    )


def _gives_nothing(module: Module, catch: int, model: Model) -> bool:
    body = module.op(catch, 1)
    ops = module.ops(body)
    if not ops or any(rows_within(module, body, kind) for kind in _WRITES):
        return False
    calls = [row for row in rows_within(module, body, Kind.CALL) if not _is_argument(module, row, body)]
    if module.kind[ops[-1]] == Kind.RETURN:
        is_nothing = not module.count[ops[-1]] or module.kind[module.first[ops[-1]]] in _NOTHING
    else:
        is_nothing = _is_last(module, catch) and not any(rows_within(module, body, kind) for kind in _LEAVING)
    return is_nothing and all(only_writes(model, module, row) for row in calls)


def _is_last(module: Module, catch: int) -> bool:
    """Whether nothing follows the `try` of a CATCH in its function."""
    tried = module.parent[catch]
    block = module.parent[tried]
    return module.ops(block)[-1] == tried and module.kind[module.parent[block]] == Kind.FUNCTION


def _is_caught(module: Module, call: int, model: Model) -> bool:
    """Whether a call is waited for in a `try` whose `catch` lets no failure out."""
    catch = covering_catch(module, call)
    return module.kind[module.parent[call]] == Kind.AWAIT and catch >= 0 and not lets_out(model, module, catch)

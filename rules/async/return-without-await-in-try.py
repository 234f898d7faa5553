"""Finds promises that are returned out of a `try` whose `catch` or `finally` does not wait for them."""

from __future__ import annotations

from typing import Final

from reviewer.finding import Severity
from reviewer.model import Closure, External, Model, Returned, Spot
from reviewer.model.catching import is_done_below, is_selective, repeats, runs_the_rest
from reviewer.model.escapes import covering_catch
from reviewer.model.holding import begins_with
from reviewer.model.leaning import leans_on
from reviewer.model.paths import Machine, before, walk
from reviewer.model.paths.conditions import stable_facts
from reviewer.model.within import rows_within
from reviewer.rulebook.finder import Report
from reviewer.source.module import Flag, Kind, Module

_RELEASE: Final = "connection.release"
_COMMIT: Final = "transaction.commit"
_ROLLBACK: Final = "transaction.rollback"
_LOG: Final = "log.write"
_OUTSIDE: Final = ("database.query", "network.request")
_ELSEWHERE: Final = (Kind.RETURN, Kind.BREAK, Kind.CONTINUE)
_WRITES: Final = (Kind.ASSIGN, Kind.UPDATE)


def find(returned: Returned, model: Model, report: Report) -> None:
    """A promise that leaves a `try` before it settles."""
    module = model.link.body(returned.module)
    spot = Spot(returned.module, returned.row)
    finals = [final for final in returned.finals if module.count[final] and not _is_apart(returned, final, model)]
    is_again = returned.catch >= 0 and is_done_below(model, module, returned.row, returned.catch)
    lost = _lost(returned, model) if returned.catch >= 0 and not is_again else ""
    catch = returned.catch if lost else -1
    if catch < 0 and not finals:
        report.silent(
            "the `finally` ends what was awaited before, and touches nothing that this needs"
            if returned.catch < 0
            else "it calls the same function, whose own `catch` does the same"
            if is_again
            else "the `catch` throws on what it gets, and has nothing else to do here"
        )
        return
    if "no" in model.ask(model.promises.yields(*spot)).items:
        report.open("whether it gives back a promise depends on which function it runs")
        return
    if _rejects_on_purpose(module, returned.row, model):
        report.silent("it gives back a rejection on purpose")
        return
    if not finals and runs_the_rest(model, module, returned.row) and _is_for_what_stands_before(returned, model):
        report.silent("the `catch` is for what runs before the rest of the chain, whose failures are the caller's")
        return
    releases = [
        row for final in finals for row in rows_within(module, final, Kind.CALL) if _releases(module, row, model)
    ]
    rejects = model.ask(model.promises.rejects(*spot))
    if not finals and not rejects.items and not rejects.open:
        report.silent("its promise cannot reject")
        return
    name = model.source_text(module, returned.row)
    is_named = module.kind[returned.row] != Kind.NEW and not name.startswith("…")
    what = f"`{name}` is returned" if is_named else "a promise is returned"
    is_async = module.has(module.owner[returned.row], Flag.ASYNC)
    mend = "write `return await`" if is_async else "make the function async and write `return await`"
    cause = _cause(spot, model)
    if releases:
        at, end = Spot(spot.module, releases[0]), "here the connection is given back before the query is done"
        harm = "the `finally` gives the connection back while it is still in use, and the next request gets it as it is"
        report.at(spot, steps=[*cause, (at, end)], what=what, harm=harm, mend=mend)
    elif catch >= 0:
        harm = "when it rejects, the `catch` does not run, and the rejection goes on to the caller"
        steps = [*cause, (Spot(spot.module, catch), "this `catch` does not see the rejection")]
        outer = _outer_catch(module, returned.row)
        if outer >= 0:
            harm = f"when it rejects, the `catch` does not run, only the one on line {module.line(outer)}"
        if lost == "told":
            harm = "when it rejects, the `catch` does not run: the caller gets the failure, but it is not logged here"
        is_less = outer >= 0 or lost == "told" or _throws(module, catch) or _is_little_missed(returned, model)
        severity = Severity.NOTE if is_less else Severity.WARNING
        report.at(spot, steps=steps, severity=severity, what=what, harm=harm, mend=mend)
    else:
        harm = "the `finally` runs at once, while the work is still under way"
        steps = [*cause, (Spot(spot.module, finals[0]), "this runs before the work is done")]
        severity = Severity.NOTE if _ends_what_was_awaited(module, returned.row, finals) else Severity.WARNING
        report.at(spot, steps=steps, severity=severity, what=what, harm=harm, mend=mend)


def _is_for_what_stands_before(returned: Returned, model: Model) -> bool:
    """Whether a CATCH is for other work of its `try` that was waited for, or calls the rest of the chain itself."""
    module = model.link.body(returned.module)
    return _waits_before(module, returned) or repeats(model, module, returned.row, returned.catch)


def _waits_before(module: Module, returned: Returned) -> bool:
    tried = module.first[module.parent[returned.catch]]
    return any(before(module, row, returned.row) == "yes" for row in rows_within(module, tried, Kind.AWAIT))


def _is_little_missed(returned: Returned, model: Model) -> bool:
    """Whether it hardly matters that a CATCH does not run: nobody calls the function; or the `catch` is most likely for
    what was waited for before, and would only do the same again, or picks out failures.
    """
    module = model.link.body(returned.module)
    if model.entries.is_dead(returned.module, returned.row):
        return True
    if not _waits_before(module, returned):  # then a `catch` that does the same again is for another attempt
        return False
    if repeats(model, module, returned.row, returned.catch):
        return True
    return is_selective(module, returned.catch) and all(
        model.does.at(role, returned.module, returned.row) is None for role in _OUTSIDE
    )


def _ends_what_was_awaited(module: Module, row: int, finals: list[int]) -> bool:
    """Whether all that runs at once only sets variables, and other work was awaited before in the same `try`: they may
    say that this is under way, and not what is returned.
    """
    if any(rows_within(module, final, kind) for final in finals for kind in (Kind.CALL, Kind.NEW, Kind.AWAIT)):
        return False
    blocks = [module.first[module.parent[final]] for final in finals]
    start = module.start[row]
    return all(any(module.end[at] <= start for at in rows_within(module, block, Kind.AWAIT)) for block in blocks)


def _outer_catch(module: Module, row: int) -> int:
    """The CATCH around a call that the function of a row is handed to and that is waited for: `await transaction(…)`;
    -1 where there is none.
    """
    call = module.parent[module.owner[row]]
    if module.kind[call] != Kind.CALL or module.kind[module.parent[call]] != Kind.AWAIT:
        return -1
    return covering_catch(module, call)


def _throws(module: Module, catch: int) -> bool:
    """Whether a CATCH only throws another failure: what is lost then is how the failure is told."""
    body = module.op(catch, 1)
    return module.count[body] == 1 and module.kind[module.first[body]] == Kind.THROW


def _lost(returned: Returned, model: Model) -> str:
    """What is missed of a CATCH that does not run: nothing where it throws on what it gets, and what it takes back was
    committed before; `told` where it only logs besides; else `done`.
    """
    module, catch = model.link.body(returned.module), returned.catch
    body = module.op(catch, 1)
    if not _rethrows(module, catch):
        return "done"
    calls = [row for row in rows_within(module, body, Kind.CALL) if not _is_argument(module, row, body)]
    undone = [row for row in calls if model.sites.plays(_ROLLBACK, module, row)]
    waited = {module.first[row] for row in rows_within(module, body, Kind.AWAIT)}
    logged = [row for row in calls if model.sites.plays(_LOG, module, row) and row not in waited]
    written = any(rows_within(module, body, kind) for kind in _WRITES)
    if written or not waited <= set(undone) or len(undone) + len(logged) < len(calls):
        return "done"
    if not all(_is_committed(returned, row, model) for row in undone):
        return "done"
    return "told" if logged else ""


def _rethrows(module: Module, catch: int) -> bool:
    """Whether a CATCH ends, on each way through it, by throwing what it gets."""
    body, target = module.op(catch, 1), module.first[catch]
    thrown = rows_within(module, body, Kind.THROW)
    ops = module.ops(body)
    if not ops or thrown != [ops[-1]] or module.kind[target] != Kind.IDENT:
        return False
    value = module.first[ops[-1]]
    is_same = module.kind[value] == Kind.IDENT and module.binding[value] == module.binding[target]
    is_kept = len(module.writes(module.binding[target])) <= 1
    return is_same and is_kept and not any(rows_within(module, body, kind) for kind in _ELSEWHERE)


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


def _is_apart(returned: Returned, final: int, model: Model) -> bool:
    """Whether a `finally` ends what the `try` has awaited before, and touches nothing that the promise needs."""
    module = model.link.body(returned.module)
    tried = module.first[module.parent[final]]
    if not any(before(module, row, returned.row) == "yes" for row in rows_within(module, tried, Kind.AWAIT)):
        return False
    is_lent = any(_releases(module, row, model) for row in rows_within(module, final, Kind.CALL))
    needed = leans_on(module, returned.row, waited=is_lent)
    return needed.isdisjoint(leans_on(module, final, waited=True))


def _rejects_on_purpose(module: Module, row: int, model: Model) -> bool:
    """Whether it is a call of `Promise.reject`: a promise that nothing waits for, and that only rejects."""
    if module.kind[row] != Kind.CALL:
        return False
    callees = model.ask(model.calls.callees(module.index, row)).items
    return bool(callees) and all(
        isinstance(item, External) and model.libraries.always_rejects(item.state) for item in callees
    )


def _releases(module: Module, row: int, model: Model) -> bool:
    return model.does.at(_RELEASE, module.index, row) is not None


def _cause(spot: Spot, model: Model) -> list[tuple[Spot, str]]:
    """What in a function of the code that it runs makes the promise reject."""
    if model.link.body(spot.module).kind[spot.row] != Kind.CALL:
        return []
    causes = []
    for callee in model.ask(model.calls.callees(*spot)).items:
        if isinstance(callee, Closure):
            escapes = model.ask(model.promises.escapes(callee.module, callee.row)).items
            if escapes:
                first = min(escapes, key=lambda escape: (not escape.certain, escape.module, escape.row))
                causes.append(Spot(first.module, first.row))
    return [(min(causes), "when this fails, the promise rejects")] if causes else []

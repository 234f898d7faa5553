"""Finds promises that are returned out of a `try` whose `catch` or `finally` does not wait for them."""

from __future__ import annotations

from typing import Final

from reviewer.finding import Severity
from reviewer.model import Closure, External, Model, Returned, Spot
from reviewer.model.alike import is_handled_alike
from reviewer.model.catching import is_done_anyway, is_done_below, is_selective, repeats, runs_the_rest
from reviewer.model.escapes import covering_catch
from reviewer.model.leaning import leans_on
from reviewer.model.missed import is_met_by_callers, lost, only_throws
from reviewer.model.paths import before
from reviewer.model.within import rows_within
from reviewer.rulebook.finder import Report
from reviewer.source.module import Flag, Kind, Module

_RELEASE: Final = "connection.release"
_OUTSIDE: Final = ("database.query", "network.request")


def find(returned: Returned, model: Model, report: Report) -> None:
    """A promise that leaves a `try` before it settles."""
    module = model.link.body(returned.module)
    spot = Spot(returned.module, returned.row)
    finals = [final for final in returned.finals if module.count[final] and not _is_apart(returned, final, model)]
    is_again = returned.catch >= 0 and is_done_below(model, module, returned.row, returned.catch)
    is_done = returned.catch >= 0 and (
        is_done_anyway(model, module, returned.row, returned.catch)
        or is_handled_alike(model, module, returned.row, returned.catch)
    )
    missed = lost(returned, model) if returned.catch >= 0 and not is_again and not is_done else ""
    catch = returned.catch if missed else -1
    if catch < 0 and not finals:
        report.silent(
            "the `finally` ends what was awaited before, and touches nothing that this needs"
            if returned.catch < 0
            else "it calls the same function, whose own `catch` does the same"
            if is_again
            else "the promise itself does in a handler of its own what the `catch` would do"
            if is_done
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
        if missed == "told":
            harm = "when it rejects, the `catch` does not run: the caller gets the failure, but it is not logged here"
        is_met = is_met_by_callers(returned, model)
        if is_met:
            harm = "when it rejects, the `catch` does not run, only those of its callers"
        is_less = is_met or outer >= 0 or missed == "told" or only_throws(model, module, catch)
        is_less = is_less or _is_little_missed(returned, model)
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
    """Whether it hardly matters that a CATCH does not run: nobody calls the function; or the
    `catch` is most likely for what was waited for before, and would do nothing or only the same again, or picks out
    failures.
    """
    module = model.link.body(returned.module)
    if model.entries.is_dead(returned.module, returned.row):
        return True
    if not _waits_before(module, returned):  # then a `catch` that does the same again is for another attempt
        return False
    if not module.count[module.op(returned.catch, 1)]:  # it would be passed over, and what follows the `try` be done
        return True
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

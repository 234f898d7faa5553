"""Finds promises that nobody waits for and whose rejection nobody handles, and queries that are never run."""

from __future__ import annotations

from functools import partial
from typing import Final

from reviewer.finding import Severity
from reviewer.model import OTHERS, RUNS, Closure, Escape, External, Library, Model, Spot
from reviewer.model.chains import chain_start
from reviewer.model.checks import only_checks, waits_for_checks
from reviewer.model.dropped import is_dropped_before
from reviewer.model.escapes import is_read
from reviewer.model.heard import is_heard
from reviewer.model.logged import is_logged
from reviewer.model.phases import COMMAND, ENDING, STARTING, is_command, is_only_in, while_starting
from reviewer.model.recurring import is_recurring
from reviewer.rulebook.finder import Report
from reviewer.source.module import Flag, Kind, Module

_ASKING: Final = frozenset({Kind.CONDITIONAL, Kind.IF, Kind.LOGICAL, Kind.UNARY})
"""What a parameter stands in where a function asks whether it was given."""

_LOGGED: Final = "what fails in it is logged before it rejects, but the code here goes on as if it had worked"

_UNCALLED: Final = "nothing that runs in production calls this code; once something does, a rejection is lost"

_REQUEST: Final = "network.request"
_BROWSER: Final = "browser.marker"
_RELEASE: Final = "connection.release"

_IN_A_ROW: Final = 4
"""How many calls of one method in one function read as one thing that was forgotten."""

_ALL_OVER: Final = 20
"""How many calls of a function are more than anybody mends one by one."""


def find(dropped: Spot, model: Model, report: Report) -> None:
    """A call whose promise is dropped."""
    module = model.link.body(dropped.module)
    yields = model.ask(model.promises.yields(*dropped))
    if "no" in yields.items and not _gives_at_times(dropped, model):
        report.open("whether it gives back a promise depends on which function it runs")
        return
    is_called_here = module.kind[module.first[dropped.row]] == Kind.FUNCTION
    name = "this function" if is_called_here else f"`{model.source_text(module, dropped.row)}`"
    lazy = _lazy(dropped, model)
    if lazy is not None:
        if model.callbacks.gets_result(*dropped):
            report.silent("a callback gets the result in place of the promise")
        elif lazy:
            report.silent("it adds to a query that is kept")
        else:
            report.at(
                dropped,
                what=f"{name} only describes a query",
                harm="nothing is sent to the database before somebody awaits it",
            )
        return
    if _takes_callback(dropped, model):
        report.silent("a callback gets the result in place of the promise")
        return
    if _is_for_browsers(module, dropped.row, model):
        report.silent("it asks for a path without a host, or by what only a page has")
        return
    rejects = model.ask(model.promises.rejects(*dropped))
    if not rejects.items and not rejects.open:
        report.silent("its promise cannot reject")
        return
    if is_dropped_before(model, dropped):
        report.silent("the first call of the function that is handed over here tells of its promise")
        return
    if is_heard(model, *dropped):
        report.silent("what gives the promise handles its rejection itself")
        return
    if not rejects.items and rejects.open <= {OTHERS}:
        report.open("what it is known to run lets no rejection out, and it may run something else")
        return
    if is_command(model, dropped.module) and module.owner[dropped.row] <= 0:
        report.silent("the command ends with the failure")
        return
    own = model.implementations.of(*dropped)
    heard_by = model.unhandled.heard_by(*dropped, own)
    logged = bool(heard_by) and is_logged(model, *dropped)
    certain = bool(rejects.items)
    again = bool(heard_by) and is_recurring(model, dropped)
    is_minor = logged or again or (bool(own) and heard_by == own and not model.implementations.is_felt(*dropped))
    report.at(
        Spot(dropped.module, chain_start(module, dropped.row)),
        steps=_steps(dropped, model, certain=certain),
        severity=Severity.NOTE if is_minor else _severity(dropped, heard_by, model, certain=certain),
        what=f"nobody waits for {name} or handles its rejection",
        harm=_LOGGED if logged else _harm(dropped, heard_by, model, again=again),
    )


def _is_for_browsers(module: Module, call: int, model: Model) -> bool:
    """Whether a chain begins with what only browsers have, `window.fetch(…)`, or with a request of the platform for a
    path, which Node.js refuses at once (Fetch).
    """
    while module.kind[call] == Kind.CALL and module.kind[module.first[call]] == Kind.MEMBER:
        call = module.first[module.first[call]]
    if module.kind[call] == Kind.IDENT and module.binding[call] < 0:
        held = model.names.of(module.index, call)
        states = held.states if isinstance(held, Library) else ()
        return any(model.libraries.has_role(state, _BROWSER, None) for state in states)
    is_global = module.kind[call] == Kind.CALL and module.kind[module.first[call]] == Kind.IDENT
    if not is_global or module.binding[module.first[call]] >= 0 or not module.args(call):
        return False
    texts = model.texts(module, module.args(call)[0])
    is_path = bool(texts) and all(text.startswith("/") and not text.startswith("//") for text in texts)
    return is_path and model.sites.plays(_REQUEST, module, call)


def _gives_at_times(dropped: Spot, model: Model) -> bool:
    """Whether each function that the call may run gives a promise on one of its ways."""
    callees = model.ask(model.calls.callees(*dropped)).items
    return bool(callees) and all(
        isinstance(item, Closure) and RUNS in model.ask(model.promises.gives_promise(item.module, item.row)).items
        for item in callees
    )


def _takes_callback(dropped: Spot, model: Model) -> bool:
    """Whether the call is given a callback that gets the result instead of the promise.

    What is known to run takes fewer parameters, so that a wrapper takes it; or it asks whether a callback is there.
    """
    module = model.link.body(dropped.module)
    arguments = module.args(dropped.row)
    functions = [item for item in model.ask(model.calls.callees(*dropped)).items if isinstance(item, Closure)]
    if not arguments or not functions:
        return False
    if not all(_is_beside(model.link.body(item.module), item.row, len(arguments) - 1) for item in functions):
        return False
    if module.kind[arguments[-1]] == Kind.FUNCTION:
        return True
    given = model.ask(model.values.resolved(dropped.module, arguments[-1]))
    return any(isinstance(item, Closure) for item in given.items) or (
        module.kind[arguments[-1]] == Kind.IDENT and not given.items
    )


def _is_beside(module: Module, function: int, index: int) -> bool:
    """Whether what a function is given there lies behind its parameters, or is one that it need not be given."""
    params = module.params(function)
    if any(module.kind[module.first[param]] == Kind.REST for param in params):
        return False
    if index >= len(params):
        return True
    target = module.first[params[index]]
    if module.kind[target] != Kind.IDENT or module.has(function, Flag.ASYNC):
        return False
    return any(module.kind[module.parent[ref]] in _ASKING for ref in module.refs(module.binding[target]))


def _severity(dropped: Spot, heard_by: str, model: Model, *, certain: bool) -> Severity | None:
    """Lower where the process goes on; a note where nothing is known of what it waits for. Where a program starts or
    ends, or is a command, to end is right.
    """
    if not certain:
        return Severity.NOTE
    if model.link.body(dropped.module).owner[dropped.row] <= 0 or is_command(model, dropped.module):
        return Severity.NOTE
    if is_only_in(model, COMMAND, dropped) or model.programs.is_for_development(dropped.module):
        return Severity.NOTE
    if any(is_only_in(model, kind, dropped) for kind in (STARTING, ENDING)) or _is_closing(dropped, model):
        return Severity.NOTE
    if model.entries.is_dead(*dropped) or _only_checks(dropped, model) or _only_shown(dropped, model):
        return Severity.NOTE
    return Severity.WARNING if heard_by else None


def _only_checks(dropped: Spot, model: Model) -> bool:
    """Whether all that the call is known to run fails only where a check of its own throws."""
    known = model.ask(model.calls.callees(*dropped)).items - {External(0)}
    return bool(known) and all(isinstance(item, Closure) and only_checks(model, item) for item in known)


def _only_shown(dropped: Spot, model: Model) -> bool:
    """Whether all that the call is known to run and that may reject belongs to what only those who develop start, as
    a program that shows how to use a library.
    """
    known = [item for item in model.ask(model.calls.callees(*dropped)).items if isinstance(item, Closure)]
    failing = [item for item in known if model.ask(model.promises.escapes(item.module, item.row)).items]
    return bool(failing) and all(model.programs.is_for_development(item.module) for item in failing)


def _is_closing(dropped: Spot, model: Model) -> bool:
    """Whether the call only gives a connection back or closes it."""
    return model.sites.plays(_RELEASE, model.link.body(dropped.module), dropped.row)


def _harm(dropped: Spot, heard_by: str, model: Model, *, again: bool) -> str:
    if model.entries.is_dead(*dropped):
        return _UNCALLED
    if heard_by:
        undone = "the next turn of its timer does it again" if again else "what it was to do stays undone"
        return f"when it rejects, only {heard_by} hears of it, and {undone}"
    if starting := while_starting(model, dropped):
        return f"when it rejects, {starting}"
    if is_only_in(model, ENDING, dropped):
        return "when it rejects, the process ends before the rest of its shutdown is done"
    if drained_by := model.unhandled.drained_by(*dropped):
        return f"when it rejects, {drained_by} takes no more requests, and ends the process some time later"
    end = model.unhandled.end(*dropped)
    return f"when it rejects, {end}{'' if ':' in end else ', and with it every request under way'}"


def _lazy(dropped: Spot, model: Model) -> bool | None:
    """None where the promise runs by itself; else whether the query that the call belongs to is kept somewhere."""
    if RUNS in model.ask(model.promises.yields(*dropped)).items:
        return None
    module = model.link.body(dropped.module)
    row = dropped.row
    while module.kind[row] in {Kind.MEMBER, Kind.CALL}:
        held = list(module.args(row)) if module.kind[row] == Kind.CALL else []
        row = module.first[row]
        if module.kind[row] != Kind.CALL:
            held.append(row)
        if any(
            _is_query(item, model) for at in held for item in model.ask(model.values.resolved(module.index, at)).items
        ):
            return True
    return False


def _is_query(item: object, model: Model) -> bool:
    return isinstance(item, External) and model.libraries.is_lazy_value(item.state)


def _steps(dropped: Spot, model: Model, *, certain: bool) -> list[tuple[Spot, str]]:
    """What in the function that it runs lets the rejection out, and where that is lost.

    Where the function is dropped all over, or is called all over and that is not certain, it is what has to be looked
    at, once.
    """
    causes: list[Spot] = []
    is_all_over = False
    for callee in model.ask(model.calls.callees(*dropped)).items:
        if isinstance(callee, Closure):
            escapes = model.ask(model.promises.escapes(callee.module, callee.row)).items
            if escapes:
                calls = 0 if certain else len(model.ask(model.uses.of(callee.module, callee.row)).items)
                is_all_over |= calls > _ALL_OVER or _is_dropped_all_over(dropped, callee, model)
                first = min(escapes, key=partial(_weight, model))
                causes.append(Spot(first.module, first.row))
    lost = (dropped, "here the promise is dropped")
    if not causes:
        first = _first_of_many(dropped, model)
        return [lost] if first is None else [lost, (first, "the first of many such calls in a row")]
    cause = (min(causes), "when this fails, the promise rejects")
    return [lost, cause] if is_all_over else [cause, lost]


def _weight(model: Model, escape: Escape) -> tuple[bool, bool, bool, int, int]:
    is_value, is_check = is_read(model.link.body(escape.module), escape), waits_for_checks(model, escape)
    return not escape.certain, is_value, is_check, escape.module, escape.row


def _first_of_many(dropped: Spot, model: Model) -> Spot | None:
    """The first of the calls of a library's method that stand as statements in one function, where these are many."""
    module = model.link.body(dropped.module)
    name = module.text(module.first[dropped.row])
    callees = model.ask(model.calls.callees(*dropped)).items
    rows = [
        row
        for row in model.link.owned(dropped.module, Kind.CALL, module.owner[dropped.row])
        if module.kind[module.parent[row]] == Kind.EXPRESSION
        and module.text(module.first[row]) == name
        and model.ask(model.calls.callees(dropped.module, row)).items == callees
    ]
    return Spot(dropped.module, min(rows)) if name and len(rows) > _IN_A_ROW else None


def _is_dropped_all_over(dropped: Spot, callee: Closure, model: Model) -> bool:
    """Whether more calls of the function than anybody mends one by one stand there as statements, by the same name."""
    module = model.link.body(dropped.module)
    name = module.text(module.first[dropped.row])
    count = 0
    for m, row in model.link.spots_named("calls", name) if name else ():
        body = model.link.body(m)
        if body.kind[body.parent[row]] == Kind.EXPRESSION:
            count += callee in model.ask(model.calls.callees(m, row)).items
            if count > _ALL_OVER:
                return True
    return False

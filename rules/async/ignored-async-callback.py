"""Finds async functions given to calls that drop their promise: array methods, timers, executors, callbacks."""

from __future__ import annotations

from typing import Final

from reviewer.finding import Severity
from reviewer.model import Callback, Closure, Model, Spot
from reviewer.model.checks import fails_by_checks
from reviewer.model.logged import are_logged
from reviewer.model.phases import while_starting
from reviewer.rulebook.finder import Report
from reviewer.source.module import BindingKind, Kind

_TRUE: Final = {
    "every": "a promise counts as true, so that every element passes",
    "filter": "a promise counts as true, so that every element stays",
    "find": "a promise counts as true, so that the first element is found",
    "findIndex": "a promise counts as true, so that the first element is found",
    "findLast": "a promise counts as true, so that the last element is found",
    "findLastIndex": "a promise counts as true, so that the last element is found",
    "reject": "a promise counts as true, so that no element stays",
    "some": "a promise counts as true, so that one element is enough",
    "sort": "a promise is no number, so that the order is left to chance",
    "toSorted": "a promise is no number, so that the order is left to chance",
}

_REQUEST: Final = "per-request"
_CALLS: Final = frozenset({Kind.CALL, Kind.NEW})
_RETRIED: Final = ", and the next turn tries again"
_UNCALLED: Final = "nothing that runs in production calls this code; once something does, and"
_LOGGED: Final = "what calls it goes on as if it had worked, though the failure is logged"


def find(callback: Callback, model: Model, report: Report) -> None:
    """A function that gives a promise, given to a call that drops it."""
    if callback.is_listener:
        return
    module = model.link.body(callback.module)
    call = model.callbacks.call_text(callback)
    method = module.text(module.first[callback.row]) if module.kind[module.first[callback.row]] == Kind.MEMBER else ""
    escape = model.callbacks.escape(callback)
    steps = [] if escape is None else model.callbacks.steps(callback, escape)
    steps = [*steps[1:], *steps[:1]]  # the callback is the place to mend, also where several calls are given the same
    if len(steps) > 1 and steps[0][0].module != callback.module and _is_parameter(callback, model):
        steps = [*steps[1:], steps[0]]  # unless another file hands it over to here: there it is told
    is_asked = callback.at == "now" and method in _TRUE
    own = "" if is_asked else model.implementations.of_functions(callback.functions)
    heard_by = model.unhandled.heard_by(callback.module, callback.row, own)
    severity = Severity.WARNING if heard_by or not callback.is_known else None
    if is_asked:
        what = f"{call} asks this callback a question and gets a promise for an answer"
        report.at(callback.given, steps=steps, severity=severity, what=what, harm=_TRUE[method])
        return
    if escape is None:
        report.silent("nothing in the callback lets a rejection out")
        return
    if _is_told_outside(callback, model):
        report.silent("where the function is first handed over, outside of itself, its promise is dropped as well")
        return
    reason = model.escape_reason(escape, callback.module)
    logged = bool(heard_by) and are_logged(model, callback.functions)
    starting = while_starting(model, Spot(callback.module, callback.row)) if callback.is_next else ""
    heard = f"only {heard_by} hears of it"
    is_retried = callback.is_repeated and bool(heard_by) and model.unhandled.is_said(callback.module, callback.row)
    if is_retried:
        heard += _RETRIED
    end = _LOGGED if logged else heard if heard_by else starting or _end(callback, model)
    if callback.at == "returned":
        what, harm = f"nobody waits for the promises in the list of {call}", f"when {reason}, {end}"
    elif callback.at == "now" and module.kind[callback.row] == Kind.NEW:
        what = f"{call} drops the promise of its executor"
        harm = f"when {reason}, the new promise never settles, and {end}"
        severity = None if callback.is_known else Severity.WARNING  # who waits for it waits for ever, whoever hears
    elif callback.at == "now":
        what = f"{call} does not wait for this callback"
        harm = f"the code after it runs first, and when {reason}, {end}"
    else:
        what, harm = f"{call} drops the promise of this callback", f"when {reason}, {end}"
    if callback.at == _REQUEST:
        harm = f"when {reason}, the request gets no answer, and {end}"
    if callback.dropped is not None:
        steps = [*steps[:-1], (callback.dropped, "its promise is dropped here"), *steps[-1:]]
    is_printed = bool(own) and heard_by == own and not model.implementations.is_felt(escape.module, escape.row)
    is_minor = logged or is_printed or is_retried or model.programs.is_for_development(callback.module)
    if model.entries.is_dead(callback.module, callback.row):
        harm, is_minor = f"{_UNCALLED} {harm}", True
    if not escape.certain or is_minor or starting or fails_by_checks(callback, model):
        severity = Severity.NOTE
    report.at(callback.given, steps=steps, severity=severity, what=what, harm=harm)


def _end(callback: Callback, model: Model) -> str:
    return model.unhandled.end(callback.module, callback.row)


def _is_told_outside(callback: Callback, model: Model) -> bool:
    """Whether a function hands over itself, as for the next turn of a timer, to what it is also given to by its name
    outside: that is one fault, and told there.
    """
    given = callback.given
    module = model.link.body(given.module)
    binding = module.binding[given.row] if module.kind[given.row] == Kind.IDENT else -1
    function = module.owner[given.row]
    if callback.dropped is not None or binding < 0 or Closure(given.module, function) not in callback.functions:
        return False
    inside = range(module.start[function], module.end[function])
    name = module.text(module.first[callback.row])
    for ref in module.refs(binding):
        call = module.parent[ref]
        is_argument = module.kind[call] in _CALLS and module.first[call] != ref and module.start[ref] not in inside
        if is_argument and module.text(module.first[call]) == name and model.callbacks.drops(module, call, ref):
            return True
    return False


def _is_parameter(callback: Callback, model: Model) -> bool:
    """Whether what is handed over is a parameter of the function around it."""
    module = model.link.body(callback.given.module)
    row = callback.given.row
    return module.kind[row] == Kind.IDENT and module.binding_kind[module.binding[row]] == BindingKind.PARAM

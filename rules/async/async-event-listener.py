"""Finds async listeners, of emitters, sockets, queues and schedules, whose rejected promise nobody handles."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from reviewer.finding import Severity
from reviewer.model import Callback, Instance, Library, Model, Spot
from reviewer.model.checks import fails_by_checks
from reviewer.model.escapes import Escape
from reviewer.model.handed_on import handed_on
from reviewer.model.logged import are_logged
from reviewer.model.phases import ends_process, is_command
from reviewer.rulebook.finder import Report
from reviewer.source.module import Kind

_CAPTURE: Final = "captureRejections"
_SIGNAL: Final = re.compile("SIG[A-Z0-9]+")
_ASKING: Final = frozenset({"job", "socket"})
"""Where somebody waits for what a listener does."""
_ENDING: Final = frozenset({"exit", "beforeExit", "uncaughtException", "unhandledRejection"})

_LEAVING: Final = "event.leaving"

_LOG: Final = "the log that it writes to before"


def find(callback: Callback, model: Model, report: Report) -> None:
    """A function that gives a promise, given to something that calls it again and again and drops the promise."""
    if not callback.is_listener:
        return
    if model.callbacks.escape(callback) is None:
        report.silent("nothing in the listener lets a rejection out")
        return
    if _captures(callback, model):
        report.silent("the emitter gives rejections of its listeners to its error listener")
        return
    callback = msgspec.structs.replace(callback, functions=model.emitted.lost(callback))
    if model.callbacks.escape(callback) is None:
        report.silent("those that call the listeners wait for them")
        return
    is_of_process = _is_of_process(callback, model)
    for each in handed_on(model, callback):
        escape = model.callbacks.escape(each)
        if escape is not None:
            _tell(each, escape, model, report, is_of_process=is_of_process)


def _tell(callback: Callback, escape: Escape, model: Model, report: Report, *, is_of_process: bool) -> None:
    """One finding."""
    names = model.callbacks.names(callback)
    ends = bool(names) and all(map(_SIGNAL.fullmatch, names))  # who hears of a signal may hand it on
    ends = ends or (bool(names) and all(name in _ENDING for name in names) and is_of_process)
    reason = model.escape_reason(escape, callback.module)
    own = model.implementations.of_functions(callback.functions)
    heard_by = model.unhandled.heard_by(callback.module, callback.row, own)
    is_printed = bool(own) and heard_by == own and callback.at not in _ASKING
    is_minor = is_printed and not model.implementations.is_felt(escape.module, escape.row)
    logged = bool(heard_by) and are_logged(model, callback.functions)
    is_minor = logged or is_minor or _is_minor(callback, model)
    severity = Severity.WARNING if heard_by or not callback.is_known else None
    report.at(
        callback.given,
        steps=model.callbacks.steps(callback, escape),
        severity=Severity.NOTE if ends or not escape.certain or is_minor else severity,
        what=_what(callback, names, model),
        reason=reason,
        harm=_harm(callback, _LOG if logged else heard_by, model, ends=ends, leaves=_leaves(callback, names, model)),
    )


def _is_minor(callback: Callback, model: Model) -> bool:
    if model.programs.is_for_development(callback.module) or model.entries.is_dead(callback.module, callback.row):
        return True
    if is_command(model, callback.module) or all(ends_process(model, each) for each in callback.functions):
        return True
    return fails_by_checks(callback, model)


def _what(callback: Callback, names: tuple[str, ...], model: Model) -> str:
    if callback.at == "job":
        return f"{model.callbacks.call_text(callback)} drops the promise of this job"
    name = f" for `{names[0]}`" if len(names) == 1 and names[0] else ""
    if callback.is_decorated:
        return "nobody looks at the promise of this listener"
    return f"{model.callbacks.call_text(callback)} drops the promise of this listener{name}"


def _leaves(callback: Callback, names: tuple[str, ...], model: Model) -> bool:
    """Whether the listener hears only that a client goes, who waits for no answer then."""
    return callback.at == "socket" and bool(names) and model.libraries.words(_LEAVING).issuperset(names)


def _harm(callback: Callback, heard_by: str, model: Model, *, ends: bool, leaves: bool) -> str:
    if ends:
        if heard_by:
            return "the rest of its shutdown is not done"
        return "the process ends before the rest of its shutdown is done"
    if leaves:
        lost = "what it does when a client leaves stays undone, and "
    elif callback.at == "socket":
        lost = "this client gets no answer, and "
    else:
        lost = "the job is lost, and " if callback.at == "job" else ""
    if heard_by:
        return f"{lost}only {heard_by} hears of it"
    end = model.unhandled.end(callback.module, callback.row)
    return f"{lost}{end}{' with all connections' if callback.at == 'socket' else ''}"


def _is_of_process(callback: Callback, model: Model) -> bool:
    module = model.link.body(callback.module)
    callee = module.first[callback.row]
    if module.kind[callee] != Kind.MEMBER:
        return False
    emitter = model.names.of(callback.module, module.first[callee])
    return isinstance(emitter, Library) and "process" in {emitter.package, emitter.name}


def _captures(callback: Callback, model: Model) -> bool:
    """Whether the emitter was made to look at the promises of its listeners (Node.js, `events`: captureRejections)."""
    options = list(model.link.spots_named("keys", _CAPTURE))
    if model.link.count_named("writes", _CAPTURE):
        return True
    module = model.link.body(callback.module)
    callee = module.first[callback.row]
    if not options or module.kind[callback.row] != Kind.CALL or module.kind[callee] != Kind.MEMBER:
        return False
    made = model.names.of(callback.module, module.first[callee])
    held = model.ask(model.values.resolved(callback.module, module.first[callee])).items
    places = {(item.module, item.row) for item in held if isinstance(item, Instance)}
    if isinstance(made, Spot):
        places.add(made)
    return any((m, at) in places for m, row in options for at in model.link.body(m).ancestors(row))

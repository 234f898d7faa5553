"""Finds handlers whose rejected promise nobody handles, because the framework's version does not look at it."""

from __future__ import annotations

from functools import partial
from typing import Final

from reviewer.finding import Severity
from reviewer.model import Closure, Escape, Handler, Model, Route, Spot
from reviewer.model.checks import is_checked_state, waits_for_checks
from reviewer.model.paths import after_one
from reviewer.rulebook.finder import Report
from reviewer.source.module import Kind

_ANSWER: Final = "response.send"
_STREAM: Final = "response.stream"


def find(route: Route, model: Model, report: Report) -> None:
    """Each handler of a registration that may reject, where the framework loses the rejection."""
    faulty: list[tuple[Handler, Closure, Escape]] = []
    for handler in route.handlers:
        found = _escape(route, handler, model, report)
        if found is not None:
            faulty.append((handler, *found))
    for handler, function, escape in faulty:
        spot = Spot(route.module, route.row) if len(faulty) == 1 else Spot(handler.module, handler.row)
        if function.module != route.module:
            spot = Spot(function.module, function.row)  # there it is mended, for all files that register it
        _report(route, handler, spot, function, escape, model, report)


def _escape(route: Route, handler: Handler, model: Model, report: Report) -> tuple[Closure, Escape] | None:
    """The function and the row in it that lets a rejection out; None, with the reason told, where nothing does."""
    spot = Spot(route.module, route.row)
    if handler.fate == "forwarded":
        report.silent("the framework forwards the rejection to its error handling", spot)
        return None
    if handler.fate == "unsaid":
        report.open("not known what the framework does with a rejection", spot)
        return None
    if model.loads_role("http.handler-patch"):
        report.silent("a module that makes the framework forward rejections is loaded", spot)
        return None
    if model.routes.is_wrapped(route):
        report.silent("once it is registered, a function takes its place that looks at its promise", spot)
        return None
    for function in handler.functions:
        gives = model.ask(model.promises.gives_promise(function.module, function.row))
        if "yes" not in gives.items:
            if gives.open:
                report.open("not known whether the handler gives back a promise", spot)
            else:
                report.silent("the handler gives back no promise", spot)
            continue
        escapes = model.ask(model.promises.escapes(function.module, function.row)).items
        met = [each for each in escapes if not model.routes.keeps_out(route, handler, each.module, each.row)]
        if met:
            return function, min(met, key=partial(_weight, model, function))
        what = "what lets a rejection out does not run for this registration" if escapes else "nothing in the handler"
        report.silent(what if escapes else f"{what} lets a rejection out", spot)
    if not handler.functions:
        if handler.open or handler.is_member_of_unknown:
            report.open("the handler is not known", spot)
        else:
            report.silent("the handler is a library's", spot)
    return None


def _weight(model: Model, function: Closure, escape: Escape) -> tuple[bool, bool, bool, int, int, int]:
    """Escapes that are certain first, those after the answer last, then in the order of the text."""
    start = model.link.body(escape.module).start[escape.row]
    is_check = waits_for_checks(model, escape)
    return not escape.certain, _is_answered(model, function, escape), is_check, escape.module, start, escape.row


def _is_answered(model: Model, function: Closure, escape: Escape, role: str = _ANSWER) -> bool:
    """Whether the function has sent an answer, or begun a stream, on every path to what lets the rejection out."""
    module = model.link.body(function.module)
    if (escape.module, module.owner[escape.row]) != (function.module, function.row):
        return False
    playing = model.sites.playing if role == _ANSWER else model.sites.surely_playing
    sent = (spot.row for spot in playing(role, function.module))
    return after_one(module, [row for row in sent if module.owner[row] == function.row], escape.row)


def _never_answers(model: Model, function: Closure) -> bool:
    """Whether a handler only reads members of what it is given: it answers on no path, and nobody goes on after it."""
    module = model.link.body(function.module)
    targets = [module.first[param] for param in module.params(function.row)]
    if any(module.kind[target] != Kind.IDENT for target in targets):
        return False
    for place, target in enumerate(targets):
        for ref in module.refs(module.binding[target]):
            if ref == target:
                continue
            member = module.parent[ref]
            if module.kind[member] != Kind.MEMBER:
                return False
            call = module.parent[member]
            if place and module.kind[call] == Kind.CALL and module.first[call] == member:
                return False
    return True


def _report(
    route: Route, handler: Handler, spot: Spot, function: Closure, escape: Escape, model: Model, report: Report
) -> None:
    registration = model.link.body(route.module)
    body = model.link.body(function.module)
    steps: list[tuple[Spot, str]] = [(Spot(route.module, route.row), "the handler is registered here")]
    if (function.module, body.line(function.row)) != (route.module, registration.line(route.row)):
        steps.append((Spot(function.module, function.row), "this is the handler"))
    steps.append((Spot(escape.module, escape.row), model.escape_text(escape)))
    name = model.function_name(body, function.row)
    heard_by = model.unhandled.heard_by(route.module, route.row)
    if _is_answered(model, function, escape):
        harm = f"{f'only {heard_by} hears of it' if heard_by else 'the process ends'}, after the answer was sent"
    elif _is_answered(model, function, escape, _STREAM):
        end = f"only {heard_by} hears of it" if heard_by else "the process ends"
        harm = f"{end}, after the stream of events was begun"
    elif _never_answers(model, function):
        lost = f"only {heard_by} hears of it, and what it was to do stays undone"
        harm = lost if heard_by else "the process ends, and with it every request under way"
    else:
        harm = f"{_route_text(route, model)} never gets an answer{'' if heard_by else ', or the process ends'}"
    report.at(
        spot,
        steps=steps,
        severity=_severity(handler, function, escape, model),
        handler=f"`{name}`" if name else "This handler",
        framework=model.framework(route),
        reason=model.escape_reason(escape, spot.module),
        harm=harm,
    )


def _severity(handler: Handler, function: Closure, escape: Escape, model: Model) -> Severity | None:
    """A note where only a check of the program's own state can fail: what a request brings has no part in that; and
    where the request has its answer, or a stream of events, and somebody hears of the rejection. Where it has none from
    this handler in any case, and somebody hears, no request is lost.
    """
    is_heard = bool(model.unhandled.heard_by(escape.module, escape.row))
    is_begun = is_heard and any(_is_answered(model, function, escape, role) for role in (_ANSWER, _STREAM))
    if is_begun or is_checked_state(model, function):
        return Severity.NOTE
    is_less = handler.fate == "unknown" or (is_heard and _never_answers(model, function))
    return Severity.WARNING if is_less else None


def _route_text(route: Route, model: Model) -> str:
    """Which requests are lost, by their full path."""
    paths = [path for path in model.routes.full_paths(route) if path != "/"] if route.is_mount or route.paths else []
    path = paths[0] if paths else ""
    more = f" and {len(paths) - 1} more path{'s' if len(paths) > 2 else ''}" if len(paths) > 1 else ""
    if route.is_mount:
        return f"a request below `{path}`{more}" if path else "a request that passes this middleware"
    if not route.paths:
        return f"this {route.method} route"
    return f"`{route.method} {path or '/'}`{more}"

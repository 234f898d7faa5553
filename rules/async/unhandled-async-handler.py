"""Finds handlers whose rejected promise nobody handles, because the framework's version does not look at it."""

from __future__ import annotations

from reviewer.finding import Severity
from reviewer.model import Closure, Escape, Handler, Model, Route, Spot
from reviewer.rulebook.finder import Report


def find(route: Route, model: Model, report: Report) -> None:
    """Each handler of a registration that may reject, where the framework loses the rejection."""
    for handler in route.handlers:
        _look_at(route, handler, model, report)


def _look_at(route: Route, handler: Handler, model: Model, report: Report) -> None:
    spot = _stands_at(route, handler)
    if handler.fate == "forwarded":
        report.silent("the framework forwards the rejection to its error handling", spot)
        return
    if model.loads_role("http.handler-patch"):
        report.silent("a module that makes the framework forward rejections is loaded", spot)
        return
    for function in handler.functions:
        gives = model.ask(model.promises.gives_promise(function.module, function.row))
        if "yes" not in gives.items:
            if gives.open:
                report.open("not known whether the handler gives back a promise", spot)
            else:
                report.silent("the handler gives back no promise", spot)
            continue
        escapes = model.ask(model.promises.escapes(function.module, function.row))
        if not escapes.items:
            report.silent("nothing in the handler lets a rejection out", spot)
            continue
        _report(route, handler, function, min(escapes.items, key=_weight), model, report)
        return
    if handler.open and not handler.functions:
        report.open("the handler is not known", spot)


def _weight(escape: Escape) -> tuple[bool, int, int]:
    """Escapes that are certain first, then in the order of the text."""
    return (not escape.certain, escape.module, escape.row)


def _stands_at(route: Route, handler: Handler) -> Spot:
    """The registration; where it has several handlers on lines of their own, the handler's argument."""
    if sum(1 for other in route.handlers if other.functions) > 1:
        return Spot(handler.module, handler.row)
    return Spot(route.module, route.row)


def _report(route: Route, handler: Handler, function: Closure, escape: Escape, model: Model, report: Report) -> None:
    registration = model.link.body(route.module)
    body = model.link.body(function.module)
    steps: list[tuple[Spot, str]] = [(Spot(route.module, route.row), "the handler is registered here")]
    if (function.module, registration.line(route.row)) != (route.module, body.line(function.row)):
        steps.append((Spot(function.module, function.row), "this is the handler"))
    at = model.link.body(escape.module)
    what = {
        "await": f"`{model.source_text(at, at.first[escape.row])}` may reject, and no `catch` is around it",
        "return": "the promise given back here may reject",
        "throw": "what is thrown here rejects the handler's promise",
        "call": f"`{model.source_text(at, escape.row)}` may throw, and no `catch` is around it",
    }
    steps.append((Spot(escape.module, escape.row), what[escape.how]))
    name = model.function_name(body, function.row)
    report.at(
        _stands_at(route, handler),
        steps=steps,
        severity=Severity.WARNING if handler.fate == "unknown" else None,
        handler=f"`{name}`" if name else "the handler",
        framework=model.framework(route),
        route=_route_text(route),
    )


def _route_text(route: Route) -> str:
    path = route.paths[0] if route.paths else ""
    if route.is_mount:
        return f"any path below `{path}`" if path else "any path that passes this middleware"
    return f"`{route.method} {path}`" if path else f"this {route.method} route"

"""Finds applications that tell browsers nothing of how their answers may be used: no middleware sets such headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reviewer.finding import Severity
from reviewer.model import App, Atom, Closure, External, HeaderCall, Model, Placed, Route, Spot
from reviewer.model.fronts import setting_headers
from reviewer.rulebook.finder import Report
from reviewer.source.module import Kind

_ROLE = "security.headers"
_ORDER = ("content-security-policy", "x-frame-options", "x-content-type-options", "strict-transport-security")
_PROTECTIVE = frozenset(_ORDER)
"""The headers of which an application's own middleware sets at least two, where somebody has thought of them."""
_SETS = "response.headers"
_SNIFFED = "x-content-type-options"
_HARMS = (
    (
        "another site can show its pages in a frame and have users click there unawares",
        frozenset({"x-frame-options", "content-security-policy"}),
    ),
    ("a script that gets into a page may load and send anything", frozenset({"content-security-policy"})),
    ("a browser may run a file as something else than it was sent as", frozenset({_SNIFFED})),
)
_OF_FILES = _HARMS[2:]
_HARM_OF_DATA = "a browser that opens an answer may take it for a page and run what users have written into it"
_HARM_OF_PLAIN = "the first request of a day may go over plain HTTP"
_PROXIES = (
    *("nginx*", "*.conf", "*.conf.*", "haproxy.cfg", "Caddyfile*", ".htaccess", "*traefik*.y*ml", "*ingress*.y*ml"),
    *("values*.y*ml", "serverless.y*ml", "vercel.json", "netlify.toml", "_headers", "next.config.*"),
)
"""The files in which what stands before an application is told to add headers."""
_EVERY_PATH = re.compile(r"/?(?:\(\.\*\)|\{?/?\*\w*\}?)")
_INSIDE = frozenset(
    {"health", "healthcheck", "healthz", "live", "livez", "metrics", "ping", "ready", "readyz", "status"}
)
"""The last parts of paths that monitoring asks for, not browsers."""


class _Line(NamedTuple):
    """What to install, and what to write; `{app}` is the application's name."""

    package: str
    code: str


_LINES = {
    "@hapi/hapi": _Line("@hapi/scooter blankie", "await {app}.register([scooter, blankie])"),
    "koa": _Line("koa-helmet", "{app}.use(helmet())"),
    "fastify": _Line("@fastify/helmet", "await {app}.register(helmet)"),
    "hono": _Line("hono", "{app}.use(secureHeaders())"),
}
_OTHER = _Line("helmet", "{app}.use(helmet())")
_NAMES = {
    "@hapi/hapi": "hapi",
    "koa": "Koa",
    "fastify": "Fastify",
    "hono": "Hono",
    "express": "Express",
    "@nestjs/core": "Nest",
    "restify": "restify",
}


def find(app: App, model: Model, report: Report) -> None:
    """The application, unless protective headers are set for all of it, or may be."""
    apps = model.routes.apps
    routes = apps.routes(app)
    if routes and all(_is_inside(path) for route in routes for path in model.routes.full_paths(route)):
        report.silent("only monitoring asks for its paths")
        return
    if not model.routes.served.is_served(app):
        report.open("not known that a server is given it")
        return
    placed = model.routes.placed.on(app)
    if not routes and not placed:
        report.silent("nothing is registered on it")
        return
    if model.routes.pages.only_redirects(app):
        report.silent("it only sends who asks elsewhere")
        return
    if model.routes.served.is_replacement(app):
        report.silent("it is made in another branch in place of one that is looked at")
        return
    bringing = [one for one in placed if _brings(one, model)]
    produced = [one for one in bringing if model.entries.in_production(*one.place)]
    late = _late(app, produced, model)
    if any(one.whole for one in produced) and not late:
        report.silent("middleware for the whole application sets protective headers")
    elif any(one.whole is None for one in produced):
        report.open("not known for which paths the headers are set")
    elif late:
        _report(app, late, bringing, [], model, report)
    else:
        _own_headers(app, placed, bringing, model, report)


def _own_headers(app: App, placed: list[Placed], bringing: list[Placed], model: Model, report: Report) -> None:
    """Where no library sets the headers of the whole application, its own middleware may."""
    routes = {route.spot for route in model.routes.all()}
    catching = {route.spot: route.method for route in model.routes.all() if _is_for_every_path(route, model)}
    places = {one.place for one in placed if one.whole}
    set_here: set[str] = set()
    set_at_last: set[str] = set()
    perhaps: dict[str, HeaderCall] = {}
    for call in model.headers.calls():
        named = call.names & _PROTECTIVE
        if (call.names and not named) or not model.routes.apps.is_with(app, call.module):
            continue
        spots = model.headers.requests(call)
        is_placed = bool(spots & places) and model.headers.is_passed_on(call)
        methods = {catching[spot] for spot in spots & catching.keys()}
        # What no route registers is the listener of a server: it runs before any application.
        if is_placed or spots - routes or ("ALL" in methods and model.headers.is_passed_on(call)):
            set_here |= named
            if is_placed and not call.names:
                perhaps["*"] = call
        elif methods:
            set_at_last |= named
        elif not spots and call.names:
            perhaps |= dict.fromkeys(named, call)
    if len(set_here) > 1:
        report.silent("the application's own middleware sets protective headers")
    elif "*" in perhaps:
        report.open("middleware for all of it sets headers whose names are not known", perhaps["*"].spot)
    elif len(set_here | perhaps.keys()) > 1:
        call = next(iter(perhaps.values()))
        report.open("headers that may protect it are set in a function that is not known to run", call.spot)
    else:
        unsure = _unsure(app, model)
        proxy = setting_headers(model, app, _PROXIES, _PROTECTIVE) if unsure is None else ""
        if unsure is not None:
            report.open(*unsure)
        elif proxy:
            report.silent(f"what stands before the application sets protective headers: {proxy}")
        else:
            _report(app, [], bringing, sorted(set_here), model, report, at_last=sorted(set_at_last - set_here))


def _unsure(app: App, model: Model) -> tuple[str, Spot] | None:
    """Why the headers may be set all the same, and where that stands."""
    for unsure in model.routes.placed.unsure(app):
        return unsure.why, unsure.spot
    packages = model.libraries.role_packages(_ROLE)
    accounted = {
        spot.module
        for other in model.routes.apps.all()
        for one in model.routes.placed.on(other)
        if any(_is_of(value, packages, model) for value in one.measure.values) or _brings(one, model)
        for spot in (one.place, one.measure.spot)
    }
    for package in sorted(packages):
        for importer in model.link.package_importers.get(package, ()):
            m = importer.module
            is_used = not importer.record.type_only and not model.programs.is_aside(m)
            if is_used and m not in accounted and model.routes.apps.is_with(app, m):
                return f"{package} is loaded, and not known where it is used", Spot(m, 0)
    return None


def _is_of(value: Atom, packages: frozenset[str], model: Model) -> bool:
    return isinstance(value, External) and bool(value.state) and model.libraries.package_name(value.state) in packages


def _brings(one: Placed, model: Model) -> bool:
    """Whether a measure is a library's that sets protective headers."""
    return any(
        _sets(value, model) or (isinstance(value, Closure) and _runs(value, model)) for value in one.measure.values
    )


def _sets(value: Atom, model: Model) -> bool:
    return isinstance(value, External) and model.libraries.has_role(value.state, _ROLE, None)


def _runs(function: Closure, model: Model) -> bool:
    """Whether a function of the repository runs such middleware itself: `helmet(options)(req, res, next)`."""
    packages = model.libraries.role_packages(_ROLE)
    if not any(
        one.module == function.module for name in packages for one in model.link.package_importers.get(name, ())
    ):
        return False
    calls = model.link.owned(function.module, Kind.CALL, function.row)
    run = (model.ask(model.calls.callees(function.module, call)) for call in calls)
    return any(_sets(item, model) for found in run for item in found.items)


def _late(app: App, bringing: Iterable[Placed], model: Model) -> list[Route]:
    """The registrations that answer before a request comes to the headers."""
    whole = [one for one in bringing if one.whole]
    if not whole or any(one.route is None or one.route.encapsulates for one in whole):
        return []
    apps = model.routes.apps
    answering = [
        route
        for route in apps.answering(app)
        if route.method != "OPTIONS" and not (route.paths and all(map(_is_inside, route.paths)))
    ]
    late = [route for route in answering if all(apps.is_before(route.spot, one.place) is True for one in whole)]
    return late if len(late) == len(answering) else []


def _is_for_every_path(route: Route, model: Model) -> bool:
    """Whether the handlers of a route get the requests for all paths that no route before it answers."""
    paths = model.routes.full_paths(route) if not route.is_mount and route.paths else []
    return bool(paths) and all(_EVERY_PATH.fullmatch(path) for path in paths)


def _is_inside(path: str) -> bool:
    return path.rstrip("/").rpartition("/")[2].lower() in _INSIDE


def _report(
    app: App,
    late: list[Route],
    bringing: list[Placed],
    own: list[str],
    model: Model,
    report: Report,
    at_last: Iterable[str] = (),
) -> None:
    framework = model.libraries.package_name(app.state)
    line = _LINES.get(framework, _OTHER)
    if framework not in _LINES and model.loads_role("http.adapter"):
        line = _LINES["fastify"]
    files = model.routes.pages.is_only_files(app)
    pages = model.routes.pages.is_served(app)
    is_open = model.routes.pages.is_for_anybody(app)
    harmless = is_open or (files and not model.routes.pages.types_files(app))
    present = [*own, *at_last, *_set_somewhere(app, model)]
    report.at(
        app.spot,
        steps=[(one.place, "here the headers are set") for one in bringing][:3]
        + [(route.spot, "this answers before") for route in late][:3],
        severity=None if pages and not own and not at_last and not harmless else Severity.NOTE,
        framework=_NAMES.get(framework, framework),
        state=_state(late, bringing, own, at_last),
        harm=_harm(present, _OF_FILES if files or is_open else _HARMS) if pages else _HARM_OF_DATA,
        package=line.package,
        line=line.code.format(app=model.routes.apps.name(app) or "app"),
    )


def _set_somewhere(app: App, model: Model) -> list[str]:
    """What some call of the application's package sets for some files: which ones go without, nobody can tell."""
    near = (call.module for call in model.headers.calls() if _SNIFFED in call.names)
    if any(model.routes.apps.is_with(app, m) for m in near):
        return [_SNIFFED]
    own = model.manifests.package_of(model.link.paths[app.module])
    for m, path in enumerate(model.link.paths):
        if model.programs.is_aside(m) or model.manifests.package_of(path) != own:
            continue
        module = model.link.body(m)
        firsts = [module.args(call)[0] for call in model.sites.candidates(_SETS, m) if module.args(call)]
        texts = (module.text(row).lower() for row in firsts if module.kind[row] == Kind.STRING)
        if _SNIFFED in texts:
            return [_SNIFFED]
    return []


def _harm(own: Iterable[str], harms: Sequence[tuple[str, frozenset[str]]]) -> str:
    """What the headers that are missing would have kept from the users of the pages."""
    left = [harm for harm, headers in harms if headers.isdisjoint(own)] or [_HARM_OF_PLAIN]
    return f"{', '.join(left[:-1])}, and {left[-1]}" if len(left) > 1 else left[0]


def _state(late: list[Route], bringing: list[Placed], own: Iterable[str], at_last: Iterable[str]) -> str:
    """What of the headers there is."""
    if any(one.whole for one in bringing) and not late:
        return "sets protective headers only where it does not run in production"
    if late:
        return f"sets protective headers only behind {len(late)} of its routes, whose answers go without"
    if bringing:
        below = sorted({path or "/" for one in bringing for path in one.below if path})
        return f"sets protective headers only below {', '.join(f'`{path}`' for path in below[:4]) or 'some routes'}"
    if at_last and not own:
        return f"sets {', '.join(map(_written, at_last))} only for what no other route of it answers"
    missing = [f"`{_written(name)}`" for name in _ORDER if name not in own]
    less = f"{', '.join(missing[:-1])} or {missing[-1]}"
    if not own:
        return f"has nothing that sets {less} for all of its answers"
    return f"sets {', '.join(map(_written, own))} for all of its answers, but not {less}"


def _written(header: str) -> str:
    return "-".join(part.capitalize() for part in header.split("-"))

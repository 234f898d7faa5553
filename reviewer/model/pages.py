"""Pages: which applications answer with pages or files for browsers, as far as anything shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, External, Spot
from reviewer.model.endings import Endings
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.apps import App
    from reviewer.model.model import Model
    from reviewer.model.route import Route

_PAGE: Final = "response.page"
_VIEW: Final = "response.view"
_ENGINE: Final = "view.engine"
_FILE: Final = "response.file"
_FILES: Final = "response.files"
_SEND: Final = "response.send"
_REDIRECT: Final = "redirect"
_LOGIN: Final = "login.keeper"
_COOKIE: Final = "cookie.set"
_SET_COOKIE: Final = "set-cookie"
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_TOLD: Final = frozenset({"cookie", "cookies", "password", "session", "token", "user"})
_HEADERS: Final = frozenset({"authorization", "cookie"})
"""How code names what a client shows to say who it is, whatever it is kept in, and the headers for it (RFC 9110)."""
_ANYTHING: Final = frozenset("*(")
_VARIABLE: Final = frozenset(":*(?{")
_PAGES: Final = frozenset({".htm", ".html", ".xhtml"})
_PARAMETER: Final = ":"
_TYPE: Final = "content-type"


class Pages:
    """Asked of applications, and of the places around them."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def is_served(self, app: App) -> bool:
        """Whether anything of an application, or a plugin on it, answers with pages or files, and not only while it is
        developed.
        """
        model = self.model
        for one in model.routes.placed.on(app):
            values = [value for value in one.measure.values if isinstance(value, External)]
            is_plugin = any(model.libraries.has_role(value.state, _FILES, None) for value in values)
            if is_plugin and model.entries.in_production(*one.place):
                return True
        return any(True for _ in self._calls(app))

    def is_only_files(self, app: App) -> bool:
        """Whether what an application answers for browsers is files below paths of their own, and no pages."""
        model = self.model
        for one in model.routes.placed.on(app):
            values = [value for value in one.measure.values if isinstance(value, External)]
            if any(model.libraries.has_role(value.state, _FILES, None) for value in values):
                return False
        calls = list(self._calls(app))
        if not calls:
            return False
        mounts = {route.spot: route for route in model.routes.mounts()}
        routes = [*model.routes.apps.routes(app), *model.routes.apps.registered(app)]
        return all(self._is_below_a_path(spot, mounts) or self._is_any_file(spot, routes) for spot in calls)

    def is_for_anybody(self, app: App) -> bool:
        """Whether all pages of an application are single files of its own at fixed paths, or all that it can be asked
        is to read, and nothing near it keeps in a browser who has logged in there: who frames them gains nothing.
        """
        calls = list(self._calls(app))
        routes = [*self.model.routes.apps.routes(app), *self.model.routes.apps.registered(app)]
        is_fixed = bool(calls) and all(self._is_one_file(spot, routes) for spot in calls)
        return (is_fixed or self._is_read_only(app, calls, routes)) and self._keeps_nobody(app)

    def _is_read_only(self, app: App, calls: Sequence[Spot], routes: Sequence[Route]) -> bool:
        """Whether all requests that an application answers only read, each with what is written here, and nothing near
        it asks who sends them. What a folder of files holds may be any application, which asks another server, and a
        file that is named may be what somebody has sent.
        """
        model = self.model
        answering = [route for route in routes if not route.is_mount]
        if not answering or not all(route.method in _READING for route in answering):
            return False
        if any(set(path) & _ANYTHING for route in answering for path in self._paths(route)):
            return False
        for role in (_FILE, _FILES):
            sent = [spot for spot in calls if model.sites.plays(role, model.link.body(spot.module), spot.row)]
            if not all(self._is_one_file(spot, routes) for spot in sent):
                return False
        modules = (m for m in range(len(model.link)) if model.routes.apps.is_with(app, m))
        return not any(map(self._asks_who, modules))

    def _asks_who(self, m: int) -> bool:
        """Whether a module reads what tells who sends a request."""
        surface = self.model.link.surfaces[m]
        if any(name.lower() in _TOLD for names in (surface.reads, surface.taken) for name in names):
            return True
        return any(text.lower() in _HEADERS for text in self.model.link.body(m).strings)

    def _keeps_nobody(self, app: App) -> bool:
        """Whether nothing near an application keeps in a browser who has logged in there."""
        model = self.model
        for package in model.libraries.loading_packages(_LOGIN):
            if any(model.routes.apps.is_with(app, one.module) for one in model.link.package_importers.get(package, ())):
                return False
        modules = (m for m in range(len(model.link)) if model.routes.apps.is_with(app, m))
        return not any(True for m in modules for _ in model.sites.playing(_COOKIE, m)) and not any(
            not call.names or _SET_COOKIE in call.names
            for call in model.headers.calls()
            if model.routes.apps.is_with(app, call.module)
        )

    def _is_one_file(self, spot: Spot, routes: Sequence[Route]) -> bool:
        """Whether a call answers the requests for a path without anything variable in it with a file."""
        body = self.model.link.body(spot.module)
        around = self._around(spot, routes) if self.model.sites.plays(_FILE, body, spot.row) else []
        paths = [path for route in around for path in self._paths(route)]
        return bool(paths) and not any(set(path) & _VARIABLE for path in paths) and not any(r.is_mount for r in around)

    def _around(self, spot: Spot, routes: Sequence[Route]) -> list[Route]:
        """The registrations whose handlers a row stands in."""
        body = self.model.link.body(spot.module)
        here = {Spot(spot.module, row) for row in body.ancestors(spot.row) if body.kind[row] == Kind.FUNCTION}
        return list(
            dict.fromkeys(
                route
                for route in routes
                for handler in route.handlers
                if any(Spot(each.module, each.row) in here for each in handler.functions)
            )
        )

    def types_files(self, app: App) -> bool:
        """Whether an application answers with a file as what somebody has said that it is: `res.type(upload.type)`."""
        return any(self._is_typed(spot) for spot in self._calls(app))

    def _is_typed(self, spot: Spot) -> bool:
        """Whether the function of a call that answers with a file sets a type that is not written there."""
        body = self.model.link.body(spot.module)
        if not self.model.sites.plays(_FILE, body, spot.row):
            return False
        set_here = (
            body.args(call.row)
            for call in self.model.headers.calls()
            if call.module == spot.module and body.owner[call.row] == body.owner[spot.row] and _TYPE in call.names
        )
        return any(len(given) > 1 and not self.model.texts(body, given[1]) for given in set_here)

    def only_redirects(self, app: App) -> bool:
        """Whether all that an application answers itself is to send who asks elsewhere."""
        functions = self._handlers(app)
        return bool(functions) and all(map(self._redirects, functions))

    def _redirects(self, function: Closure) -> bool:
        """Whether all that a handler answers is to send who asks elsewhere."""
        body = self.model.link.body(function.module)
        sent = [
            call
            for call in self.model.sites.candidates(_SEND, function.module)
            if body.start[function.row] <= body.start[call] < body.end[function.row]
            and self.model.sites.plays(_SEND, body, call)
        ]
        return bool(sent) and all(body.text(body.first[call]) == _REDIRECT for call in sent)

    def _is_below_a_path(self, spot: Spot, mounts: Mapping[Spot, Route]) -> bool:
        """Whether a call makes middleware mounted below a path: `app.use('/files', express.static('files'))`."""
        body = self.model.link.body(spot.module)
        mount = mounts.get(Spot(spot.module, body.parent[spot.row]))
        return mount is not None and bool(mount.paths) and "/" not in mount.paths

    def _is_any_file(self, spot: Spot, routes: Sequence[Route]) -> bool:
        """Whether a call answers with the file that a request names: below a path of its own, and no page by its name:
        `router.get('/files/:name', (req, res) => res.sendFile(path.join(root, req.params.name)))`.
        """
        body = self.model.link.body(spot.module)
        if not self.model.sites.plays(_FILE, body, spot.row):
            return False
        texts = Endings(self.model, ()).of(body, body.args(spot.row)[0]) if body.args(spot.row) else ()
        if any(PurePosixPath(text.lower()).suffix in _PAGES for text in texts):
            return False
        around = self._around(spot, routes)
        said = [_names_a_file(path, is_mount=route.is_mount) for route in around for path in self._paths(route)]
        return bool(said) and all(said)

    def _paths(self, route: Route) -> Sequence[str]:
        """The paths of a registration; of what is registered for all of them the root."""
        return route.paths or ("/",) if route.is_mount else self.model.routes.full_paths(route)

    def _is_drawn(self, app: App, m: int, call: int) -> bool:
        """Whether a call may draw a page: a name that says no engine by its ending is an error where nothing gives the
        application one.
        """
        body = self.model.link.body(m)
        if not self.model.sites.plays(_VIEW, body, call) or not body.args(call):
            return True
        texts = self.model.texts(body, body.args(call)[0])
        if not texts or any(PurePosixPath(text).suffix for text in texts):
            return True
        return any(one is None or one == app.spot for one in self._drawing(app))

    def _drawing(self, app: App) -> Iterator[Spot | None]:
        """The applications that are given an engine near one of them, by where they are created; None for one that is
        not known.
        """
        model = self.model
        for m in range(len(model.link)):
            calls = [call for call in model.sites.candidates(_ENGINE, m) if model.routes.apps.is_with(app, m)]
            for call in calls:
                for item in model.ask(model.calls.callees(m, call)).items:
                    if isinstance(item, External) and model.sites.plays(_ENGINE, model.link.body(m), call):
                        yield Spot(item.module, item.row) if item.row >= 0 else None

    def _calls(self, app: App) -> Iterator[Spot]:
        """The calls that answer with pages or files for browsers where an application runs: in its own handlers, where
        these are all that it has.
        """
        model = self.model
        own = self._handlers(app)
        modules = {function.module for function in own} if own else model.routes.apps.modules(app)
        for m in sorted(modules - model.programs.aside()):
            body = model.link.body(m)
            spans = [(body.start[each.row], body.end[each.row]) for each in own if each.module == m]
            for call in model.sites.candidates(_PAGE, m):
                is_own = not own or any(start <= body.start[call] < end for start, end in spans)
                is_own = is_own and not self._is_of_another(app, Spot(m, call))
                is_page = is_own and model.sites.plays(_PAGE, body, call) and self._is_drawn(app, m, call)
                if is_page and model.entries.in_production(m, call):
                    yield Spot(m, call)

    def _is_of_another(self, app: App, spot: Spot) -> bool:
        """Whether a row stands in a handler, or in the call that registers it, of other applications alone."""
        body = self.model.link.body(spot.module)
        for row in body.ancestors(spot.row):
            if body.kind[row] in {Kind.FUNCTION, Kind.CALL} and (apps := self._registered.get(Spot(spot.module, row))):
                return app.spot not in apps
        makers = {one.row for one in self.model.routes.apps.in_module(spot.module)}
        around = {row for row in makers if body.owner[row] == body.owner[spot.row] > 0}
        return bool(around) and (app.module != spot.module or app.row not in around)

    @cached_property
    def _registered(self) -> dict[Spot, set[Spot]]:
        """The applications of each registration, and of each function that one gives, where there are several."""
        found: dict[Spot, set[Spot]] = {}
        apps = self.model.routes.apps
        known = [app for app in apps.all() if app.is_sited]
        for app in known if len(known) > 1 else ():
            for route in (*apps.routes(app), *apps.registered(app)):
                functions = (function for handler in route.handlers for function in handler.functions)
                for at in (route.spot, *(Spot(function.module, function.row) for function in functions)):
                    found.setdefault(at, set()).add(app.spot)
        return found

    def _handlers(self, app: App) -> list[Closure]:
        """The functions that answer all requests of an application that is made for them in a function; none where
        others may as well, or where they are not written there.
        """
        body = self.model.link.body(app.module)
        registered = self.model.routes.apps.registered(app)
        handlers = [handler for route in registered for handler in route.handlers]
        functions = [function for handler in handlers for function in handler.functions]
        maker = body.owner[app.row]
        is_known = bool(maker) and all(len(handler.functions) == 1 and not handler.open for handler in handlers)
        is_here = all(each.module == app.module and body.owner[each.row] == maker for each in functions)
        return functions if is_known and is_here else []

    def is_data(self, m: int) -> bool:
        """Whether module `m` runs with applications none of which is known to answer with pages."""
        apps = [app for app in self.model.routes.apps.all() if self.model.routes.apps.is_with(app, m)]
        return bool(apps) and not any(map(self.is_served, apps))


def _names_a_file(path: str, *, is_mount: bool) -> bool:
    """Whether a path has a fixed part first, and a parameter or anything below it: `/files/:name`, or a mount."""
    first, *below = path.strip("/").split("/")
    is_fixed = first[:1] not in {"", _PARAMETER, "*", "("}
    return is_fixed and (is_mount or any(_PARAMETER in part or "*" in part for part in below))

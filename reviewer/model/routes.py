"""Routes: what is registered where, under which path, with which handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from reviewer.model.domain import Closure, Constant, External, Literal, Namespace, Primitive, Promised
from reviewer.model.endpoints import Endpoint, Endpoints
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reviewer.model.model import Model


class Handler(msgspec.Struct, frozen=True, gc=False):
    """One handler of a registration: the row that gives it, the functions it may be, and what becomes of its promise.

    fate: `lost` (nobody handles a rejection), `forwarded` (the framework does), `unknown`. is_member_of_unknown: it is
    read from a value of a library that no row describes, which may be the application's own: `container.get('x').show`.
    """

    module: int
    row: int
    functions: tuple[Closure, ...]
    externals: tuple[External, ...]
    is_error_handler: bool
    fate: str
    open: bool
    is_member_of_unknown: bool = False


class Route(msgspec.Struct, frozen=True, gc=False):
    """One registration: `router.get('/path', middleware, handler)`, or a mount (`use`).

    `module`, `row`: the CALL. `paths`: as written, empty where none was given or it is unknown; `receivers`: the
    creation sites of what it is registered on. has_path: whether a path was given at all.
    """

    module: int
    row: int
    method: str
    paths: tuple[str, ...]
    handlers: tuple[Handler, ...]
    receivers: tuple[External, ...]
    is_mount: bool
    state: int
    has_path: bool = False


class Routes:
    """All registrations of the reviewed code, found once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._all: list[Route] | None = None
        self._mounts: list[Route] | None = None
        self._packages_loaded: bool | None = None
        self._endpoints = Endpoints(model)

    def all(self) -> list[Route]:
        """Every route and mount, by module and row."""
        if self._all is None:
            self._all = [route for m in range(len(self.model.link)) for route in self.in_module(m)]
        return self._all

    def candidates(self, m: int) -> list[int]:
        """The CALL rows of a module whose name could register a handler, where any file loads such a library."""
        link = self.model.link
        if self._packages_loaded is None:
            packages = self.model.libraries.route_packages()
            self._packages_loaded = any(name in link.package_importers for name in packages)
        if not self._packages_loaded:
            return []
        return self.named(m)

    def named(self, m: int) -> list[int]:
        """The CALL rows of a module that have the name of a registration, whatever is loaded."""
        surface = self.model.link.surfaces[m]
        calls = surface.calls
        # A computed name, `app[method](…)`, is in no index.
        return sorted(
            [
                *(row for name in self.model.libraries.route_names() & calls.keys() for row in calls[name]),
                *surface.unnamed_calls,
            ]
        )

    def mounts(self) -> list[Route]:
        """The registrations below whose path routers may be mounted, by module and row; without looking at others."""
        if self._mounts is None:
            names = self.model.libraries.mount_names()
            self._mounts = [
                route
                for m in range(len(self.model.link))
                if not names.isdisjoint(self.model.link.surfaces[m].calls)
                for route in self._at(m, self.candidates(m), names)
                if route.is_mount
            ]
        return self._mounts

    def in_module(self, m: int) -> Iterator[Route]:
        """The routes and mounts of a module, by row."""
        yield from self._at(m, self.candidates(m))

    def _at(self, m: int, rows: Sequence[int], names: frozenset[str] | None = None) -> Iterator[Route]:
        if not rows:
            return
        module = self.model.link.body(m)
        for row in rows:
            if names is not None and module.text(row) not in names:
                continue
            if module.kind[row] == Kind.CALL and module.kind[module.first[row]] in {Kind.MEMBER, Kind.INDEX}:
                yield from self._routes_at(module, row)

    def _routes_at(self, module: Module, call: int) -> Iterator[Route]:
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        facts: dict[int, list[External]] = {}
        for callee in callees.items:
            if isinstance(callee, External):
                facts.setdefault(callee.state, []).append(callee)
        for state, receivers in sorted(facts.items()):
            fact = self.model.libraries.route(state, self.model.call_shape(module, call))
            if fact is None:
                continue
            arguments = list(module.args(call))
            paths: tuple[str, ...] = ()
            has_path = fact.receiver_path
            handlers = arguments[fact.first_handler :]
            if fact.path_argument is not None and fact.path_argument < len(arguments):
                given = arguments[fact.path_argument]
                if not fact.path_optional or self._is_path(module, given):
                    paths = self._paths(module, given)
                    has_path = True
                    handlers = arguments[max(fact.first_handler, fact.path_argument + 1) :]
            elif fact.receiver_path:
                paths = self._receiver_paths(receivers)
            method = module.text(call).upper() if fact.method == "name" else fact.method
            flat = [(argument, *spot) for argument in handlers for spot in self._expanded(module, argument)]
            yield Route(
                module.index,
                call,
                method,
                paths,
                tuple(
                    self._handler(m, row, fact.error_arity, self._fate(module, call, argument, state))
                    for argument, m, row in flat
                ),
                tuple(sorted(receivers, key=lambda item: (item.module, item.row))),
                fact.mount,
                state,
                has_path,
            )

    def _fate(self, module: Module, call: int, argument: int, state: int) -> str:
        """What becomes of the promise of a handler given in this argument."""
        return self.model.libraries.fate(state, module.position(argument) - 1, self.model.call_shape(module, call))

    def _expanded(self, module: Module, argument: int) -> Iterator[tuple[int, int]]:
        """The (module, row) of each handler in an argument: arrays are looked through, also those kept under a name."""
        for row in self._flatten(module, argument):
            value = module.first[row] if module.kind[row] == Kind.SPREAD else row
            if module.kind[value] not in {Kind.IDENT, Kind.MEMBER, Kind.CALL}:
                yield module.index, row
                continue
            found = self.model.ask(self.model.values.resolved(module.index, value))
            arrays = [
                item
                for item in found.items
                if isinstance(item, Literal) and self.model.link.body(item.module).kind[item.row] == Kind.ARRAY
            ]
            if not arrays:
                yield module.index, row
            for array in sorted(arrays, key=lambda item: (item.module, item.row)):
                body = self.model.link.body(array.module)
                for element in self._flatten(body, array.row):
                    yield array.module, element

    def _flatten(self, module: Module, row: int) -> Iterator[int]:
        """The elements of nested array literals, in order; any other row is its own."""
        pending = [row]
        while pending:
            at = pending.pop()
            if module.kind[at] == Kind.ARRAY:
                pending.extend(reversed(module.ops(at)))
            elif module.kind[at] != Kind.NONE:
                yield at

    def _is_path(self, module: Module, row: int) -> bool:
        """Whether an argument is a path, a pattern, or a list of them: text, perhaps beside what nobody knows
        (`process.env.BASE ?? '/base'`).
        """
        for at in self._flatten(module, row):
            found = self.model.ask(self.model.values.resolved(module.index, at))
            known = [item for item in found.items if item != External(0)]
            if not known or not all(isinstance(item, Constant | Primitive) for item in known):
                return False
        return True

    def _paths(self, module: Module, row: int) -> tuple[str, ...]:
        return tuple(path for at in self._flatten(module, row) for path in self.model.texts(module, at))

    def _receiver_paths(self, receivers: list[External]) -> tuple[str, ...]:
        """The path that was given to the call that made the receiver: `router.route('/path')`."""
        paths: list[str] = []
        for receiver in receivers:
            if receiver.row < 0:
                continue
            module = self.model.link.body(receiver.module)
            arguments = module.args(receiver.row)
            if arguments:
                paths.extend(self._paths(module, arguments[0]))
        return tuple(paths)

    def _handler(self, m: int, row: int, error_arity: int, fate: str) -> Handler:
        module = self.model.link.body(m)
        value = module.first[row] if module.kind[row] == Kind.SPREAD else row
        found = self.model.ask(self.model.values.resolved(m, value))
        functions: set[Closure] = set()
        externals: set[External] = set()
        for item in found.items:
            inner = item.value if isinstance(item, Promised) else item
            if isinstance(inner, Closure):
                functions.add(inner)
            elif isinstance(inner, External):
                externals.add(inner)
            elif isinstance(inner, Namespace):
                whole = self.model.ask(self.model.heap.module_value(inner.module))
                functions.update(part for part in whole.items if isinstance(part, Closure))
                externals.update(part for part in whole.items if isinstance(part, External))
        arities = {len(self.model.link.body(function.module).params(function.row)) for function in functions}
        return Handler(
            module.index,
            row,
            tuple(sorted(functions, key=lambda item: (item.module, item.row))),
            tuple(sorted(externals, key=lambda item: (item.state, item.module, item.row))),
            error_arity > 0 and arities == {error_arity},
            fate,
            bool(found.open),
            External(0) in externals and module.kind[value] == Kind.MEMBER,
        )

    def endpoints(self) -> list[Endpoint]:
        """Every route with its full paths, one endpoint for each mount of it, by path."""
        return self._endpoints.all()

    def full_paths(self, route: Route) -> list[str]:
        """The paths of a route or mount, joined with those under which the routers above it are mounted; sorted."""
        return self._endpoints.paths(route)

    def measures(self, route: Route) -> list[str]:
        """The places of the libraries' middleware that stands before a route."""
        return self._endpoints.measures(route)

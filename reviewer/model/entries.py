"""Entries: what starts code — requests, timers, jobs, listeners, sockets, commands, and the start of a program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.candidates import Candidates
from reviewer.model.domain import Closure, Constant, External, Spot
from reviewer.model.entry_rows import MOMENTS, SHUT_DOWN
from reviewer.model.given import given, inside
from reviewer.model.handlers import expanded, handler
from reviewer.model.libraries.steps import Step
from reviewer.model.line_site import LineSite
from reviewer.model.reaching import Reaching, Way
from reviewer.model.sandboxed import sandboxed
from reviewer.model.shaped_handlers import ShapedHandlers
from reviewer.model.telling import is_dropped
from reviewer.model.ways_in import Reached
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.libraries.facts import CallFact
    from reviewer.model.libraries.steps import Path
    from reviewer.model.memory import Remembered
    from reviewer.model.model import Model
    from reviewer.model.route import Route
    from reviewer.model.shape import CallShape
    from reviewer.model.solve import Answer

_REQUEST: Final = "per-request"
REQUEST: Final = "request"
START_UP: Final = "start-up"
_NAMES: Final = frozenset({"string", "number"})
_ANY: Final = Step("any-member", "*")
_OWN_NAME: Final = (Step("member-name"),)
_OF_PROCESS: Final = frozenset({SHUT_DOWN, "command"})


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A registration that is no route: at `row`, a CALL, NEW, decorated member, or where a function is written that is
    entered because of that, for the functions it may run.

    kind: request | timer | listener | socket | job | command | shut-down. name: the constant names of the event, queue,
    command, or the schedule. fate: what becomes of a promise, as in `Handler`. is_once: what registers it goes on
    there.
    """

    kind: str
    module: int
    row: int
    name: tuple[str, ...]
    functions: tuple[Closure, ...]
    fate: str
    is_once: bool = False

    @property
    def spot(self) -> Spot:
        """What registers it."""
        return Spot(self.module, self.row)


class Entries:
    """All entries of the reviewed code, found once, and which of them reach a function."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._all: list[Entry] | None = None
        self._in_module: dict[int, list[Entry]] = {}
        self._candidates = Candidates(model, lambda rows: (rows.entry_names, rows.entry_packages))
        self._by_spot: dict[Spot, Route | Entry] | None = None
        self._reaching = Reaching(model)
        self._shaped = ShapedHandlers(model)

    def all(self) -> list[Entry]:
        """Every entry that is no route, by module and row."""
        if self._all is None:
            self._all = [entry for m in range(len(self.model.link)) for entry in self.in_module(m)]
        return self._all

    def in_module(self, m: int) -> list[Entry]:
        """The entries that a module registers: by calls, by row, then by decorators, then by where functions stand."""
        if m not in self._in_module:
            self._in_module[m] = list(self._registered_in(m))
        return self._in_module[m]

    def _registered_in(self, m: int) -> Iterator[Entry]:
        for call in self._candidates.in_module(m):
            yield from (entry for entry in self._at(self.model.link.body(m), call) if not self._is_standing(entry))
        yield from self._decorated(m)
        yield from self._standing(m)
        for function in self._shaped.in_module(m):
            if Spot(m, function.row) not in self._of_routes:
                yield Entry(REQUEST, m, function.row, (), (function,), "forwarded")

    def reaching(self, m: int, function: int, *, again: bool = False) -> Answer:
        """What reaches a FUNCTION row, as `Reached`: entries, and the top level of modules (`start-up`). Not asked from
        inside an equation. again: only what does so time and again in production (see `passes`).
        """
        return self._reaching.of(m, function, again=again)

    def reaching_row(self, m: int, row: int, *, again: bool = False) -> Answer:
        """What reaches any row: its function, or the loop that a program stays in (`loop`)."""
        return self._reaching.of_row(m, row, again=again)

    def is_dead(self, m: int, row: int) -> bool:
        """Whether it is known that nothing calls the function of a row, nor those that call it."""
        return self._reaching.uncalled.is_dead(m, self.model.link.body(m).owner[row])

    def chain(self, m: int, function: int, reached: Reached) -> list[Spot]:
        """The calls that lead from an entry to a function, the first one first; empty where it is entered itself."""
        way = self.nearest(m, function, [reached])
        return [] if way is None else list(way.calls)

    def nearest(
        self,
        m: int,
        function: int,
        wanted: Collection[Reached],
        *,
        again: bool = False,
        leaving: Callable[[Spot], bool] = lambda _: False,
    ) -> Way | None:
        """The shortest way on which one of some entries reaches a function; leaving: the calls over which it does not
        go.
        """
        return self._reaching.way(m, function, wanted, leaving, again=again)

    def remembered(self, m: int, row: int) -> Remembered:
        """Whether what a row does is done again where its function runs again."""
        return self._reaching.remembered(m, row)

    def is_made_anew(self, m: int, row: int) -> bool:
        """Whether objects of the class around a row are made while a program runs on, as for each request."""
        return self._reaching.is_made_anew(m, row)

    def registered(self, reached: Reached) -> Route | Entry | None:
        """What registers an entry; None for the start of a program."""
        if self._by_spot is None:
            found: list[Route | Entry] = [*self.model.routes.all(), *self.all()]
            self._by_spot = {each.spot: each for each in reversed(found)}
        return self._by_spot.get(Spot(reached.module, reached.row))

    def in_production(self, m: int, row: int) -> bool:
        """Whether a row runs in production too: no condition of its function keeps it for development or tests."""
        return self._reaching.in_production(m, row)

    def passes(self, m: int, row: int) -> str:
        """Why a row does not run again and again in production however often its function does: what it gives is
        remembered, or it runs in development only. Empty where it does.
        """
        return self._reaching.passes(m, row)

    def _at(self, module: Module, call: int) -> Iterator[Entry]:
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        shape = self.model.call_shape(module, call)
        libraries = self.model.libraries
        called = sorted({item.state for item in callees.items if isinstance(item, External) and item.state})
        called = [state for state in called if not libraries.is_route(state)]
        told: set[tuple[str, tuple[Closure, ...]]] = set()
        for index, argument in enumerate(module.args(call)) if called else ():
            if module.kind[argument] == Kind.SPREAD:
                break
            states = [place for state in called for place in libraries.argument(state, index, shape, None)]
            for path, fact in self._entered(states, shape):
                spot = Spot(module.index, argument)
                found = list(self._entry(module, call, spot, path, fact))
                if not found and not path and any(libraries.starts(state, shape) for state in called):
                    functions = sandboxed(self.model, module, spot)
                    found = [self._made(module.index, call, module, call, fact, functions, "")] if functions else []
                for entry in found:
                    if (entry.kind, entry.functions) not in told:
                        told.add((entry.kind, entry.functions))
                        yield entry

    def _entered(self, states: Sequence[State], shape: CallShape) -> list[tuple[tuple[str, ...], CallFact]]:
        """What is entered of what a call gives to places. That it belongs to the start or the end of the process, is
        typed into it, happens once, or answers requests, says more than that it is an event.
        """
        libraries = self.model.libraries
        if any(fact.at == START_UP for state in states for fact in libraries.callings(state, shape)):
            return []
        entered = [each for state in states for each in libraries.entered(state)]
        found = [(path, fact) for path, fact in entered if libraries.admits(fact, shape)]
        of_process = [(path, fact) for path, fact in found if fact.at in _OF_PROCESS]
        answering = [(path, fact) for path, fact in found if fact.at == _REQUEST]
        return of_process or [(path, fact) for path, fact in found if fact.once] or answering or found

    def _entry(self, module: Module, call: int, spot: Spot, path: tuple[str, ...], fact: CallFact) -> Iterator[Entry]:
        """The entries that a call makes of what it is given; none where that is no function. What has the name of its
        member is entered because of that: each is an entry of its own.
        """
        spots = [spot]
        for name in path:
            step = _ANY if name == _ANY.name else Step("member", name)
            spots = [found for at in spots for found in inside(self.model, at, step)]
        is_named = bool(path) and _OWN_NAME in fact.name
        for each in [[one] for one in spots] if is_named else [spots]:
            handlers = [handler(self.model, one, 0, "") for at in each for one in expanded(self.model, at)]
            functions = {function for found in handlers for function in found.functions}
            if functions and is_named and each[0].module == module.index:
                member = module.parent[each[0].row]
                yield self._made(module.index, member, module, call, fact, functions, module.text(member))
            elif functions:
                own = path[-1] if path else module.text(call)
                yield self._made(module.index, call, module, call, fact, functions, own)

    def _made(
        self, m: int, row: int, said_in: Module, call: int, fact: CallFact, functions: set[Closure], own: str
    ) -> Entry:
        """The entry of some functions; own: the name of the member at which a fact stands."""
        names = [
            text
            for path in fact.name
            for text in ((own,) if path == _OWN_NAME else self._names(said_in, call, path))
            if text
        ]
        holder = said_in.parent[row] if said_in.index == m else 0
        if not names and fact.at == _REQUEST and said_in.kind[holder] == Kind.PROPERTY and said_in.first[holder] != row:
            names.append(said_in.text(holder))  # the procedure of a router that stands in a literal
        return Entry(
            REQUEST if fact.at == _REQUEST else fact.at,
            m,
            row,
            tuple(dict.fromkeys(names)),
            tuple(sorted(functions, key=lambda item: (item.module, item.row))),
            "lost" if all(is_dropped(self.model, fact, function) for function in functions) else "forwarded",
            self.model.libraries.goes_on(fact),
        )

    def _names(self, module: Module, call: int, path: Path) -> Iterator[str]:
        for spot in given(self.model, module, call, path):
            found = self.model.ask(self.model.values.resolved(*spot))
            constants = {item for item in found.items if isinstance(item, Constant)}
            others = {item.text for item in constants if item.kind not in _NAMES}
            texts = self.model.texts(self.model.link.body(spot.module), spot.row)
            yield from (text for text in texts if text not in others)

    def _standing(self, m: int) -> Iterator[Entry]:
        """The functions that are entered because of where they stand; once for each way in which that is."""
        module = self.model.link.body(m)
        told: set[tuple[Spot, str, Spot]] = set()
        for one in self.model.standing.in_module(m):
            of_route = one.function in self._of_routes
            for fact in self.model.libraries.callings(one.state, LineSite(self.model, module)):
                if of_route and fact.at == _REQUEST:
                    continue
                if fact.at in MOMENTS and (one.function, fact.at, one.at) not in told:
                    told.add((one.function, fact.at, one.at))
                    entry = self._made(m, one.at.row, module, one.at.row, fact, {Closure(*one.function)}, "")
                    yield msgspec.structs.replace(entry, name=(".".join(one.name),) if one.name else ())

    @cached_property
    def _of_routes(self) -> frozenset[Spot]:
        """The functions that routes name."""
        handlers = (handler for route in self.model.routes.all() for handler in (*route.handlers, *route.before))
        return frozenset(Spot(each.module, each.row) for handler in handlers for each in handler.functions)

    def _is_standing(self, entry: Entry) -> bool:
        """Whether what a call is given for requests is known to be entered because of where it stands."""
        standing = self.model.standing
        return entry.kind == REQUEST and all(
            any(map(self.model.libraries.is_standing, standing.places(function.module, function.row)))
            for function in entry.functions
        )

    def _decorated(self, m: int) -> Iterator[Entry]:
        """The methods that decorators make entries, those apart that answer requests of a route."""
        for called in self.model.routes.called.in_module(m):
            function = Spot(called.function.module, called.function.row)
            is_of_route = called.fact.at == _REQUEST and function in self._of_routes
            if called.fact.at in MOMENTS and not is_of_route:
                body = self.model.link.body(called.decorated_in)
                row = called.decorator if called.decorated_in == m else called.member
                is_own = called.member in body.ancestors(called.decorator) if called.decorated_in == m else False
                method = self.model.link.body(m).text(called.member)
                # What a request asks for has the name of its method, what happens otherwise that of the decorator.
                asked = f"{body.text(called.decorator)}.{method}" if called.fact.at == _REQUEST else ""
                own = asked or body.text(called.decorator) if is_own else method
                yield self._made(m, row, body, called.decorator, called.fact, {called.function}, own)

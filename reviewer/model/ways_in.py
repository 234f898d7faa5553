"""Ways in: because of what a function runs: what is registered for it, and the calls that run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from reviewer.model.domain import ClassValue, Closure, Spot
from reviewer.model.function_places import run_in
from reviewer.model.handing import Handing, as_value
from reviewer.model.rearmed import rearmed
from reviewer.model.run_by_library import RunByLibrary
from reviewer.model.solve import Equation, Question, answer, join
from reviewer.model.use import HELD, Use
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_REQUEST: Final = "request"
_TIMER: Final = "timer"
_LISTEN: Final = "http.listen"
_CALLING: Final = frozenset({Kind.CALL, Kind.NEW})
# What a function's own entry answers: it need not be followed further.
_ANSWERED: Final = frozenset({"decorated", "escapes", HELD})


class Reached(msgspec.Struct, frozen=True, gc=False):
    """An entry that reaches a function: its kind, and the row that registers it; for `start-up` a PROGRAM row, for
    `loop` the loop that the program stays in.
    """

    kind: str
    module: int
    row: int


class Entered(NamedTuple):
    """What is registered for a function. is_whole: its code does not go on after what registers it. is_once: it happens
    one time for each registration.
    """

    reached: Reached
    is_whole: bool
    is_once: bool


class WaysIn:
    """`into(module, FUNCTION row)`: every `Use` because of which a function runs. What is registered is no question: it
    is found before any is asked.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.into = Question("ways into", 2, self._into)
        self.library = RunByLibrary(model)
        self._handing = Handing(model, self)
        self._registered: dict[Spot, list[Entered]] | None = None
        self._at: dict[Spot, list[Entered]] = {}
        self._starts: frozenset[Spot] | None = None

    def prepare(self) -> None:
        """Find what is registered; to be called before a question is asked."""
        self.registered(Spot(0, 0))

    def registered(self, function: Spot) -> list[Entered]:
        """What is registered for a function."""
        if self._registered is None:
            table: dict[Spot, list[Entered]] = {}
            for route in self.model.routes.all():
                # What registers routes itself does so while the server starts.
                handlers = () if route.encapsulates else route.handlers
                reached = Reached(_REQUEST, route.module, route.row)
                entered = Entered(reached, is_whole=True, is_once=False)
                for handler in (*handlers, *route.before):
                    self._note(table, entered, handler.functions)
            for entry in self.model.entries.all():
                reached = Reached(entry.kind, entry.module, entry.row)
                entered = Entered(reached, is_whole=not entry.is_once, is_once=entry.is_once)
                self._note(table, entered, entry.functions)
            for spot, functions in rearmed(self.model):
                self._note(table, Entered(Reached(_TIMER, *spot), is_whole=True, is_once=False), functions)
            self._registered = table
        return self._registered.get(function, [])

    def _note(self, table: dict[Spot, list[Entered]], entered: Entered, functions: Iterable[Closure]) -> None:
        self._at.setdefault(Spot(entered.reached.module, entered.reached.row), []).append(entered)
        for function in functions:
            table.setdefault(Spot(function.module, function.row), []).append(entered)

    def given_at(self, use: Use) -> list[Entered]:
        """What is registered by the call to which a use gives a function."""
        return [] if use.kind == "call" else self._at.get(Spot(use.module, use.row), [])

    def starting(self) -> frozenset[Spot]:
        """The functions that make a server accept connections, themselves or through what they call; without those that
        are entered from outside.
        """
        if self._starts is None:
            sites, link = self.model.sites, self.model.link
            pending = [
                Spot(m, link.body(m).owner[call])
                for m in range(len(link))
                for call in sites.candidates(_LISTEN, m)
                if sites.plays(_LISTEN, link.body(m), call)
            ]
            found: set[Spot] = set()
            for at in pending:
                if at in found or at.row == 0 or self.registered(at):
                    continue
                found.add(at)
                ways = self.model.ask(self.into(*at))
                pending += sorted({Spot(use.module, link.body(use.module).owner[use.row]) for use in ways.items})
            self._starts = frozenset(found)
        return self._starts

    def _into(self, m: int, function: int) -> Equation:
        """Where the uses stand, code runs because of which the function does."""
        own = self.registered(Spot(m, function))
        whole = {(entered.reached.module, entered.reached.row) for entered in own if entered.is_whole}
        uses = yield self.model.uses.of(m, function)
        found = answer(open_because=uses.open - _ANSWERED if own else uses.open)
        written_for = _written_for(self.model.link.body(m), function)
        for use in uses.items:
            if (use.module, use.row) in whole:
                continue
            if use.kind == "call":
                handed = yield from self._handing.of(use, Closure(m, function))
                ways = (yield from self._called_for(use, written_for)) if handed is None else handed
            elif use.kind == "read":
                ways = answer([use])
            else:
                ways = yield from self.library.given(use)
                if ways.items and written_for is not None:
                    ways = answer([written_for], ways.open)
                elif ways.items and use.kind == "argument" and not self.given_at(use):
                    handed = yield from self._handing.of(use, Closure(m, function))
                    ways = ways if handed is None else answer(handed.items, ways.open | handed.open)
            found = join(found, ways)
        return found

    def _called_for(self, use: Use, written_for: Use | None) -> Equation:
        """A function that is written for a call runs because of that, where what is called there runs it; what keeps it
        for later, and runs it then, may do so because of anything.
        """
        if written_for is None:
            return answer([use])
        callees = yield self.model.calls.callees(written_for.module, written_for.row)
        called = {Spot(item.module, item.row) for item in callees.items if isinstance(item, (Closure, ClassValue))}
        running = set(self._run_within(self.model.link.body(use.module), use.row))
        return answer([use if called and running.isdisjoint(called) else written_for])

    def _run_within(self, module: Module, row: int) -> Iterator[Spot]:
        """The functions around a row that run it when they run, or the class that does so when one is made: through
        functions that are handed over there.
        """
        function = module.owner[row]
        while function:
            value = as_value(self.model, Closure(module.index, function))
            yield Spot(value.module, value.row)
            if not run_in(module, function) or self.registered(Spot(module.index, function)):
                return
            function = module.owner[function]


def _written_for(module: Module, function: int) -> Use | None:
    """The call for which a function is written, as an argument: whoever runs it in the end, it is there because of that
    call, and not because of others that give the same helper something else to run.
    """
    call = module.parent[function]
    is_argument = module.kind[call] in {Kind.CALL, Kind.NEW} and module.first[call] != function
    return Use("call", module.index, call) if is_argument else None

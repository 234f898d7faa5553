"""What reaches a function: entries and the start of programs, through the calls that lead to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from reviewer.model.domain import External, Spot
from reviewer.model.forward import HELD, Use
from reviewer.model.memory import Memory, Remembered
from reviewer.model.modes import Modes
from reviewer.model.solve import NOTHING, Answer, Equation, Key, Question, answer, join

if TYPE_CHECKING:
    from reviewer.model.model import Model

_REQUEST: Final = "request"
_START_UP: Final = "start-up"
_LISTEN: Final = "http.listen"
# What a function's own entry answers: it need not be followed further.
_ANSWERED: Final = frozenset({"decorated", "escapes", HELD})
_WAY: Final = 200


class Reached(msgspec.Struct, frozen=True, gc=False):
    """An entry that reaches a function: its kind, and the row that registers it; for `start-up` a PROGRAM row."""

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


class Reaching:
    """The equations of `model.entries.reaching`. What is registered is no question: it is found before any is asked.

    `again`: what reaches a function time and again in production: not only until something is remembered, not on ways
    that only programs in development or tests take, and not because a server is being started.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._memory = Memory(model)
        self._modes = Modes(model)
        self._ways = Question("ways into", 2, self._into)
        self._question = Question("reaching", 2, partial(self._equation, again=False))
        self._produced = Question("runs in production", 3, self._in_production)
        self._again = Question("reaching again", 4, partial(self._equation, again=True))
        self._registered: dict[tuple[int, int], list[Entered]] | None = None
        self._starts: frozenset[tuple[int, int]] | None = None

    def of(self, m: int, function: int, *, again: bool = False) -> Answer:
        """Every `Reached` of a function."""
        self._table()
        if again:
            self._starting()
        return self.model.ask((self._again if again else self._question)(m, function))

    def passes(self, m: int, row: int, called: Spot | None = None) -> str:
        """Why a row does not run again and again in production, where its own function does; empty where it does."""
        if self.remembered(m, row, called) is Remembered.ONCE:
            return "what it gives is remembered"
        if (m, self.model.link.body(m).owner[row]) in self._starting():
            return "a server is being started"
        return "it does not run in production" if self.model.ask(self._modes.aside(m, row)).items else ""

    def remembered(self, m: int, row: int, called: Spot | None = None) -> Remembered:
        """Whether what a row does is done again where its function runs again."""
        return self._memory.of(self.model.link.body(m), row, called)

    def chain(self, m: int, function: int, reached: Reached, *, again: bool = False) -> list[Spot]:
        """The shortest way from an entry to a function, as the calls on it."""
        table = self._table()
        pending: deque[tuple[int, int, list[Spot]]] = deque([(m, function, [])])
        seen = {(m, function)}
        while pending and len(seen) < _WAY:
            at, row, way = pending.popleft()
            if (row == 0 and reached == Reached(_START_UP, at, 0)) or any(
                reached == entry.reached for entry in table.get((at, row), ())
            ):
                return way
            if row == 0:
                continue
            for use in sorted(self.model.ask(self._ways(at, row)).items, key=lambda use: (use.module, use.row)):
                owner = self.model.link.body(use.module).owner[use.row]
                if (use.module, owner) in seen or (again and self.passes(use.module, use.row, Spot(at, row))):
                    continue
                seen.add((use.module, owner))
                pending.append((use.module, owner, [Spot(use.module, use.row), *way]))
        return []

    def _table(self) -> dict[tuple[int, int], list[Entered]]:
        """What is registered for each function."""
        if self._registered is None:
            table: dict[tuple[int, int], list[Entered]] = {}
            for route in self.model.routes.all():
                for handler in (*route.handlers, *route.before):
                    for function in handler.functions:
                        entered = Entered(Reached(_REQUEST, route.module, route.row), is_whole=True, is_once=False)
                        table.setdefault((function.module, function.row), []).append(entered)
            for entry in self.model.entries.all():
                for function in entry.functions:
                    reached = Reached(entry.kind, entry.module, entry.row)
                    entered = Entered(reached, is_whole=not entry.is_once, is_once=entry.is_once)
                    table.setdefault((function.module, function.row), []).append(entered)
            self._registered = table
        return self._registered

    def _starting(self) -> frozenset[tuple[int, int]]:
        """The functions that make a server accept connections, themselves or through what they call; without those that
        are entered from outside.
        """
        if self._starts is None:
            sites, link, table = self.model.sites, self.model.link, self._table()
            pending = [
                (m, link.body(m).owner[call])
                for m in range(len(link))
                for call in sites.candidates(_LISTEN, m)
                if sites.plays(_LISTEN, link.body(m), call)
            ]
            found: set[tuple[int, int]] = set()
            for at in pending:
                if at in found or at[1] == 0 or at in table:
                    continue
                found.add(at)
                ways = self.model.ask(self._ways(*at))
                pending += sorted({(use.module, link.body(use.module).owner[use.row]) for use in ways.items})
            self._starts = frozenset(found)
        return self._starts

    def _equation(self, m: int, function: int, *, again: bool) -> Equation:
        if function == 0:
            return answer([Reached(_START_UP, m, 0)])
        found = NOTHING
        for entered in self._table().get((m, function), ()):
            if again and (entered.is_once or (yield from self._is_aside(entered.reached))):
                continue
            found = join(found, answer([entered.reached]))
        if self.model.loaded.started(m, function):
            found = join(found, answer([Reached(_START_UP, m, 0)]))
        ways = yield self._ways(m, function)
        found = join(found, answer(open_because=ways.open))
        asked = self._again if again else self._question
        for use in ways.items:
            if again and (yield from self._stops(use, Spot(m, function))):
                continue
            found = join(found, (yield asked(use.module, self.model.link.body(use.module).owner[use.row])))
        return found

    def _is_aside(self, reached: Reached) -> Generator[Key, Answer, bool]:
        """Whether an entry is registered in development or tests only, here or by who calls what registers it."""
        if (yield self._modes.aside(reached.module, reached.row)).items:
            return True
        owner = self.model.link.body(reached.module).owner[reached.row]
        return not (yield self._produced(reached.module, owner)).items

    def _in_production(self, m: int, function: int) -> Equation:
        """Whether a function runs in production, as `True`: some way into it is one, or nobody is known to call it."""
        if function == 0 or (m, function) in self._table():
            return answer([True])
        ways = yield self._ways(m, function)
        found = NOTHING if ways.items else answer([True])
        for use in ways.items:
            if not (yield self._modes.aside(use.module, use.row)).items:
                owner = self.model.link.body(use.module).owner[use.row]
                found = join(found, (yield self._produced(use.module, owner)))
        return found

    def _stops(self, use: Use, function: Spot) -> Generator[Key, Answer, bool]:
        """Whether what a use runs does not run time and again in production."""
        module = self.model.link.body(use.module)
        if (use.module, module.owner[use.row]) in self._starting():
            return True
        if self._memory.of(module, use.row, function) is Remembered.ONCE:
            return True
        return bool((yield self._modes.aside(use.module, use.row)).items)

    def _into(self, m: int, function: int) -> Equation:
        """The uses of a function because of which it runs: where they stand when they are reached."""
        own = self._table().get((m, function), [])
        whole = {(entered.reached.module, entered.reached.row) for entered in own if entered.is_whole}
        uses = yield self.model.uses.of(m, function)
        found = answer(open_because=uses.open - _ANSWERED if own else uses.open)
        for use in uses.items:
            if (use.module, use.row) in whole:
                continue
            if use.kind != "call":
                goes_on = yield from self._goes_on(use)
                found = join(found, answer(open_because=goes_on.open))
                # What is handed to an unknown library while a module loads waits for something.
                owner = self.model.link.body(use.module).owner[use.row]
                if not goes_on.items or (goes_on.open and owner == 0):
                    continue
            found = join(found, answer([use]))
        return found

    def _goes_on(self, use: Use) -> Equation:
        """Whether what is given to a call runs where the call stands, or later because of it, and not because something
        else happens; open where no row says.
        """
        callees = yield self.model.calls.callees(use.module, use.row)
        module = self.model.link.body(use.module)
        shape = self.model.call_shape(module, use.row)
        libraries = self.model.libraries
        found = NOTHING
        for callee in callees.items:
            if not isinstance(callee, External):
                continue
            states = libraries.argument(callee.state, use.index, shape, None)
            for name in use.names:
                states = tuple(after for state in states for after in libraries.member(state, name))
            facts = [fact for state in states for fact in libraries.callings(state, shape)]
            if not facts:
                found = join(found, answer([True], ["library"]))
            elif any(libraries.goes_on(fact) for fact in facts):
                found = join(found, answer([True]))
        return found

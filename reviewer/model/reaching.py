"""What reaches a function: entries and the start of programs, through the calls that lead to it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.domain import External, Spot
from reviewer.model.forward import HELD, Use
from reviewer.model.solve import NOTHING, Answer, Equation, Question, answer, join

if TYPE_CHECKING:
    from reviewer.model.model import Model

_REQUEST: Final = "request"
_START_UP: Final = "start-up"
# What a function's own entry answers: it need not be followed further.
_ANSWERED: Final = frozenset({"decorated", "escapes", HELD})
_WAY: Final = 200


class Reached(msgspec.Struct, frozen=True, gc=False):
    """An entry that reaches a function: its kind, and the row that registers it; for `start-up` a PROGRAM row."""

    kind: str
    module: int
    row: int


class Reaching:
    """The equation of `model.entries.reaching`. What is registered is no question: it is found before any is asked."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._question = Question("reaching", 2, self._equation)
        self._registered: dict[tuple[int, int], list[tuple[Reached, bool]]] | None = None

    def of(self, m: int, function: int) -> Answer:
        """Every `Reached` of a function."""
        self._table()
        return self.model.ask(self._question(m, function))

    def chain(self, m: int, function: int, reached: Reached) -> list[Spot]:
        """The shortest way from an entry to a function, as the calls on it."""
        table = self._table()
        pending: deque[tuple[int, int, list[Spot]]] = deque([(m, function, [])])
        seen = {(m, function)}
        while pending and len(seen) < _WAY:
            at, row, way = pending.popleft()
            if (row == 0 and reached == Reached(_START_UP, at, 0)) or any(
                reached == entry for entry, _ in table.get((at, row), ())
            ):
                return way
            if row == 0:
                continue
            uses = self.model.ask(self.model.uses.of(at, row))
            for use in sorted(uses.items, key=lambda use: (use.module, use.row)):
                owner = self.model.link.body(use.module).owner[use.row]
                if (use.module, owner) not in seen:
                    seen.add((use.module, owner))
                    pending.append((use.module, owner, [Spot(use.module, use.row), *way]))
        return []

    def _table(self) -> dict[tuple[int, int], list[tuple[Reached, bool]]]:
        """What is registered for each function, and whether that is all: code goes on after what happens once."""
        if self._registered is None:
            table: dict[tuple[int, int], list[tuple[Reached, bool]]] = {}
            for route in self.model.routes.all():
                for handler in (*route.handlers, *route.before):
                    for function in handler.functions:
                        reached = Reached(_REQUEST, route.module, route.row)
                        table.setdefault((function.module, function.row), []).append((reached, True))
            for entry in self.model.entries.all():
                for function in entry.functions:
                    reached = Reached(entry.kind, entry.module, entry.row)
                    table.setdefault((function.module, function.row), []).append((reached, not entry.is_once))
            self._registered = table
        return self._registered

    def _equation(self, m: int, function: int) -> Equation:
        if function == 0:
            return answer([Reached(_START_UP, m, 0)])
        own = self._table().get((m, function), [])
        whole = {(reached.module, reached.row) for reached, is_all in own if is_all}
        found = answer(reached for reached, _ in own)
        if self.model.loaded.started(m, function):
            found = join(found, answer([Reached(_START_UP, m, 0)]))
        uses = yield self.model.uses.of(m, function)
        found = join(found, answer(open_because=uses.open - _ANSWERED if own else uses.open))
        for use in uses.items:
            if (use.module, use.row) in whole:
                continue
            owner = self.model.link.body(use.module).owner[use.row]
            if use.kind != "call":
                goes_on = yield from self._goes_on(use)
                found = join(found, answer(open_because=goes_on.open))
                # What is handed to an unknown library while a module loads waits for something.
                if not goes_on.items or (goes_on.open and owner == 0):
                    continue
            found = join(found, (yield self._question(use.module, owner)))
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

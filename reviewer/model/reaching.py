"""What reaches a function: entries and the start of programs, through the calls that lead to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Generator
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.branches import is_decided
from reviewer.model.domain import ClassValue, Closure, Spot
from reviewer.model.endless import staying
from reviewer.model.last_done import is_last_done
from reviewer.model.members import own_constructor
from reviewer.model.memory import Remembered
from reviewer.model.modes import Modes
from reviewer.model.receiving import Receiving
from reviewer.model.renewed import Renewed
from reviewer.model.ruled_out import Given
from reviewer.model.solve import NOTHING, Answer, Equation, Key, Question, answer, join
from reviewer.model.uncalled import Uncalled
from reviewer.model.ways_in import Entered, Reached, WaysIn

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.use import Use

_START_UP: Final = "start-up"
_LOOP: Final = "loop"
_LOOKED_AT: Final = 5_000
_RENEWED: Final = 3  # calls between what happens once and who waits for it anew


class Way(NamedTuple):
    """How an entry reaches a function: the calls that lead there, the first one first; none where it is its own."""

    entry: Reached
    calls: tuple[Spot, ...]


class Reaching:
    """The equations of `model.entries.reaching`. What is registered is no question: it is found before any is asked.

    `again`: what reaches a function time and again in production: not only until something is remembered, not on ways
    that only programs in development or tests take, and not because a server is started or the process ends.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._memory = model.memory
        self._modes = Modes(model)
        self._in = WaysIn(model)
        self.uncalled = Uncalled(model, self._in)
        self._question = Question("reaching", 2, partial(self._equation, again=False))
        self._produced = Question("runs in production", 3, self._in_production)
        self._again = Question("reaching again", 4, partial(self._equation, again=True))
        self._renewed = Renewed(model, self._question, self._again)
        self._receiving = Receiving(model)
        self._as = Question("reaching on instances", 2, partial(self._equation_as, again=False))
        self._as_again = Question("reaching again on instances", 4, partial(self._equation_as, again=True))
        self._row = Question("reaching a row", 2, partial(self._equation_of_row, again=False))
        self._row_again = Question("reaching a row again", 4, partial(self._equation_of_row, again=True))

    def of_row(self, m: int, row: int, *, again: bool = False) -> Answer:
        """Every `Reached` of a row: those of its function, but for calls whose arguments rule it out."""
        self._in.prepare()
        if again:
            self._in.starting()
        return self.model.settled(self._above(m, row, again=again))

    def of(self, m: int, function: int, *, again: bool = False) -> Answer:
        """Every `Reached` of a function."""
        self._in.prepare()
        if again:
            self._in.starting()
        return self.model.ask((self._again if again else self._question)(m, function))

    def passes(self, m: int, row: int, called: Spot | None = None) -> str:
        """Why a row does not run again and again in production, where its own function does; empty where it does."""
        self._in.prepare()
        remembered = self.remembered(m, row, called)
        if remembered is Remembered.ONCE and self.model.settled(self._renewed.for_each_run(m, row, called)):
            remembered = Remembered.NO
        if remembered is Remembered.ONCE or (
            remembered is Remembered.BY_OBJECT and not self.model.ask(self._renewed.made_anew(m, row)).items
        ):
            return "what it gives is remembered"
        if Spot(m, self.model.link.body(m).owner[row]) in self._in.starting():
            return "a server is being started"
        last = "the process ends right after it" if is_last_done(self.model, m, row) else ""
        return last or ("" if self.in_production(m, row) else "it does not run in production")

    def in_production(self, m: int, row: int) -> bool:
        """Whether no condition of its function keeps a row for development or tests."""
        return not self.model.ask(self._modes.aside(m, row)).items

    def remembered(self, m: int, row: int, called: Spot | None = None) -> Remembered:
        """Whether what a row does is done again where its function runs again."""
        return self._memory.of(self.model.link.body(m), row, called)

    def is_made_anew(self, m: int, row: int) -> bool:
        """Whether objects of the class around a row are made while a program runs on."""
        self._in.prepare()
        return bool(self.model.ask(self._renewed.made_anew(m, row)).items)

    def way(
        self, m: int, function: int, wanted: Collection[Reached], leaving: Callable[[Spot], bool], *, again: bool
    ) -> Way | None:
        """The shortest way from one of some entries to a function; None where there is none but over calls to leave."""
        pending: deque[tuple[int, int, tuple[Spot, ...], Spot | None]] = deque([(m, function, (), None)])
        seen: set[tuple[int, int, int, Spot | None]] = {(m, function, -1, None)}
        while pending and len(seen) < _LOOKED_AT:
            at, row, way, of = pending.popleft()
            own = (
                [Reached(_START_UP, at, 0)]
                if row == 0
                else [each.reached for each in self._in.registered(Spot(at, row))]
            )
            own += [each for each in wanted if each.kind == _LOOP and self._stands_in(each, at, row)]
            met = [reached for reached in own if reached in wanted]
            if met:
                return Way(min(met, key=lambda reached: (reached.module, reached.row)), way)
            if row == 0:
                continue
            for use in sorted(self.model.ask(self._in.into(at, row)).items, key=lambda use: (use.module, use.row)):
                if (again and self.passes(use.module, use.row, Spot(at, row))) or leaving(Spot(use.module, use.row)):
                    continue
                called = way[0].row if way else -1
                if called >= 0 and self.model.settled(self._rules_out(use, Closure(at, row), called)):
                    continue
                is_such, on = self.model.settled(self._receiving.through(use, Spot(at, row), of))
                if not is_such:
                    continue
                spot = Spot(use.module, use.row)
                met = [each.reached for each in self._in.given_at(use) if each.reached in wanted]
                if met:
                    return Way(met[0], way)
                body = self.model.link.body(use.module)
                owner = body.owner[use.row]
                state = (use.module, owner, use.row if is_decided(body, use.row) else -1, on)
                if state not in seen:
                    seen.add(state)
                    pending.append((use.module, owner, (spot, *way), on))
        return None

    def _stands_in(self, loop: Reached, m: int, function: int) -> bool:
        return loop.module == m and self.model.link.body(m).owner[loop.row] == function

    def _above(self, m: int, row: int, of: Spot | None = None, *, again: bool) -> Equation:
        """What reaches a row, by the question of its function where none of that's calls could rule it out; where its
        method runs on an instance of a CLASS row.
        """
        module = self.model.link.body(m)
        if of is not None:
            at = row if is_decided(module, row) else -1
            reached = yield (self._as_again if again else self._as)(m, module.owner[row], at, *of)
        elif is_decided(module, row):
            reached = yield (self._row_again if again else self._row)(m, row)
        else:
            reached = yield (self._again if again else self._question)(m, module.owner[row])
        return (yield from self._in_loop(m, row, reached))

    def _equation_of_row(self, m: int, row: int, *, again: bool) -> Equation:
        return (yield from self._equation(m, self.model.link.body(m).owner[row], row, again=again))

    def _equation_as(self, m: int, function: int, row: int, of_module: int, of_row: int, *, again: bool) -> Equation:
        return (yield from self._equation(m, function, row, Spot(of_module, of_row), again=again))

    def _equation(self, m: int, function: int, row: int = -1, of: Spot | None = None, *, again: bool) -> Equation:
        """What reaches a function; of a row in it, without what the arguments of calls rule out."""
        if function == 0:
            return answer([Reached(_START_UP, m, 0)])
        found = NOTHING
        found = join(
            found, (yield from self._entered(self._in.registered(Spot(m, function)), Spot(m, function), again=again))
        )
        if self.model.loaded.started(m, function) or self.model.standing.is_started(m, function):
            found = join(found, answer([Reached(_START_UP, m, 0)]))
        if again and (yield from self._in.library.runs_once(m, function)):
            return found
        ways = yield self._in.into(m, function)
        found = join(found, answer(open_because=ways.open))
        for use in ways.items:
            if again and (yield from self._stops(use, Spot(m, function))):
                continue
            if row >= 0 and (yield from self._rules_out(use, Closure(m, function), row)):
                continue
            is_such, on = yield from self._receiving.through(use, Spot(m, function), of)
            if not is_such:
                continue
            given = self._in.given_at(use)
            found = join(found, (yield from self._entered(given, Spot(m, function), again=again)))
            if not any(entered.is_whole for entered in given):
                found = join(found, (yield from self._above(use.module, use.row, on, again=again)))
        return found

    def _rules_out(self, use: Use, function: Closure, row: int) -> Generator[Key, Answer, bool]:
        """Whether a call gives to a function what leaves out a row in it."""
        if use.kind != "call" or use.index > 0 or use.spread:
            return False
        # What is written for a call need not be run by it, nor with what that gives.
        callees = yield self.model.calls.callees(use.module, use.row)
        if function not in callees.items and not any(self._is_made_by(item, function) for item in callees.items):
            return False
        given = Given(self.model, function, self.model.link.body(use.module), use.row)
        return (yield from given.rules_out(row))

    def _is_made_by(self, atom: object, function: Closure) -> bool:
        """Whether a value is the class whose constructor a function is: what `new` and `super` call."""
        if not isinstance(atom, ClassValue) or atom.module != function.module:
            return False
        return own_constructor(self.model.link.body(atom.module), atom.row) == function.row

    def _in_loop(self, m: int, row: int, reached: Answer) -> Equation:
        """What reaches a row where that is what reaches its function. A program that starts, and stays in a loop, does
        what stands there again and again.
        """
        started = {item for item in reached.items if item.kind == _START_UP}
        if not started:
            return reached
        loop = yield from staying(self.model, m, row)
        return reached if loop < 0 else Answer(reached.items - started | {Reached(_LOOP, m, loop)}, reached.open)

    def _entered(self, registered: list[Entered], function: Spot, *, again: bool) -> Equation:
        found = NOTHING
        for entered in registered:
            if again and entered.is_once and not (yield from self._renews(entered.reached, function)):
                continue
            if not again or not (yield from self._is_aside(entered.reached)):
                found = join(found, answer([entered.reached]))
        return found

    def _renews(self, reached: Reached, function: Spot) -> Generator[Key, Answer, bool]:
        """Whether what happens once is waited for anew because of the function that runs then."""
        link = self.model.link
        at = {Spot(reached.module, link.body(reached.module).owner[reached.row])}
        for _ in range(_RENEWED):
            if function in at:
                return True
            above: set[Spot] = set()
            for m, row in sorted(spot for spot in at if spot.row):
                ways = yield self._in.into(m, row)
                above |= {Spot(use.module, link.body(use.module).owner[use.row]) for use in ways.items}
            at = above
        return function in at

    def _is_aside(self, reached: Reached) -> Generator[Key, Answer, bool]:
        """Whether an entry is registered in development or tests only, here or by who calls what registers it."""
        if (yield self._modes.aside(reached.module, reached.row)).items:
            return True
        owner = self.model.link.body(reached.module).owner[reached.row]
        return not (yield self._produced(reached.module, owner)).items

    def _in_production(self, m: int, function: int) -> Equation:
        """Whether a function runs in production, as `True`: some way into it is one, or nobody is known to call it."""
        if function == 0 or self._in.registered(Spot(m, function)):
            return answer([True])
        ways = yield self._in.into(m, function)
        found = NOTHING if ways.items else answer([True])
        for use in ways.items:
            if not (yield self._modes.aside(use.module, use.row)).items:
                owner = self.model.link.body(use.module).owner[use.row]
                found = join(found, (yield self._produced(use.module, owner)))
        return found

    def _stops(self, use: Use, function: Spot) -> Generator[Key, Answer, bool]:
        """Whether what a use runs does not run time and again in production."""
        module = self.model.link.body(use.module)
        if Spot(use.module, module.owner[use.row]) in self._in.starting():
            return True
        remembered = self._memory.of(module, use.row, function)
        if remembered is Remembered.ONCE and not (yield from self._renewed.for_each_run(use.module, use.row, function)):
            return True
        if is_last_done(self.model, use.module, use.row):
            return True
        if remembered is Remembered.BY_OBJECT and not (yield self._renewed.made_anew(use.module, use.row)).items:
            return True
        return bool((yield self._modes.aside(use.module, use.row)).items)

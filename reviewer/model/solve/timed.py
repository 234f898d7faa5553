"""A solver that takes the time of each kind of question, for people who ask where it goes."""

from __future__ import annotations

from time import perf_counter

from reviewer.model.solve.answers import Answer, Equation, Key
from reviewer.model.solve.solver import Solver
from reviewer.model.solve.states import Member

Spent = dict[str, tuple[int, float]]
"""By the name of a kind: how many equations were evaluated, and the seconds in them, without those they read."""


class TimedSolver(Solver):
    """Gives the same answers, more slowly."""

    def __init__(self) -> None:
        super().__init__()
        self._spent: Spent = {}

    def taken(self) -> Spent:
        """What was spent since this was last asked."""
        spent, self._spent = self._spent, {}
        return spent

    def _push(self, key: Key, member: Member | None) -> None:
        super()._push(key, member)
        frame = self._stack[-1]
        frame.equation = self._timed(key[0].name, frame.equation)

    def _timed(self, name: str, equation: Equation) -> Equation:
        sent: Answer | None = None
        total = 0.0
        try:
            while True:
                begun = perf_counter()
                try:
                    key = next(equation) if sent is None else equation.send(sent)
                except StopIteration as stop:
                    result: Answer = stop.value
                    return result
                finally:
                    total += perf_counter() - begun
                sent = yield key
        finally:
            count, before = self._spent.get(name, (0, 0.0))
            self._spent[name] = (count + 1, before + total)
            equation.close()

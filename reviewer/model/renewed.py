"""Renewed: whether what remembers something is made again and again, so that it is forgotten with it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.model.memory import Remembered
from reviewer.model.solve import NOTHING, Answer, Equation, Key, Question, answer
from reviewer.model.ways_in import Reached
from reviewer.model.within import class_around
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model

RUNNING: Final = frozenset({"request", "socket", "job", "timer", "loop", "listener"})
"""What starts code in a program that runs on."""


class Renewed:
    """`made_anew(module, row)`: whether objects of the class around a row are made while a program runs on, as `True`.
    It is told from what reaches functions, and reaches them time and again.
    """

    def __init__(self, model: Model, reaching: Question, again: Question) -> None:
        self.model = model
        self.made_anew = Question("made anew", 3, self._is_made_anew)
        self._memory = model.memory
        self._reaching = reaching
        self._again = again

    def _is_made_anew(self, m: int, row: int) -> Equation:
        """Whether objects of the class around a row are made while a program runs on, as `True`: what one of them
        remembers, the next one does not know.
        """
        module = self.model.link.body(m)
        class_ = class_around(module, row)
        name = module.text(class_) if class_ >= 0 else ""
        for at, new in self.model.link.spots_named("calls", name) if name else ():
            body = self.model.link.body(at)
            if body.kind[new] != Kind.NEW or self.model.names.of(at, body.first[new]) != Spot(m, class_):
                continue
            is_kept = self._memory.of(body, new)
            if is_kept is Remembered.ONCE:  # the only one: `settings ??= new Settings()`
                continue
            if is_kept is Remembered.BY_OBJECT and at == m and class_around(body, new) == class_:
                continue  # each one makes those below it once: as many as there are are all that are ever made
            reached = yield self._reaching(at, body.owner[new])
            if any(isinstance(item, Reached) and item.kind in RUNNING for item in reached.items):
                return answer([True])
        return NOTHING

    def for_each_run(self, m: int, row: int, called: Spot | None) -> Generator[Key, Answer, bool]:
        """Whether what is remembered belongs to a run of a function around, which runs time and again: `let isSettled`
        in what a request leads to.
        """
        module = self.model.link.body(m)
        met = self._memory.met(module, row, called)
        if any(self._memory.is_lasting(module, where) for where in met):
            return False
        for binding in sorted(where[0] for where in met if isinstance(where[0], int)):
            reached = yield self._again(m, module.binding_owner[binding])
            if any(isinstance(item, Reached) and item.kind in RUNNING for item in reached.items):
                return True
        return False

"""Run by library: when a library runs the functions that it is given."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from reviewer.model.domain import External
from reviewer.model.solve import NOTHING, Answer, Equation, Key, answer, join

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import CallFact
    from reviewer.model.model import Model
    from reviewer.model.use import Use


class RunByLibrary:
    """What its rows say of a function that is given to a call."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def given(self, use: Use) -> Equation:
        """A use that gives the function to a library, where code runs because of that."""
        goes_on = yield from self._goes_on(use)
        # What is handed to an unknown library while a module loads waits for something.
        is_later = goes_on.open and self.model.link.body(use.module).owner[use.row] == 0
        return answer([use] if goes_on.items and not is_later else [], goes_on.open)

    def _goes_on(self, use: Use) -> Equation:
        """Whether what is given to a call runs where the call stands, or later because of it, and not because something
        else happens; open where no row says.
        """
        found = NOTHING
        for facts in (yield from self._said(use)):
            if not facts:
                found = join(found, answer([True], ["library"]))
            elif any(self.model.libraries.goes_on(fact) for fact in facts):
                found = join(found, answer([True]))
        return found

    def _said(self, use: Use) -> Generator[Key, Answer, list[list[CallFact]]]:
        """What each library that is given a function says of when it runs."""
        callees = yield self.model.calls.callees(use.module, use.row)
        shape = self.model.call_shape(self.model.link.body(use.module), use.row)
        libraries = self.model.libraries
        found = []
        for callee in callees.items:
            if isinstance(callee, External):
                states = libraries.argument(callee.state, use.index, shape, None)
                for name in use.names:
                    states = tuple(after for state in states for after in libraries.member(state, name))
                found.append([fact for state in states for fact in libraries.callings(state, shape)])
        return found

    def runs_once(self, m: int, function: int) -> Generator[Key, Answer, bool]:
        """Whether a function is called through what a library makes of it, and that calls it once: `once(load)`."""
        uses = yield self.model.uses.of(m, function)
        for use in uses.items:
            if use.kind == "argument":
                for facts in (yield from self._said(use)):
                    if any(fact.once and fact.through for fact in facts):
                        return True
        return False

"""Admitted: which rows of a handler run for the requests of one registration."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, External
from reviewer.model.guards import EQUAL, conjuncts
from reviewer.model.paths import Truth, conditions
from reviewer.model.ruled_out import Given
from reviewer.model.solve import NOTHING, YES, Answer, Equation, Key, Question, answer
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.route import Handler, Route

_METHOD: Final = "request.method"
_EVERY: Final = "ALL"


class Admitted:
    """Asked only for what is reported."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._question = Question("kept out by a registration", 3, self._kept_out)

    def keeps_out(self, route: Route, handler: Handler, m: int, row: int) -> bool:
        """Whether a row in one of a handler's functions does not run where a route registers it: for what makes the
        function there, `allow('write')`, or for the route's method, `if (req.method === 'POST')`.
        """
        method = "" if route.is_mount or route.method == _EVERY else route.method
        return YES in self.model.ask(self._question(m, row, handler.module, handler.row, method)).items

    def _kept_out(self, m: int, row: int, given_in: int, given: int, method: str) -> Equation:
        module, caller = self.model.link.body(m), self.model.link.body(given_in)
        if method and (yield from self._is_of_other(module, row, method)):
            return answer([YES])
        if caller.kind[given] != Kind.CALL:
            return NOTHING
        makers = (yield self.model.calls.callees(given_in, given)).items
        maker = next(iter(makers), None)
        if len(makers) != 1 or not isinstance(maker, Closure):
            return NOTHING
        if maker.module != m or module.owner[module.owner[row]] != maker.row:
            return NOTHING
        is_ruled_out = yield from Given(self.model, maker, caller, given).rules_out(row)
        return answer([YES]) if is_ruled_out else NOTHING

    def _is_of_other(self, module: Module, row: int, method: str) -> Generator[Key, Answer, bool]:
        """Whether a row runs only for requests of other methods than this one."""
        for tested, text, is_equal in _compared(module, row):
            values = yield self.model.values.resolved(module.index, tested)
            is_method = any(
                isinstance(item, External) and self.model.libraries.has_role(item.state, _METHOD, None)
                for item in values.items
            )
            if is_method and is_equal is not (text == method):
                return True
        return False


def _compared(module: Module, row: int) -> Iterator[tuple[int, str, bool]]:
    """The members that are compared with a text where a row runs, the text, and whether they are equal to it."""
    for condition, truth in conditions(module, row):
        if truth not in {Truth.TRUE, Truth.FALSE}:
            continue
        for test, holds in conjuncts(module, condition, holds=truth == Truth.TRUE):
            equal = EQUAL.get(module.text(test)) if module.kind[test] == Kind.BINARY else None
            if equal is None:
                continue
            left, right = module.ops(test)
            for one, other in ((left, right), (right, left)):
                if module.kind[one] == Kind.MEMBER and module.kind[other] == Kind.STRING:
                    yield one, module.text(other), holds is equal

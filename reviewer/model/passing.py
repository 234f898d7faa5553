"""Passing on: what a handler does with the function that runs the next one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.model.domain import Closure, External
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_NEXT = "next.function"


class Passing:
    """The questions about one function of the repository."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._calls: dict[Closure, list[tuple[int, bool]]] = {}

    def passes(self, function: Closure) -> bool:
        """Whether it runs the next handler, not only with an error: `next()`."""
        return bool(self._of(function))

    def catches(self, function: Closure) -> bool:
        """Whether it catches what the handlers behind it let out: a `catch` around `next()` that yields a promise."""
        body = self.model.link.body(function.module)
        return any(promised and self._is_caught(body, call) for call, promised in self._of(function))

    def calls(self, function: Closure) -> list[int]:
        """The CALL rows that run the next handler."""
        return [call for call, _ in self._of(function)]

    def _is_caught(self, body: Module, call: int) -> bool:
        if body.kind[body.parent[call]] not in {Kind.AWAIT, Kind.EXPRESSION, Kind.RETURN}:
            return False
        is_awaited = body.kind[body.parent[call]] == Kind.AWAIT
        below = call
        for at in body.ancestors(call):
            if body.kind[at] == Kind.FUNCTION:
                return False
            if body.kind[at] == Kind.TRY and body.first[at] == below:
                return is_awaited and any(body.kind[part] == Kind.CATCH for part in body.ops(at))
            below = at
        return False

    def _of(self, function: Closure) -> list[tuple[int, bool]]:
        """The CALL rows that run the next handler, and whether each yields a promise."""
        found = self._calls.get(function)
        if found is None:
            found = self._calls[function] = list(self._found(function))
        return found

    def _found(self, function: Closure) -> Iterator[tuple[int, bool]]:
        body = self.model.link.body(function.module)
        bindings = {
            body.binding[body.first[param]]
            for param in body.params(function.row)
            if body.kind[body.first[param]] == Kind.IDENT and body.binding[body.first[param]] >= 0
        }
        for binding in sorted(bindings):
            for ref in body.refs(binding):
                call = body.parent[ref]
                if body.kind[call] == Kind.CALL and body.first[call] == ref and not len(body.args(call)):
                    held = self.model.ask(self.model.values.resolved(function.module, ref))
                    states = [item.state for item in held.items if isinstance(item, External)]
                    if any(self.model.libraries.has_role(state, _NEXT, None) for state in states):
                        shape = self.model.call_shape(body, call)
                        promised = any(self.model.libraries.promise(state, shape) is not None for state in states)
                        yield call, promised

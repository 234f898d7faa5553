"""Returns: what functions give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import UNDEFINED, Promised, is_far
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.source.module import Flag

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Returns:
    """The equations of `model.calls.returns` and `model.calls.closed_returns`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, m: int, function: int) -> Equation:
        """What a call of the function gives, in terms of its parameters; a promise where it is async."""
        module = self.model.link.body(m)
        flags = module.flags[function]
        if flags & Flag.GENERATOR:
            return answer(open_because=["generator"])
        returned = self.model.link.returned(m, function)
        found = NOTHING if returned else answer([UNDEFINED])
        for value in returned:
            found = join(found, (yield self.model.values.of(m, value)))
        text = module.annotations.get(function)
        if text is not None:
            declared = yield self.model.types.named(m, text)
            found = join(found, Answer(declared.items, frozenset()))
        if flags & Flag.ASYNC:
            return promised(self.model.values.awaited(found))
        return found

    def closed(self, m: int, function: int) -> Equation:
        """What calls of the function give, whoever calls."""
        found = yield self.model.calls.returns(m, function)
        result = yield from self.model.values.close(found)
        if any(is_far(atom) for atom in found.items):
            result = join(result, (yield from self.told_by_values(m, function)))
        return result

    def told_by_values(self, m: int, function: int) -> Equation:
        """What a function gives where that is too far from a parameter to be told in terms of it."""
        found = NOTHING
        for value in self.model.link.returned(m, function):
            found = join(found, (yield self.model.values.resolved(m, value)))
        is_async = self.model.link.body(m).has(function, Flag.ASYNC)
        return promised(self.model.values.awaited(found)) if is_async else found


def promised(found: Answer) -> Answer:
    """A promise of each of these values; a promise of a promise is the inner one."""
    return answer((atom if isinstance(atom, Promised) else Promised(atom) for atom in found.items), found.open)

"""Returns: what functions give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import UNDEFINED, Closure, is_far, promised, yielded
from reviewer.model.generics import given_back
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.source.module import Flag, Kind, Module

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
            found = yield from self._yields(module, function)
        else:
            returned = self.model.link.returned(m, function)
            found = NOTHING if returned else answer([UNDEFINED])
            for value in returned:
                found = join(found, (yield self.model.values.of(m, value)))
        text = module.annotations.get(function)
        if text is not None:
            declared = yield self.model.types.named(m, text)
            # A function that stands there is what is given, whatever type is claimed for it: `((…) => fn(…)) as T`.
            is_written = any(isinstance(item, Closure) for item in found.items)
            by_signature = () if is_written else given_back(module, function)
            found = join(found, Answer(declared.items.union(by_signature), frozenset()))
        if flags & Flag.ASYNC and not flags & Flag.GENERATOR:
            return promised(self.model.values.awaited(found))
        return found

    def closed(self, m: int, function: int) -> Equation:
        """What calls of the function give, whoever calls."""
        found = yield self.model.calls.returns(m, function)
        result = yield from self.model.values.close(found)
        if any(is_far(atom) for atom in found.items):
            result = join(result, (yield from self.model.results.told_by_values(m, function)))
        return result

    def _yields(self, module: Module, function: int) -> Equation:
        """The iterable that a generator gives."""
        found = NOTHING
        for row in self.model.link.owned(module.index, Kind.YIELD, function):
            value = module.first[row]
            if module.count[row] and module.kind[value] != Kind.NONE:
                given = yield self.model.values.of(module.index, value)
                if module.has(row, Flag.DELEGATE):
                    given = yield from self.model.values.elements(given, "*")
                found = join(found, given)
        return yielded(self.model.values.awaited(found) if module.has(function, Flag.ASYNC) else found)

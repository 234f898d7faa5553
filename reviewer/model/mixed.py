"""Mixed in: what functions copy from the prototype of one class to that of another, member by member.

`Object.getOwnPropertyNames(from.prototype).forEach((name) => { to.prototype[name] = from.prototype[name] })`, or the
same with the descriptors of the members (TypeScript Handbook, "Mixins").
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import CANDIDATES_LIMIT, Instance, Spot
from reviewer.model.solve import NOTHING, Answer, Equation, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.model.model import Model

_NAMING: Final = ("getOwnPropertyNames", "getOwnPropertyDescriptor", "ownKeys")
_PUT: Final = "defineProperty"
_TAKEN: Final = "getOwnPropertyDescriptor"
_PROTOTYPE: Final = "prototype"
_TO_AND_NAME: Final = 2


class Mixed:
    """Told from the calls that list the members of an object; `written`: the rows of what `to[name] = from[name]`
    writes to and reads, in a module.
    """

    def __init__(self, model: Model, written: Callable[[Module], Iterator[tuple[int, int]]]) -> None:
        self.model = model
        self._written = written

    def any(self) -> bool:
        """Whether something is mixed into some class."""
        return bool(self._copies)

    def member(self, atom: Instance, name: str) -> Equation:
        """What is mixed into a class under a name."""
        found = NOTHING
        for into, source in self._copies:
            if atom in (yield self.model.values.resolved(*into)).items:
                mixed = yield self.model.values.resolved(*source)
                kept = frozenset(item for item in mixed.items if isinstance(item, Instance) and item != atom)
                found = join(found, (yield from self.model.values.member_of(Answer(kept, frozenset()), name)))
        return (yield from self.model.values.close(found))

    @cached_property
    def _copies(self) -> list[tuple[Spot, Spot]]:
        link = self.model.link
        modules = sorted({m for name in _NAMING for m, _ in link.spots_named("calls", name)})
        found = [
            (Spot(m, into), Spot(m, source))
            for m in modules
            for into, source in self._in_module(link.body(m))
            if link.body(m).text(into) == link.body(m).text(source) == _PROTOTYPE
        ]
        return found if len(found) <= CANDIDATES_LIMIT else []

    def _in_module(self, module: Module) -> Iterator[tuple[int, int]]:
        yield from self._written(module)
        for call in module.surface.calls.get(_PUT, ()):
            arguments = module.args(call)
            value = arguments[-1] if len(arguments) > _TO_AND_NAME else -1
            if value >= 0 and module.kind[value] == Kind.LOGICAL:
                value = module.first[value]
            if value >= 0 and module.kind[value] == Kind.CALL and module.text(value) == _TAKEN:
                taken = module.args(value)
                if len(taken) == _TO_AND_NAME and module.binding[taken[1]] == module.binding[arguments[1]]:
                    yield arguments[0], taken[0]

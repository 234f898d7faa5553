"""Called methods: those that a library calls because of a decorator, on other ways than as routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from reviewer.model.domain import Closure
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.controllers import Controllers, Decoration
    from reviewer.model.libraries import State
    from reviewer.model.libraries.facts import CallFact
    from reviewer.model.model import Model


class Called(NamedTuple):
    """A method that a library calls: because of its own decorator, or by its name in a decorated class.

    fact: what the library says of the calls. fate: what becomes of its promise, as in `Handler`: `lost`, `forwarded` or
    `unknown`. member: the PROPERTY row. decorator: the CALL row, in the module `decorated_in`. place: the library's.
    """

    function: Closure
    fact: CallFact
    fate: str
    member: int
    decorated_in: int
    decorator: int
    place: State


class CalledMethods:
    """The methods of the repository that decorators hand to libraries."""

    def __init__(self, model: Model, controllers: Controllers) -> None:
        self.model = model
        self._controllers = controllers

    def in_module(self, m: int) -> Iterator[Called]:
        """Those of the classes of a module, by class and member; routes are among them."""
        surface = self.model.link.surfaces[m]
        if not surface.classes:
            return
        module = self.model.link.body(m)
        for class_ in surface.classes:
            around = [
                (decoration, place)
                for decoration in self._controllers.decorations(module, class_)
                for place in self.model.libraries.decorated_class(decoration.state)
            ]
            for member in module.ops(class_):
                if module.kind[member] == Kind.PROPERTY and module.kind[module.op(member, 1)] == Kind.FUNCTION:
                    yield from self._of_member(module, member, around)

    def _of_member(self, module: Module, member: int, around: list[tuple[Decoration, int]]) -> Iterator[Called]:
        own = [
            (decoration, place)
            for decoration in self._controllers.decorations(module, member)
            for place in self.model.libraries.decorated_member(decoration.state)
        ]
        named = [
            (decoration, below)
            for decoration, place in around
            for below in self.model.libraries.member(place, module.text(member))
        ]
        seen: set[tuple[CallFact, int]] = set()
        for decoration, place in (*own, *named):
            shape = self.model.call_shape(self.model.link.body(decoration.module), decoration.call)
            for fact in self.model.libraries.callings(place, shape):
                fate = self.model.libraries.fate_at((place,), shape)
                if (fact, decoration.call) not in seen:
                    seen.add((fact, decoration.call))
                    function = Closure(module.index, module.op(member, 1))
                    yield Called(function, fact, fate, member, decoration.module, decoration.call, place)

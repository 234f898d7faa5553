"""What library rows state of containers: what is provided to them, and what their decorators and names ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.model.domain import External, Spot
from reviewer.model.libraries import member
from reviewer.model.places import is_literal, placed, reached
from reviewer.source.module import Kind, Module
from reviewer.told.words import INJECTS_TYPE, path, words

if TYPE_CHECKING:
    from reviewer.model import Model
    from reviewer.model.libraries.facts import ProvideFact
    from reviewer.model.libraries.steps import Path


class Containers:
    """Tells of a place what is there of the keys and values that rows speak of: they name all forms that there are."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._rows = model.libraries
        self._shaped = model.libraries.shaped_facts(model.link.package_importers.keys())

    def provided(self, fact: ProvideFact, start: Spot) -> Iterator[str]:
        """What a row says that a call, or the literal at its place, provides."""
        sight = "member" if fact.member else fact.seen_by
        if fact.of:
            sight = f"member of {fact.of.rpartition('/')[2]}"
        for key in fact.key:
            if self._is_key(start, key):
                given = [("=", by) for by in fact.by] + [("as", alias) for alias in fact.alias]
                for word, by in given:
                    if self._stands(start, by):
                        yield f"provides {path(key)} {word} {path(by)} {sight}"
        yield from (f"takes {path(each)}" for each in fact.takes if placed(self._model, start, each))

    def _is_key(self, start: Spot, key: Path) -> bool:
        found = placed(self._model, start, key)
        return any(key[-1].kind == "member-name" or not is_literal(self._model, at.spot) for at in found)

    def _stands(self, start: Spot, by: Path) -> bool:
        """Whether anything stands there: a class that is given has no members that rows speak of."""
        return any(
            not (rest and rest[0].kind == "member" and self._is_class(spot))
            for spot, rest in reached(self._model, start, by)
        )

    def _is_class(self, spot: Spot) -> bool:
        found = self._model.names.of(*spot)
        return isinstance(found, Spot) and self._model.link.body(found.module).kind[found.row] == Kind.CLASS

    def of_literal(self, module: Module, literal: int) -> Iterator[str]:
        """What an object of a shape provides, wherever it stands."""
        names = {module.text(row) for row in module.ops(literal) if module.kind[row] == Kind.PROPERTY}
        for name in sorted(names & self._shaped.keys()):
            for fact in self._shaped[name]:
                yield from self.provided(fact, Spot(module.index, literal))

    def wished(self, module: Module, row: int) -> Iterator[str]:
        """What the decorators of a parameter or field ask for: without a key, what its type names."""
        for wish in self._model.asked.wishes(module, row):
            start = Spot(wish.module, wish.call)
            if any(placed(self._model, start, key) for key in wish.fact.key):
                yield from words(wish.fact)
            else:
                yield INJECTS_TYPE

    def named(self, module: Module, param: int) -> Iterator[str]:
        """What a parameter gets by its name, of a function or class that a container calls."""
        function, target = module.parent[param], module.first[param]
        if module.kind[target] == Kind.DEFAULT:
            target = module.first[target]
        if module.kind[target] != Kind.IDENT:
            return
        index, arity = module.position(param) - 1, len(module.params(function))
        for place in self._model.provisions.places(module.index, function):
            for state in self._rows.parameter(place, index, arity):
                for fact in self._rows.facts(state).injects:
                    yield from words(fact)

    def of_member(self, module: Module, row: int) -> Iterator[str]:
        """What is read of that which holds all that is provided."""
        held = self._model.ask(self._model.values.resolved(module.index, module.first[row]))
        for item in held.items:
            if isinstance(item, External) and item.state and self._rows.is_cradle(item.state):
                for state in self._rows.step(item.state, member(module.text(row))):
                    for fact in self._rows.facts(state).injects:
                        yield from words(fact)

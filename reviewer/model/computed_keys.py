"""Computed keys: what is given to a container under a key that a parameter says, told for each thing it may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import Constant, Symbol
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.model.tokens import Token

if TYPE_CHECKING:
    from reviewer.model.injection import Injection
    from reviewer.model.model import Model
    from reviewer.model.provisions import Kept, Provision


class ComputedKeys:
    """What provisions give whose keys are parameters, or members of what parameters hold."""

    def __init__(self, model: Model, injection: Injection) -> None:
        self.model = model
        self._injection = injection

    def under(self, text: str) -> Equation:
        """What is provided under a text that is no constant where it is provided."""
        found = NOTHING
        if self.model.provisions.computed():
            kept = yield self._injection.kept()
            for number in sorted(kept.items):
                found = join(found, (yield from self._computed(self.model.provisions.computed()[number], text)))
        return found

    def kept(self) -> Equation:
        """The numbers of the candidates that do provide something."""
        found: set[int] = set()
        for number, kept in enumerate(self.model.provisions.computed()):
            said = yield from self._injection.said([kept.provision])
            if said.items:
                found.add(number)
        return answer(found)

    def _computed(self, kept: Kept, text: str) -> Equation:
        """What is provided under a key that is written in terms of a parameter, where it is this text."""
        key = yield self.model.values.of(*kept.key)
        found = NOTHING
        for item in key.items:
            if isinstance(item, Symbol):
                values = yield from self._in_terms_of(kept.provision)
                if item.steps:
                    found = join(found, (yield from self._by_holder(item, values, text)))
                else:
                    found = join(found, (yield from self._by_caller(item, values, text)))
        return found

    def _in_terms_of(self, provision: Provision) -> Equation:
        """The values that a provision gives, in terms of the parameters of the function around it."""
        found = NOTHING
        for path in provision.fact.by:
            values = yield from self._injection.at(*provision.rest(path))
            found = join(found, values) if values is not None else found
        return found

    def _by_holder(self, key: Symbol, values: Answer, text: str) -> Equation:
        """Key and value are members of one parameter: of each thing that it may hold, both."""
        found = NOTHING
        holders = yield self.model.values.closed(Symbol(key.module, key.row, key.index))
        for holder in holders.items:
            one = answer([holder])
            own = yield from self.model.values.close((yield from self.model.values.take_steps(one, key.steps)))
            if Constant("string", text) in own.items:
                for value in values.items:
                    if isinstance(value, Symbol) and (value.row, value.index) == (key.row, key.index):
                        found = join(found, (yield from self.model.values.take_steps(one, value.steps)))
        return (yield from self.model.values.close(found))

    def _by_caller(self, key: Symbol, values: Answer, text: str) -> Equation:
        """Key and value are parameters of one function: of each call of it, both."""
        found = NOTHING
        uses = yield self.model.uses.of(key.module, key.row)
        for use in uses.items:
            module = self.model.link.body(use.module)
            if use.kind == "call" and use.index < 0 and key.index < len(module.args(use.row)):
                token = self.model.tokens.of(use.module, module.args(use.row)[key.index])
                if token == Token("text", text):
                    for value in values.items:
                        if isinstance(value, Symbol) and (value.module, value.row) == (key.module, key.row):
                            given = yield from self.model.results.argument(module, use.row, value.index)
                            found = join(found, (yield from self.model.values.take_steps(given, value.steps)))
        return (yield from self.model.values.close(found))

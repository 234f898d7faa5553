"""Asked: what parameters and fields want of containers, by their decorators, their names and their types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import External, Instance, Made, Spot, Typed
from reviewer.model.flows import steps_below
from reviewer.model.places import placed
from reviewer.model.solve import NOTHING, Answer, Attempt, Equation, answer, join
from reviewer.model.tokens import Token, derived
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import InjectFact
    from reviewer.model.model import Model
    from reviewer.model.sources import Path as AccessPath

_COMBINED: Final = 3
"""How many functions of the application may make a decorator, one of the other."""


class Wish(NamedTuple):
    """What a decorator asks for: the CALL that makes it, and the row that says so."""

    module: int
    call: int
    fact: InjectFact


class Asked:
    """What containers give to parameters and fields. None: they give nothing that is seen."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def parameter(self, module: Module, function: int, index: int) -> Attempt:
        """What a container gives to a parameter of a function or constructor, or None."""
        param = module.params(function)[index]
        text = module.annotations.get(param) or module.annotations.get(module.first[param])
        wishes = self.wishes(module, param)
        if wishes:
            return (yield from self._wished(wishes, module, text))
        places = self.model.provisions.places(module.index, function)
        if self.model.provisions.given():
            functions = yield self.model.injection.taken()
            given = {place for m, row, place in functions.items if (m, row) == (module.index, function)}
            places = sorted({*places, *given})
        if places:
            return (yield from self._at_places(places, module, param, index))
        taken = self.model.provisions.taken(module.index, function)
        if index < len(taken):
            token = taken[index]
            if token is not None and self.model.provisions.is_known(token):
                return (yield from self._known(token, module, text))
            return (yield from self.model.injection.under(token)) if token is not None and text is None else None
        if text is not None and self._is_constructor(module, function):
            return (yield from self._of_type(module, text))
        return None

    def field(self, module: Module, property_: int) -> Attempt:
        """What a container gives to a field of a class, or None."""
        wishes = self.wishes(module, property_)
        if not wishes:
            return None
        return (yield from self._wished(wishes, module, module.annotations.get(property_)))

    def _is_constructor(self, module: Module, function: int) -> bool:
        parent = module.parent[function]
        return module.kind[module.parent[parent]] == Kind.CLASS and module.text(parent) == "constructor"

    def _of_type(self, module: Module, text: str) -> Attempt:
        """A parameter whose type is a class that something else is provided for."""
        token = self.model.tokens.of_type(module, text) if self.model.provisions.any() else None
        if token is None or not self.model.provisions.is_known(token):
            return None
        return (yield from self._known(token, module, text))

    def is_known(self, module: Module, function: int, param: int) -> bool:
        """Whether something is known to be provided for a parameter, by its decorator or its type."""
        wishes = self.wishes(module, param)
        tokens = [token for wish in wishes for token in self._tokens(wish)]
        text = module.annotations.get(param) or module.annotations.get(module.first[param])
        if not wishes and text is not None and self._is_constructor(module, function):
            tokens.append(self.model.tokens.of_type(module, text))
        return any(token is not None and self.model.provisions.is_known(token) for token in tokens)

    # decorators

    def wishes(self, module: Module, row: int) -> list[Wish]:
        """What the decorators of a PARAM or PROPERTY row ask of containers."""
        found: list[Wish] = []
        is_parameter = module.kind[row] == Kind.PARAM
        for operand in module.ops(row):
            if module.kind[operand] == Kind.DECORATOR:
                found += self._made_by(module, module.first[operand], _COMBINED, is_parameter=is_parameter)
        return found

    def _made_by(self, module: Module, call: int, left: int, *, is_parameter: bool) -> Iterator[Wish]:
        if module.kind[call] != Kind.CALL or left <= 0:
            return
        found = self.model.names.of(module.index, module.first[call])
        if isinstance(found, Spot):
            body = self.model.link.body(found.module)
            if body.kind[found.row] == Kind.FUNCTION:
                for returned in self.model.link.returned(*found):
                    yield from self._made_by(body, returned, left - 1, is_parameter=is_parameter)
            return
        callee = self.model.names.callee(module, call)
        if callee is None:
            return
        for state in self.model.names.called(module, call, callee).states:
            for fact in self.model.libraries.decorator_injects(state, is_parameter=is_parameter):
                yield Wish(module.index, call, fact)

    def _wished(self, wishes: list[Wish], module: Module, text: str | None) -> Attempt:
        found = NOTHING
        for wish in wishes:
            tokens = self._tokens(wish)
            if wish.fact.to:
                found = join(found, answer([Made(wish.module, wish.call)]))
            elif not tokens:
                given = (yield from self._of_type(module, text)) if text is not None else None
                found = join(found, given if given is not None else (yield from self._declared(module, text)))
            elif wish.fact.derived and not any(token and self.model.provisions.is_known(token) for token in tokens):
                return None
            else:
                for token in tokens:
                    found = join(found, (yield from self._asked_for(token, module, text)))
        return found

    def _asked_for(self, token: Token | None, module: Module, text: str | None) -> Equation:
        if token is not None and self.model.provisions.is_known(token):
            return (yield from self._known(token, module, text))
        given = yield from self.model.injection.under(token)
        if token is not None and token.kind == "class":
            return given
        declared = yield from self._declared(module, text)
        return join(given, self.without_guesses(declared))

    def _tokens(self, wish: Wish) -> list[Token | None]:
        """The keys that a decorator is given."""
        start = Spot(wish.module, wish.call)
        spots = [at.spot for path in wish.fact.key for at in placed(self.model, start, path)]
        found = [self.model.tokens.of(*spot) for spot in spots]
        return [derived(token) for token in found] if wish.fact.derived else found

    def below(self, m: int, call: int) -> Iterator[tuple[AccessPath, Token | None]]:
        """What a container puts below what it gives for a call, or for what a decorator decorates that the call makes:
        where, and under which key.
        """
        module = self.model.link.body(m)
        callee = self.model.names.callee(module, call)
        if callee is None:
            return
        facts = [fact for state in callee.states for fact in self.model.libraries.all_injects(state)]
        for state in self.model.names.called(module, call, callee).states:
            facts += self.model.libraries.decorator_injects(state, is_parameter=True)
            facts += self.model.libraries.decorator_injects(state, is_parameter=False)
        for fact in dict.fromkeys(facts):
            for token in self._tokens(Wish(m, call, fact)) if fact.to else ():
                for to in fact.to:
                    yield steps_below(to[1:] if to[0].kind == "return" else to), token

    # what is given

    def _known(self, token: Token, module: Module, text: str | None) -> Equation:
        """What is provided under a key; with what the annotation says where that may not be all."""
        found = yield from self.model.injection.under(token)
        if not found.open:
            return found
        declared = yield from self._declared(module, text)
        return join(found, declared if token.kind == "class" else self.without_guesses(declared))

    def _declared(self, module: Module, text: str | None) -> Equation:
        if text is None:
            return NOTHING
        return (yield self.model.types.named(module.index, text))

    def without_guesses(self, declared: Answer) -> Answer:
        """What a type says for certain: not who may implement it."""
        is_interface = any(isinstance(item, Typed) for item in declared.items)
        abstract = {item for item in declared.items if isinstance(item, Instance) and self._is_abstract(item)}
        if not is_interface and not abstract:
            return declared
        items = (item for item in declared.items if not isinstance(item, Instance) or item in abstract)
        return answer(items, {*declared.open, "annotation"})

    def _is_abstract(self, item: Instance) -> bool:
        return self.model.link.body(item.module).has(item.row, Flag.ABSTRACT)

    def _at_places(self, places: list[int], module: Module, param: int, index: int) -> Attempt:
        """What a library gives to a parameter by its name, or a cradle of everything that has a name."""
        target = module.first[param]
        if module.kind[target] == Kind.DEFAULT:
            target = module.first[target]
        name = Token("text", module.text(target)) if module.kind[target] == Kind.IDENT else None
        found: Answer | None = None
        arity = len(module.params(module.parent[param]))
        for place in places:
            for state in self.model.libraries.parameter(place, index, arity):
                if name and self.model.libraries.is_injected_by_name(state) and self.model.provisions.is_known(name):
                    given = yield self.model.injection.provided(name)
                elif self.model.libraries.is_cradle(state):
                    given = answer([External(state, module.index, param)])
                else:
                    continue
                found = given if found is None else join(found, given)
        return found

"""Injection: values that a library is given under a key in one place and gives back in another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from reviewer.model.computed_keys import ComputedKeys
from reviewer.model.domain import Atom, ClassValue, Closure, Constant, External, Instance, Made, Spot, widen_values
from reviewer.model.flows import RESULT, meets
from reviewer.model.members import own_constructor
from reviewer.model.patterns import ANY
from reviewer.model.places import placed, reached
from reviewer.model.solve import NOTHING, Answer, Attempt, Equation, Question, answer, join
from reviewer.model.tokens import Token
from reviewer.source.module import Module

if TYPE_CHECKING:
    from reviewer.model.libraries.steps import Path
    from reviewer.model.model import Model
    from reviewer.model.provisions import Provision

UNKNOWN: Final = "injection"
"""Why there may be more: nothing that is seen provides it."""


class Injection:
    """`provided(token)`: the values that are given to containers under a key; `kept()`: see `ComputedKeys`;
    `decorated(state, name)`: what becomes a member of the values at a library's place.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.provided = Question("provided", 1, self._provided, widen_values)
        self._computed = ComputedKeys(model, self)
        self.kept = Question("kept under computed keys", 1, self._computed.kept)
        self.decorated = Question("decorated", 1, self._decorated)
        self.patterned = Question("provided under a pattern", 1, self._patterned, widen_values)
        self.taken = Question("functions given to containers", 1, self._taken)

    # what is given to containers

    def _provided(self, token: Token) -> Equation:
        """The values that are given to containers under a key."""
        found = NOTHING
        by_call: dict[Spot, list[Provision]] = {}
        for provision in self.model.provisions.of(token):
            if provision.fact.shape:
                found = join(found, (yield from self._values(provision)))
            elif not provision.fact.member:
                by_call.setdefault(provision.start, []).append(provision)
        for provisions in by_call.values():
            said = yield from self.said(provisions)
            found = join(found, Answer(frozenset(), said.open))
            for number in sorted(said.items):
                found = join(found, (yield from self._values(provisions[number])))
        for m, row in self.model.provisions.loaded(token):
            found = join(found, (yield from self._of_export(m, row)))
        if self.model.provisions.is_provided_as_it_is(token):
            found = join(found, answer([Instance(token.module, token.row)]))
        if token.kind == "text":
            found = join(found, (yield from self._computed.under(token.text)))
            found = join(found, (yield from self.model.trees.provided(token.text)))
        return found

    def _patterned(self, pattern: str) -> Equation:
        """What is provided under names that are known in part, where one may be this name or fit this pattern. Of what
        has a name of which nothing is known, only instances of own classes: these are told apart by their members.
        """
        found = NOTHING
        for name, provision in self.model.provisions.patterned(pattern):
            said = yield from self.said([provision])
            if said.items:
                values = yield from self._values(provision)
                kept = (item for item in values.items if name != ANY or isinstance(item, Instance))
                found = join(found, answer(kept, values.open))
        for text in self.model.provisions.texts(pattern) if pattern != ANY else ():
            found = join(found, (yield self.provided(Token("text", text))))
        return Answer(found.items, found.open | {UNKNOWN})

    def _taken(self) -> Equation:
        """The functions and classes that are given to containers where only values say which: with the places."""
        found: set[tuple[int, int, int]] = set()
        for spot, place in self.model.provisions.given():
            values = yield self.model.values.resolved(*spot)
            for item in values.items:
                if isinstance(item, ClassValue | Closure):
                    body = self.model.link.body(item.module)
                    row = own_constructor(body, item.row) if isinstance(item, ClassValue) else item.row
                    found.add((item.module, row, place))
        return answer(found)

    def _decorated(self, state: int, name: str) -> Equation:
        """What a library's value gets as a member of this name: what is provided under the name as a member."""
        found = NOTHING
        for provision in self.model.provisions.of(Token("text", name)):
            if provision.fact.member:
                m, call = provision.start
                callees = yield self.model.calls.callees(m, call)
                places = (item.state for item in callees.items if isinstance(item, External))
                if any(state in self.model.libraries.given_members(place) for place in places):
                    found = join(found, (yield from self._values(provision)))
        return found

    def said(self, provisions: Sequence[Provision]) -> Equation:
        """Of the rows that may speak of one call, the numbers of those that do; open where the call may be another.
        What is provided may tell whose call it is.
        """
        m, call = provisions[0].start
        own = [number for number, each in enumerate(provisions) if self.model.provisions.is_of_package(each)]
        if own:
            return answer(own)
        callees = yield self.model.calls.callees(m, call)
        shape = self.model.call_shape(self.model.link.body(m), call)
        opened = set(callees.open)
        found: set[int] = set()
        for callee in callees.items:
            facts = self.model.libraries.provides(callee.state, shape) if isinstance(callee, External) else ()
            matched = {number for number, provision in enumerate(provisions) if provision.fact in facts}
            found |= matched
            if not matched:
                opened.add(UNKNOWN)
        return answer(found, opened)

    def _values(self, provision: Provision) -> Equation:
        found = NOTHING
        said = False
        for path in provision.fact.by:
            values = yield from self.at(*provision.rest(path))
            if values is not None:
                said = True
                found = join(found, (yield from self.model.values.close(values)))
        for path in provision.fact.alias:
            for at in placed(self.model, *provision.rest(path)):
                said = True
                found = join(found, (yield from self.under(self.model.tokens.of(*at.spot))))
        return found if said else answer(open_because=[UNKNOWN])

    def at(self, start: Spot, path: Path) -> Attempt:
        """The values at the rest of a path, in terms of the parameters around; None where nothing stands there."""
        found: Answer | None = None
        for spot, rest in reached(self.model, start, path):
            values = yield from self._on((yield self.model.values.of(*spot)), rest)
            found = values if found is None else join(found, values)
        return found

    def _on(self, values: Answer, path: Path) -> Equation:
        """What lies some steps below these values."""
        for step in path:
            match step.kind:
                case "return":
                    values = yield from self._results(values)
                case "awaited":
                    values = self.model.values.awaited(values)
                case "instance":
                    values = self.model.results.instances(values)
                case "member":
                    values = yield from self.model.values.member_of(values, step.name)
                    # Of a library's own object no row has to say what its calls make for it.
                    values = Answer(values.items - {External(0)}, values.open)
                case _:
                    values = yield from self.model.values.elements(values, "*")
        return values

    def _results(self, functions: Answer) -> Equation:
        found = NOTHING
        plain: set[Atom] = set()
        for item in functions.items:
            if isinstance(item, Made):
                found = join(found, (yield self.model.heap.element_made(item.module, item.row, (*item.path, RESULT))))
            else:
                plain.add(item)
        return join(found, (yield from self.model.results.results_of(Answer(frozenset(plain), functions.open))))

    def _of_export(self, m: int, row: int) -> Equation:
        """What a container makes of the export of a loaded file."""
        values = yield self.model.values.of(m, row)
        functions = Answer(frozenset(item for item in values.items if not isinstance(item, ClassValue)), values.open)
        return join(self.model.results.instances(values), (yield from self.model.results.results_of(functions)))

    # what containers give back

    def under(self, token: Token | None) -> Equation:
        """What a container gives under a key: a class that nothing else is provided for is made of itself."""
        if token is None:
            return answer(open_because=[UNKNOWN])
        if self.model.provisions.is_known(token):
            return (yield self.provided(token))
        if token.kind == "class":
            return answer([Instance(token.module, token.row)])
        found = (yield self.provided(token)) if token.kind == "text" else NOTHING
        if token.kind == "package":
            package, _, name = token.text.partition("#")
            found = self.model.results.instances(self.model.values.package(package, name))
        return answer(found.items, {*found.open, UNKNOWN})

    def given_back(self, callee: External, module: Module, call: int) -> Equation:
        """What a call gives that asks a library for the value under a key; part of the key may name members of it."""
        found = NOTHING
        shape = self.model.call_shape(module, call)
        for fact in self.model.libraries.injects(callee.state, shape):
            if fact.to:
                found = join(found, answer([Made(module.index, call)]))
                continue
            for path in fact.key:
                for at in placed(self.model, Spot(module.index, call), path):
                    token = self.model.tokens.of(*at.spot)
                    if token is None:
                        found = join(found, (yield from self._under_values(at.spot)))
                    else:
                        found = join(found, (yield from self._under_text(token)))
        return found

    def _under_text(self, token: Token) -> Equation:
        found = yield from self.under(token)
        head, dot, rest = token.text.partition(".")
        if dot and token.kind == "text":
            below = yield self.provided(Token("text", head))
            found = join(found, (yield from self.model.values.follow(below, tuple(rest.split(".")))))
        return found

    def _under_values(self, key: Spot) -> Equation:
        """What is given back under the keys that an expression may be."""
        values = yield self.model.values.of(*key)
        found = Answer(frozenset(), values.open)
        for item in values.items:
            if isinstance(item, Constant) and item.kind == "string":
                found = join(found, (yield from self._under_text(Token("text", item.text))))
            elif isinstance(item, ClassValue):
                found = join(found, (yield from self.under(Token("class", "", item.module, item.row))))
            else:
                found = join(found, answer(open_because=[UNKNOWN]))
        return found

    def below(self, m: int, call: int, path: tuple[str, ...]) -> Equation:
        """What lies below what a container gives for a call, or for what the decorator decorates that the call makes:
        the elements of a list of all that is provided under a key.
        """
        found = NOTHING
        for to, token in self.model.asked.below(m, call):
            if all(meets(step, wanted) for step, wanted in zip(to, path, strict=False)):
                if len(path) < len(to):
                    found = join(found, answer([Made(m, call, path)]))
                else:
                    given = yield from self.under(token)
                    found = join(found, (yield from self.model.values.follow(given, path[len(to) :])))
        return found

    # members that are given by their names

    def of_cradle(self, atom: External, name: str) -> Equation:
        """A member of what holds everything that is provided, by its name; else what the annotation of the parameter
        says that holds it.
        """
        token = Token("text", name)
        if ANY not in name and self.model.provisions.is_known(token):
            found = yield self.provided(token)
        else:
            found = yield self.patterned(name)
        if found.open and atom.row >= 0:
            module = self.model.link.body(atom.module)
            text = module.annotations.get(atom.row) or module.annotations.get(module.first[atom.row])
            if text is not None and ANY not in name:
                declared = yield self.model.types.named(module.index, text)
                said = yield from self.model.values.member_of(declared, name)
                found = join(found, self.model.asked.without_guesses(said))
        return found

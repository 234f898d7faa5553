"""Injection: values that a library is given under a key in one place and gives back in another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.model.domain import CANDIDATES_LIMIT, ClassValue, Constant, External, Instance
from reviewer.model.solve import NOTHING, Answer, Equation, Question, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import ProvideFact
    from reviewer.model.libraries.steps import Path
    from reviewer.model.model import Model


class Injection:
    """`provided(key)`: the values that calls give to libraries under a constant key; `decorated(state, name)`: those
    that become a member of the values at a library's place.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.provided = Question("provided", 1, self._provided)
        self.decorated = Question("decorated", 1, self._decorated)
        self._calls: dict[str, list[tuple[int, int]]] | None = None

    def _by_key(self, key: str) -> list[tuple[int, int]]:
        """The CALL rows that have the name of a call which provides, and this key as a text among their arguments."""
        if self._calls is None:
            self._calls = {}
            for m, surface in enumerate(self.model.link.surfaces):
                for name in sorted(self.model.libraries.providing_names & surface.calls.keys()):
                    body = self.model.link.body(m)
                    for call in surface.calls[name]:
                        arguments = body.args(call)
                        if len(arguments) and body.kind[arguments[0]] == Kind.STRING:
                            self._calls.setdefault(body.text(arguments[0]), []).append((m, call))
        self.model.solver.touch(("provided", key))
        found = self._calls.get(key, [])
        return found if len(found) <= CANDIDATES_LIMIT else []

    def _provided(self, key: str) -> Equation:
        found = NOTHING
        for m, call in self._by_key(key):
            body = self.model.link.body(m)
            callees = yield self.model.calls.callees(m, call)
            for _, fact in self._facts(callees, body, call):
                if not fact.member:
                    found = join(found, (yield from self._given(fact, body, call)))
        return found

    def _decorated(self, state: int, name: str) -> Equation:
        found = NOTHING
        for m, call in self._by_key(name):
            body = self.model.link.body(m)
            callees = yield self.model.calls.callees(m, call)
            for place, fact in self._facts(callees, body, call):
                if fact.member and state in self.model.libraries.given_members(place):
                    found = join(found, (yield from self._given(fact, body, call)))
        return found

    def _facts(self, callees: Answer, body: Module, call: int) -> Iterator[tuple[int, ProvideFact]]:
        shape = self.model.call_shape(body, call)
        for callee in callees.items:
            if isinstance(callee, External):
                for fact in self.model.libraries.provides(callee.state, shape):
                    yield callee.state, fact

    def _given(self, fact: ProvideFact, body: Module, call: int) -> Equation:
        found = NOTHING
        for path in fact.by:
            found = join(found, (yield from self._at(path, body, call)))
        return found

    def _at(self, path: Path, body: Module, call: int) -> Equation:
        """The values at an access path that begins with an argument of the call."""
        if not path or path[0].kind != "argument":
            return NOTHING
        values = self.model.values
        found = yield from self.model.results.argument(body, call, path[0].low)
        for step in path[1:]:
            if step.kind == "return":
                found = yield from self.model.results.results_of(found)
            elif step.kind == "awaited":
                found = values.awaited(found)
            elif step.kind == "member":
                found = yield from values.member_of(found, step.name)
        return (yield from values.close(found))

    def _instances(self, classes: Answer) -> Answer:
        """What a container gives that is asked for these classes."""
        own = [Instance(item.module, item.row) for item in classes.items if isinstance(item, ClassValue)]
        states = [item.state for item in classes.items if isinstance(item, External)]
        made = (External(after) for state in states for after in self.model.libraries.constructed(state))
        return answer([*own, *made])

    def given_back(self, callee: External, module: Module, call: int) -> Equation:
        """What a call gives that asks a library for the value under a key; part of the key may name members of it."""
        found = NOTHING
        for fact in self.model.libraries.injects(callee.state, self.model.call_shape(module, call)):
            if not fact.key:
                found = join(found, self._instances((yield from self.model.results.argument(module, call, 0))))
            for path in fact.key:
                key = yield from self._at(path, module, call)
                for item in key.items:
                    if isinstance(item, Constant) and item.kind == "string":
                        found = join(found, (yield self.provided(item.text)))
                        head, dot, rest = item.text.partition(".")
                        if dot:
                            below = yield self.provided(head)
                            found = join(found, (yield from self.model.values.follow(below, tuple(rest.split(".")))))
        return answer(found.items)

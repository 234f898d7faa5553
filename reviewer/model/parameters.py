"""Parameters: what the callers of a function, its annotations and the libraries that take it give to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import ALL_ARGUMENTS, BOOLEAN, FAR, NUMBER, External, Symbol, Typed
from reviewer.model.flows import ValueFlow
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.model.type_text import element_type
from reviewer.model.use import Use
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Parameters:
    """The equations of `model.calls.parameter` and `model.calls.handed`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def parameter(self, m: int, function: int, index: int) -> Equation:
        """What a parameter may hold: what its annotation names, else what libraries and callers pass. Closed."""
        handed = yield self.model.calls.handed(m, function, index)
        sited = self.model.libraries.is_sited
        told_apart = any(isinstance(item, External) and sited(item.state) for item in handed.items)
        if "callers" not in handed.open and not told_apart:
            return handed
        uses = yield self.model.uses.of(m, function)
        found = Answer(handed.items, uses.open | (handed.open - {"callers"}))
        arity = len(self.model.link.body(m).params(function))
        for use in uses.items:
            if told_apart and use.kind == "argument":
                # Its annotation says what it is, the library to which it was given which one.
                found = join(
                    found, (yield from self._given_by_library(use, self.model.link.body(use.module), index, arity))
                )
            if use.kind == "call":
                module = self.model.link.body(use.module)
                found = join(found, (yield from self._given_by_call(use, module, index)))
        if told_apart and "callers" not in handed.open:
            # The annotation says what it is, the callers say which one.
            states = {item.state for item in handed.items if isinstance(item, External)}
            created = {item for item in found.items if isinstance(item, External) and item.row >= 0}
            which = {item for item in created if item.state in states}
            return Answer(frozenset(which), frozenset()) if which else handed
        return found

    def _given_by_call(self, use: Use, module: Module, index: int) -> Equation:
        """What one call gives to a parameter: its arguments, or the elements of the array that `apply` takes."""
        if use.spread:
            given = yield from self.model.results.argument(module, use.row, use.index)
            if any(isinstance(item, Symbol) and item.index == ALL_ARGUMENTS for item in given.items):
                # A function that hands on whatever it is given, to any number of others.
                return answer(open_because=["apply"])
            if index != ALL_ARGUMENTS:
                given = yield from self.model.values.elements(given, str(index))
        else:
            given = yield from self.model.results.given(module, use.row, index, max(use.index, 0))
            at = index + max(use.index, 0)
            arguments = module.args(use.row)[: at + 1]
            if FAR in given.open and len(arguments) > at >= 0 and module.kind[arguments[at]] != Kind.SPREAD:
                told = yield self.model.values.resolved(module.index, arguments[at])
                near = yield from self.model.values.close(Answer(given.items, given.open - {FAR}))
                return join(near, told)
        return (yield from self.model.values.close(given))

    def handed(self, m: int, function: int, index: int) -> Equation:
        """What a parameter holds whoever calls: what its annotation names, else what libraries hand to the function.

        Open for `callers` where no annotation settles it.
        """
        module = self.model.link.body(m)
        params = module.params(function)
        found = answer(open_because=["callers"])
        if 0 <= index < len(params):
            given_back = yield from self.model.asked.parameter(module, function, index)
            if given_back is not None:
                return given_back
            decorated = yield from self._decorated(module, params[index])
            if decorated.items:
                return (yield from self._converted(module, params[index], decorated))
            placed = yield from self._placed(module, function, index)
            if placed.items:
                return placed
            text = module.annotations.get(params[index]) or module.annotations.get(module.first[params[index]])
            if text is not None and module.kind[module.first[params[index]]] == Kind.REST:
                text = element_type(text, "*")
            if text is not None:
                declared = yield self.model.types.named(m, text)
                if any(isinstance(item, Typed) for item in declared.items):
                    # Callers say which objects are of the type.
                    found = Answer(declared.items, found.open)
                elif declared.items and declared.items != {External(0)}:
                    # A declared type says more than the callers that happen to be found.
                    return Answer(declared.items, frozenset())
        started = self.model.loaded.started(m, function)
        if index == ALL_ARGUMENTS:
            return found
        given = (after for state in started for after in self.model.libraries.parameter(state, index, len(params)))
        found = join(found, answer(External(after) for after in given))
        found = join(found, answer(self.model.standing.given(m, function, index)))
        uses = yield self.model.uses.of(m, function)
        for use in uses.items:
            if use.kind in {"argument", "member argument", "element argument"}:
                body = self.model.link.body(use.module)
                found = join(found, (yield from self._given_by_library(use, body, index, len(params))))
        return found

    def _decorated(self, module: Module, param: int) -> Equation:
        """What the decorators of a parameter say that a library puts there."""
        found = NOTHING
        own = yield from self.model.origins.supplied.decorated_by_own(module, param)
        if own is not None:
            return (yield from self.model.values.close((yield from self.model.results.results_of(own))))
        for row in module.ops(param):
            if module.kind[row] == Kind.DECORATOR:
                decorator = module.first[row]
                made = yield self.model.values.of(module.index, decorator)
                is_call = module.kind[decorator] == Kind.CALL
                shape = self.model.call_shape(module, decorator) if is_call else None
                for item in made.items:
                    if isinstance(item, External):
                        states = self.model.libraries.decorated_parameter(item.state, shape)
                        found = join(found, answer(External(after) for after in states))
        return found

    def _placed(self, module: Module, function: int, index: int) -> Equation:
        """What a library gives to a method because of the method's decorators, where none of its parameters has any."""
        member, params = module.parent[function], module.params(function)
        found = NOTHING
        if module.kind[member] != Kind.PROPERTY or any(module.count[param] > 1 for param in params):
            return found
        for row in module.ops(member):
            if module.kind[row] == Kind.DECORATOR:
                made = yield self.model.values.of(module.index, module.first[row])
                states = [item.state for item in made.items if isinstance(item, External)]
                places = (place for state in states for place in self.model.libraries.decorated_member(state))
                given = (at for place in places for at in self.model.libraries.parameter(place, index, len(params)))
                found = join(found, answer(External(state) for state in given))
        return found

    def _converted(self, module: Module, param: int, decorated: Answer) -> Equation:
        """What a decorated parameter holds: the number or truth value that its annotation says, where the decorator is
        given what converts it beside the name, as in `@Param('id', ParseIntPipe) id: number`, or its library does so.
        """
        text = module.annotations.get(param)
        calls = [module.first[row] for row in module.ops(param) if module.kind[row] == Kind.DECORATOR]
        is_typed = any(
            isinstance(item, External) and self.model.libraries.is_typed(item.state) for item in decorated.items
        )
        is_piped = any(module.kind[call] == Kind.CALL and len(module.args(call)) > 1 for call in calls)
        if text is None or not (is_typed or is_piped):
            return decorated
        declared = yield self.model.types.named(module.index, text)
        plain = declared.items and declared.items <= {NUMBER, BOOLEAN}
        return Answer(declared.items, frozenset()) if plain else decorated

    def _given_by_library(self, use: Use, module: Module, index: int, arity: int) -> Equation:
        libraries = self.model.libraries
        callees = yield self.model.calls.callees(use.module, use.row)
        found = answer(open_because=["library"] if callees.open else [])
        for callee in callees.items:
            if not isinstance(callee, External):
                continue
            flows = self.model.libraries.gifts(callee.state, use.index, index) if use.kind == "argument" else ()
            shape = self.model.call_shape(module, use.row)
            states = libraries.argument(callee.state, use.index, shape, arity)
            for name in use.names:
                states = tuple(after for state in states for after in libraries.member(state, name))
            if use.kind == "element argument":
                states = tuple(after for state in states for after in libraries.element(state))
            given = [
                # A library that registers routes on what it hands to a function tells these apart by the call.
                External(after, use.module, use.row) if libraries.is_sited(after) else External(after)
                for state in states
                for after in libraries.parameter(state, index, arity)
            ]
            found = join(found, answer(given, [] if given or flows else ["library"]))
            for flow in flows:
                found = join(found, (yield from self._given_by_flow(flow, module, use.row)))
        return found

    def _given_by_flow(self, flow: ValueFlow, module: Module, call: int) -> Equation:
        """Array methods hand elements of the receiver to their callback, `then` what the promise gives."""
        held = yield from self.model.results.held(flow.place, flow.at, module, call)
        if flow.place == "receiver" and not flow.promised:
            held = Answer(held.items, frozenset())
        found = yield from self.model.values.follow(held, flow.source)
        return self.model.values.awaited(found) if flow.promised else found

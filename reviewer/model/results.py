"""Results of calls: what a call gives back, a `new` makes, and an argument is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.anew import Anew
from reviewer.model.domain import (
    ALL_ARGUMENTS,
    NEW,
    UNDEFINED,
    Adapted,
    Arguments,
    Atom,
    ClassValue,
    Closure,
    External,
    Instance,
    Made,
    Namespace,
    Promised,
    Symbol,
    Typed,
    core,
    further,
    promised,
    rewrapped,
)
from reviewer.model.flows import ValueFlow
from reviewer.model.handed_up import HandedUp
from reviewer.model.link import Target, ToFolder, ToModule, ToPackage
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Results:
    """The equations of CALL, NEW and TAGGED rows, in terms of the parameters of the functions around them."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.anew = Anew(model)
        self.handed_up = HandedUp(model)

    def result(self, module: Module, call: int) -> Equation:
        """What a CALL evaluates to, in terms of the parameters of the functions around it."""
        target = self.model.link.import_calls[module.index].get(call)
        if target is not None:
            return (yield from self._loaded(target, module, call))
        callee = module.first[call]
        if module.kind[callee] == Kind.SUPER:
            return answer([UNDEFINED])
        found = yield self.model.values.of(module.index, callee)
        return (yield from self.results_at(found, module, call))

    def results_at(self, callees: Answer, module: Module, call: int) -> Equation:
        """What a CALL evaluates to that runs any of these values."""
        result = Answer(frozenset(), callees.open)
        for atom in callees.items:
            result = join(result, (yield from self._result_of(atom, module, call)))
        return result

    def _result_of(self, atom: Atom, module: Module, call: int) -> Equation:
        match atom:
            case Closure(m, row):
                return (yield from self._returned(m, row, module, call))
            case External():
                return (yield from self._external_result(atom, module, call))
            case Symbol():
                return further(atom, "call")
            case Typed(m, text):
                return (yield self.model.types.called(m, text))
            case Adapted():
                return (yield from self.results_of(answer([atom])))
            case Namespace(m):
                whole = yield self.model.heap.module_value(m)
                found = NOTHING
                for item in whole.items:
                    if isinstance(item, Closure):
                        found = join(found, (yield from self._returned(item.module, item.row, module, call)))
                return found
            case _:
                return answer(open_because=["callee"])

    def _returned(self, m: int, function: int, module: Module, call: int) -> Equation:
        found = yield self.model.calls.returns(m, function)
        found = self.anew.given(found, Closure(m, function), module.index, call)
        return (yield from self._substituted(found, m, function, module, call))

    def _substituted(self, found: Answer, m: int, function: int, module: Module, call: int) -> Equation:
        """Put the arguments of `call` in the place of the parameters of `function`."""
        items: set[Atom] = set()
        result = Answer(frozenset(), found.open)
        for atom in found.items:
            inner = core(atom)
            if isinstance(inner, Symbol) and inner.module == m and inner.row == function:
                given = yield from self.given(module, call, inner.index)
                given = yield from self.model.values.take_steps(given, inner.steps)
                result = join(result, rewrapped(atom, given))
            else:
                items.add(atom)
        return Answer(result.items | items, result.open)

    def given(self, module: Module, call: int, index: int, shift: int = 0) -> Equation:
        """What a call gives to a parameter, or all that it gives; its arguments begin at `shift`."""
        if index == ALL_ARGUMENTS:
            return answer([Arguments(module.index, call, shift)])
        return (yield from self.argument(module, call, index + shift))

    def argument(self, module: Module, call: int, index: int) -> Equation:
        """The value that `call` gives as its argument at `index`."""
        arguments = module.args(call)
        for at, argument in enumerate(arguments[: index + 1]):
            if module.kind[argument] == Kind.SPREAD:
                spread = yield self.model.values.of(module.index, module.first[argument])
                if at + 1 < len(arguments):
                    return answer(open_because=["spread"])
                return (yield from self.model.values.elements(spread, str(index - at)))
        if index >= len(arguments):
            return answer([UNDEFINED])
        return (yield self.model.values.of(module.index, arguments[index]))

    def _external_result(self, callee: External, module: Module, call: int) -> Equation:
        """What a library's function gives: its place in the rows, and the values that its `flows` rows pass on."""
        libraries = self.model.libraries
        shape = self.model.call_shape(module, call)
        states = libraries.called(callee.state, shape)
        found = answer(self.model.created(state, callee, module.index, call) for state in states)
        if libraries.promise(callee.state, shape) is not None and not any(map(libraries.is_promise, states)):
            # No row says more of the promise than that it is one.
            found = join(found, answer(map(External, libraries.promise_states)))
        for flow in libraries.value_flows(callee.state, shape):
            given = self.model.values.awaited((yield from self.flowed(flow.place, flow.at, module, call)))
            given = yield from self.model.values.follow(given, flow.source)
            found = join(found, promised(given) if flow.promised else given)
        for place, at, _ in libraries.runs(callee.state):
            held = yield from self.flowed(place, at, module, call)
            found = join(found, (yield from self.results_of(held)))
        for at in libraries.promisified(callee.state):
            held = yield from self.argument(module, call, at)
            functions = (Adapted(item) for item in held.items if isinstance(item, Closure | External))
            found = join(found, answer(functions, held.open))
        found = join(found, (yield from self.model.injection.given_back(callee, module, call)))
        if libraries.has_made_members(callee.state):
            found = join(found, answer([Made(module.index, call)]))
        if not found.items and not found.open:
            return answer([External(0)])
        return found

    def flowed(self, place: str, index: int, module: Module, call: int) -> Equation:
        """The values at one place of a call, as in `Flow`."""
        if place == "argument":
            return (yield from self.argument(module, call, index))
        if place == "receiver":
            target = module.first[call]
            if module.kind[target] == Kind.MEMBER:
                return (yield self.model.values.of(module.index, module.first[target]))
            return NOTHING
        given = yield from self.argument(module, call, index)
        if place == "made":
            return self.instances(given)
        return self.model.values.awaited((yield from self.results_of(given)))

    def held(self, place: str, index: int, module: Module, call: int) -> Equation:
        """The values at one place of a call, whoever calls the function around it."""
        arguments = module.args(call)
        target = module.first[call]
        if place == "receiver" and module.kind[target] == Kind.MEMBER:
            return (yield self.model.values.resolved(module.index, module.first[target]))
        spread = any(module.kind[argument] == Kind.SPREAD for argument in arguments[: index + 1])
        if place == "argument" and index < len(arguments) and not spread:
            return (yield self.model.values.resolved(module.index, arguments[index]))
        return (yield from self.model.values.close((yield from self.flowed(place, index, module, call))))

    def results_of(self, functions: Answer) -> Equation:
        """What calling any of these values gives, where nothing is known of the arguments."""
        found = Answer(frozenset(), functions.open)
        for atom in functions.items:
            match atom:
                case Closure(m, row):
                    found = join(found, (yield self.model.calls.closed_returns(m, row)))
                case External(state):
                    states = self.model.libraries.called(state, None)
                    found = join(found, answer(External(after) for after in states or (0,)))
                case Symbol():
                    found = join(found, further(atom, "call"))
                case Typed(m, text):
                    found = join(found, (yield self.model.types.called(m, text)))
                case Adapted(Closure(m, row)):
                    # The callback is the last parameter; what it gets after the error is what the promise gives.
                    last = len(self.model.link.body(m).params(row)) - 1
                    given = yield self.model.calls.passed(m, row, last, 1)
                    found = join(found, promised(given))
                case Adapted():
                    found = join(found, answer([Promised(External(0))]))
                case _:
                    found = join(found, answer(open_because=["callee"]))
        return found

    def told_by_values(self, m: int, function: int) -> Equation:
        """What a function gives where that is too far from a parameter to be told in terms of it."""
        found = NOTHING
        for value in self.model.link.returned(m, function):
            found = join(found, (yield self.model.values.resolved(m, value)))
        is_async = self.model.link.body(m).has(function, Flag.ASYNC)
        return promised(self.model.values.awaited(found)) if is_async else found

    def instances(self, classes: Answer) -> Answer:
        """What is made of these classes by one who is not seen."""
        made: set[Atom] = set()
        opened = set(classes.open)
        for item in classes.items:
            if isinstance(item, ClassValue):
                made.add(Instance(item.module, item.row))
            elif isinstance(item, Symbol):
                below = further(item, NEW)
                made |= below.items
                opened |= below.open
            elif isinstance(item, External):
                made.update(External(after) for after in self.model.libraries.constructed(item.state) or (0,))
        return answer(made, opened)

    def _loaded(self, target: Target, module: Module, call: int) -> Equation:
        """What `require(…)` or `import(…)` of the target gives."""
        dynamic = module.kind[module.first[call]] == Kind.IMPORT
        match target:
            case ToModule(m):
                found = answer([Namespace(m)]) if dynamic else (yield self.model.heap.module_value(m))
            case ToFolder():
                found = yield from self.model.heap.folder(target)
            case ToPackage(name):
                found = self.model.values.package(name, "*")
            case _:
                found = yield from self.model.values.imported(target, "*")
        return promised(found) if dynamic else found

    def constructed(self, module: Module, new: int) -> Equation:
        """What a NEW row makes."""
        found = yield self.model.values.of(module.index, module.first[new])
        result = Answer(frozenset(), found.open)
        libraries = self.model.libraries
        for atom in found.items:
            match atom:
                case ClassValue(m, row) | Closure(m, row):
                    result = join(result, answer([Instance(m, row)]))
                case External(state):
                    states = libraries.constructed(state, self.model.call_shape(module, new))
                    result = join(
                        result,
                        answer(self.model.created(after, atom, module.index, new) for after in states or (0,)),
                    )
                    for flow in libraries.passed_flows(state):
                        result = join(result, (yield from self._passed(flow, module, new)))
                case Namespace(m):
                    whole = yield self.model.heap.module_value(m)
                    result = join(
                        result,
                        answer(
                            Instance(item.module, item.row)
                            for item in whole.items
                            if isinstance(item, ClassValue | Closure)
                        ),
                    )
                case Symbol():
                    result = join(result, further(atom, NEW))
                case _:
                    result = join(result, answer(open_because=["constructor"]))
        return result

    def _passed(self, flow: ValueFlow, module: Module, new: int) -> Equation:
        """What a promise is fulfilled with: what the function that makes it gives to the one that it gets."""
        functions = yield from self.argument(module, new, flow.at)
        found = NOTHING
        for item in functions.items:
            if isinstance(item, Closure):
                found = join(found, (yield self.model.calls.passed(item.module, item.row, *flow.inner)))
        return promised((yield from self.model.values.follow(self.model.values.awaited(found), flow.source)))

    def tagged(self, module: Module, row: int) -> Equation:
        """What a tagged template gives: the tag is called."""
        found = yield self.model.values.of(module.index, module.first[row])
        result = Answer(frozenset(), found.open)
        for atom in found.items:
            if isinstance(atom, External):
                states = self.model.libraries.called(atom.state, None)
                result = join(result, answer(External(state) for state in states or (0,)))
            else:
                result = join(result, answer(open_because=["tag"]))
        return result

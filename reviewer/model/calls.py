"""The call graph: what a call may run, and what it gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import (
    UNDEFINED,
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
    further,
    widen_values,
)
from reviewer.model.link import Target, ToFolder, ToModule, ToPackage
from reviewer.model.parameters import Parameters
from reviewer.model.returns import Returns, promised
from reviewer.model.solve import NOTHING, Answer, Equation, Question, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Calls:
    """`callees` of a call, with its arguments in their order, and what it may `run`, however its arguments are given;
    `returns` of a function in terms of its parameters; `parameter`: what callers give.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        parameters = Parameters(model)
        self._results = Returns(model)
        self.callees = Question("callees", 1, self._callees, widen_values)
        self.run = Question("run by call", 1, self._run, widen_values)
        self.returns = Question("returns", 1, self._results.of, widen_values)
        self.closed_returns = Question("closed returns", 1, self._results.closed, widen_values)
        self.parameter = Question("parameter", 1, parameters.parameter, widen_values)
        self.handed = Question("handed parameter", 1, parameters.handed, widen_values)

    def _callees(self, m: int, call: int) -> Equation:
        """What a CALL, NEW or TAGGED row may run: closures, classes (by `new`), places of libraries."""
        module = self.model.link.body(m)
        found = yield self.model.values.resolved(m, module.first[call])
        items: set[Atom] = set()
        opened = set(found.open)
        is_super = module.kind[module.first[call]] == Kind.SUPER
        for atom in found.items:
            if is_super and isinstance(atom, Instance):
                is_class = self.model.link.body(atom.module).kind[atom.row] == Kind.CLASS
                items.add((ClassValue if is_class else Closure)(atom.module, atom.row))
            elif isinstance(atom, Namespace):
                whole = yield self.model.heap.module_value(atom.module)
                items.update(item for item in whole.items if not isinstance(item, Namespace))
                opened |= whole.open
            else:
                items.add(atom)
        return answer(items, opened)

    def _run(self, m: int, call: int) -> Equation:
        """What a call runs in the end: its callees, and for `call` and `apply` the function that they are called on."""
        found = yield self.callees(m, call)
        module = self.model.link.body(m)
        target = module.first[call]
        adapted = any(
            isinstance(item, External) and self.model.libraries.calls_receiver(item.state) for item in found.items
        )
        if adapted and module.kind[target] == Kind.MEMBER:
            return join(found, (yield self.model.values.resolved(m, module.first[target])))
        return found

    # results

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
        found = yield self.returns(m, function)
        return (yield from self._substituted(found, m, function, module, call))

    def _substituted(self, found: Answer, m: int, function: int, module: Module, call: int) -> Equation:
        """Put the arguments of `call` in the place of the parameters of `function`."""
        items: set[Atom] = set()
        result = Answer(frozenset(), found.open)
        for atom in found.items:
            inner = atom.value if isinstance(atom, Promised) else atom
            if isinstance(inner, Symbol) and inner.module == m and inner.row == function:
                given = yield from self.argument(module, call, inner.index)
                given = yield from self.model.values.take_steps(given, inner.steps)
                if isinstance(atom, Promised):
                    given = promised(given)
                result = join(result, given)
            else:
                items.add(atom)
        return Answer(result.items | items, result.open)

    def argument(self, module: Module, call: int, index: int) -> Equation:
        """The value that `call` gives to the parameter at `index`."""
        arguments = module.args(call)
        if any(module.kind[argument] == Kind.SPREAD for argument in arguments[: index + 1]):
            return answer(open_because=["spread"])
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
        if libraries.calls_receiver(callee.state):
            held = yield from self.flowed("receiver", 0, module, call)
            found = join(found, (yield from self.results_of(held)))
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

    def results_of(self, functions: Answer) -> Equation:
        """What calling any of these values gives, where nothing is known of the arguments."""
        found = Answer(frozenset(), functions.open)
        for atom in functions.items:
            match atom:
                case Closure(m, row):
                    found = join(found, (yield self.closed_returns(m, row)))
                case External(state):
                    states = self.model.libraries.called(state, None)
                    found = join(found, answer(External(after) for after in states or (0,)))
                case Symbol():
                    found = join(found, further(atom, "call"))
                case Typed(m, text):
                    found = join(found, (yield self.model.types.called(m, text)))
                case _:
                    found = join(found, answer(open_because=["callee"]))
        return found

    def told_by_values(self, m: int, function: int) -> Equation:
        """What a function gives where that is too far from a parameter to be told in terms of it."""
        return (yield from self._results.told_by_values(m, function))

    def instances(self, classes: Answer) -> Answer:
        """What is made of these classes by one who is not seen."""
        made: set[Atom] = set()
        for item in classes.items:
            if isinstance(item, ClassValue):
                made.add(Instance(item.module, item.row))
            elif isinstance(item, External):
                made.update(External(after) for after in self.model.libraries.constructed(item.state) or (0,))
        return answer(made, classes.open)

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
                    states = libraries.constructed(state)
                    result = join(
                        result,
                        answer(self.model.created(after, atom, module.index, new) for after in states or (0,)),
                    )
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
                case _:
                    result = join(result, answer(open_because=["constructor"]))
        return result

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

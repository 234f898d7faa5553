"""The call graph: what a call may run, and what it gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import Adapted, Atom, ClassValue, Closure, External, Instance, Namespace, widen_values
from reviewer.model.parameters import Parameters
from reviewer.model.returns import Returns
from reviewer.model.solve import NOTHING, Equation, Question, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Calls:
    """`callees` of a call, with its arguments in their order, and what it may `run`, however its arguments are given;
    `returns` of a function in terms of its parameters; `parameter`: what callers give; `passed` (FUNCTION, parameter,
    index): what it gives to a callback.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        parameters = Parameters(model)
        returns = Returns(model)
        self.callees = Question("callees", 1, self._callees, widen_values)
        self.run = Question("run by call", 1, self._run, widen_values)
        self.returns = Question("returns", 1, returns.of, widen_values)
        self.closed_returns = Question("closed returns", 1, returns.closed, widen_values)
        self.passed = Question("passed to callback", 1, self._passed, widen_values)
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
        places: set[tuple[str, int]] = set()
        for item in found.items:
            if isinstance(item, External):
                places.update((place, at) for place, at, _ in self.model.libraries.runs(item.state))
            elif isinstance(item, Adapted):
                found = join(found, answer([item.value]))
        for place, at in sorted(places):
            if place == "receiver" and module.kind[target] == Kind.MEMBER:
                found = join(found, (yield self.model.values.resolved(m, module.first[target])))
            elif place == "argument" and at < len(module.args(call)):
                found = join(found, (yield self.model.values.resolved(m, module.args(call)[at])))
        return found

    def _passed(self, m: int, function: int, index: int, argument: int) -> Equation:
        """What a FUNCTION gives, as the argument at an index, to the function that it gets as a parameter."""
        module = self.model.link.body(m)
        params = module.params(function)
        target = module.first[params[index]] if 0 <= index < len(params) else -1
        if target < 0 or module.kind[target] != Kind.IDENT or module.binding[target] < 0:
            return answer(open_because=["callback"])
        found = NOTHING
        for ref in module.refs(module.binding[target]):
            call = module.parent[ref]
            if module.kind[call] == Kind.CALL and module.first[call] == ref:
                found = join(found, (yield from self.model.results.argument(module, call, argument)))
            elif module.kind[call] == Kind.CALL:
                found = join(found, (yield from self._passed_on(module, call, module.position(ref) - 1, argument)))
        return found

    def _passed_on(self, module: Module, call: int, index: int, argument: int) -> Equation:
        """The function goes on to another one, as its parameter."""
        callees = yield self.callees(module.index, call)
        found = answer(open_because=["callback"]) if callees.open else NOTHING
        for item in callees.items:
            if isinstance(item, Closure):
                given = yield self.passed(item.module, item.row, index, argument)
                found = join(found, (yield from self.model.values.close(given)))
            else:
                found = join(found, answer(open_because=["callback"]))
        return found

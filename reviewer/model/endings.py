"""Endings: how the paths end that an expression may be, through names, members, helpers and what joins paths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from reviewer.model.bounds import values_written
from reviewer.model.domain import Closure, External, Spot
from reviewer.model.member_values import values_of_members
from reviewer.model.shifted import of_parameter
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

HOLE: Final = ":?"
"""What stands in texts for what is not known."""

_STEPS: Final = 6


class Endings:
    """How the paths end that an expression may be, `:?` for what is not known.

    way: the calls that lead to the function of the expression: what they give is what its parameters are.
    """

    def __init__(self, model: Model, way: tuple[Spot, ...], steps: int = _STEPS) -> None:
        self.model = model
        self.way = way
        self.steps = steps

    def of(self, module: Module, row: int) -> frozenset[str]:
        """Empty where nothing is known."""
        texts = self.model.texts(module, row)
        if texts or self.steps <= 0:
            return frozenset(texts)
        match module.kind[row]:
            case Kind.BINARY if module.text(row) == "+":
                return frozenset(HOLE + end for end in self._below(module, [module.op(row, 1)]))
            case Kind.CONDITIONAL:
                return self._below(module, [module.op(row, 1), module.op(row, 2)])
            case Kind.LOGICAL:  # `process.env.FILE || './settings.json'`: what is set in its place is of its kind
                return self._below(module, [module.op(row, 1)])
            case Kind.IDENT:
                return self._below(module, values_written(module, row)) or self._handed(module, row)
            case Kind.MEMBER:
                return self._held(module, row)
            case Kind.CALL:
                return self._given_back(module, row)
            case _:
                return frozenset()

    def _below(self, module: Module, rows: Iterable[int]) -> frozenset[str]:
        """The endings of several expressions; empty where those of one are not known."""
        below = Endings(self.model, self.way, self.steps - 1)
        found = [below.of(module, row) for row in rows]
        return frozenset().union(*found) if found and all(found) else frozenset()

    def _handed(self, module: Module, name: int) -> frozenset[str]:
        """The endings of what the last call of the way gives to a parameter."""
        binding = module.binding[name]
        targets = module.writes(binding) if binding >= 0 else ()
        own = of_parameter(module, targets[0]) if len(targets) == 1 else None
        if own is None or not self.way:
            return frozenset()
        *above, call = self.way
        body = self.model.link.body(call.module)
        arguments = body.args(call.row) if body.kind[call.row] in {Kind.CALL, Kind.NEW} else ()
        if own[1] >= len(arguments) or any(body.kind[each] == Kind.SPREAD for each in arguments):
            return frozenset()
        return Endings(self.model, tuple(above), self.steps).of(body, arguments[own[1]])

    def _held(self, module: Module, member: int) -> frozenset[str]:
        """The endings of what members of a name are given."""
        values = values_of_members(self.model, module, member)
        below = Endings(self.model, (), self.steps - 1)
        found = [below.of(self.model.link.body(spot.module), spot.row) for spot in values]
        return frozenset().union(*found) if found and all(found) else frozenset()

    def _given_back(self, module: Module, call: int) -> frozenset[str]:
        """The endings of what a call gives: those of its last argument where a library joins them to a path."""
        callees = self.model.ask(self.model.calls.callees(module.index, call)).items
        functions = [item for item in callees if isinstance(item, Closure)]
        libraries = [item for item in callees if isinstance(item, External) and item.state]
        if functions and len(functions) == len(callees):
            below = Endings(self.model, (*self.way, Spot(module.index, call)), self.steps - 1)
            found = [
                below.of(self.model.link.body(function.module), row)
                for function in functions
                for row in self.model.link.returned(function.module, function.row)
            ]
            return frozenset().union(*found) if found and all(found) else frozenset()
        is_joined = libraries and all(_joins(self.model, item) for item in libraries)
        return self._below(module, module.args(call)[-1:]) if is_joined else frozenset()


def joined(model: Model, module: Module, call: int) -> range:
    """The rows of the texts that a call of a library joins to a path; empty where it does something else."""
    libraries = [
        item for item in model.ask(model.calls.callees(module.index, call)).items if isinstance(item, External)
    ]
    return module.args(call) if libraries and all(_joins(model, item) for item in libraries) else range(0)


def _joins(model: Model, callee: External) -> bool:
    """Whether a function of a library gives a text that is made of its arguments."""
    flows = model.libraries.text_flows(callee.state) if callee.state else ()
    return any(flow.keeps == "text" and flow.place == "argument" for flow in flows)

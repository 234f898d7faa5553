"""Handled failures: what receives a failure, and what it was that failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from reviewer.model.domain import Closure, External, Spot
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class FailureHandler(NamedTuple):
    """What receives a failure in module `module`: a CATCH, a FUNCTION that is given for the rejection of a promise, or
    a RETURN or THROW in a `finally`, which puts itself in the failure's place.

    body: what it runs, a BLOCK or an expression. error: the row that receives the failure, -1 without one. tried: the
    BLOCK of the `try`, or the expression whose promise rejects. call: the CALL that is given the function, else -1.
    """

    module: int
    row: int
    body: int
    error: int
    tried: int
    call: int

    @property
    def spot(self) -> Spot:
        """Where it stands."""
        return Spot(self.module, self.row)


class FailureHandlers:
    """What receives failures."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def in_module(self, m: int) -> Iterator[FailureHandler]:
        """The handlers that a module writes down, in the order of the text."""
        module = self.model.link.body(m)
        found = [*_catches(module), *_endings(module), *self._callbacks(module)]
        yield from sorted(found, key=lambda handler: module.start[handler.row])

    def _callbacks(self, module: Module) -> Iterator[FailureHandler]:
        libraries, calls = self.model.libraries, self.model.link.surfaces[module.index].calls
        for name in sorted(calls):
            if not any(libraries.handles(state) for state in libraries.language(name)):
                continue
            for call in calls[name]:
                at = self._rejection(module, call, name) if module.kind[module.first[call]] == Kind.MEMBER else -1
                arguments = module.args(call)
                if 0 <= at < len(arguments) and module.kind[arguments[at]] == Kind.FUNCTION:
                    function = arguments[at]
                    params = module.params(function)
                    error = module.first[params[0]] if params else -1
                    tried = module.first[module.first[call]]
                    yield FailureHandler(module.index, function, module.first[function], error, tried, call)

    def _rejection(self, module: Module, call: int, name: str) -> int:
        """The argument of a call that handles a rejection; -1 where there is none."""
        libraries = self.model.libraries
        callees = self.model.ask(self.model.calls.callees(module.index, call)).items
        if any(isinstance(item, Closure) for item in callees):
            return -1
        states = [item.state for item in callees if isinstance(item, External) and item.state]
        for state in states or libraries.language(name):
            handles = libraries.handles(state)
            if handles is not None and handles[0] is not None:
                return handles[0]
        return -1


def _catches(module: Module) -> Iterator[FailureHandler]:
    at = module.kind.find(bytes((Kind.CATCH,)))
    while at >= 0:
        target = module.first[at]
        error = target if module.kind[target] != Kind.NONE else -1
        tried = module.first[module.parent[at]]
        yield FailureHandler(module.index, at, module.op(at, 1), error, tried, -1)
        at = module.kind.find(bytes((Kind.CATCH,)), at + 1)


def _endings(module: Module) -> Iterator[FailureHandler]:
    """What leaves a `finally` for good (ECMAScript 14.15.3): the failure that led into it is forgotten."""
    for kind in (Kind.RETURN, Kind.THROW):
        at = module.kind.find(bytes((kind,)))
        while at >= 0:
            block = _final_around(module, at)
            if block >= 0:
                yield FailureHandler(module.index, at, block, -1, module.first[module.parent[block]], -1)
            at = module.kind.find(bytes((kind,)), at + 1)


def _final_around(module: Module, row: int) -> int:
    """The BLOCK of the `finally` that a row stands in, within its function; -1 where its failure is caught there."""
    at = module.region[row]
    while module.kind[at] not in {Kind.FUNCTION, Kind.PROGRAM}:
        parent = module.parent[at]
        if module.kind[parent] == Kind.TRY:
            if at == module.op(parent, 2):
                return at
            caught = module.kind[row] == Kind.THROW and at == module.first[parent]
            if caught and module.kind[module.op(parent, 1)] == Kind.CATCH:
                return -1
        at = module.region[at]
    return -1

"""Promises: whether an expression yields one, whether it may reject, and how failures leave a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import (
    Adapted,
    ClassValue,
    Closure,
    Constant,
    External,
    Instance,
    Literal,
    Primitive,
    Promised,
    Typed,
)
from reviewer.model.escapes import Escapes, normal_escapes
from reviewer.model.given_back import given_back
from reviewer.model.gives import PROMISE, Gives
from reviewer.model.in_place import functions
from reviewer.model.rejections import Rejections
from reviewer.model.solve import NO, NOTHING, YES, Answer, Equation, Question, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.shape import CallShape


_THEN: Final = "then"
_CATCH: Final = "catch"

_CALLBACKS: Final = frozenset({"callback", "cb", "done"})
"""What Node.js code calls a parameter that hears of the result: asked for only where nothing is known of its value."""

_DATA: Final = (Constant, Instance, Literal, Primitive)
"""What is no function for certain."""


class Promises:
    """Questions about promises.

    `yields` and `rejects` take (module, row) of an expression; `gives_promise`, `escapes` and `throws` a FUNCTION. The
    last two answer the rows by which its promise may reject, or by which calling it may throw.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        rejections = Rejections(model)
        escapes = Escapes(model)
        self.yields = Question("yields promise", 2, self._yields)
        self.rejects = Question("may reject", 2, rejections.of)
        self.escapes = Question("lets rejections out", 2, escapes.of, normal=normal_escapes)
        self.throws = Question("may throw", 2, escapes.throws, normal=normal_escapes)
        gives = Gives(model)
        self.gives_promise = Question("returns promise", 2, gives.of)
        self.of_call = gives.of_call

    def _yields(self, m: int, row: int) -> Equation:
        """Whether an expression is a promise: `yes`, with `runs` where its work goes on by itself, or `no`; both where
        it depends.
        """
        module = self.model.link.body(m)
        match module.kind[row]:
            case Kind.CALL:
                return (yield from self._call_yields(module, row))
            case Kind.CONDITIONAL:
                first = yield self.yields(m, module.op(row, 1))
                return join(first, (yield self.yields(m, module.op(row, 2))))
            case Kind.LOGICAL:
                right = yield self.yields(m, module.op(row, 1))
                if module.text(row) == "&&":
                    return right
                return join(right, (yield self.yields(m, module.first[row])))
            case Kind.SEQUENCE:
                return (yield self.yields(m, module.first[row] + module.count[row] - 1))
            case Kind.IDENT if _is_awaited(module, row):
                return answer([NO])
            case Kind.NEW | Kind.IDENT | Kind.MEMBER | Kind.INDEX | Kind.ASSIGN:
                found = yield self.model.values.resolved(m, row)
                return self._of_values(found)
            case _:
                return answer([NO])

    def _of_values(self, found: Answer) -> Answer:
        items: set[str] = set()
        for atom in found.items:
            if isinstance(atom, External) and self.model.libraries.is_promise(atom.state):
                items.update([YES] if self.model.libraries.is_lazy_value(atom.state) else PROMISE)
            else:
                items.update(PROMISE if isinstance(atom, Promised) else [NO])
        return answer(items, found.open)

    def _call_yields(self, module: Module, call: int) -> Equation:
        imported = self.model.link.import_calls[module.index].get(call)
        if imported is not None:
            return answer(PROMISE if module.kind[module.first[call]] == Kind.IMPORT else [NO])
        callees = yield self.model.calls.run(module.index, call)
        callees = Answer(functions(self.model, callees.items), callees.open)
        found = Answer(frozenset(), callees.open)
        adapted = {callee.value for callee in callees.items if isinstance(callee, Adapted)}
        for callee in callees.items - adapted:
            if isinstance(callee, Closure):
                found = join(found, (yield from self.of_call(callee, module, call, only=len(callees.items) == 1)))
            elif isinstance(callee, Adapted):
                found = join(found, answer([YES]))
            elif isinstance(callee, ClassValue) and module.kind[module.first[call]] == Kind.SUPER:
                found = join(found, answer([NO]))
            elif isinstance(callee, External):
                places = [item.state for item in callees.items if isinstance(item, External)]
                found = join(found, (yield from self._external_yields(callee, places, module, call)))
            elif isinstance(callee, Typed):
                found = join(found, self._of_values((yield self.model.types.called(callee.module, callee.text))))
            else:
                found = join(found, answer(open_because=["callee"]))
        if not callees.items or External(0) in callees.items:
            found = join(found, (yield from self._continued_yields(module, call)))
        return found if callees.items else join(found, answer(open_because=["callee"]))

    def _continued_yields(self, module: Module, call: int) -> Equation:
        """No row speaks of the method: `then`, `catch`, `finally` of a promise give one (ECMAScript 27.2.5). What has a
        `then` whose result has a `catch`, both for functions, is a promise, whoever made it.
        """
        callee = module.first[call]
        if module.kind[callee] != Kind.MEMBER:
            return NOTHING
        states = self.model.libraries.language(module.text(callee))
        if not any(self.model.libraries.handles(state) for state in states):
            return NOTHING
        receiver = yield self.yields(module.index, module.first[callee])
        is_chain = receiver.open and module.text(call) == _CATCH and self._continues(module, call, module.first[callee])
        return answer(PROMISE if YES in receiver.items or is_chain else ())

    def _continues(self, module: Module, call: int, before: int) -> bool:
        """Whether a chain of methods goes on behind a `then`, with functions for each."""
        return module.text(before) == _THEN and all(
            module.kind[at] == Kind.CALL
            and module.kind[module.first[at]] == Kind.MEMBER
            and any(module.kind[argument] == Kind.FUNCTION for argument in module.args(at))
            for at in (call, before)
        )

    def _external_yields(self, callee: External, places: list[int], module: Module, call: int) -> Equation:
        """Of one of the places that are called; what one of them says of a callback holds for all."""
        libraries = self.model.libraries
        handed = yield from given_back(self.model, callee, module, call)
        if handed is not None:
            return (yield from self._handed_yields(handed))
        shape = self.model.call_shape(module, call)
        if not libraries.is_for_callback(callee.state, shape):
            return self._library_yields(callee, shape)
        last = module.args(call)[-1]
        given = yield self.model.values.resolved(module.index, last)
        functions = {item for item in given.items if isinstance(item, Closure)}
        if functions and functions == given.items:
            return answer([NO])
        if not given.items and module.text(last) in _CALLBACKS:
            return answer(open_because=["callback"])
        is_data = bool(given.items) and all(isinstance(item, _DATA) for item in given.items)
        if not is_data and any(libraries.has_place_for_callback(place, shape) for place in places):
            return answer([NO] if functions else (), ["callback"])
        found = self._library_yields(callee, shape)
        return join(found, answer([NO])) if functions else found

    def _handed_yields(self, handed: Answer) -> Equation:
        """Of a call that gives what one of these functions does."""
        found = Answer(frozenset(), handed.open)
        for item in handed.items:
            gives = (yield from self.of_call(item)) if isinstance(item, Closure) else answer(open_because=["callee"])
            found = join(found, gives)
        return found

    def _library_yields(self, callee: External, shape: CallShape) -> Answer:
        fact = self.model.libraries.promise(callee.state, shape)
        if fact is not None:
            return answer([YES] if self.model.libraries.is_lazy(callee.state, shape) else PROMISE)
        if self.model.libraries.tells_callback(callee.state, shape):
            return answer([NO])
        promises = [
            state
            for state in self.model.libraries.called(callee.state, shape)
            if self.model.libraries.is_promise(state)
        ]
        if promises:
            return answer([YES] if all(map(self.model.libraries.is_lazy_value, promises)) else PROMISE)
        return answer([NO]) if callee.state else answer(open_because=["library"])


def _is_awaited(module: Module, row: int) -> bool:
    """Whether all that a variable is given was awaited: that is never a promise (ECMAScript 27.7.5.3)."""
    binding = module.binding[row]
    targets = module.writes(binding) if binding >= 0 else ()
    return bool(targets) and all(
        module.kind[module.parent[target]] in {Kind.DECLARATOR, Kind.ASSIGN}
        and module.first[module.parent[target]] == target
        and module.count[module.parent[target]] > 1
        and module.kind[module.op(module.parent[target], 1)] in {Kind.AWAIT, Kind.NONE}
        for target in targets
    )

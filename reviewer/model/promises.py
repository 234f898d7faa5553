"""Promises: whether an expression yields one, whether it may reject, and which rows of a function let a rejection out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.domain import Closure, External, Instance, Literal, Promised
from reviewer.model.solve import NOTHING, Answer, Equation, Question, answer, join
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

YES: Final = "yes"
NO: Final = "no"


class Escape(msgspec.Struct, frozen=True, order=True, gc=False):
    """A row that lets a failure out of its function. how: `throw`, `await`, `return` (of a promise), `call` (that throws).

    certain: whether the thing awaited or called is known to fail on some path; False where nothing is known of it.
    """

    module: int
    row: int
    how: str
    certain: bool


class Promises:
    """Questions about promises. `yields` and `rejects` take (module, row) of an expression, `escapes` and `throws` a
    FUNCTION: the rows by which its promise may reject, or by which calling it may throw.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.yields = Question("yields promise", 2, self._yields)
        self.rejects = Question("may reject", 2, self._rejects)
        self.escapes = Question("lets rejections out", 2, self._escapes)
        self.throws = Question("may throw", 2, self._throws)
        self.gives_promise = Question("returns promise", 2, self._gives_promise)

    # does it yield a promise

    def _yields(self, m: int, row: int) -> Equation:
        """items: `yes`, `no` (both where it depends); open where unknown."""
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
            case Kind.NEW | Kind.IDENT | Kind.MEMBER | Kind.INDEX | Kind.ASSIGN:
                found = yield self.model.values.resolved(m, row)
                return self._of_values(found)
            case _:
                return answer([NO])

    def _of_values(self, found: Answer) -> Answer:
        items = set()
        for atom in found.items:
            promise = isinstance(atom, Promised) or (
                isinstance(atom, External) and self.model.libraries.is_promise(atom.state)
            )
            items.add(YES if promise else NO)
        return answer(items, found.open)

    def _call_yields(self, module: Module, call: int) -> Equation:
        imported = self.model.link.import_calls[module.index].get(call)
        if imported is not None:
            return answer([YES if module.kind[module.first[call]] == Kind.IMPORT else NO])
        callees = yield self.model.calls.callees(module.index, call)
        found = Answer(frozenset(), callees.open)
        for callee in callees.items:
            if isinstance(callee, Closure):
                found = join(found, (yield self.gives_promise(callee.module, callee.row)))
            elif isinstance(callee, External):
                found = join(found, self._external_yields(callee, module, call))
            else:
                found = join(found, answer(open_because=["callee"]))
        return found

    def _external_yields(self, callee: External, module: Module, call: int) -> Answer:
        shape = self.model.call_shape(module, call)
        fact = self.model.libraries.promise(callee.state, shape)
        if fact is not None:
            return answer([YES])
        states = self.model.libraries.called(callee.state, shape)
        if any(self.model.libraries.is_promise(state) for state in states):
            return answer([YES])
        return answer([NO]) if callee.state else answer(open_because=["library"])

    def _gives_promise(self, m: int, function: int) -> Equation:
        module = self.model.link.body(m)
        if module.has(function, Flag.GENERATOR):
            return answer([NO])
        if module.has(function, Flag.ASYNC):
            return answer([YES])
        found = NOTHING
        for value in self._returned_values(module, function):
            found = join(found, (yield self.yields(m, value)))
        return found if found.items or found.open else answer([NO])

    def _returned_values(self, module: Module, function: int) -> list[int]:
        if module.has(function, Flag.EXPRESSION_BODY):
            return [module.first[function]]
        rows = self.model.link.owned(module.index, Kind.RETURN, function)
        return [module.first[row] for row in rows if module.kind[module.first[row]] != Kind.NONE]

    # may it reject

    def _rejects(self, m: int, row: int) -> Equation:
        """items: `yes` where the promise of this expression is known to reject on some path; open where unknown."""
        module = self.model.link.body(m)
        match module.kind[row]:
            case Kind.CALL:
                return (yield from self._call_rejects(module, row))
            case Kind.CONDITIONAL:
                first = yield self.rejects(m, module.op(row, 1))
                return join(first, (yield self.rejects(m, module.op(row, 2))))
            case Kind.LOGICAL:
                right = yield self.rejects(m, module.op(row, 1))
                if module.text(row) == "&&":
                    return right
                return join(right, (yield self.rejects(m, module.first[row])))
            case Kind.SEQUENCE:
                return (yield self.rejects(m, module.first[row] + module.count[row] - 1))
            case Kind.NEW:
                return (yield from self._constructed_rejects(module, row))
            case Kind.IDENT:
                return (yield from self._held_rejects(module, row))
            case Kind.ARRAY:
                found = NOTHING
                for element in module.ops(row):
                    found = join(found, (yield self.rejects(m, element)))
                return found
            case Kind.SPREAD:
                return (yield self.rejects(m, module.first[row]))
            case Kind.MEMBER | Kind.INDEX | Kind.ASSIGN | Kind.TAGGED:
                found = yield self.yields(m, row)
                if found.complete and YES not in found.items:
                    return NOTHING
                return answer(open_because=["promise"])
            case _:
                return NOTHING

    def _held_rejects(self, module: Module, row: int) -> Equation:
        """A promise in a variable rejects where one of the promises stored in it does."""
        binding = module.binding[row]
        if binding < 0:
            return NOTHING
        found = NOTHING
        for target in module.writes(binding):
            parent = module.parent[target]
            if module.kind[parent] in {Kind.DECLARATOR, Kind.ASSIGN}:
                value = module.op(parent, 1)
                if module.kind[value] != Kind.NONE:
                    found = join(found, (yield self.rejects(module.index, value)))
            else:
                found = join(found, (yield from self._unknown_rejects(module, row)))
        return found

    def _unknown_rejects(self, module: Module, row: int) -> Equation:
        held = yield self.yields(module.index, row)
        if held.complete and YES not in held.items:
            return NOTHING
        return answer(open_because=["promise"])

    def _call_rejects(self, module: Module, call: int) -> Equation:
        if call in self.model.link.import_calls[module.index]:
            return NOTHING
        callees = yield self.model.calls.callees(module.index, call)
        found = NOTHING
        for callee in callees.items:
            if isinstance(callee, Closure):
                found = join(found, (yield from self._function_rejects(callee)))
            elif isinstance(callee, External) and callee.state:
                found = join(found, (yield from self._external_rejects(callee, module, call)))
            elif not isinstance(callee, External):
                found = join(found, answer(open_because=["callee"]))
        if callees.open or External(0) in callees.items:
            found = join(found, (yield from self._handled_by_name(module, call)))
        return found

    def _handled_by_name(self, module: Module, call: int) -> Equation:
        """The receiver is unknown: a chain that ends in the language's `catch` is handled whatever stands before it."""
        callee = module.first[call]
        if module.kind[callee] == Kind.MEMBER:
            for state in self.model.libraries.language(module.text(callee)):
                if self.model.libraries.handles(state):
                    return (yield from self._chain_rejects(state, module, call))
        return answer(open_because=["callee"])

    def _function_rejects(self, callee: Closure) -> Equation:
        gives = yield self.gives_promise(callee.module, callee.row)
        if gives.complete and YES not in gives.items:
            return NOTHING
        escapes = yield self.escapes(callee.module, callee.row)
        return answer([YES] if any(escape.certain for escape in escapes.items) else (), self._reasons(escapes))

    def _reasons(self, escapes: Answer) -> frozenset[str]:
        unsure = any(not escape.certain for escape in escapes.items)
        return escapes.open | {"callee"} if unsure else escapes.open

    def _external_rejects(self, callee: External, module: Module, call: int) -> Equation:
        libraries = self.model.libraries
        if libraries.handles(callee.state):
            return (yield from self._chain_rejects(callee.state, module, call))
        combined = libraries.combines(callee.state)
        if combined is not None:
            found = NOTHING
            for argument in module.args(call):
                found = join(found, (yield from self._combined_rejects(module, argument)))
            return found
        shape = self.model.call_shape(module, call)
        fact = libraries.promise(callee.state, shape)
        if fact is not None:
            return answer([YES]) if fact else NOTHING
        return NOTHING

    def _combined_rejects(self, module: Module, argument: int) -> Equation:
        """`Promise.all(list)`: an array written there is looked through, also one that `map` makes."""
        if module.kind[argument] == Kind.CALL:
            callees = yield self.model.calls.callees(module.index, argument)
            if callees.complete and callees.items and all(isinstance(item, External) for item in callees.items):
                found = NOTHING
                for operand in module.args(argument):
                    given = yield self.model.values.resolved(module.index, operand)
                    for item in given.items:
                        if isinstance(item, Closure):
                            found = join(found, (yield from self._function_rejects(item)))
                if found.items or found.open:
                    return found
        if module.kind[argument] == Kind.IDENT:
            held = yield self.model.values.resolved(module.index, argument)
            if not (held.complete and held.items and all(isinstance(item, Literal) for item in held.items)):
                return answer(open_because=["promise"])
            found = NOTHING
            for item in held.items:
                found = join(found, (yield self.rejects(item.module, item.row)))
            return found
        return (yield self.rejects(module.index, argument))

    def _chain_rejects(self, state: int, module: Module, call: int) -> Equation:
        """`.then`, `.catch`, `.finally`: what the rows say is handled, and what the handlers themselves let out."""
        handled, passes = self.model.libraries.handles(state) or (None, True)
        arguments = module.args(call)
        found = NOTHING
        caught = (
            handled is not None
            and handled < len(arguments)
            and module.kind[arguments[handled]]
            not in {
                Kind.NULL,
                Kind.UNDEFINED,
            }
        )
        if not caught and passes:
            found = yield self.rejects(module.index, module.first[module.first[call]])
        for argument in arguments:
            given = yield self.model.values.resolved(module.index, argument)
            for item in given.items:
                if isinstance(item, Closure):
                    gives = yield self.gives_promise(item.module, item.row)
                    which = self.escapes if YES in gives.items else self.throws
                    escapes = yield which(item.module, item.row)
                    if any(escape.certain for escape in escapes.items):
                        found = join(found, answer([YES]))
                    elif escapes.items and not caught:
                        found = join(found, answer(open_because=["callee"]))
        return found

    def _constructed_rejects(self, module: Module, new: int) -> Equation:
        """`new Promise(executor)` rejects where the executor uses its second parameter or throws."""
        made = yield self.model.values.of(module.index, new)
        if any(isinstance(item, Instance) for item in made.items):
            return NOTHING
        arguments = module.args(new)
        if not arguments:
            return NOTHING
        executors = yield self.model.values.resolved(module.index, arguments[0])
        found = answer(open_because=["promise"]) if executors.open else NOTHING
        for item in executors.items:
            if isinstance(item, Closure):
                body = self.model.link.body(item.module)
                params = body.params(item.row)
                throws = yield self.throws(item.module, item.row)
                uses_reject = len(params) > 1 and self._is_used(body, params[1])
                if uses_reject or any(escape.certain for escape in throws.items):
                    found = join(found, answer([YES]))
        return found

    def _is_used(self, module: Module, param: int) -> bool:
        target = module.first[param]
        return module.kind[target] != Kind.IDENT or len(module.refs(module.binding[target])) > 0

    # what leaves a function

    def _escapes(self, m: int, function: int) -> Equation:
        """The rows by which the promise that the function gives may reject."""
        module = self.model.link.body(m)
        found: Answer = NOTHING
        is_async = module.has(function, Flag.ASYNC)
        if is_async:
            for row in self.model.link.owned(m, Kind.AWAIT, function):
                if covering_catch(module, row) < 0:
                    found = join(found, (yield from self._escape(module, row, module.first[row], "await")))
            for row in self.model.link.owned(m, Kind.FOR_OF, function):
                if module.has(row, Flag.AWAITED) and covering_catch(module, row) < 0:
                    found = join(found, answer([Escape(m, row, "await", certain=False)]))
            found = join(found, (yield self.throws(m, function)))
        for value in self._returned_values(module, function):
            if module.kind[value] != Kind.AWAIT:
                found = join(found, (yield from self._escape(module, value, value, "return")))
        return found

    def _escape(self, module: Module, row: int, value: int, how: str) -> Equation:
        rejects = yield self.rejects(module.index, value)
        if rejects.items:
            return answer([Escape(module.index, row, how, certain=True)])
        if rejects.open and how == "await":
            return answer([Escape(module.index, row, how, certain=False)])
        if rejects.open:
            yields = yield self.yields(module.index, value)
            if YES in yields.items:
                return answer([Escape(module.index, row, how, certain=False)])
        return NOTHING

    def _throws(self, m: int, function: int) -> Equation:
        """The rows by which running the function's own code may throw: `throw`, and calls that are known to throw."""
        module = self.model.link.body(m)
        found: Answer = NOTHING
        for row in self.model.link.owned(m, Kind.THROW, function):
            if covering_catch(module, row) < 0:
                found = join(found, answer([Escape(m, row, "throw", certain=True)]))
        for row in self.model.link.owned(m, Kind.CALL, function):
            if covering_catch(module, row) >= 0:
                continue
            callees = yield self.model.calls.callees(m, row)
            for callee in callees.items:
                if not isinstance(callee, Closure):
                    continue
                body = self.model.link.body(callee.module)
                if body.flags[callee.row] & (Flag.ASYNC | Flag.GENERATOR):
                    continue
                inner = yield self.throws(callee.module, callee.row)
                if inner.items:
                    found = join(found, answer([Escape(m, row, "call", certain=True)]))
        return found


def covering_catch(module: Module, row: int) -> int:
    """The CATCH that receives what fails at `row` inside its function, or -1. Parts of a `try` other than its block are
    not covered by its catch (ECMAScript 14.15.3).
    """
    at = row
    while True:
        region = module.region[at]
        if module.kind[region] in {Kind.FUNCTION, Kind.PROGRAM}:
            return -1
        parent = module.parent[region]
        if module.kind[parent] == Kind.TRY and module.first[parent] == region:
            handler = module.op(parent, 1)
            if module.kind[handler] == Kind.CATCH:
                return handler
        at = region

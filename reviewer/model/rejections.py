"""Rejections: whether the promise that an expression gives may reject."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.bounds import values_written
from reviewer.model.branches import is_exceptional
from reviewer.model.domain import Adapted, Closure, External, Instance, Literal
from reviewer.model.given_back import given_back
from reviewer.model.in_place import in_place
from reviewer.model.promisified import tells_of_failures
from reviewer.model.refuted import Refuted
from reviewer.model.solve import NOTHING, YES, Answer, Equation, Key, answer, join
from reviewer.model.stand_ins import without
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.escapes import Escape
    from reviewer.model.model import Model

_MAP: Final = "map"
_CALL: Final = "call"
OTHERS: Final = "other callees"
"""Why an answer is open where the functions that a call is known to run let nothing out, and it may run others."""


class Rejections:
    """The equation of `model.promises.rejects`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._refuted = Refuted(model)

    def of(self, m: int, row: int) -> Equation:
        """items: `yes` where the promise of this expression is known to reject on some path; open where unknown."""
        module = self.model.link.body(m)
        match module.kind[row]:
            case Kind.CALL:
                return (yield from self._call_rejects(module, row))
            case Kind.CONDITIONAL:
                first = yield self.model.promises.rejects(m, module.op(row, 1))
                return join(first, (yield self.model.promises.rejects(m, module.op(row, 2))))
            case Kind.LOGICAL:
                right = yield self.model.promises.rejects(m, module.op(row, 1))
                if module.text(row) == "&&":
                    return right
                return join(right, (yield self.model.promises.rejects(m, module.first[row])))
            case Kind.SEQUENCE:
                return (yield self.model.promises.rejects(m, module.first[row] + module.count[row] - 1))
            case Kind.NEW:
                return (yield from self._constructed_rejects(module, row))
            case Kind.IDENT:
                return (yield from self._held_rejects(module, row))
            case Kind.ARRAY:
                found = NOTHING
                for element in module.ops(row):
                    found = join(found, (yield self.model.promises.rejects(m, element)))
                for put in sorted((yield self.model.heap.put(m, row)).items):
                    found = join(found, (yield self.model.promises.rejects(*put)))
                return found
            case Kind.SPREAD:
                return (yield self.model.promises.rejects(m, module.first[row]))
            case Kind.MEMBER | Kind.INDEX | Kind.ASSIGN | Kind.TAGGED:
                return (yield from self._unknown_rejects(module, row))
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
                    found = join(found, (yield self.model.promises.rejects(module.index, value)))
            else:
                found = join(found, (yield from self._unknown_rejects(module, row)))
        return found

    def _unknown_rejects(self, module: Module, row: int) -> Equation:
        held = yield self.model.promises.yields(module.index, row)
        if held.complete and YES not in held.items:
            return NOTHING
        return answer(open_because=["promise"])

    def _call_rejects(self, module: Module, call: int) -> Equation:
        if call in self.model.link.import_calls[module.index]:
            return NOTHING
        callees = without(self.model, (yield self.model.calls.run(module.index, call)))
        found = NOTHING
        is_all = bool(callees.items) and not callees.open
        for callee in in_place(self.model, callees.items):
            if isinstance(callee, Closure):
                found = join(found, (yield from self._function_rejects(callee, module, call)))
            elif isinstance(callee, External) and callee.state:
                found = join(found, (yield from self._external_rejects(callee, module, call)))
            elif isinstance(callee, Adapted) and (yield from tells_of_failures(self.model, callee)):
                found = join(found, answer([YES]))
            else:
                is_all = False
        if is_all:
            return found
        # What is known of the code speaks for what is not: other functions that a declared type stands for are like it.
        if not found.items and not found.open and (yield from self._speaks(callees)):
            return join(found, answer(open_because=[OTHERS]))
        # A call that nothing is known to run is not a call that runs nothing: its function's callers are out of sight.
        return join(found, (yield from self._handled_by_name(module, call)))

    def _speaks(self, callees: Answer) -> Generator[Key, Answer, bool]:
        """Whether nothing that a call is known to run gives back what nobody knows."""
        is_known = False
        for callee in callees.items:
            if isinstance(callee, External):
                is_known |= callee.state != 0 and self.model.libraries.never_rejects(callee.state)
            elif isinstance(callee, Closure):
                is_known = True
                is_async = self.model.link.body(callee.module).has(callee.row, Flag.ASYNC)
                for value in self.model.link.returned(callee.module, callee.row) if is_async else ():
                    if (yield self.model.promises.rejects(callee.module, value)).open - {OTHERS}:
                        return False
        return is_known

    def _handled_by_name(self, module: Module, call: int) -> Equation:
        """The receiver is unknown: a chain that ends in the language's `catch` is handled whatever stands before it."""
        callee = module.first[call]
        if module.kind[callee] == Kind.MEMBER:
            for state in self.model.libraries.language(module.text(callee)):
                if self.model.libraries.handles(state):
                    return (yield from self._chain_rejects(state, module, call))
        return answer(open_because=["callee"])

    def _function_rejects(self, callee: Closure, module: Module | None = None, call: int = -1) -> Equation:
        """Whether the promise that a function gives may reject; of a call, by what that does not rule out."""
        gives = yield from self.model.promises.of_call(callee, module, call)
        if gives.complete and YES not in gives.items:
            return NOTHING
        escapes = yield self.model.promises.escapes(callee.module, callee.row)
        if module is not None and escapes.items:
            escapes = yield from self._refuted.left(escapes, callee, module, call)
        return answer([YES] if any(escape.certain for escape in escapes.items) else (), self._reasons(escapes))

    def _reasons(self, escapes: Answer) -> frozenset[str]:
        return escapes.open | ({"promise"} if any(not escape.certain for escape in escapes.items) else set())

    def _external_rejects(self, callee: External, module: Module, call: int) -> Equation:
        libraries = self.model.libraries
        if libraries.handles(callee.state):
            return (yield from self._chain_rejects(callee.state, module, call))
        shape = self.model.call_shape(module, call)
        if libraries.combines(callee.state, shape):
            found = NOTHING
            is_one = libraries.settles_as(callee.state)
            for argument in module.args(call):
                # What is not known to be a promise is a value: `Promise.resolve(value)` cannot reject.
                if is_one and YES not in (yield self.model.promises.yields(module.index, argument)).items:
                    continue
                found = join(found, (yield from self._combined_rejects(module, argument)))
            return found
        if libraries.promise(callee.state, shape):
            return answer([YES])
        return (yield from self._any_rejects((yield from given_back(self.model, callee, module, call)) or NOTHING))

    def _any_rejects(self, held: Answer) -> Equation:
        """Whether the promise that one of these functions gives may reject."""
        found = Answer(frozenset(), held.open)
        for item in (each for each in held.items if isinstance(each, Closure)):
            found = join(found, (yield from self._function_rejects(item)))
        return found

    def _combined_rejects(self, module: Module, argument: int) -> Equation:
        """`Promise.all(list)`: an array written there is looked through, also one that `map` makes."""
        if module.kind[argument] == Kind.CALL:
            callees = yield self.model.calls.callees(module.index, argument)
            is_known = callees.complete and callees.items
            is_map = module.text(argument) == _MAP  # of what nothing is known, this runs what it is given
            if (is_known or is_map) and all(isinstance(item, External) for item in callees.items):
                found, is_all = NOTHING, False
                for operand in module.args(argument):
                    given = yield self.model.values.resolved(module.index, operand)
                    functions = [item for item in given.items if isinstance(item, Closure)]
                    is_all |= is_map and bool(functions) and not given.open
                    for item in functions:
                        found = join(found, (yield from self._function_rejects(item)))
                        is_all = is_all and (yield from self._is_known(item))
                if found.items or found.open or is_all:
                    return found
        if module.kind[argument] in {Kind.IDENT, Kind.MEMBER, Kind.FUNCTION}:
            held = yield self.model.values.resolved(module.index, argument)
            if any(isinstance(item, Closure) for item in held.items):  # what a callback gives back is waited for
                return (yield from self._any_rejects(held))
        if module.kind[argument] == Kind.IDENT:
            written = values_written(module, argument)
            if len(written) == 1 and module.kind[written[0]] == Kind.CALL and module.text(written[0]) == _MAP:
                return (yield from self._combined_rejects(module, written[0]))
            if not (held.complete and held.items and all(isinstance(item, Literal) for item in held.items)):
                return answer(open_because=["promise"])
            found = NOTHING
            for item in held.items:
                found = join(found, (yield self.model.promises.rejects(item.module, item.row)))
            return found
        return (yield self.model.promises.rejects(module.index, argument))

    def _is_known(self, function: Closure) -> Generator[Key, Answer, bool]:
        """Whether it is known of all calls in a function what they run: what is not known may throw."""
        for call in self.model.link.owned(function.module, Kind.CALL, function.row):
            callees = yield self.model.calls.run(function.module, call)
            if callees.open or not callees.items or External(0) in callees.items:
                return False
        return True

    def _chain_rejects(self, state: int, module: Module, call: int) -> Equation:
        """`.then`, `.catch`, `.finally`: what the rows say is handled, and what the handlers themselves let out."""
        shape = self.model.call_shape(module, call)
        handled, passes = self.model.libraries.handles(state, shape) or (None, True)
        promises = self.model.promises
        arguments = module.args(call)
        found = NOTHING
        caught = (
            handled is not None
            and handled < len(arguments)
            and module.kind[arguments[handled]] not in {Kind.NULL, Kind.UNDEFINED}
        )
        if not caught and passes:
            found = yield promises.rejects(module.index, module.first[module.first[call]])
        for argument in arguments:
            given = yield self.model.values.resolved(module.index, argument)
            for item in given.items:
                if isinstance(item, Closure):
                    gives = yield from promises.of_call(item)
                    which = promises.escapes if YES in gives.items else promises.throws
                    escapes = yield which(item.module, item.row)
                    certain = [escape for escape in sorted(escapes.items) if escape.certain]
                    is_last = caught and argument == arguments[handled or 0]
                    while is_last and certain and (yield from self._is_slight(certain[-1])):
                        certain.pop()
                    if certain:
                        found = join(found, answer([YES]))
                    elif escapes.items and not caught:
                        found = join(found, answer(open_because=["callee"]))
        return found

    def _is_slight(self, escape: Escape) -> Generator[Key, Answer, bool]:
        """Whether a failure leaves a function that handles one only by a check in another function that it calls to say
        so, such as a log that is closed, or where that itself fails: that is another fault, and a rare one.
        """
        if escape.how != _CALL:
            return False
        callees = yield self.model.calls.run(escape.module, escape.row)
        known = [callee for callee in callees.items if isinstance(callee, Closure)]
        for callee in known:
            body = self.model.link.body(callee.module)
            for inner in (yield self.model.promises.throws(callee.module, callee.row)).items:
                if inner.how != _CALL and not is_exceptional(body, inner.row):
                    return False
        return bool(known)

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
        for item in (each for each in executors.items if isinstance(each, Closure)):
            body = self.model.link.body(item.module)
            params = body.params(item.row)
            if any(escape.certain for escape in (yield self.model.promises.throws(item.module, item.row)).items):
                found = join(found, answer([YES]))
            if len(params) > 1:
                found = join(found, (yield from self._rejected_by(body, body.first[params[1]])))
        return found

    def _rejected_by(self, module: Module, target: int) -> Equation:
        """Whether an executor rejects by its second parameter: also where only another promise does, which hands its
        rejection to that, `work().then(resolve, reject)`.
        """
        if module.kind[target] != Kind.IDENT:
            return answer([YES])
        found = NOTHING
        for ref in module.refs(module.binding[target]):
            call = module.parent[ref]
            callee = module.first[call] if module.kind[call] == Kind.CALL else ref
            handled = {
                at
                for state in self.model.libraries.language(module.text(callee))
                for at, _ in [self.model.libraries.handles(state) or (None, True)]
            }
            if module.kind[callee] != Kind.MEMBER or module.position(ref) - 1 not in handled:
                return answer([YES])
            found = join(found, (yield self.model.promises.rejects(module.index, module.first[callee])))
        return found

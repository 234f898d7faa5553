"""Refuted: the failures of a function that a call of it does not meet, because of what it gives."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.bounds import values_written
from reviewer.model.domain import Closure, External, Instance
from reviewer.model.given_back import given_back_arguments
from reviewer.model.ruled_out import Given
from reviewer.model.solve import YES, Answer, Key
from reviewer.model.within import rows_within
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.escapes import Escape
    from reviewer.model.model import Model

_DEPTH: Final = 3
"""Over so many calls it is followed what each of them gives to the next one."""


class Refuted:
    """Asked only of failures that are known: which of them are left of a function for one call of it."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def left(self, escapes: Answer, callee: Closure, module: Module, call: int) -> Generator[Key, Answer, Answer]:
        """Those of a function's escapes that a call may meet."""
        given = Given(self.model, callee, module, call)
        left = set(escapes.items)
        for escape in sorted(escapes.items):
            if escape.module == callee.module and (yield from self._is_refuted(escape, callee, given, _DEPTH)):
                left.discard(escape)
        return Answer(frozenset(left), escapes.open)

    def _is_refuted(self, escape: Escape, function: Closure, given: Given, depth: int) -> Generator[Key, Answer, bool]:
        """Whether a function lets no failure out by a row, for what it is given."""
        if (yield from given.rules_out(escape.row)):
            return True
        module = given.module
        attempt = _attempted(module, escape.row) if escape.how == "throw" and depth else -1
        if attempt >= 0:
            return (yield from self._succeeds(attempt, escape, function, given, depth))
        call = module.first[escape.row] if escape.how == "await" else escape.row
        if escape.how == "return" and module.kind[call] == Kind.CONDITIONAL:
            return (yield from self._are_refuted(module.ops(call)[1:], escape, function, given, depth))
        if escape.how in {"await", "return"} and (yield from self._is_handed_in(module, call, given)):
            return True
        if module.kind[call] == Kind.IDENT:
            written = values_written(module, call)
            call = written[0] if len(written) == 1 else call
        if not depth or not escape.certain or escape.how == "throw" or module.kind[call] != Kind.CALL:
            return False
        if not _hands_on(module, call, function):
            return False
        if self._handled(module, call) is not None:
            return (yield from self._is_chain_refuted(module, call, function, given, depth))
        given_back = yield from self._given_back(module, call)
        for argument in given_back:
            if not (yield from self._is_quiet(module, argument, function, given, depth)):
                return False
        if given_back:
            return True
        callees = yield from self._callees(module, call, given)
        for callee in callees or ():
            gives = yield self.model.promises.gives_promise(callee.module, callee.row)
            which = self.model.promises.escapes if YES in gives.items else self.model.promises.throws
            escapes = yield which(callee.module, callee.row)
            inner = Given(self.model, callee, module, call, given)
            for each in sorted(escapes.items):
                if each.certain and not (yield from self._is_refuted(each, callee, inner, depth - 1)):
                    return False
        return callees is not None

    def _is_handed_in(self, module: Module, row: int, given: Given) -> Generator[Key, Answer, bool]:
        """Whether what is waited for is a promise that is handed in, or several among which such a one is, and none of
        them rejects: `await Promise.race([work, pause])`.
        """
        if module.kind[row] == Kind.IDENT:
            handed = given.argument(row)
            return handed is not None and not (yield from self._may_reject(handed[0], handed[1]))
        lists = module.args(row) if module.kind[row] == Kind.CALL else ()
        if len(lists) != 1 or module.kind[lists[0]] != Kind.ARRAY or not (yield from self._combines(module, row)):
            return False
        for element in module.ops(lists[0]):
            is_handed_in = yield from self._is_handed_in(module, element, given)
            if not is_handed_in and (yield from self._may_reject(module, element)):
                return False
        return True

    def _combines(self, module: Module, call: int) -> Generator[Key, Answer, bool]:
        shape, libraries = self.model.call_shape(module, call), self.model.libraries
        callees = yield self.model.calls.run(module.index, call)
        return bool(callees.items) and all(
            isinstance(item, External) and libraries.combines(item.state, shape) for item in callees.items
        )

    def _may_reject(self, module: Module, row: int) -> Generator[Key, Answer, bool]:
        rejects = yield self.model.promises.rejects(module.index, row)
        return bool(rejects.items or rejects.open)

    def _are_refuted(
        self, rows: range, escape: Escape, function: Closure, given: Given, depth: int
    ) -> Generator[Key, Answer, bool]:
        """The same of each of the values of which a function gives back one."""
        for row in rows:
            rejects = yield self.model.promises.rejects(given.module.index, row)
            one = msgspec.structs.replace(escape, row=row)
            if (rejects.items or rejects.open) and not (yield from self._is_refuted(one, function, given, depth)):
                return False
        return True

    def _succeeds(
        self, attempt: int, escape: Escape, function: Closure, given: Given, depth: int
    ) -> Generator[Key, Answer, bool]:
        """Whether nothing fails in the block of a `try`, for what the function around it is given, so that nothing is
        thrown again.
        """
        module = given.module
        awaits = rows_within(module, attempt, Kind.AWAIT)
        if not awaits or rows_within(module, attempt, Kind.THROW):
            return False  # where nothing is waited for, any call may be what the `try` is for
        for row in awaits:
            rejects = yield self.model.promises.rejects(module.index, module.first[row])
            if rejects.open and YES not in rejects.items:
                return False
            if rejects.items:
                awaited = msgspec.structs.replace(escape, row=row, how="await")
                if not (yield from self._is_refuted(awaited, function, given, depth - 1)):
                    return False
        for row in rows_within(module, attempt, Kind.CALL):
            is_awaited = module.kind[module.parent[row]] == Kind.AWAIT
            for callee in () if is_awaited else (yield from self._callees(module, row, given)) or ():
                if any(each.certain for each in (yield self.model.promises.throws(callee.module, callee.row)).items):
                    return False
        return True

    def _given_back(self, module: Module, call: int) -> Generator[Key, Answer, list[int]]:
        """The arguments of a library's call that runs them at once, and gives what they give."""
        callees = yield self.model.calls.run(module.index, call)
        known = [item for item in callees.items if isinstance(item, External) and item.state]
        if not known or len(known) < len(callees.items):
            return []
        return [row for item in known for row in given_back_arguments(self.model, item, module, call)]

    def _handled(self, module: Module, call: int) -> tuple[int | None, bool] | None:
        """What a call of `then`, `catch` or `finally` handles; None for others."""
        callee = module.first[call]
        states = self.model.libraries.language(module.text(callee)) if module.kind[callee] == Kind.MEMBER else ()
        return next((found for state in states if (found := self.model.libraries.handles(state)) is not None), None)

    def _is_chain_refuted(
        self, module: Module, call: int, function: Closure, given: Given, depth: int
    ) -> Generator[Key, Answer, bool]:
        """The same of promises that go on from one another: each function that continues them lets nothing out, what
        the call hands in as well, and what none of them handles is such a chain itself: `before.then(work, work)`.
        """
        while True:
            found = self._handled(module, call)
            if found is None:
                return False
            arguments = module.args(call)
            for argument in arguments:
                if not (yield from self._is_quiet(module, argument, function, given, depth)):
                    return False
            if found[0] is not None and found[0] < len(arguments):
                return True
            call = module.first[module.first[call]]
            if module.kind[call] != Kind.CALL:
                return False

    def _is_quiet(
        self, module: Module, argument: int, function: Closure, given: Given, depth: int
    ) -> Generator[Key, Answer, bool]:
        """Whether an argument is a function that lets nothing out, for what the function around it is given."""
        handed = given.argument(argument) if module.kind[argument] == Kind.IDENT else None
        at, row = handed or (module, argument)
        held = yield self.model.values.resolved(at.index, row)
        for item in _functions(held) or ():
            gives = yield self.model.promises.gives_promise(item.module, item.row)
            which = self.model.promises.escapes if YES in gives.items else self.model.promises.throws
            for each in sorted((yield which(item.module, item.row)).items):
                is_own = handed is None and item.module == function.module
                if not is_own or not (yield from self._is_refuted(each, function, given, depth - 1)):
                    return False
        return _functions(held) is not None

    def _callees(self, module: Module, call: int, given: Given) -> Generator[Key, Answer, list[Closure] | None]:
        """The functions that a call may run, where a parameter that it is made on is what the function is given; None
        where it may run others.
        """
        target = module.first[call]
        if module.kind[target] == Kind.IDENT:
            argument = given.argument(target)
            if argument is not None:  # the function itself is handed in, `await work()`
                return _functions((yield self.model.values.resolved(argument[0].index, argument[1])))
        if module.kind[target] == Kind.MEMBER and module.kind[module.first[target]] == Kind.IDENT:
            receiver = given.argument(module.first[target])
            if receiver is not None:
                methods = yield from self._methods(*receiver, module.text(target))
                if methods is not None:
                    return methods
        found = yield self.model.calls.run(module.index, call)
        return _functions(found)

    def _methods(self, module: Module, row: int, name: str) -> Generator[Key, Answer, list[Closure] | None]:
        """The methods of that name of the objects that an expression may be; None where it may be others."""
        held = yield self.model.values.resolved(module.index, row)
        if held.open or not held.items or not all(isinstance(item, Instance) for item in held.items):
            return None
        found: list[Closure] = []
        for item in held.items:
            member = yield self.model.heap.member(item, name)
            methods = _functions((yield from self.model.values.close(member)))
            if member.open or not methods:
                return None
            found += methods
        return found


def _functions(found: Answer) -> list[Closure] | None:
    functions = [item for item in found.items if isinstance(item, Closure)]
    return functions if functions and len(functions) == len(found.items) else None


def _attempted(module: Module, throw: int) -> int:
    """The block of the `try` whose `catch` throws again what it got; -1 where something else is thrown."""
    value = module.first[throw]
    for at in module.ancestors(throw):
        if module.kind[at] == Kind.CATCH:
            target = module.first[at]
            is_same = module.kind[value] == module.kind[target] == Kind.IDENT and module.binding[value] >= 0
            is_same = is_same and module.binding[value] == module.binding[target]
            return module.first[module.parent[at]] if is_same else -1
        if module.kind[at] == Kind.FUNCTION:
            return -1
    return -1


def _hands_on(module: Module, call: int, function: Closure) -> bool:
    """Whether anything of the function goes into a call: of others, what they are given says nothing."""
    return any(
        module.kind[at] == Kind.IDENT
        and module.binding[at] >= 0
        and module.binding_owner[module.binding[at]] == function.row
        for at in module.descend_owned(call)
    )

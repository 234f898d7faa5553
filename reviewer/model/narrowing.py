"""Narrowing: what a test in force leaves of a function: `fn.constructor.name === 'AsyncFunction'` and its relatives.

Wrappers of handlers test with it whether to catch what a function rejects with, or to give the function back as it is.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import ASYNC, SYNC, Atom, Closure, External, Symbol, further
from reviewer.model.guards import EQUAL, conjuncts, disjuncts, names
from reviewer.model.paths import Truth, conditions
from reviewer.model.solve import Answer, Key
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_NAME: Final = "AsyncFunction"
_TAG: Final = "[object AsyncFunction]"
_GUARD: Final = "function.async"


class Narrowing:
    """`of(module, IDENT row)`: `ASYNC` or `SYNC` where the conditions in force there say so of the variable's function;
    `kept`: what that leaves of values. It remembers which modules have such tests at all.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._testing: dict[int, bool] = {}

    def of(self, module: Module, row: int) -> Generator[Key, Answer, str | None]:
        """The step that the variable at an IDENT row is narrowed by."""
        binding = module.binding[row]
        if not self.may_narrow(module, binding):
            return None
        for condition, truth in conditions(module, row):
            if truth not in {Truth.TRUE, Truth.FALSE}:
                continue
            for test, holds in conjuncts(module, condition, holds=truth == Truth.TRUE):
                said = yield from _said(self.model, module, test, binding, holds=holds)
                if said is not None:
                    return ASYNC if said else SYNC
        return None

    def may_narrow(self, module: Module, binding: int) -> bool:
        """Whether a test may say at all what a variable holds where it is read."""
        return self._tests(module) and len(module.refs(binding)) > 1 and len(module.writes(binding)) <= 1

    def _tests(self, module: Module) -> bool:
        found = self._testing.get(module.index)
        if found is None:
            found = self._testing[module.index] = any(_NAME in text for text in module.strings)
        return found

    def kept(self, found: Answer, step: str) -> Answer:
        """What the step leaves of these values: functions of the other kind go."""
        items: set[Atom] = set()
        opened = set(found.open)
        for atom in found.items:
            if isinstance(atom, Symbol):
                below = further(atom, step)
                items |= below.items
                opened |= below.open
            elif not isinstance(atom, Closure) or self._is_async(atom) is (step == ASYNC):
                items.add(atom)
        return Answer(frozenset(items), frozenset(opened))

    def _is_async(self, function: Closure) -> bool:
        return self.model.link.body(function.module).has(function.row, Flag.ASYNC)


def _said(model: Model, module: Module, test: int, binding: int, *, holds: bool) -> Generator[Key, Answer, bool | None]:
    """Whether a test of this truth says that the variable holds an async function, or none; None where it says neither.

    `fn && fn.constructor && fn.constructor.name === 'AsyncFunction'` that fails says that it is none: what has no
    constructor is no function at all.
    """
    if module.kind[test] != Kind.LOGICAL:
        is_async = yield from _tested(model, module, test, binding)
        return None if is_async is None else is_async is holds
    said: bool | None = None
    for side, side_holds in disjuncts(module, test, holds=holds):
        found = yield from _tested(model, module, side, binding)
        if found is not None:
            if said is not None and said is not (found is side_holds):
                return None
            said = found is side_holds
        elif side_holds or not _is_part(module, side, binding):
            return None
    return said


def _is_part(module: Module, row: int, binding: int) -> bool:
    while module.kind[row] == Kind.MEMBER:
        row = module.first[row]
    return names(module, row, binding)


def _tested(model: Model, module: Module, test: int, binding: int) -> Generator[Key, Answer, bool | None]:
    """Whether a single test that holds says that the variable holds an async function (True), or that it holds none."""
    kind = module.kind[test]
    if kind == Kind.BINARY and module.count[test] == 2:
        left, right = module.ops(test)
        operator = module.text(test)
        if operator == "instanceof":
            return True if names(module, left, binding) and _is_constructor(module, right) else None
        for one, other in ((left, right), (right, left)):
            if module.kind[other] == Kind.STRING and _is_told_by(module, one, module.text(other), binding):
                return EQUAL.get(operator)
    if kind == Kind.CALL and any(names(module, argument, binding) for argument in module.args(test)):
        callees = yield model.calls.callees(module.index, test)
        states = [item.state for item in callees.items if isinstance(item, External)]
        found = (fact.makes for state in states for fact in model.libraries.guards(state, 0, says=True))
        if _GUARD in found:
            return True
    return None


def _is_told_by(module: Module, row: int, text: str, binding: int) -> bool:
    """Whether a row reads the name or tag of the variable's function: `fn.constructor.name`, `toString.call(fn)`."""
    kind = module.kind[row]
    if text == _TAG:
        return kind == Kind.CALL and any(names(module, argument, binding) for argument in module.args(row))
    if text != _NAME:
        return False
    if kind == Kind.MEMBER and module.text(row) == "name":
        holder = module.first[row]
        return (
            module.kind[holder] == Kind.MEMBER
            and module.text(holder) == "constructor"
            and names(module, module.first[holder], binding)
        )
    return kind == Kind.INDEX and names(module, module.first[row], binding)


def _is_constructor(module: Module, row: int) -> bool:
    """Whether a name is that of `(async () => {}).constructor`, found in either of its usual ways."""
    binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
    if binding < 0 or len(module.writes(binding)) != 1:
        return False
    target = module.writes(binding)[0]
    if module.kind[module.parent[target]] != Kind.DECLARATOR:
        return False
    value = module.op(module.parent[target], 1)
    if module.kind[value] != Kind.MEMBER or module.text(value) != "constructor":
        return False
    held = module.first[value]
    if module.kind[held] == Kind.CALL and module.text(held) == "getPrototypeOf" and module.args(held):
        held = module.args(held)[0]
    return module.kind[held] == Kind.FUNCTION and module.has(held, Flag.ASYNC)

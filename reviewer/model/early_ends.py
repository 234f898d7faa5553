"""Early ends: loops that are left behind a call, and calls that not each turn makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.recursion import is_at_end
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.turns import Turn

_PASSING: Final = frozenset({Kind.AWAIT, Kind.MEMBER, Kind.CALL, Kind.LOGICAL, Kind.BINARY, Kind.UNARY})
_COUNTS: Final = frozenset({"length", "size"})
_REACHING: Final = frozenset({">=", ">", "===", "=="})
_OTHERS: Final = frozenset(
    {Kind.FUNCTION, Kind.FOR, Kind.FOR_IN, Kind.FOR_OF, Kind.WHILE, Kind.DO, Kind.SWITCH, Kind.TRY}
)
"""In these, what ends a branch may leave them alone, or its end may be caught."""
_FEW: Final = frozenset({"0", "1", "2"})
_FILLING: Final = frozenset({"add", "push", "set", "unshift"})
_CHOOSING: Final = frozenset({Kind.CONDITIONAL, Kind.FUNCTION, Kind.IF, Kind.LOGICAL, Kind.SWITCH})


def leaving(module: Module, turn: Turn, row: int) -> str:
    """Why there is no second turn behind a call, or none once something is found, or not a call in each; empty where
    there is no such reason.
    """
    element = element_of(module, turn)
    if module.kind[row] == Kind.CALL and element >= 0 and module.kind[element] == Kind.IDENT:
        callee = module.first[row]
        if module.kind[callee] == Kind.IDENT and module.binding[callee] == module.binding[element]:
            return "each element is a function of its own"
    if _waits_for_many(module, turn, row):
        return "it comes once for many elements"
    if _is_after_failure(module, turn.row, row):
        return "it is asked only where something failed before"
    if module.kind[turn.row] == Kind.CALL:
        return ""
    if module.kind[turn.row] == Kind.FUNCTION:
        if is_at_end(module, turn.row, row):
            return "it comes once, after the last turn"
    elif _ends(module, turn.body):
        return "the first turn is the last one"
    elif _ends_behind(module, turn, row):
        return "the loop ends behind it"
    if any(_ends_with_found(module, turn, row, exit_) for exit_ in _exits(module, turn)):
        return "the loop ends with the first that is found"
    return ""


def _ends(module: Module, body: int) -> bool:
    """Whether the last of some statements leaves the loop or function around."""
    statements = module.ops(body) if module.kind[body] == Kind.BLOCK else range(body, body + 1)
    return bool(statements) and module.kind[statements[-1]] in {Kind.RETURN, Kind.BREAK}


def _ends_behind(module: Module, turn: Turn, row: int) -> bool:
    """Whether the branch in which a call stands ends with what leaves the loop, and nothing goes on before."""
    for at in module.ancestors(row):
        if at == turn.body or module.kind[at] in _OTHERS:
            return False
        if module.kind[at] == Kind.BLOCK and module.kind[module.parent[at]] == Kind.IF and _ends(module, at):
            return all(module.kind[part] != Kind.CONTINUE for part in module.descend_owned(at))
    return False


def _waits_for_many(module: Module, turn: Turn, row: int) -> bool:
    """Whether a call stands where something has been gathered over several turns: `if (batch.length >= 100)`, `if (n %
    100 === 0)`.
    """
    start, end = module.start[turn.body], module.end[turn.body]
    for at in module.ancestors(row):
        if not start <= module.start[at] < end:
            return False
        if (
            module.kind[at] == Kind.IF
            and module.start[module.op(at, 1)] <= module.start[row] < module.end[module.op(at, 1)]
        ):
            test = module.first[at]
            if module.kind[test] == Kind.BINARY and module.text(test) in _REACHING and _counts(module, turn, test):
                return True
    return False


def _counts(module: Module, turn: Turn, test: int) -> bool:
    """Whether a test asks for every so many turns, or for the length of a list that the turns fill."""
    left, right = module.ops(test)
    if module.kind[left] == Kind.BINARY and module.text(left) == "%":
        return module.text(module.op(left, 1)) not in _FEW
    if module.kind[left] != Kind.MEMBER or module.text(left) not in _COUNTS or module.text(right) in _FEW:
        return False
    held = module.first[left]
    if module.kind[held] != Kind.IDENT or module.binding[held] < 0:
        return False
    start, end = module.start[turn.body], module.end[turn.body]
    return any(
        start <= module.start[ref] < end
        and module.kind[module.parent[ref]] == Kind.MEMBER
        and module.text(module.parent[ref]) in _FILLING
        for ref in module.refs(module.binding[held])
    )


def _ends_with_found(module: Module, turn: Turn, row: int, exit_: int) -> bool:
    """Whether a RETURN or BREAK ends the loop because of what a call has given, and not because it gave nothing."""
    branch = next((at for at in module.ancestors(exit_) if module.kind[at] == Kind.IF), -1)
    if branch < 0 or not module.start[turn.row] <= module.start[branch] < module.end[turn.row]:
        return False
    test = module.first[branch]
    results = results_of(module, row)
    is_asked = module.start[test] <= module.start[row] < module.end[test] or any(
        module.kind[at] == Kind.IDENT and module.binding[at] in results for at in module.descend_owned(test)
    )
    if not is_asked:
        return False
    return module.kind[exit_] == Kind.BREAK or _is_positive(module, test) or _gives_element(module, exit_, turn)


def is_search(module: Module, turn: Turn, row: int) -> bool:
    """Whether a loop ends when something is found by way of a call, or as soon as enough has been found."""
    if module.kind[turn.row] == Kind.CALL:
        return False
    found = _derived(module, turn, results_of(module, row))
    for exit_ in _exits(module, turn):
        branch = next((at for at in module.ancestors(exit_) if module.kind[at] == Kind.IF), -1)
        if branch < 0 or not module.start[turn.row] <= module.start[branch] < module.end[turn.row]:
            continue
        test = module.first[branch]
        # What answers yes or no for the whole list has gone through all of it where the answer is the usual one.
        given = module.first[exit_] if module.kind[exit_] == Kind.RETURN and module.count[exit_] else exit_
        says = module.kind[given] in {Kind.TRUE, Kind.FALSE}
        is_found = (
            not says
            and _is_positive(module, test)
            and any(module.kind[at] == Kind.IDENT and module.binding[at] in found for at in module.descend_owned(test))
        )
        if is_found or _is_enough(module, turn, test):
            return True
    return False


def _derived(module: Module, turn: Turn, found: set[int]) -> set[int]:
    """Those bindings, and what is made of them in the same turn."""
    stores = [at for at in module.descend_owned(turn.body) if module.kind[at] in {Kind.DECLARATOR, Kind.ASSIGN}]
    for _ in stores if found else ():
        fresh = {
            module.binding[target]
            for store in stores
            if any(module.kind[at] == Kind.IDENT and module.binding[at] in found for at in module.descend_owned(store))
            for target in module.descend_owned(module.first[store])
            if module.kind[target] == Kind.IDENT and module.binding[target] >= 0
        }
        if fresh <= found:
            break
        found = found | fresh
    return found


def _is_enough(module: Module, turn: Turn, test: int) -> bool:
    """Whether a test asks if a list, which the turns fill, has as many elements as are wanted."""
    if module.kind[test] != Kind.BINARY or module.text(test) not in _REACHING:
        return False
    counted = module.first[test]
    held = module.first[counted] if module.kind[counted] == Kind.MEMBER and module.text(counted) in _COUNTS else -1
    if held < 0 or module.kind[held] != Kind.IDENT or module.binding[held] < 0:
        return False
    return any(_fills_in(module, turn, ref) for ref in module.refs(module.binding[held]))


def _fills_in(module: Module, turn: Turn, ref: int) -> bool:
    """Whether a list is filled where its name is read, in the turns or in a function that is called there by name."""
    member = module.parent[ref]
    if module.kind[member] != Kind.MEMBER or module.text(member) not in _FILLING:
        return False
    start, end = module.start[turn.body], module.end[turn.body]
    if start <= module.start[ref] < end:
        return True
    function = module.owner[ref]
    store = module.parent[function]
    name = module.first[store] if module.kind[store] == Kind.DECLARATOR else function
    binding = module.binding[name]
    return binding >= 0 and any(
        start <= module.start[call] < end and module.kind[module.parent[call]] == Kind.CALL
        for call in module.refs(binding)
    )


def _exits(module: Module, turn: Turn) -> Iterator[int]:
    """What ends the loop, other than by giving up as the function does where it refuses what it is asked for."""
    refusals = _refusals(module, turn)
    for at in module.descend_owned(turn.body):
        if module.kind[at] == Kind.BREAK or (module.kind[at] == Kind.RETURN and _answer(module, at) not in refusals):
            yield at


def _refusals(module: Module, turn: Turn) -> set[str]:
    """How the function around a loop gives up before it: by `return fail(…)` in an `if`, where it does not end so."""
    function = module.owner[turn.row]
    if not function:
        return set()
    returns = [at for at in module.descend_owned(function) if module.kind[at] == Kind.RETURN]
    guarded = {at for at in returns if _is_guarded(module, at, function)}
    ends = {_answer(module, at) for at in returns if module.start[at] >= module.end[turn.row] and at not in guarded}
    if not ends or "" in ends:
        return set()
    return {_answer(module, at) for at in guarded if module.end[at] <= module.start[turn.row]} - ends - {""}


def _is_guarded(module: Module, row: int, function: int) -> bool:
    return any(module.kind[at] == Kind.IF and module.start[at] > module.start[function] for at in module.ancestors(row))


def _answer(module: Module, exit_: int) -> str:
    """The name of the function whose result a RETURN gives: `Result.fail`; empty where it gives something else."""
    value = module.first[exit_] if module.count[exit_] else exit_
    if module.kind[value] != Kind.CALL:
        return ""
    names = []
    at = module.first[value]
    while module.kind[at] == Kind.MEMBER:
        names.append(module.text(at))
        at = module.first[at]
    return ".".join([module.text(at), *reversed(names)]) if module.kind[at] in {Kind.IDENT, Kind.THIS} else ""


def results_of(module: Module, row: int) -> set[int]:
    """The bindings that hold what a call gives, or what is asked of that."""
    at = row
    while module.kind[module.parent[at]] in _PASSING:
        at = module.parent[at]
    parent = module.parent[at]
    if module.kind[parent] not in {Kind.DECLARATOR, Kind.ASSIGN} or module.op(parent, 1) != at:
        return set()
    targets = (target for target in module.descend_owned(module.first[parent]) if module.kind[target] == Kind.IDENT)
    return {module.binding[target] for target in targets if module.binding[target] >= 0}


def _is_positive(module: Module, test: int) -> bool:
    match module.kind[test]:
        case Kind.UNARY:
            return module.text(test) != "!"
        case Kind.BINARY:
            return module.text(test) in {"!==", "!=", ">", ">="}
        case _:
            return True


def _gives_element(module: Module, exit_: int, turn: Turn) -> bool:
    """Whether the element that was tried is what the loop gives back."""
    element = element_of(module, turn)
    if module.kind[exit_] != Kind.RETURN or element < 0 or module.kind[element] != Kind.IDENT:
        return False
    value = module.first[exit_]
    return module.kind[value] == Kind.IDENT and module.binding[value] == module.binding[element]


def element_of(module: Module, turn: Turn) -> int:
    """The row that names the element; -1 where none does."""
    row = turn.element
    return module.first[row] if row >= 0 and module.kind[row] == Kind.PARAM else row


def _is_after_failure(module: Module, turn: int, row: int) -> bool:
    """Whether a row of a turn runs only where something failed: a `catch` may go on with some of what it gets."""
    for at in module.ancestors(row):
        if at == turn or module.kind[at] in _CHOOSING:
            return False
        if module.kind[at] == Kind.CATCH:
            return True
    return False

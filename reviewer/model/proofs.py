"""Proofs: what tests in force prove of a variable: that it is on a list, a number, or has matched a pattern."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.closed_sets import held_against, is_closed, sought
from reviewer.model.domain import Closure, Constant, External
from reviewer.model.guards import EQUAL, Subject, conjuncts, disjuncts, names, reads, reads_it, subject_of
from reviewer.model.paths import Truth, before, conditions, conditions_at_end, exits, reaching
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import NAMES, Path
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_SAID: Final = frozenset({Truth.TRUE, Truth.FALSE})
_INDEX: Final = "index"


def guarded(model: Model, module: Module, row: int) -> Generator[Key, Answer, tuple[str, ...]]:
    """The barriers that the conditions in force at an IDENT or MEMBER row prove of its variable or member."""
    subject = subject_of(module, row)
    if subject is None or not any(_is_tested(module, at) for at in reads(module, subject) if at != row):
        return ()
    barriers: set[str] = set()
    for condition, truth in _in_force(module, row, subject):
        if not _is_same(module, condition, row, subject):
            continue
        if truth in {Truth.TRUE, Truth.FALSE}:
            barriers.update((yield from proved_by(model, module, condition, subject, holds=truth == Truth.TRUE)))
        elif truth == Truth.EQUAL and (yield from _is_switched(model, module, condition, subject)):
            barriers.add("identifier")
    for call, index in _checked(module, row, subject):
        barriers.update((yield from _proved_by_end(model, module, call, index)))
    return tuple(sorted(barriers))


def _in_force(module: Module, row: int, subject: Subject) -> Iterator[tuple[int, int]]:
    """The conditions in force at a row, and at the functions around it where what they are about is written once."""
    yield from conditions(module, row)
    writes = module.writes(subject.binding)
    if len(writes) != 1:
        return
    function = module.owner[row]
    while function > 0 and function != module.owner[writes[0]] and module.kind[function] == Kind.FUNCTION:
        if not module.has(function, Flag.DECLARATION):
            yield from conditions(module, function)
        function = module.owner[function]


def _is_same(module: Module, test: int, row: int, subject: Subject) -> bool:
    """Whether nothing is written to a variable between the reads in a test and one that comes later."""
    if len(module.writes(subject.binding)) < 2 or module.kind[row] != Kind.IDENT:
        return True
    read = next((at for at in module.descend_owned(test) if names(module, at, subject.binding)), -1)
    return read < 0 or reaching(module, read) == reaching(module, row)


def _checked(module: Module, row: int, subject: Subject) -> Iterator[tuple[int, int]]:
    """The calls for their own sake that have ended before a row is read, and as which argument they got what it reads:
    `assertColumn(x)`, which throws where it refuses.
    """
    for ref in reads(module, subject):
        call = module.parent[ref]
        if ref == row or module.kind[call] != Kind.CALL or module.owner[ref] != module.owner[row]:
            continue
        statement = module.parent[call]
        if module.kind[statement] == Kind.AWAIT:
            statement = module.parent[statement]
        arguments = list(module.args(call))
        if not _is_same(module, call, row, subject):
            continue
        if module.kind[statement] == Kind.EXPRESSION and ref in arguments:
            index = arguments.index(ref)
            is_spread = any(module.kind[at] == Kind.SPREAD for at in arguments[:index])
            if not is_spread and before(module, call, row) == "yes":
                yield call, index


def _is_tested(module: Module, ref: int) -> bool:
    """Whether a read stands in a test that could prove something."""
    parent = module.parent[ref]
    kind = module.kind[parent]
    if kind == Kind.BINARY:
        return module.text(parent) in EQUAL or module.text(parent) == "in"
    if kind in {Kind.CALL, Kind.INDEX, Kind.SWITCH}:
        return True
    return kind == Kind.UNARY and module.text(parent) == "typeof"


def _is_switched(model: Model, module: Module, test: int, subject: Subject) -> Generator[Key, Answer, bool]:
    """Whether the constant test of a CASE is compared with the variable."""
    switch = module.parent[module.parent[test]] if module.kind[test] != Kind.CASE else module.parent[test]
    if module.kind[switch] != Kind.SWITCH or not reads_it(module, module.first[switch], subject):
        return False
    return module.kind[test] == Kind.CASE or (yield from _is_constant(model, module, test))


def _is_constant(model: Model, module: Module, row: int) -> Generator[Key, Answer, bool]:
    """Whether a value is one of some constants, a member of an enumeration for one."""
    held = yield model.values.of(module.index, row)
    return held.complete and bool(held.items) and all(isinstance(item, Constant) for item in held.items)


def proved_by(
    model: Model, module: Module, condition: int, subject: Subject, *, holds: bool
) -> Generator[Key, Answer, set[str]]:
    """What a condition of this truth proves: any of its conjuncts; of `a || b` that holds, what both sides prove."""
    barriers: set[str] = set()
    for test, truth in conjuncts(module, condition, holds=holds):
        if module.kind[test] != Kind.LOGICAL:
            barriers.update((yield from _proved(model, module, test, subject, holds=truth)))
            continue
        common: set[str] | None = None
        for side, side_truth in disjuncts(module, test, holds=truth):
            if not side_truth and reads_it(module, side, subject):
                continue  # an empty text, or none, does no harm
            proved = yield from _proved(model, module, side, subject, holds=side_truth)
            common = set(proved) if common is None else common & proved
        barriers.update(common or ())
    return barriers


def _proved(
    model: Model, module: Module, test: int, subject: Subject, *, holds: bool
) -> Generator[Key, Answer, frozenset[str]]:
    """What a single test that has this truth proves of the variable."""
    kind = module.kind[test]
    asked = sought(module, test, holds=holds)
    if asked >= 0:
        return (yield from _proved_by_call(model, module, asked, subject, holds=_INDEX))
    if kind == Kind.INDEX and holds and reads_it(module, module.op(test, 1), subject):
        is_table = yield from is_closed(model, module, module.first[test], (NAMES,))
        return frozenset({"identifier"}) if is_table else frozenset()
    if kind == Kind.BINARY and module.count[test] == 2:
        left, right = module.ops(test)
        operator = module.text(test)
        for one, other in ((left, right), (right, left)):
            is_equal = reads_it(module, one, subject) and EQUAL.get(operator) is holds
            if is_equal and (yield from _is_constant(model, module, other)):
                return frozenset({"identifier"})
            typed = module.kind[one] == Kind.UNARY and module.text(one) == "typeof" and EQUAL.get(operator) is holds
            if typed and reads_it(module, module.first[one], subject) and module.text(other) in {"number", "boolean"}:
                return frozenset({module.text(other)})
        if (
            operator == "in"
            and holds
            and reads_it(module, left, subject)
            and (yield from is_closed(model, module, right, (NAMES,)))
        ):
            return frozenset({"identifier"})
    if kind == Kind.CALL:
        by_rows = yield from _proved_by_call(model, module, test, subject, holds=holds)
        return by_rows | (yield from _proved_by_own(model, module, test, subject, holds=holds))
    if kind == Kind.IDENT and module.binding[test] >= 0 and len(module.writes(module.binding[test])) == 1:
        # const found = PATTERN.exec(x)
        declarator = module.parent[module.writes(module.binding[test])[0]]
        if module.kind[declarator] == Kind.DECLARATOR and module.kind[module.op(declarator, 1)] == Kind.CALL:
            return (yield from _proved_by_call(model, module, module.op(declarator, 1), subject, holds=holds))
    return frozenset()


def _proved_by_own(
    model: Model, module: Module, call: int, subject: Subject, *, holds: bool
) -> Generator[Key, Answer, frozenset[str]]:
    """What functions of the code prove of the variable where they say yes to it, or where they say no."""
    arguments = module.args(call)
    index = next((at for at, argument in enumerate(arguments) if reads_it(module, argument, subject)), -1)
    if index < 0 or any(module.kind[argument] == Kind.SPREAD for argument in arguments):
        return frozenset()
    return (yield from _proved_by_all(model, module, call, index, says=holds))


def _proved_by_end(model: Model, module: Module, call: int, index: int) -> Generator[Key, Answer, frozenset[str]]:
    """What functions of the code prove of an argument by coming to their end: they throw where they refuse it."""
    return (yield from _proved_by_all(model, module, call, index, says=None))


def _proved_by_all(
    model: Model, module: Module, call: int, index: int, *, says: bool | None
) -> Generator[Key, Answer, frozenset[str]]:
    callees = yield model.calls.callees(module.index, call)
    is_awaited = module.kind[module.parent[call]] == Kind.AWAIT
    common: frozenset[str] | None = None
    for item in callees.items:
        proved: frozenset[str] = frozenset()
        if isinstance(item, Closure):
            body = model.link.body(item.module)
            if says is not None:
                proved = yield from proved_by_answer(model, item, index, says=says)
            elif is_awaited or not body.has(item.row, Flag.ASYNC):
                proved = yield from _proved_by_completion(model, item, index)
        common = proved if common is None else common & proved
    return common or frozenset()


def _parameter(model: Model, function: Closure, index: int, path: Path = ()) -> Subject | None:
    """A parameter of a function that nothing is written to, or what lies below it."""
    module = model.link.body(function.module)
    params = module.params(function.row)
    target = module.first[params[index]] if index < len(params) else -1
    if target < 0 or module.kind[target] != Kind.IDENT or len(module.writes(module.binding[target])) != 1:
        return None
    return Subject(module.binding[target], path)


def proved_by_answer(
    model: Model, function: Closure, index: int, *, says: bool, path: Path = ()
) -> Generator[Key, Answer, frozenset[str]]:
    """What holds of a parameter wherever its function gives back anything but `false`; where it says no, anything but
    `true`, and never nothing.
    """
    module = model.link.body(function.module)
    subject = _parameter(model, function, index, path)
    if subject is None:
        return frozenset()
    if not says and (module.has(function.row, Flag.ASYNC) or exits(module, function.row).falls_off):
        return frozenset()
    common: frozenset[str] | None = None
    for value in model.link.returned(function.module, function.row):
        if module.kind[value] == (Kind.FALSE if says else Kind.TRUE):
            continue
        tests = [(value, says), *_said(conditions(module, value))]
        proved = yield from _proved_by_rows(model, module, tests, subject)
        common = proved if common is None else common & proved
    return common or frozenset()


def _proved_by_completion(model: Model, function: Closure, index: int) -> Generator[Key, Answer, frozenset[str]]:
    """What holds of a parameter wherever its function comes to an end without a throw."""
    module = model.link.body(function.module)
    subject = _parameter(model, function, index)
    ends = exits(module, function.row)
    if subject is None or ends.open or module.has(function.row, Flag.EXPRESSION_BODY):
        return frozenset()
    reached = [conditions(module, row) for row in ends.returns]
    if ends.falls_off:
        reached.append(conditions_at_end(module, function.row))
    common: frozenset[str] | None = None
    for decided in reached:
        proved = yield from _proved_by_rows(model, module, list(_said(decided)), subject)
        common = proved if common is None else common & proved
    return common or frozenset()


def _said(decided: Iterable[tuple[int, int]]) -> Iterator[tuple[int, bool]]:
    return ((test, truth == Truth.TRUE) for test, truth in decided if truth in _SAID)


def _proved_by_rows(
    model: Model, module: Module, tests: Iterable[tuple[int, bool]], subject: Subject
) -> Generator[Key, Answer, frozenset[str]]:
    """Only what rows say of these tests: of functions that ask one another there would be no end."""
    proved: set[str] = set()
    for test, holds in tests:
        for single, single_holds in conjuncts(module, test, holds=holds):
            prove = _proved_by_call if module.kind[single] == Kind.CALL else _proved
            proved |= yield from prove(model, module, single, subject, holds=single_holds)
    return frozenset(proved)


def _proved_by_call(
    model: Model, module: Module, call: int, subject: Subject, *, holds: bool | str
) -> Generator[Key, Answer, frozenset[str]]:
    """`LIST.includes(x)`, `Number.isInteger(x)`, `PATTERN.test(x)`: what the rows say of a call that is a guard."""
    callee = module.first[call]
    held = module.first[callee] if module.kind[callee] == Kind.MEMBER else -1
    asked = (held, *module.args(call))
    places = [at - 1 for at, row in enumerate(asked) if row >= 0 and reads_it(module, row, subject)]
    if not places:
        return frozenset()
    callees = yield model.calls.callees(module.index, call)
    states = [item.state for item in callees.items if isinstance(item, External)]
    if callees.open and held >= 0:
        states.extend(model.libraries.language(module.text(callee)))
    found: set[str] = set()
    for state in sorted(set(states)):
        for fact in model.libraries.guards(state, places[0], says=holds):
            if fact.makes not in found and (yield from held_against(model, module, call, fact)):
                found.add(fact.makes)
    return frozenset(found)

"""What a condition in force proves of a variable: that it is on a list of constants, a number, or matched a pattern."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Closure, Constant, External, Literal
from reviewer.model.narrow_patterns import is_narrow_pattern
from reviewer.model.paths import Truth, conditions, exits
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import NAMES
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_SAID: Final = frozenset({Truth.TRUE, Truth.FALSE})
EQUAL: Final = {"===": True, "==": True, "!==": False, "!=": False}
"""Whether an operator that holds says that its sides are equal."""


class Subject(NamedTuple):
    """What tests are about: a variable, or a member of what it holds."""

    binding: int
    path: tuple[str, ...] = ()


def guarded(model: Model, module: Module, row: int) -> Generator[Key, Answer, tuple[str, ...]]:
    """The barriers that the conditions in force at an IDENT or MEMBER row prove of its variable or member."""
    subject = subject_of(module, row)
    if subject is None or not any(_is_tested(module, at) for at in _reads(module, subject) if at != row):
        return ()
    barriers: set[str] = set()
    for condition, truth in _in_force(module, row, subject):
        if truth in {Truth.TRUE, Truth.FALSE}:
            barriers.update((yield from _proved_by(model, module, condition, subject, holds=truth == Truth.TRUE)))
        elif truth == Truth.EQUAL and _is_switched(module, condition, subject):
            barriers.add("identifier")
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


def subject_of(module: Module, row: int) -> Subject | None:
    """What a row reads: a variable, or a member that nothing is written to behind its name."""
    path: list[str] = []
    while module.kind[row] == Kind.MEMBER:
        path.append(module.text(row))
        row = module.first[row]
    binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
    if binding < 0 or len(module.refs(binding)) < 2:
        return None
    subject = Subject(binding, tuple(reversed(path)))
    if path and (len(module.writes(binding)) > 1 or any(_is_target(module, at) for at in _reads(module, subject))):
        return None
    return subject


def _reads(module: Module, subject: Subject) -> Iterator[int]:
    """The rows of a module that name it."""
    for ref in module.refs(subject.binding):
        at = ref
        for name in subject.path:
            at = module.parent[at]
            if module.kind[at] != Kind.MEMBER or module.text(at) != name:
                break
        else:
            yield at


def _is_target(module: Module, row: int) -> bool:
    parent = module.parent[row]
    return module.kind[parent] in {Kind.ASSIGN, Kind.UPDATE} and module.first[parent] == row


def _is_tested(module: Module, ref: int) -> bool:
    """Whether a read stands in a test that could prove something."""
    parent = module.parent[ref]
    kind = module.kind[parent]
    if kind == Kind.BINARY:
        return module.text(parent) in EQUAL or module.text(parent) == "in"
    if kind in {Kind.CALL, Kind.SWITCH}:
        return True
    return kind == Kind.UNARY and module.text(parent) == "typeof"


def _is_switched(module: Module, test: int, subject: Subject) -> bool:
    """Whether the constant test of a CASE is compared with the variable."""
    switch = module.parent[module.parent[test]] if module.kind[test] != Kind.CASE else module.parent[test]
    constant = module.kind[test] in {Kind.STRING, Kind.NUMBER, Kind.CASE}
    return constant and module.kind[switch] == Kind.SWITCH and reads_it(module, module.first[switch], subject)


def conjuncts(module: Module, condition: int, *, holds: bool) -> Iterator[tuple[int, bool]]:
    """The single tests that hold where the condition has this truth: `a && b` true gives both, `a || b` false too."""
    pending = [(condition, holds)]
    while pending:
        row, truth = pending.pop()
        kind = module.kind[row]
        if kind == Kind.UNARY and module.text(row) == "!":
            pending.append((module.first[row], not truth))
        elif kind == Kind.LOGICAL and module.text(row) == ("&&" if truth else "||"):
            pending.extend((operand, truth) for operand in module.ops(row))
        else:
            yield row, truth


def _proved_by(
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


def disjuncts(module: Module, test: int, *, holds: bool) -> Iterator[tuple[int, bool]]:
    """The single tests of which at least one holds: of `a || b || c` that is true, of `a && b` that is false."""
    pending = [(test, holds)]
    while pending:
        row, truth = pending.pop()
        kind = module.kind[row]
        if kind == Kind.UNARY and module.text(row) == "!":
            pending.append((module.first[row], not truth))
        elif kind == Kind.LOGICAL and module.text(row) == ("||" if truth else "&&"):
            pending.extend((operand, truth) for operand in module.ops(row))
        else:
            yield row, truth


def names(module: Module, row: int, binding: int) -> bool:
    """Whether a row is the name of the variable."""
    return module.kind[row] == Kind.IDENT and module.binding[row] == binding


def reads_it(module: Module, row: int, subject: Subject) -> bool:
    """Whether a row reads what the tests are about."""
    for name in reversed(subject.path):
        if module.kind[row] != Kind.MEMBER or module.text(row) != name:
            return False
        row = module.first[row]
    return names(module, row, subject.binding)


def _proved(
    model: Model, module: Module, test: int, subject: Subject, *, holds: bool
) -> Generator[Key, Answer, frozenset[str]]:
    """What a single test that has this truth proves of the variable."""
    kind = module.kind[test]
    if kind == Kind.BINARY and module.count[test] == 2:
        left, right = module.ops(test)
        operator = module.text(test)
        for one, other in ((left, right), (right, left)):
            if reads_it(module, one, subject) and EQUAL.get(operator) is holds:
                value = yield model.values.of(module.index, other)
                if value.complete and value.items and all(isinstance(item, Constant) for item in value.items):
                    return frozenset({"identifier"})
            typed = module.kind[one] == Kind.UNARY and module.text(one) == "typeof" and EQUAL.get(operator) is holds
            if typed and reads_it(module, module.first[one], subject) and module.text(other) in {"number", "boolean"}:
                return frozenset({module.text(other)})
        if (
            operator == "in"
            and holds
            and reads_it(module, left, subject)
            and (yield from _is_written_here(model, module, right, NAMES))
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
    callees = yield model.calls.callees(module.index, call)
    common: frozenset[str] | None = None
    for item in callees.items:
        proved: frozenset[str] = frozenset()
        if isinstance(item, Closure):
            proved = yield from _proved_by_answer(model, item, index, says=holds)
        common = proved if common is None else common & proved
    return common or frozenset()


def _proved_by_answer(
    model: Model, function: Closure, index: int, *, says: bool
) -> Generator[Key, Answer, frozenset[str]]:
    """What holds of a parameter wherever its function gives back anything but `false`; where it says no, anything but
    `true`, and never nothing.
    """
    module = model.link.body(function.module)
    params = module.params(function.row)
    target = module.first[params[index]] if index < len(params) else -1
    if target < 0 or module.kind[target] != Kind.IDENT or len(module.writes(module.binding[target])) != 1:
        return frozenset()
    if not says and (module.has(function.row, Flag.ASYNC) or exits(module, function.row).falls_off):
        return frozenset()
    subject = Subject(module.binding[target])
    common: frozenset[str] | None = None
    for value in model.link.returned(function.module, function.row):
        if module.kind[value] == (Kind.FALSE if says else Kind.TRUE):
            continue
        tests = [(value, says)]
        tests += [(at, truth == Truth.TRUE) for at, truth in conditions(module, value) if truth in _SAID]
        proved: set[str] = set()
        for test, holds in tests:
            for single, single_holds in conjuncts(module, test, holds=holds):
                # Only what rows say: of functions that ask one another there would be no end.
                prove = _proved_by_call if module.kind[single] == Kind.CALL else _proved
                proved |= yield from prove(model, module, single, subject, holds=single_holds)
        common = frozenset(proved) if common is None else common & proved
    return common or frozenset()


def _proved_by_call(
    model: Model, module: Module, call: int, subject: Subject, *, holds: bool
) -> Generator[Key, Answer, frozenset[str]]:
    """`LIST.includes(x)`, `Number.isInteger(x)`, `PATTERN.test(x)`: what the rows say of a call that is a guard."""
    callee = module.first[call]
    arguments = module.args(call)
    held = module.first[callee] if module.kind[callee] == Kind.MEMBER else -1
    on_receiver = held >= 0 and reads_it(module, held, subject)
    if not on_receiver and not any(reads_it(module, argument, subject) for argument in arguments):
        return frozenset()
    callees = yield model.calls.callees(module.index, call)
    states = [item.state for item in callees.items if isinstance(item, External)]
    if callees.open and held >= 0:
        states.extend(model.libraries.language(module.text(callee)))
    found = {makes for state in states for makes in model.libraries.guards(state, holds=holds, on_receiver=on_receiver)}
    if "identifier" in found:
        others = [row for row in (held, *arguments) if row >= 0 and not reads_it(module, row, subject)]
        if not others or not (yield from _is_written_here(model, module, others[0])):
            found.discard("identifier")
    return frozenset(found)


def _is_written_here(model: Model, module: Module, row: int, below: str = "*") -> Generator[Key, Answer, bool]:
    """Whether what a value is held against, the elements of a list or the names of an object, is written in the code.

    A list or table that did not come with the request is, and a pattern that admits no quotes and blanks.
    """
    held = yield model.values.resolved(module.index, row)
    patterns = [item.text for item in held.items if isinstance(item, Constant) and item.kind == "regexp"]
    if patterns:
        return len(patterns) == len(held.items) and all(map(is_narrow_pattern, patterns))
    if not held.items or not all(
        isinstance(item, Literal) or (isinstance(item, External) and item.state != 0) for item in held.items
    ):
        return False
    origins = yield model.origins.closed(module.index, row, (below,))
    return not origins.items

"""The shape `path`: what must follow a call on the paths out of its function, or what may come once on each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import External, Spot
from reviewer.model.holding import Letting, begins_with, holder
from reviewer.model.paths import between, must, surely_again
from reviewer.source.module import BindingKind, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.paths import Path as Way
    from reviewer.rulebook.finder import Report
    from reviewer.rulebook.forms import Path

_CALLS: Final = frozenset({Kind.CALL, Kind.NEW})
_TOLD: Final = 3  # so many of the calls that may come next are told
_ENTRIES: Final = ("request", "socket", "listener", "job", "loop", "timer", "command", "start-up", "shut-down")
"""Entries by how much it matters what they leave behind."""


class Repeated(NamedTuple):
    """The calls of one function, more than one, that are made on the same name."""

    module: int
    function: int
    rows: tuple[int, ...]


def subjects(path: Path, model: Model, m: int) -> Iterator[tuple[Spot, object]]:
    """The calls after which something must come; what may come once, where a function does it at several places."""
    for role in path.after:
        yield from ((spot, spot) for spot in model.sites.playing(role, m))
    groups: dict[tuple[int, int], list[int]] = {}
    module = model.link.body(m) if path.at_most_once else None
    for role in path.at_most_once:
        for _, row in model.sites.playing(role, m):
            if module is not None and (binding := begins_with(module, row)) >= 0:
                groups.setdefault((module.owner[row], binding), []).append(row)
    for (function, _), rows in groups.items():
        if len(rows) > 1:
            yield Spot(m, rows[0]), Repeated(m, function, tuple(sorted(rows)))


def find_path(path: Path, subject: object, model: Model, report: Report) -> None:
    """Report the call after which a path misses what must come, or which another one is sure to follow."""
    if isinstance(subject, Repeated):
        _find_repeated(path, subject, model, report)
    elif isinstance(subject, Spot):
        _find_missed(path, subject, model, report)


def _find_repeated(path: Path, subject: Repeated, model: Model, report: Report) -> None:
    module = model.link.body(subject.module)
    pairs = dict(surely_again(module, subject.function, subject.rows))
    spared = bool(pairs) and _is_spared(path, module, subject.function, model)
    for row in subject.rows:
        at = Spot(subject.module, row)
        if row not in pairs or spared:
            report.silent("what makes it needless stands in this function" if spared else "no path does it twice", at)
            continue
        again, *others = (Spot(subject.module, second) for second in pairs[row])
        fate = _fate(path, subject, row, again.row, model)
        said = fate.said or "that fails, because the first one is on its way"
        met = fate.met
        if met is not None:
            said += f", but `{model.source_text(module, met.row)}` on line {module.line(met.row)} may have run by then"
        values = {
            "after": model.source_text(module, module.first[row]),
            "again": model.source_text(module, module.first[again.row]),
            "line": _lines(module, pairs[row]),
            "fate": said,
        }
        follows = "this follows on one of the paths" if others else "this follows on every path"
        ended = Spot(subject.module, _choice(module, row, pairs))  # one fault, whichever of its arms is taken
        steps = [(again, follows), (ended, "nothing ends the function here")]
        steps[1:1] = [(other, "and this on another") for other in others[: _TOLD - 1]]
        if met is not None:
            steps.insert(len(steps) - 1, (met, "this runs in between"))
        facts = {"again": "ignored" if fate.said else "fails"} | ({"between": fate.role} if met is not None else {})
        wanted = {name: value for name, value in values.items() if name in report.wanted}
        report.at(at, steps=steps, severity=None, facts=facts, **wanted)


def _choice(module: Module, row: int, rows: Collection[int]) -> int:
    """The `… ? … : …` in both of whose arms one of these rows stands, this one in the first or the second; else it."""
    for at in module.ancestors(row):
        if module.kind[at] in {Kind.EXPRESSION, Kind.FUNCTION, Kind.BLOCK}:
            break
        arms = module.ops(at)[1:] if module.kind[at] == Kind.CONDITIONAL else ()
        spans = [(module.start[arm], module.end[arm]) for arm in arms]
        if spans and all(any(start <= module.start[each] < end for each in rows) for start, end in spans):
            return at
    return row


def _lines(module: Module, seconds: Sequence[int]) -> str:
    """The lines of what comes second: `8`, or `8, 12 or 15`, whichever is on the path."""
    lines = [str(line) for line in dict.fromkeys(module.line(second) for second in seconds)]
    if len(lines) > _TOLD:
        return f"{', '.join(lines[:_TOLD])} or another one"
    return f"{', '.join(lines[:-1])} or {lines[-1]}" if len(lines) > 1 else lines[0]


class _Fate(NamedTuple):
    """What becomes of the second of two calls. said: what it does, empty where it fails; met: a call in between, of a
    role that matters.
    """

    said: str = ""
    role: str = ""
    met: Spot | None = None


def _fate(path: Path, subject: Repeated, first: int, second: int, model: Model) -> _Fate:
    """What the library says of a call that comes again. What comes first has to be done at once for that: else it is
    the one that comes too late.
    """
    module = model.link.body(subject.module)
    done, again = (
        next((fact for role in path.at_most_once if (fact := model.sites.role_played(role, module, row))), None)
        for row in (first, second)
    )
    if again is None or not again.again or done is None or done.late:
        return _Fate()
    calls = model.link.owned(subject.module, Kind.CALL, subject.function)
    for role in path.between:
        rows = [row for row in calls if model.does.at(role, subject.module, row) is not None]
        for row in between(module, subject.function, first, second, rows):
            return _Fate(again.again, role, Spot(subject.module, row))
    return _Fate(again.again)


def _find_missed(path: Path, call: Spot, model: Model, report: Report) -> None:
    module = model.link.body(call.module)
    function = module.owner[call.row]
    if module.kind[function] == Kind.PROGRAM:
        report.silent("it is kept for as long as the program runs")
        return
    held = holder(module, call.row)
    if held < 0 or module.binding_owner[held] != function:
        report.silent("what it gives is not kept under a name of this function")
        return
    if module.binding_kind[held] == BindingKind.PARAM:
        report.silent("it belongs to the callers")
        return
    takes = _takes(path, call, held, model)
    if any(row < call.row for row in takes):
        report.silent("it was taken before")
        return
    names = frozenset(name for role in path.must for name in model.libraries.role_names(role))
    ends = Letting(model, names).rows(module, function, held)
    if ends is None:
        report.silent("a function inside of this one may end it")
        return
    missed = must(module, function, call.row, ends.__contains__, path.on, partial(_may_reject, module, takes), held)
    if not missed:
        report.silent("every path ends it, or hands it on")
    elif _is_spared(path, module, function, model):
        report.silent("what makes it needless stands in this function")
    else:
        way = min(missed, key=lambda each: each.throws)
        _report(call, way, model, report)


def _takes(path: Path, call: Spot, held: int, model: Model) -> frozenset[int]:
    """The calls of the function of `call` that are made on what it gives and take the same thing."""
    module = model.link.body(call.module)
    return frozenset(
        row
        for role in path.after
        for row in model.sites.candidates(role, call.module)
        if module.owner[row] == module.owner[call.row]
        and begins_with(module, row) == held
        and model.sites.plays(role, module, row)
    )


def _report(call: Spot, way: Way, model: Model, report: Report) -> None:
    module = model.link.body(call.module)
    is_end = module.kind[way.row] == Kind.FUNCTION
    steps = [(call, "taken here")]
    if not is_end:
        steps.append((Spot(call.module, way.row), "leaves by a rejection" if way.throws else "leaves"))
    line = module.line(way.row)
    if is_end:
        said = "when the function ends"
    else:
        said = f"when line {line} fails" if way.throws else f"on the way out in line {line}"
    values = {"after": model.source_text(module, module.first[call.row]), "way": said}
    found = model.entries.reaching_row(*call)
    kinds = [kind for kind in _ENTRIES if any(entry.kind == kind for entry in found.items)]
    report.at(
        call,
        steps=steps,
        severity=None,
        facts={"entry": kinds[0]} if kinds else None,
        **{name: value for name, value in values.items() if name in report.wanted},
    )


def _may_reject(module: Module, takes: frozenset[int], row: int) -> bool:
    """Whether a row waits for what may be rejected. What fails while another failure is handled does not count, nor
    does taking the same thing again: who keeps it gives a broken one back by itself.
    """
    if module.kind[row] != Kind.AWAIT and not module.has(row, Flag.AWAITED):
        return False
    if row in takes or module.first[row] in takes:
        return False
    below = row
    for at in module.ancestors(row):
        if module.kind[at] == Kind.FUNCTION:
            return True
        if module.kind[at] == Kind.TRY and module.first[at] != below:
            return False
        below = at
    return True


def _is_spared(path: Path, module: Module, function: int, model: Model) -> bool:
    """Whether the function holds a call or a value of a role that makes it needless."""
    if not path.unless:
        return False
    for row in module.descend(function):
        kind = module.kind[row]
        if kind in _CALLS and any(model.sites.plays(role, module, row) for role in path.unless):
            return True
        if kind in _CALLS or kind in {Kind.MEMBER, Kind.IDENT}:
            held = model.ask(model.values.resolved(module.index, row))
            states = [item.state for item in held.items if isinstance(item, External)]
            if any(model.libraries.has_role(state, role, None) for state in states for role in path.unless):
                return True
    return False

"""The shape `reach`: a call of a role that an entry reaches, through whatever calls lead there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.finding import Severity
from reviewer.model.domain import Spot
from reviewer.model.lasting import lasting
from reviewer.model.memory import Remembered
from reviewer.model.operated import is_operated
from reviewer.model.program import ProgramKind
from reviewer.model.rarely import rarely
from reviewer.model.route import Route
from reviewer.model.ways_in import Reached
from reviewer.rulebook.entry_text import is_named, occurrence
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.reaching import Way
    from reviewer.rulebook.finder import Report
    from reviewer.rulebook.forms import Reach

_MEMOISED: Final = "memoised"
_LISTENER: Final = "listener"
_WORKER: Final = "worker"
_RARE: Final = "event.rare"
_SERVED: Final = frozenset({"request", "socket"})
_RUNNING: Final = frozenset({ProgramKind.SERVER, ProgramKind.WORKER})
_SELDOM: Final = Severity.NOTE
_FAR: Final = 10
"""So many calls between an entry and a call: on so long a way stand conditions of which nothing is known here."""


class Called(NamedTuple):
    """A call that plays a role."""

    role: str
    call: Spot


def find_reach(reach: Reach, subject: Called, model: Model, report: Report) -> None:
    """Report a call of a role for the gravest entry that reaches it, by the order in which the card names them."""
    call = subject.call
    again = _MEMOISED in reach.unless
    passed = model.entries.passes(*call) if again else ""
    if passed:
        report.silent(passed)
        return
    function = model.link.body(call.module).owner[call.row]
    found = model.entries.reaching_row(*call, again=again)
    entries = [entry for entry in found.items if entry.kind in reach.entries and _counts(model, entry, call)]
    entries = [entry for entry in entries if not _is_rare(model, entry)] or entries
    if entries:
        kind = min((entry.kind for entry in entries), key=reach.entries.index)
        way = model.entries.nearest(call.module, function, [each for each in entries if each.kind == kind], again=again)
        if way is None:
            report.open("the way from an entry is too long")
        else:
            _report(subject, way, entries, model, report)
    elif found.open:
        report.open(f"not every way into this function is known: {', '.join(sorted(found.open))}")
    elif found.items:
        report.silent(f"reached by {', '.join(sorted({entry.kind for entry in found.items}))} only")
    else:
        report.silent("nothing is known to reach it")


def _report(subject: Called, way: Way, entries: Sequence[Reached], model: Model, report: Report) -> None:
    """Report a call with its way from one of the entries that reach it."""
    role, call = subject
    others = len(entries) - 1
    module = model.link.body(call.module)
    entry = way.entry
    program = _program(model, entry.module)
    spots = (*way.calls, call)
    by_key = any(model.entries.remembered(*spot) is Remembered.BY_KEY for spot in spots)
    seldom = " for which nothing is kept yet" if by_key else next(filter(None, (rarely(model, at) for at in spots)), "")
    said = model.sites.role_played(role, module, call.row)
    until = (said.until if said else "") or "it is done"
    each = occurrence(model, model.entries.registered(entry), entry.kind)
    steps = [(Spot(entry.module, entry.row), f"on each {each}")]
    for spot in way.calls:
        body = model.link.body(spot.module)
        steps.append((spot, f"calls `{model.source_text(body, body.first[spot.row])}`"))
    steps.append((call, f"waits until {until}"))
    more = f" and {others} more entr{'ies' if others > 1 else 'y'}" if others else ""
    values = {
        "call": model.source_text(module, call.row),
        "entry": f"each {each}{seldom}{more}",
        "until": until,
        "instead": (said.use if said else "") or "a function that does not wait",
        "waiting": "this process does nothing else"
        if program == _WORKER
        else "every other request to this process waits",
    }
    report.at(
        call,
        steps=steps,
        severity=_SELDOM if seldom or len(way.calls) >= _FAR else None,
        facts={
            "entry": entry.kind,
            "program": program,
            "call": role,
            "lasting": "" if _is_repeated(model, spots) else lasting(model, role, spots),
            "often": _often(model, [each for each in entries if each.kind == entry.kind]),
        },
        **{name: value for name, value in values.items() if name in report.wanted},
    )


def _often(model: Model, entries: Sequence[Reached]) -> str:
    """How often what is registered by entries of one kind happens."""
    if all(_is_rare(model, each) for each in entries):
        return "rare"
    if all(_is_of_operators(model, each) for each in entries):
        return "operator"
    return "named" if all(is_named(model, each) for each in entries) else "each"


def _is_rare(model: Model, entry: Reached) -> bool:
    """Whether what users do does not start an entry: an operator does, or who started the process."""
    module = model.link.body(entry.module)
    return (
        entry.kind == _LISTENER and module.kind[entry.row] == Kind.CALL and model.sites.plays(_RARE, module, entry.row)
    )


def _is_of_operators(model: Model, entry: Reached) -> bool:
    registered = model.entries.registered(entry)
    return isinstance(registered, Route) and is_operated(model, registered)


def _is_repeated(model: Model, spots: Iterable[Spot]) -> bool:
    """Whether a loop stands around one of the calls on a way: what lasts a moment is done many times."""
    return any(True for spot in spots for _ in model.turns.around(*spot))


def _counts(model: Model, entry: Reached, call: Spot) -> bool:
    """Whether others wait while an entry runs; of a listener in a file that no program here runs, nobody knows. What
    only a process of its own runs, or a thread, keeps nobody else waiting, wherever it was registered.
    """
    if entry.kind in _SERVED:
        return True
    programs = model.programs.of(call.module)
    if programs and all(program.is_apart for program in programs):
        return False
    is_run = entry.kind != _LISTENER or not _RUNNING.isdisjoint(model.programs.kinds(entry.module))
    return is_run and model.programs.is_shared(entry.module)


def _program(model: Model, m: int) -> str:
    """What kind of program an entry belongs to, those that serve requests first."""
    kinds = {program.kind for program in model.programs.of(m)}
    return next((kind.value.lower() for kind in ProgramKind if kind in kinds), "")

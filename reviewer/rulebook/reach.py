"""The shape `reach`: a call of a role that an entry reaches, through whatever calls lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.finding import Severity
from reviewer.model.domain import Spot
from reviewer.model.memory import Remembered
from reviewer.model.programs import ProgramKind
from reviewer.model.reaching import Reached
from reviewer.rulebook.entry_text import occurrence

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.rulebook.finder import Report
    from reviewer.rulebook.shapes import Reach

_MEMOISED: Final = "memoised"
_WORKER: Final = "worker"
_SERVED: Final = frozenset({"request", "socket"})
_ONCE_A_KEY: Final = Severity.NOTE


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
    found = model.entries.reaching(call.module, function, again=again)
    entries = [entry for entry in found.items if entry.kind in reach.entries and _counts(model, entry)]
    if entries:
        entries.sort(key=lambda entry: (reach.entries.index(entry.kind), model.link.paths[entry.module], entry.row))
        _report(subject, entries, model, report, again=again)
    elif found.open:
        report.open(f"not every way into this function is known: {', '.join(sorted(found.open))}")
    elif found.items:
        report.silent(f"reached by {', '.join(sorted({entry.kind for entry in found.items}))} only")
    else:
        report.silent("nothing is known to reach it")


def _report(subject: Called, entries: list[Reached], model: Model, report: Report, *, again: bool) -> None:
    role, call = subject
    module = model.link.body(call.module)
    entry = entries[0]
    chain = model.entries.chain(call.module, module.owner[call.row], entry, again=again)
    program = _program(model, entry.module)
    by_key = any(model.entries.remembered(*spot) is Remembered.BY_KEY for spot in (*chain, call))
    said = model.sites.role_played(role, module, call.row)
    until = (said.until if said else "") or "it is done"
    each = occurrence(model, model.entries.registered(entry), entry.kind)
    steps = [(Spot(entry.module, entry.row), f"on each {each}")]
    for spot in chain:
        body = model.link.body(spot.module)
        steps.append((spot, f"calls `{model.source_text(body, body.first[spot.row])}`"))
    steps.append((call, f"waits until {until}"))
    more = f" and {len(entries) - 1} more entr{'ies' if len(entries) > 2 else 'y'}" if len(entries) > 1 else ""
    values = {
        "call": model.source_text(module, call.row),
        "entry": f"each {each}{' for which nothing is kept yet' if by_key else ''}{more}",
        "until": until,
        "instead": (said.use if said else "") or "a function that does not wait",
        "waiting": "this process does nothing else"
        if program == _WORKER
        else "every other request to this process waits",
    }
    report.at(
        call,
        steps=steps,
        severity=_ONCE_A_KEY if by_key else None,
        facts={"entry": entry.kind, "program": program, "call": role},
        **{name: value for name, value in values.items() if name in report.wanted},
    )


def _counts(model: Model, entry: Reached) -> bool:
    """Whether others wait while an entry runs."""
    return entry.kind in _SERVED or model.programs.is_shared(entry.module)


def _program(model: Model, m: int) -> str:
    """What kind of program an entry belongs to, those that serve requests first."""
    kinds = {program.kind for program in model.programs.of(m)}
    return next((kind.value.lower() for kind in ProgramKind if kind in kinds), "")

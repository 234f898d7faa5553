"""Suppressions that stand in settings, for files that take no comments and for folders; and those that hide nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reviewer.diagnosis import quoted
from reviewer.finding import Finding, Place
from reviewer.quiet.notes import FORMER, UNEXPLAINED, UNUSED, note_at
from reviewer.quiet.suppress import Quieted, Ran
from reviewer.settings import Former, Ignored, Origin, Settings
from reviewer.source.ignore import IgnorePatterns

Placed = Callable[[Origin], Place]


def ignore(findings: Sequence[Finding], settings: Settings, ran: Ran, placed: Placed) -> Quieted:
    """Take away the findings that the settings hide, and say which of their entries hide nothing or say no reason.

    Nothing is said of files outside the repository: they are made for many. `placed` gives the place of a line.
    """
    entries = [(entry, IgnorePatterns(entry.paths)) for entry in settings.ignored]
    used: set[tuple[int, str]] = set()
    kept: list[Finding] = []
    hidden: list[Finding] = []
    for finding in findings:
        path = finding.place.path
        at = [
            n for n, (entry, patterns) in enumerate(entries) if finding.rule in entry.rules and patterns.verdict(path)
        ]
        (hidden if at else kept).append(finding)
        used.update((n, finding.rule) for n in at[:1])
    notes = [
        said
        for number, entry in enumerate(settings.ignored)
        if entry.origin.local
        for said in _notes(entry, {rule for n, rule in used if n == number}, ran, placed)
    ]
    notes += [_former(former, placed) for former in settings.former if former.origin.local]
    return Quieted(kept, hidden, notes)


def _notes(entry: Ignored, used: set[str], ran: Ran, placed: Placed) -> Iterator[Finding]:
    idle = [rule for rule in entry.rules if rule in ran.rules and rule not in used]
    key = " ".join((*entry.rules, *entry.paths))
    if idle and ran.is_whole:
        listed = ", ".join(map(quoted, idle))
        remedy = "remove the entry" if len(idle) == len(entry.rules) else f"take {listed} out of it"
        said = f"This entry of `ignore` hides nothing: there is no finding of {listed} in {_paths(entry)}"
        yield note_at(UNUSED, placed(entry.origin), key, said, remedy)
    if not entry.reason:
        said = "This entry of `ignore` does not say why the findings may stay"
        yield note_at(UNEXPLAINED, placed(entry.origin), key, said, "add a `reason`")


def _paths(entry: Ignored) -> str:
    return ", ".join(map(quoted, entry.paths))


def _former(former: Former, placed: Placed) -> Finding:
    said = f"The rule {quoted(former.name)} is called {quoted(former.today)} today; the setting still holds"
    return note_at(FORMER, placed(former.origin), former.name, said, f"write `{former.today}`")

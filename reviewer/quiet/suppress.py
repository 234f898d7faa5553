"""Suppressions: which findings the comments of a file hide, and which comments hide nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from reviewer.diagnosis import quoted, unknown
from reviewer.finding import Finding
from reviewer.quiet.notes import UNEXPLAINED, UNUSED, note
from reviewer.source.directives import Directive, DirectiveKind

_HIDING = frozenset({DirectiveKind.NEXT_LINE, DirectiveKind.LINE, DirectiveKind.DISABLE, DirectiveKind.FILE})
_WORDS = [f"nodereview-{kind.value}" for kind in DirectiveKind if kind is not DirectiveKind.OTHER]


class Names(msgspec.Struct, frozen=True):
    """The ids of all rules, and of each former id the one of today."""

    ids: frozenset[str]
    former: Mapping[str, str]

    def today(self, name: str) -> str:
        """The id of today of a rule, by any name it had; the name itself where no rule has it."""
        return self.former.get(name, name)


class Ran(msgspec.Struct, frozen=True):
    """What a review looked at: the ids of its rules, whether these are all that there are, and whether all files were
    looked at to the end.
    """

    rules: frozenset[str]
    is_all_rules: bool
    is_whole: bool


class Quieted(msgspec.Struct):
    """What is left to be told, how many findings were hidden, and notes about the directives."""

    kept: list[Finding]
    hidden: list[Finding]
    notes: list[Finding]


def suppress(
    findings: Sequence[Finding], directives: Mapping[str, Sequence[Directive]], names: Names, ran: Ran
) -> Quieted:
    """Take away the findings that the directives of their files hide. A directive speaks of the line on which a finding
    begins; `disable` of all that stands behind it, up to `enable` or the end of the file.
    """
    used: set[tuple[str, int, str]] = set()
    kept: list[Finding] = []
    hidden: list[Finding] = []
    for finding in findings:
        directive = _hiding(finding, directives.get(finding.place.path, ()), names)
        if directive is None:
            kept.append(finding)
        else:
            hidden.append(finding)
            used.add((finding.place.path, directive.start, finding.rule))
    notes = [
        said
        for path in sorted(directives)
        for at, directive in enumerate(directives[path])
        for said in _notes(path, directive, directives[path][:at], used, names, ran)
    ]
    return Quieted(kept, hidden, notes)


def _names(directive: Directive, rule: str, names: Names) -> bool:
    return not directive.rules or any(names.today(name) == rule for name in directive.rules)


def _hiding(finding: Finding, directives: Sequence[Directive], names: Names) -> Directive | None:
    """The first directive that hides a finding."""
    in_force: Directive | None = None
    for directive in directives:
        if not _names(directive, finding.rule, names):
            continue
        match directive.kind:
            case DirectiveKind.NEXT_LINE if directive.target == finding.place.line:
                return directive
            case DirectiveKind.LINE if directive.line == finding.place.line:
                return directive
            case DirectiveKind.FILE:
                return directive
            case DirectiveKind.DISABLE if directive.start < finding.place.start:
                in_force = in_force or directive
            case DirectiveKind.ENABLE if directive.start < finding.place.start:
                in_force = None
            case _:
                pass
    return in_force


def _notes(
    path: str,
    directive: Directive,
    before: Sequence[Directive],
    used: set[tuple[str, int, str]],
    names: Names,
    ran: Ran,
) -> Iterator[Finding]:
    if directive.kind is DirectiveKind.OTHER:
        said = unknown("comment for nodereview", f"nodereview-{directive.word}", _WORDS)
        yield note(UNUSED, path, directive, f"This comment has no effect: {said}", "use one of the words that exist")
        return
    for name in directive.rules:
        today = names.today(name)
        if today not in names.ids:
            said = unknown("rule", name, names.ids)
            yield note(UNUSED, path, directive, f"This suppression has no effect: {said}", "write the rule's name")
        elif today != name:
            said = f"The rule {quoted(name)} is called {quoted(today)} today; the suppression still holds"
            yield note(UNUSED, path, directive, said, f"write `{today}`")
    if directive.kind in _HIDING:
        yield from _unused(path, directive, used, names, ran)
        if not directive.reason:
            yield note(
                UNEXPLAINED,
                path,
                directive,
                "This suppression does not say why the finding may stay",
                "add the reason behind two hyphens: `-- why`",
            )
    elif not any(one.kind is DirectiveKind.DISABLE for one in before):
        yield note(UNUSED, path, directive, "Nothing is disabled above this comment", "remove it")


def _unused(
    path: str, directive: Directive, used: set[tuple[str, int, str]], names: Names, ran: Ran
) -> Iterator[Finding]:
    if not ran.is_whole:
        return
    if not directive.rules:
        if ran.is_all_rules and not any((path, directive.start) == (at, start) for at, start, _ in used):
            yield note(UNUSED, path, directive, "This suppression hides nothing", "remove it")
        return
    idle = [
        name
        for name in directive.rules
        if names.today(name) in ran.rules and (path, directive.start, names.today(name)) not in used
    ]
    if idle:
        listed = ", ".join(quoted(name) for name in idle)
        remedy = "remove it" if len(idle) == len(directive.rules) else f"take {listed} out of it"
        yield note(UNUSED, path, directive, f"This suppression hides nothing: there is no finding of {listed}", remedy)

"""Verdicts: what the marks of an example promise beside what a review of it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from reviewer.finding import Severity
from reviewer.rulebook.card import Card
from reviewer.rulebook.examples import Example
from reviewer.rulebook.marks import Mark, MarkKind


class Status(StrEnum):
    """What a rule made of a line.

    finding. silent: a subject that the rule decided on. other: a look-alike that the model resolved to something else,
    or a file out of scope. unresolved: a look-alike that the model could not resolve. nothing: not even a look-alike.
    """

    FINDING = "finding"
    SILENT = "silent"
    OTHER = "other"
    UNRESOLVED = "unresolved"
    NOTHING = "nothing"


class Reported(NamedTuple):
    """A finding in an example; the line is 1-based."""

    rule: str
    path: str
    line: int
    severity: Severity
    message: str


class Outcome(Protocol):
    """What a review of an example's files found, for every rule; and what the rule under test made of each line."""

    @property
    def findings(self) -> Sequence[Reported]: ...

    def status(self, rule: str, path: str, line: int) -> Status: ...


class Verdict(StrEnum):
    """validated: as marked. noisy: a finding that no mark promises. missing: a promise that was not kept.

    unresolved: the model does not know what the line is.
    """

    VALIDATED = "validated"
    NOISY = "noisy"
    MISSING = "missing"
    UNRESOLVED = "unresolved"


class Mismatch(NamedTuple):
    """One difference between marks and outcome; `line` is that of the file, `card_line` that of the card or 0."""

    verdict: Verdict
    path: str
    line: int
    card_line: int
    explanation: str


class Judgement(NamedTuple):
    """The outcome of one example of a card."""

    example: Example
    mismatches: tuple[Mismatch, ...]

    @property
    def verdict(self) -> Verdict:
        """The first mismatch's verdict, else that the example is validated."""
        return self.mismatches[0].verdict if self.mismatches else Verdict.VALIDATED


Run = Callable[[Mapping[str, bytes], str], Outcome]
"""Reviews files as a repository, holding all rules against it; the id is that of the rule under test."""


def judge_card(card: Card, run: Run) -> list[Judgement]:
    """Run every example of the card and compare."""
    return [
        Judgement(example, tuple(judge_example(card.rule_id, example, run(example.files, card.rule_id))))
        for example in card.examples
    ]


def judge_example(rule_id: str, example: Example, outcome: Outcome) -> list[Mismatch]:
    """The differences between the marks of an example of `rule_id` and the outcome, in the order of path and line.

    The rule's findings and the bad lines are equal sets; errors of other rules, and all that `also` names, likewise.
    """
    mismatches = [
        *_own(rule_id, example, outcome),
        *_decided(rule_id, example, outcome),
        *_others(rule_id, example, outcome.findings),
    ]
    return sorted(mismatches, key=lambda mismatch: (mismatch.path, mismatch.line, mismatch.explanation))


def _own(rule_id: str, example: Example, outcome: Outcome) -> Iterable[Mismatch]:
    """The findings of the rule itself against the marks bad and missed."""
    messages: dict[tuple[str, int], list[str]] = {}
    for finding in outcome.findings:
        if finding.rule == rule_id:
            messages.setdefault((finding.path, finding.line), []).append(finding.message)
    bad = {(mark.path, mark.line): mark for mark in example.marked(MarkKind.BAD)}
    missed = {(mark.path, mark.line): mark for mark in example.marked(MarkKind.MISSED)}
    for place, said in messages.items():
        mark = bad.get(place)
        if mark is None and place in missed:
            yield _at(missed[place], Verdict.NOISY, "now found: make it a bad example")
        elif mark is None:
            yield Mismatch(Verdict.NOISY, *place, _card_line(example, place), f"`{rule_id}` reports: {said[0]}")
        elif not any(mark.text in message for message in said):
            yield _at(mark, Verdict.MISSING, f"the message lacks `{mark.text}`: {' / '.join(said)}")
    for place, mark in bad.items():
        if place not in messages:
            status = outcome.status(rule_id, *place)
            yield _at(mark, Verdict.MISSING, f"`{rule_id}` reports nothing here: {_MADE_OF_IT[status]}")


def _decided(rule_id: str, example: Example, outcome: Outcome) -> Iterable[Mismatch]:
    """The marks good and other; a finding on their line is told by `_own`."""
    for mark in (*example.marked(MarkKind.GOOD), *example.marked(MarkKind.OTHER)):
        status = outcome.status(rule_id, mark.path, mark.line)
        wanted = Status.SILENT if mark.kind is MarkKind.GOOD else Status.OTHER
        if status in {wanted, Status.FINDING}:
            continue
        verdict = Verdict.UNRESOLVED if status is Status.UNRESOLVED else Verdict.MISSING
        yield _at(mark, verdict, f"marked `{mark.kind}`, but {_MADE_OF_IT[status]}")


def _others(rule_id: str, example: Example, findings: Iterable[Reported]) -> Iterable[Mismatch]:
    """The findings of other rules against the marks `also`."""
    promised = {(rule, mark.path, mark.line): mark for mark in example.marked(MarkKind.ALSO) for rule in mark.rules}
    found: dict[tuple[str, str, int], Reported] = {}
    for finding in findings:
        if finding.rule != rule_id:
            found.setdefault((finding.rule, finding.path, finding.line), finding)
    for key, finding in found.items():
        if key not in promised and finding.severity is Severity.ERROR:
            place = finding.path, finding.line
            explanation = f"an error of another rule; declare it with `also: {finding.rule}`: {finding.message}"
            yield Mismatch(Verdict.NOISY, *place, _card_line(example, place), explanation)
    for key, mark in promised.items():
        if key not in found:
            yield _at(mark, Verdict.MISSING, f"`{key[0]}` reports nothing here")


_MADE_OF_IT = {
    Status.FINDING: "it is a finding",
    Status.SILENT: "the rule looked here and decided for silence",
    Status.OTHER: "the model says that it is something else",
    Status.UNRESOLVED: "the model could not resolve what it is",
    Status.NOTHING: "the rule saw nothing to look at",
}


def _at(mark: Mark, verdict: Verdict, explanation: str) -> Mismatch:
    return Mismatch(verdict, mark.path, mark.line, mark.card_line, explanation)


def _card_line(example: Example, place: tuple[str, int]) -> int:
    """The card's line of some mark on this line of the file; 0 where there is none."""
    return next((mark.card_line for mark in example.marks if (mark.path, mark.line) == place), 0)

"""Examples beside their outcomes: every mark, kept and broken."""

from collections.abc import Callable, Mapping

import pytest

from reviewer.finding import Severity
from reviewer.rulebook.card import Card
from reviewer.rulebook.examples import Example
from reviewer.rulebook.marks import Mark, MarkKind
from reviewer.rulebook.verdicts import Mismatch, Reported, Status, Verdict, judge_card, judge_example

RULE = "sql-injection"


class Recorded:
    """An outcome written down: findings, and what the rule made of lines of a.js."""

    def __init__(self, *findings: Reported, **statuses: Status) -> None:
        self.findings = findings
        self._statuses = {int(line.removeprefix("line")): status for line, status in statuses.items()}

    def status(self, rule: str, path: str, line: int) -> Status:
        assert rule == RULE
        if any((finding.rule, finding.path, finding.line) == (rule, path, line) for finding in self.findings):
            return Status.FINDING
        return self._statuses.get(line, Status.NOTHING)


def finding(line: int, rule: str = RULE, severity: Severity = Severity.ERROR, message: str = "it is wrong") -> Reported:
    return Reported(rule, "a.js", line, severity, message)


def judge(marks: list[Mark], outcome: Recorded) -> list[Mismatch]:
    return judge_example(RULE, Example("Bad", "x", 1, {"a.js": b""}, tuple(marks)), outcome)


def mark(kind: MarkKind, line: int = 1, **more: object) -> Mark:
    return Mark(kind, "a.js", line, 100 + line, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("marks", "outcome"),
    [
        ([mark(MarkKind.BAD)], Recorded(finding(1))),
        ([mark(MarkKind.BAD)], Recorded(finding(1), finding(1, message="in two ways"))),
        ([mark(MarkKind.BAD, text="way")], Recorded(finding(1), finding(1, message="in two ways"))),
        ([mark(MarkKind.GOOD)], Recorded(line1=Status.SILENT)),
        ([mark(MarkKind.OTHER)], Recorded(line1=Status.OTHER)),
        ([mark(MarkKind.MISSED)], Recorded()),
        ([mark(MarkKind.MISSED)], Recorded(line1=Status.SILENT)),
        ([mark(MarkKind.ALSO, rules=("a", "b"))], Recorded(finding(1, "a"), finding(1, "b", Severity.NOTE))),
        ([mark(MarkKind.GOOD)], Recorded(finding(7, "a", Severity.WARNING), line1=Status.SILENT)),
    ],
)
def test_kept_promises_are_validated(marks: list[Mark], outcome: Recorded) -> None:
    assert judge(marks, outcome) == []


@pytest.mark.parametrize(
    ("marks", "outcome", "mismatches"),
    [
        (
            [mark(MarkKind.BAD)],
            Recorded(line1=Status.SILENT),
            [
                (
                    Verdict.MISSING,
                    1,
                    101,
                    "`sql-injection` reports nothing here: the rule looked here and decided for silence",
                )
            ],
        ),
        (
            [mark(MarkKind.BAD)],
            Recorded(line1=Status.UNRESOLVED),
            [(Verdict.MISSING, 1, 101, "`sql-injection` reports nothing here: the model could not resolve what it is")],
        ),
        (
            [mark(MarkKind.BAD)],
            Recorded(finding(2)),
            [
                (Verdict.MISSING, 1, 101, "`sql-injection` reports nothing here: the rule saw nothing to look at"),
                (Verdict.NOISY, 2, 0, "`sql-injection` reports: it is wrong"),
            ],
        ),
        (
            [mark(MarkKind.BAD, text="req.query")],
            Recorded(finding(1)),
            [(Verdict.MISSING, 1, 101, "the message lacks `req.query`: it is wrong")],
        ),
        (
            [mark(MarkKind.GOOD)],
            Recorded(finding(1)),
            [(Verdict.NOISY, 1, 101, "`sql-injection` reports: it is wrong")],
        ),
        (
            [mark(MarkKind.GOOD)],
            Recorded(line1=Status.OTHER),
            [(Verdict.MISSING, 1, 101, "marked `good`, but the model says that it is something else")],
        ),
        (
            [mark(MarkKind.GOOD)],
            Recorded(),
            [(Verdict.MISSING, 1, 101, "marked `good`, but the rule saw nothing to look at")],
        ),
        (
            [mark(MarkKind.GOOD)],
            Recorded(line1=Status.UNRESOLVED),
            [(Verdict.UNRESOLVED, 1, 101, "marked `good`, but the model could not resolve what it is")],
        ),
        (
            [mark(MarkKind.OTHER)],
            Recorded(line1=Status.UNRESOLVED),
            [(Verdict.UNRESOLVED, 1, 101, "marked `other`, but the model could not resolve what it is")],
        ),
        (
            [mark(MarkKind.OTHER)],
            Recorded(line1=Status.SILENT),
            [(Verdict.MISSING, 1, 101, "marked `other`, but the rule looked here and decided for silence")],
        ),
        (
            [mark(MarkKind.MISSED)],
            Recorded(finding(1)),
            [(Verdict.NOISY, 1, 101, "now found: make it a bad example")],
        ),
        (
            [mark(MarkKind.GOOD)],
            Recorded(finding(1, "eval-of-input"), line1=Status.SILENT),
            [(Verdict.NOISY, 1, 101, "an error of another rule; declare it with `also: eval-of-input`: it is wrong")],
        ),
        (
            [mark(MarkKind.GOOD), mark(MarkKind.ALSO, rules=("eval-of-input",))],
            Recorded(line1=Status.SILENT),
            [(Verdict.MISSING, 1, 101, "`eval-of-input` reports nothing here")],
        ),
    ],
)
def test_broken_promises_are_named(
    marks: list[Mark], outcome: Recorded, mismatches: list[tuple[Verdict, int, int, str]]
) -> None:
    expected = [Mismatch(verdict, "a.js", line, card_line, text) for verdict, line, card_line, text in mismatches]
    assert judge(marks, outcome) == expected


def test_a_card_is_judged_example_by_example(parse: Callable[..., Card]) -> None:
    ran: list[dict[str, bytes]] = []

    def run(files: Mapping[str, bytes], rule_id: str) -> Recorded:
        assert rule_id == RULE
        ran.append(dict(files))
        if b"$1" in files["app.js"]:
            return Recorded(line1=Status.UNRESOLVED)
        return Recorded(Reported(RULE, "app.js", 2, Severity.ERROR, "wrong"))

    judgements = judge_card(parse(), run)
    assert ran == [
        {"app.js": b"const a = 1\ndb.query(req.query.name)\n"},
        {"app.js": b"db.query('SELECT $1', [name])\n"},
    ]
    assert [(judged.example.title, judged.verdict) for judged in judgements] == [
        ("in one file", Verdict.VALIDATED),
        ("bound", Verdict.UNRESOLVED),
    ]

"""What a run tells of findings that are one fault."""

from __future__ import annotations

import msgspec

from reviewer.finding import Finding, Place, Precision, Severity, Step
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.rulebook.settled import settled


def place(path: str, line: int) -> Place:
    return Place(path=path, line=line, column=1, end_line=line, end_column=2, start=line * 10, end=line * 10 + 1)


def finding(at: Place, *steps: Place, severity: Severity = Severity.ERROR, message: str = "lost") -> Finding:
    evidence = tuple(Step(step, "here") for step in steps)
    return Finding("unhandled-async-handler", severity, Precision.HIGH, message, at, evidence=evidence)


def told(*findings: Finding) -> list[tuple[str, int, str, str]]:
    return [(one.place.path, one.place.line, one.severity, one.message) for one in settled(list(findings), [])]


def test_what_is_met_at_one_place_on_several_ways_is_told_once_with_their_number() -> None:
    handler, fails = place("users.js", 3), place("users.js", 4)
    ways = [finding(handler, place("routes.js", line), fails) for line in (1, 2, 3)]
    assert told(*ways) == [("users.js", 3, "error", "lost (2 more ways lead here)")]
    assert told(*ways[:2]) == [("users.js", 3, "error", "lost (1 more way leads here)")]


def test_the_others_that_a_finding_stands_for_are_named() -> None:
    handler, fails = place("users.js", 3), place("users.js", 4)
    ways = [finding(handler, place("routes.js", line), fails) for line in (1, 2, 3)]
    (way,) = settled(ways, [])
    assert [step.place.line for step in way.also] == [2, 3]
    (alike,) = settled([finding(place("routes.js", line), fails) for line in (1, 2)], [])
    assert [(step.place.line, step.note) for step in alike.also] == [(2, "the same holds here")]


def test_the_same_way_met_twice_is_no_other_way() -> None:
    way = finding(place("users.js", 3), place("routes.js", 1), place("users.js", 4))
    assert told(way, way) == [("users.js", 3, "error", "lost")]


def test_of_several_ways_the_most_severe_is_told() -> None:
    handler, fails = place("users.js", 3), place("users.js", 4)
    minor = finding(handler, place("a.js", 1), fails, severity=Severity.NOTE, message="a note")
    grave = finding(handler, place("b.js", 1), fails, message="lost")
    assert told(minor, grave) == told(grave, minor) == [("users.js", 3, "error", "lost (1 more way leads here)")]


def test_findings_whose_evidence_ends_at_one_place_elsewhere_are_one_fault() -> None:
    fails = place("users.js", 4)
    first, second = (finding(place("routes.js", line), fails) for line in (1, 2))
    assert told(first, second) == [("routes.js", 1, "error", "lost (1 more place with the same cause)")]


def test_what_calls_are_given_is_told_for_each_whichever_helper_takes_it() -> None:
    cards = [card for card in load_rulebook([rules_folder()]).cards.values() if card.is_of_arguments]
    assert {card.rule_id for card in cards} >= {"sql-injection", "unparameterized-sql"}
    texts = [finding(place("users.js", line), place("database.js", 4)) for line in (1, 2)]
    found = [msgspec.structs.replace(text, rule="sql-injection") for text in texts]
    assert [one.place.line for one in settled(found, cards)] == [1, 2]


def test_what_calls_on_one_line_are_given_alike_is_told_once() -> None:
    cards = [card for card in load_rulebook([rules_folder()]).cards.values() if card.is_of_arguments]
    first = place("users.js", 1)
    second = msgspec.structs.replace(first, column=9, start=first.start + 8, end=first.end + 8)
    same = [
        msgspec.structs.replace(finding(at, place("database.js", 4)), rule="sql-injection") for at in (first, second)
    ]
    assert [(one.place, one.message) for one in settled(same, cards)] == [
        (first, "lost (1 more place with the same cause)")
    ]
    other = msgspec.structs.replace(same[1], message="another value is lost")
    assert len(settled([same[0], other], cards)) == 2

"""Compares what a rule says of single places with what people say who read the code."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, Protocol

from reviewer.judging import judge_all
from reviewer.program import Program
from reviewer.rulebook.settled import settled

_RULES: Final = {
    "floating-promise": ("floating-promise",),
    "async-handler-without-catch": ("unhandled-async-handler",),
    "async-callback-dropped": ("async-event-listener", "ignored-async-callback"),
    "blocking-call": ("blocking-call-in-handler",),
    "missing-helmet": ("missing-helmet",),
    "sql-injection": ("sql-injection", "unparameterized-sql"),
    "n-plus-one-query": ("n-plus-one-query",),
}
"""The rules that may report a place of each kind."""


class Opened(Protocol):
    """What opens the checkouts."""

    def of(self, repository: str) -> Program | None: ...


def compare(rule: str, records: list[dict[str, Any]], programs: Opened, *, verbose: bool) -> list[str]:
    """Write into each record what the rule does there (`tool`: reports, silent, gap, nothing) and how that compares
    with `by_hand` (`judged`: right, wrong, gap); the tallies, of what is further in its repository (`also`) apart.
    """
    tallies: dict[str, Counter[str]] = {}
    said: dict[str, dict[tuple[str, int], str]] = {}
    for record in records:
        program = programs.of(record["repository"])
        if program is None:
            continue
        if record["repository"] not in said:
            said[record["repository"]] = decided(program, rule)
        places = said[record["repository"]]
        record["tool"] = places.get((record["path"], record["line"]), "gap" if ("", 0) in places else "nothing")
        wanted = "reports" if record["by_hand"] == "without" else "silent"
        word = "gap" if record["tool"] == "gap" else "right" if record["tool"] == wanted else "wrong"
        record["judged"] = word
        tallies.setdefault("also" if record.get("also") else "servers", Counter())[word] += 1
        if verbose and word != "right":
            print(f"  {word}: {record['repository']} {record['path']}:{record['line']} → {record['tool']}")
    return [f"{of}: {sum(tally.values())}: {dict(tally.most_common())}" for of, tally in tallies.items()]


def decided(program: Program, rule: str) -> dict[tuple[str, int], str]:
    """What the rule does at each place that it tells of; at no place: a gap, told where the doubt comes from."""
    judged, _ = judge_all(program, [program.rulebook.card(rule)])
    decisions = [decision for one in judged for decision in one.decisions]
    gaps = {("", 0): "gap"} if any(decision.open for decision in decisions) else {}
    silent = {(decision.path, decision.line): "silent" for decision in decisions if not decision.open}
    reports = {(found.place.path, found.place.line): "reports" for one in judged for found in one.findings}
    return gaps | silent | reports


def found_places(records: list[dict[str, Any]], programs: Opened, *, verbose: bool) -> list[str]:
    """How many of the places that are faults the rules report, and how many of those that are none, by what they are
    about. A report at one of `alt_lines` counts as well; of missing headers any in the repository does.
    """
    hits: Counter[tuple[str, bool]] = Counter()
    all_: Counter[tuple[str, bool]] = Counter()
    reported: dict[str, set[tuple[str, str, int]]] = {}
    for record in records:
        program = programs.of(record["repository"])
        if program is None:
            continue
        if record["repository"] not in reported:
            cards = [program.rulebook.card(rule) for rules in _RULES.values() for rule in rules]
            judged, _ = judge_all(program, cards)
            findings = settled([found for one in judged for found in one.findings], cards)
            reported[record["repository"]] = {(one.rule, one.place.path, one.place.line) for one in findings}
        lines = {*range(record["line"], record["end_line"] + 1), *record.get("alt_lines", ())}
        is_whole = record["concept"] == "missing-helmet"
        is_told = any(
            rule in _RULES[record["concept"]] and (is_whole or (path == record["path"] and line in lines))
            for rule, path, line in reported[record["repository"]]
        )
        key = (record["concept"], record["expect"])
        all_[key] += 1
        hits[key] += is_told
        if verbose and is_told != record["expect"]:
            word = "missed" if record["expect"] else "false alarm"
            print(f"  {word}: {record['concept']} {record['repository']} {record['path']}:{record['line']}")
    return [
        f"{concept}: {hits[concept, True]} of {all_[concept, True]} faults, "
        f"{hits[concept, False]} of {all_[concept, False]} that look alike"
        for concept in _RULES
        if all_[concept, True] + all_[concept, False]
    ]

"""Compares what a rule says of single places with what people say who read the code."""

from __future__ import annotations

from collections import Counter
from typing import Any, Protocol

from reviewer.program import Program
from reviewer.reviewing import judge_all


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

"""Tries rules on small repositories that are not on disk: the examples of cards."""

from __future__ import annotations

from collections.abc import Mapping

from reviewer.finding import UsageError
from reviewer.model.rows import Rows
from reviewer.program import Program, program_of
from reviewer.rulebook.judge import Judge, Judged
from reviewer.rulebook.load import Rulebook
from reviewer.rulebook.settled import settled
from reviewer.rulebook.verdicts import Reported, Run, Status


class Outcome:
    """What a review of some files found, for every rule of the rulebook."""

    def __init__(self, program: Program, rule_id: str) -> None:
        self._program = program
        cards = list(program.rulebook.cards.values())
        self._judge = Judge(program.model, program.rulebook, cards, program.places)
        modules = range(len(program.model.link))
        self._judged: list[Judged] = [*(self._judge.module(m) for m in modules), self._judge.documents()]
        faults = [fault.message for judged in self._judged for fault in judged.faults]
        if faults:
            raise UsageError(f"{rule_id}: {faults[0]}")
        findings = settled([finding for judged in self._judged for finding in judged.findings], cards)
        self.findings = [
            Reported(found.rule, found.place.path, found.place.line, found.severity, found.message)
            for found in findings
        ]

    def status(self, rule: str, path: str, line: int) -> Status:
        """What the rule made of a line."""
        if any((found.rule, found.path, found.line) == (rule, path, line) for found in self.findings):
            return Status.FINDING
        model = self._program.model
        index = model.link.index_of.get(path, model.documents.number(path) or None)
        if index is None:
            return Status.NOTHING
        judged = Judged(
            decisions=[decision for one in self._judged for decision in one.decisions],
        )
        return self._judge.status(self._program.rulebook.card(rule), judged, index, line)


def trial(rulebook: Rulebook, rows: Rows | None = None) -> Run:
    """What `judge_card` needs: reviews files as a repository, all rules held against it; `rows` as for `program_of`."""

    def run(files: Mapping[str, bytes], rule_id: str) -> Outcome:
        return Outcome(program_of(dict(files), rulebook, rows), rule_id)

    return run

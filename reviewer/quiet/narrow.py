"""Narrowing: of what was found, only what is new, or has to do with what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from reviewer.finding import Finding, KnownFinding
from reviewer.quiet.baseline import read_baseline, split
from reviewer.source.changes import Changes, changes_since


class Narrowed(msgspec.Struct):
    """The findings to be told; how many are known, or elsewhere than the changes; what of the baseline is gone."""

    findings: list[Finding]
    known: int
    gone: list[KnownFinding]
    elsewhere: int


class Narrowing:
    """What a run was asked to leave out: what a baseline knows, what has to do with no change."""

    def __init__(self, root: Path, baseline: Path | None, changed_since: str) -> None:
        """Reads the baseline and asks git; raises `UsageError` where either can't be done."""
        self._known: Sequence[KnownFinding] = read_baseline(baseline) if baseline is not None else ()
        self._changes = changes_since(root, changed_since) if changed_since else None

    def told(self) -> tuple[object, ...]:
        """What the baseline and git say: two that say the same leave out the same."""
        return self._known, None if self._changes is None else self._changes.lines

    def doubts(self, findings: Sequence[Finding]) -> bool:
        """Whether it takes the findings of all other files to tell which of these the baseline knows."""
        paths = {one.fingerprint: one.path for one in self._known}
        return bool(paths) and any(paths.get(finding.fingerprint) != finding.place.path for finding in findings)

    def of(self, findings: Sequence[Finding]) -> Narrowed:
        """What is left of the findings."""
        new, known, gone = split(findings, self._known)
        told = [finding for finding in new if self._changes is None or _concerns(finding, self._changes)]
        return Narrowed(told, len(known), gone, len(new) - len(told))


def _concerns(finding: Finding, changes: Changes) -> bool:
    """Whether a finding stands on lines that have changed, or its evidence leads over them."""
    places = [finding.place, *(step.place for step in (*finding.evidence, *finding.also))]
    return any(changes.touch(place.path, place.line, place.end_line) for place in places)

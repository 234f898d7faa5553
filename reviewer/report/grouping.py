"""Which findings of a file are told together: those that say the same, and those that stand at the same place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from reviewer.finding import Finding, Severity


class Block(msgspec.Struct, frozen=True):
    """Findings told together: either one group whose findings all say the same of different places, or several groups
    of one finding each that say different things of the same place.
    """

    groups: tuple[tuple[Finding, ...], ...]

    @property
    def findings(self) -> Iterator[Finding]:
        """All findings of the block, in order."""
        return (finding for group in self.groups for finding in group)

    @property
    def severity(self) -> Severity:
        """The gravest of the block."""
        return min((finding.severity for finding in self.findings), key=lambda severity: severity.rank)


def blocks(findings: Iterable[Finding]) -> list[Block]:
    """The findings of one file in blocks; each stands where its first finding stood."""
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        said = (finding.rule, finding.severity, finding.precision, finding.message, finding.remedy)
        alike.setdefault(said, []).append(finding)
    told: list[Block] = []
    for group in map(tuple, alike.values()):
        if told and len(group) == 1 and all(finding.place == group[0].place for finding in told[-1].findings):
            told[-1] = Block((*told[-1].groups, group))
        else:
            told.append(Block((group,)))
    return told

"""Settling: the findings of all modules as a run tells them: one fault once, and each with a fingerprint of its own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from reviewer.finding import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.rulebook.card import Card


def settled(findings: list[Finding], cards: Sequence[Card]) -> list[Finding]:
    """All findings of a run in their order: one fault reported once, fingerprints numbered among equals."""
    places: dict[str, set[tuple[str, int]]] = {}
    for finding in findings:
        places.setdefault(finding.rule, set()).add((finding.place.path, finding.place.start))
    taken: dict[str, set[tuple[str, int]]] = {}
    for card in cards:
        for reference in card.front.instead_of:
            taken.setdefault(reference.rule, set()).update(places.get(card.rule_id, ()))
    kept = {
        (finding.place, finding.rule): finding
        for finding in sorted(findings, key=_weight, reverse=True)
        if (finding.place.path, finding.place.start) not in taken.get(finding.rule, ())
    }
    begins: dict[tuple[Place, str], set[Place]] = {}
    for finding in findings:
        begins.setdefault((finding.place, finding.rule), set()).update(step.place for step in finding.evidence[:1])
    found = [_with(each, len(begins[each.place, each.rule]) - 1, "ways", "lead here") for each in kept.values()]
    numbers: dict[str, int] = {}
    result = []
    for finding in _told_once(sorted(found, key=_order)):
        number = numbers[finding.fingerprint] = numbers.get(finding.fingerprint, -1) + 1
        digest = hashlib.sha256(f"{finding.fingerprint}\n{number}".encode()).hexdigest()[:32]
        result.append(msgspec.structs.replace(finding, fingerprint=digest))
    return result


def _told_once(findings: list[Finding]) -> list[Finding]:
    """Findings whose evidence ends at the same place elsewhere are one fault met on several ways.

    The one at that place is told, or else the most severe, and says how many there are.
    """
    same: dict[tuple[str, Place], list[Finding]] = {}
    for finding in findings:
        last = finding.evidence[-1].place if finding.evidence else finding.place
        cause = finding.place if last.path == finding.place.path and last.line == finding.place.line else last
        same.setdefault((finding.rule, cause), []).append(finding)
    result = []
    for (_, cause), group in same.items():
        first = next((finding for finding in group if finding.place == cause), min(group, key=_weight))
        result.append(_with(first, len(group) - 1, "places", "with the same cause"))
    return sorted(result, key=_order)


def _with(finding: Finding, others: int, things: str, which: str) -> Finding:
    """A finding that says how many others it stands for."""
    if others < 1:
        return finding
    counted = things.removesuffix("s") if others == 1 else things
    verb = which.replace("lead ", "leads ") if others == 1 else which
    return msgspec.structs.replace(finding, message=f"{finding.message} ({others} more {counted} {verb})")


def _weight(finding: Finding) -> tuple[object, ...]:
    """What is told of several findings at one place: the most severe."""
    return (finding.severity.rank, *_order(finding))


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.place, finding.rule, finding.message, len(finding.evidence), finding.evidence)

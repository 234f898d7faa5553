"""Settling: the findings of all modules as a run tells them: one fault once, and each with a fingerprint of its own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.finding import Finding, Place, Step
from reviewer.rulebook.subjects import OF_DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from reviewer.rulebook.card import Card

_WAY: Final = "way"


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
    begins: dict[tuple[Place, str], dict[Place, Step]] = {}
    for finding in findings:
        begun = begins.setdefault((finding.place, finding.rule), {})
        begun |= {step.place: step for step in finding.evidence[:1]}
    found = [_standing_for(each, begins[each.place, each.rule].values(), _WAY) for each in kept.values()]
    numbers: dict[str, int] = {}
    result = []
    of_documents = {card.rule_id for card in cards if {one.kind for one in card.front.subjects} == set(OF_DOCUMENTS)}
    of_arguments = {card.rule_id for card in cards if card.is_of_arguments}
    for finding in _told_once(sorted(found, key=_order), of_documents, of_arguments):
        number = numbers[finding.fingerprint] = numbers.get(finding.fingerprint, -1) + 1
        digest = hashlib.sha256(f"{finding.fingerprint}\n{number}".encode()).hexdigest()[:32]
        result.append(msgspec.structs.replace(finding, fingerprint=digest))
    return result


def _told_once(findings: list[Finding], of_documents: Collection[str], of_arguments: Collection[str]) -> list[Finding]:
    """Findings whose evidence ends at the same place elsewhere are one fault met on several ways; so are those of rules
    about documents that say the same of several: a dozen images are built on one that is too old. Not those of rules
    about what calls are given: each is mended where it is put together, whichever helper takes them all; two of them on
    one line of which the same is said are one.

    The one at that place is told, or else the most severe, and says how many there are.
    """
    same: dict[tuple[str, Place | str], list[Finding]] = {}
    for finding in findings:
        last = finding.evidence[-1].place if finding.evidence else finding.place
        is_here = finding.rule in of_arguments or (last.path, last.line) == (finding.place.path, finding.place.line)
        cause = finding.place if is_here else last
        key: Place | str = cause
        if finding.rule in of_documents:
            key = finding.message
        elif finding.rule in of_arguments:
            key = f"{finding.place.path}:{finding.place.line} {finding.message}"
        same.setdefault((finding.rule, key), []).append(finding)
    result = []
    for (_, told_of), group in same.items():
        first = next((one for one in group if one.place == told_of), min(group, key=_weight))
        others = (Step(each.place, "the same holds here") for each in group if each is not first)
        result.append(_standing_for(first, others, "place"))
    return sorted(result, key=_order)


def _standing_for(finding: Finding, others: Iterable[Step], thing: str) -> Finding:
    """A finding that names the others which it stands for: ways to its place, or places."""
    begun = {step.place for step in finding.evidence[:1]} if thing == _WAY else set()
    also = tuple(sorted((step for step in others if step.place not in begun), key=lambda step: step.place))
    if not also:
        return finding
    counted = f"1 more {thing}" if len(also) == 1 else f"{len(also)} more {thing}s"
    leads = "leads here" if len(also) == 1 else "lead here"
    said = f"{finding.message} ({counted} {leads if thing == _WAY else 'with the same cause'})"
    return msgspec.structs.replace(finding, message=said, also=finding.also + also)


def _weight(finding: Finding) -> tuple[object, ...]:
    """What is told of several findings at one place: the most severe."""
    return (finding.severity.rank, *_order(finding))


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.place, finding.rule, finding.message, len(finding.evidence), finding.evidence)

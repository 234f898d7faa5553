"""The report for code scanning: SARIF 2.1.0, as GitHub and the editors read it.

Section numbers are those of the OASIS standard. The same repository gives the same bytes: no clock, no absolute path.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import reviewer
from reviewer.finding import Finding, Gap, GapKind, Review, Severity, Step
from reviewer.report.escape import json_text
from reviewer.report.excerpt import Sources
from reviewer.report.line_hash import line_hashes
from reviewer.report.sarif_rules import descriptor
from reviewer.report.sarif_text import artifact, location, message, region

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FINGERPRINT: Final = "nodereview/v1"
_LARGEST_HASHED: Final = 2 * 1024 * 1024
_GAP_KINDS: Final = {
    GapKind.UNREADABLE: "A file could not be read",
    GapKind.SYNTAX: "Code could not be parsed",
    GapKind.TOO_LARGE: "A file is larger than nodereview reads",
    GapKind.TOO_DEEP: "Code is nested deeper than nodereview reads",
    GapKind.MANIFEST: "A manifest or lock file could not be understood",
    GapKind.UNRESOLVED: "An import or a name could not be resolved",
    GapKind.BUDGET: "A question took more steps or time than it may",
    GapKind.LEFT_OUT: "Something was left out of the review",
    GapKind.FAULT: "A part of nodereview broke",
}


def render_sarif(review: Review) -> str:
    """The review as a SARIF log with one run, ending in a newline.

    Reads the files that have findings, for the hashes of their lines.
    """
    rules = {rule.id: index for index, rule in enumerate(review.rules)}
    kinds = sorted({gap.kind for gap in review.gaps})
    hashes = _line_hashes(review)
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "nodereview",
                "version": reviewer.__version__,
                "semanticVersion": reviewer.__version__,
                "rules": [descriptor(rule) for rule in review.rules],
                "notifications": [{"id": kind.value, "shortDescription": {"text": _GAP_KINDS[kind]}} for kind in kinds],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not review.faults,
                "toolExecutionNotifications": [_notification(gap, rules, kinds) for gap in review.gaps],
            }
        ],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the reviewed repository"}}},
        "columnKind": "utf16CodeUnits",
        "results": [_result(finding, rules, hashes) for finding in review.findings],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(finding: Finding, rules: dict[str, int], hashes: dict[tuple[str, int], str]) -> dict[str, object]:
    said = finding.message
    if finding.remedy:
        said = f"{said}{'' if said.endswith(('.', '!', '?')) else '.'} To repair: {finding.remedy}"
    where = location(finding.place)
    if finding.function:
        where["logicalLocations"] = [{"fullyQualifiedName": message(finding.function)["text"], "kind": "function"}]
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "level": finding.severity.value,
        "message": message(said),
        "locations": [where],
    }
    if finding.rule in rules:
        result["ruleIndex"] = rules[finding.rule]
    fingerprints = {
        _FINGERPRINT: finding.fingerprint,
        "primaryLocationLineHash": hashes.get((finding.place.path, finding.place.line), ""),
    }
    if known := {name: value for name, value in fingerprints.items() if value}:
        result["partialFingerprints"] = known
    result |= _evidence(finding.evidence, finding.also)
    if fix := finding.fix:
        replacement = {"deletedRegion": region(fix.place), "insertedContent": {"text": fix.text}}
        changes = [{"artifactLocation": artifact(fix.place.path), "replacements": [replacement]}]
        result["fixes"] = [{"description": message(fix.title), "artifactChanges": changes}]
    return result


def _evidence(steps: Sequence[Step], also: Sequence[Step]) -> dict[str, object]:
    """A single step is a place that explains the finding; several are the way to it (3.27.22, 3.27.18). Other places
    to which the same holds are related ones.
    """
    places = [{**location(step.place), "message": message(step.note)} for step in steps]
    related = [{**location(step.place), "message": message(step.note)} for step in also]
    found: dict[str, object] = {}
    if len(places) > 1:
        found["codeFlows"] = [{"threadFlows": [{"locations": [{"location": place} for place in places]}]}]
    else:
        related = places + related
    if related:
        found["relatedLocations"] = [{"id": number, **place} for number, place in enumerate(related, 1)]
    return found


def _notification(gap: Gap, rules: dict[str, int], kinds: Sequence[GapKind]) -> dict[str, object]:
    level = {GapKind.FAULT: Severity.ERROR, GapKind.LEFT_OUT: Severity.NOTE}.get(gap.kind, Severity.WARNING)
    notification: dict[str, object] = {
        "descriptor": {"id": gap.kind.value, "index": kinds.index(gap.kind)},
        "level": level.value,
        "message": message(gap.message),
    }
    if gap.rule in rules:
        notification["associatedRule"] = {"id": gap.rule, "index": rules[gap.rule]}
    if gap.path:
        physical: dict[str, object] = {"artifactLocation": artifact(gap.path)}
        if gap.line:
            physical["region"] = {"startLine": gap.line}
        notification["locations"] = [{"physicalLocation": physical}]
    return notification


def _line_hashes(review: Review) -> dict[tuple[str, int], str]:
    """The hashes by path and line. Those of the largest files are left to GitHub, which computes what is missing."""
    lines: dict[str, set[int]] = {}
    for finding in review.findings:
        lines.setdefault(finding.place.path, set()).add(finding.place.line)
    sources = Sources(review.root, review.instead)
    return {
        (path, line): value
        for path, wanted in lines.items()
        if (data := sources.data(path)) is not None and len(data) <= _LARGEST_HASHED
        for line, value in line_hashes(data, wanted).items()
    }

"""The report for programs: everything a review found, in the form that schemas/nodereview-report.schema.json describes.

The same repository gives the same bytes: no clock, no absolute path.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

import reviewer
from reviewer.finding import Finding, Gap, Review, RuleInfo, Severity, Step
from reviewer.report.escape import json_text

VERSION: Final = 1
"""The version of the form. New members may come; what is there keeps its meaning until this number changes."""


def render_json(review: Review) -> str:
    """The review as a JSON document that ends in a newline. Lone surrogates in names become U+FFFD."""
    return json_text(
        {
            "version": VERSION,
            "tool": {"name": "nodereview", "version": reviewer.__version__},
            "profile": review.profile,
            "settings": review.settings,
            "summary": _summary(review),
            "findings": [_finding(finding) for finding in review.findings],
            "gaps": [_gap(gap) for gap in review.gaps],
            "rules": [_rule(rule) for rule in review.rules],
        }
    )


def _summary(review: Review) -> dict[str, object]:
    severities = Counter(finding.severity for finding in review.findings)
    kinds = Counter(gap.kind.value for gap in review.gaps)
    return {
        "complete": not review.gaps and not review.faults,
        "findings": {severity.value: severities[severity] for severity in Severity},
        "hidden_notes": review.hidden_notes,
        "suppressed": review.suppressed,
        "known": review.known,
        "fixed": [msgspec.to_builtins(one) for one in review.fixed],
        "elsewhere": review.elsewhere,
        "less_grave": review.less_grave,
        "files": review.reviewed,
        "lines": review.lines,
        "bytes": review.bytes,
        "left_out": dict(sorted(review.left_out.items())),
        "gaps": dict(sorted(kinds.items())),
        "faults": review.faults,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "precision": finding.precision.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "place": msgspec.to_builtins(finding.place),
        "function": finding.function,
        "evidence": [_step(step) for step in finding.evidence],
        "also": [_step(step) for step in finding.also],
        "fix": msgspec.to_builtins(finding.fix),
        "fingerprint": finding.fingerprint,
    }


def _step(step: Step) -> dict[str, object]:
    return {"place": msgspec.to_builtins(step.place), "note": step.note}


def _gap(gap: Gap) -> dict[str, object]:
    return {"kind": gap.kind.value, "path": gap.path, "line": gap.line, "message": gap.message, "rule": gap.rule}


def _rule(rule: RuleInfo) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "category": rule.category,
        "severity": rule.severity.value,
        "precision": rule.precision.value,
        "cwe": list(rule.cwe),
        "owasp": list(rule.owasp),
    }

"""What a SARIF log says about a rule, so that code scanning shows its text, ranks it and finds it by its tags."""

from __future__ import annotations

from itertools import dropwhile, takewhile
from typing import Final

from reviewer.finding import RuleInfo, Severity
from reviewer.report.escape import well_formed

# Every rule names its category of the OWASP lists. Insecure design, logging and resource consumption are where faults
# stand that need no attacker: they get no security severity, so that scanning does not show them as holes.
_NO_ATTACKER: Final = ("A04:", "A09:", "API4:")
_SECURITY_SEVERITY: Final = {Severity.ERROR: "8.8", Severity.WARNING: "6.1", Severity.NOTE: "3.1"}
_PROBLEM_SEVERITY: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def descriptor(rule: RuleInfo) -> dict[str, object]:
    """The reportingDescriptor of a rule (3.49), with the properties that GitHub reads."""
    secures = any(not entry.startswith(_NO_ATTACKER) for entry in rule.owasp)
    tags = [
        rule.category,
        *(["security"] if secures else []),
        *(f"external/cwe/cwe-{number:03}" for number in rule.cwe),
        *(f"external/owasp/{entry.lower()}" for entry in rule.owasp),
    ]
    properties: dict[str, object] = {
        "tags": tags,
        "precision": rule.precision.value,
        "problem.severity": _PROBLEM_SEVERITY[rule.severity],
    }
    if secures:
        properties["security-severity"] = _SECURITY_SEVERITY[rule.severity]
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": well_formed(rule.title)},
        "fullDescription": {"text": well_formed(_first_paragraph(rule.help) or rule.title)},
        "help": {"text": well_formed(rule.help), "markdown": well_formed(rule.help)},
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": properties,
    }


def _first_paragraph(markdown: str) -> str:
    lines = dropwhile(lambda line: not line or line.startswith("#"), map(str.strip, markdown.splitlines()))
    return " ".join(takewhile(lambda line: line and not line.startswith(("#", "```", "~~~")), lines))

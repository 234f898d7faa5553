"""The counts of a review, for people: how many findings each rule has, the most first."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.text import Text

from reviewer.finding import Review
from reviewer.report.escape import visible
from reviewer.report.styles import BOLD, SEVERITIES


def render_statistics(review: Review, console: Console) -> None:
    """Print a line for each rule that found something: how often, its gravest severity, its id, how many files."""
    counts = Counter(finding.rule for finding in review.findings)
    severities = {
        finding.rule: finding.severity
        for finding in sorted(review.findings, key=lambda finding: finding.severity.rank, reverse=True)
    }
    files = Counter(rule for rule, _ in {(finding.rule, finding.place.path) for finding in review.findings})
    digits = max((len(f"{count:,}") for count in counts.values()), default=0)
    width = max((len(severity) for severity in severities.values()), default=0)
    names = max((len(rule) for rule in counts), default=0)
    for rule, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        severity = severities[rule]
        line = Text.assemble(
            f"{count:>{digits},}  ",
            (f"{severity.value:<{width}}", SEVERITIES[severity]),
            "  ",
            (visible(f"{rule:<{names}}"), BOLD),
            f"  in {files[rule]:,} {'file' if files[rule] == 1 else 'files'}",
        )
        console.print(line, soft_wrap=True, markup=False, highlight=False, emoji=False)
    total = len(review.findings)
    said = f"{total:,} {'finding' if total == 1 else 'findings'}" if total else "Nothing found"
    console.print(Text(said), soft_wrap=True, markup=False, highlight=False, emoji=False)

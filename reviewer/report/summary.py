"""The last lines of the report for people: what was found, what was looked at, what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from rich.text import Text

from reviewer.finding import BROWSER_CODE, Finding, Gap, GapKind, Review, Severity
from reviewer.report.escape import visible
from reviewer.report.styles import BOLD, FAULT, PLACE, QUIET, REPAIR, SEVERITIES

_DEFAULT_PROFILE: Final = "default"


def summary(review: Review, shown: Sequence[Finding], dot: str, *, verbose: bool) -> list[Text]:
    """The summary of a review of which the findings `shown` were printed; `dot` parts what stands on one line."""
    between = f" {dot} "
    lines = [Text(between).join(_found(review, shown))]
    by_rule = Counter(finding.rule for finding in shown)
    if len(by_rule) > 1:
        digits = len(f"{max(by_rule.values()):,}")
        ranked = sorted(by_rule.items(), key=lambda item: (-item[1], item[0]))
        lines += [Text(f"  {number:>{digits},}  {visible(rule)}") for rule, number in ranked]
    lines.append(Text(between.join(_looked_at(review)), QUIET))
    if browser := review.left_out.get(BROWSER_CODE, 0):
        were = "was" if browser == 1 else "were"
        lines.append(Text(f"{_counted(browser, 'file')} of browser code {were} not reviewed", QUIET))
    if verbose and review.phases:
        lines.append(Text(between.join(f"{visible(p.name)} {_seconds(p.seconds)}" for p in review.phases), QUIET))
    lines += _gaps(review, between, verbose=verbose)
    if by_rule:
        rule = visible(next(iter(by_rule))) if len(by_rule) == 1 else "RULE"
        lines.append(Text.assemble((f"nodereview explain {rule}", BOLD), ": why it matters, and repaired code"))
    return lines


def gap_line(gap: Gap) -> tuple[Text, Text]:
    """Where a gap is, and what is missing there."""
    place = visible(gap.path) + (f":{gap.line}" if gap.line else "")
    style = FAULT if gap.kind is GapKind.FAULT else BOLD
    rule = f" ({visible(gap.rule)})" if gap.rule and gap.rule not in gap.message else ""
    body = Text.assemble((gap.kind.value, style), f"  {visible(gap.message)}{rule}")
    return Text(place, PLACE), body


def _found(review: Review, shown: Sequence[Finding]) -> list[Text]:
    counts = Counter(finding.severity for finding in shown)
    parts = [Text(_counted(counts[s], s.value), SEVERITIES[s]) for s in Severity if counts[s]]
    said = [Text(", ").join(parts) if parts else Text("Nothing found", REPAIR)]
    hidden = len(review.findings) - len(shown)
    if hidden + review.hidden_notes:
        hint = " (-v shows them)" if hidden else " not shown"
        said.append(Text(f"{_counted(hidden + review.hidden_notes, Severity.NOTE.value)}{hint}"))
    if review.suppressed:
        said.append(Text(f"{review.suppressed:,} suppressed"))
    if review.known:
        said.append(Text(f"{review.known:,} in the baseline"))
    if review.fixed:
        said.append(Text(f"{len(review.fixed):,} of the baseline fixed", REPAIR))
    if review.elsewhere:
        said.append(Text(f"{review.elsewhere:,} elsewhere than the changes"))
    if review.less_grave:
        said.append(Text(f"{review.less_grave:,} less grave"))
    return said


def _looked_at(review: Review) -> list[str]:
    taken = f" in {_seconds(sum(phase.seconds for phase in review.phases))}" if review.phases else ""
    said = [f"{_counted(review.reviewed, 'file')}, {_counted(review.lines, 'line')} reviewed{taken}"]
    others = {what: number for what, number in review.left_out.items() if what != BROWSER_CODE}
    if left_out := sum(others.values()):
        said.append(f"{left_out:,} left out: {_listed(others)}")
    if review.profile != _DEFAULT_PROFILE:
        said.append(f"profile {visible(review.profile)}")
    if review.settings:
        said.append(f"settings {', '.join(map(visible, review.settings))}")
    return said


def _gaps(review: Review, between: str, *, verbose: bool) -> list[Text]:
    gaps = Counter(gap.kind.value for gap in review.gaps if gap.kind is not GapKind.FAULT)
    said: list[Text] = []
    if gaps:
        hint = "" if verbose else f"{between}-v lists them"
        said.append(Text(f"{_counted(sum(gaps.values()), 'gap')}: {_listed(gaps)}{hint}"))
    if review.faults:
        said.append(Text(f"{_counted(review.faults, 'fault')} in nodereview itself: the report is incomplete", FAULT))
    return said


def _listed(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number:,} {visible(what)}" for what, number in ranked if number)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"

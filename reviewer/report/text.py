"""The report for people: findings by file, each with its code, its evidence and its repair; then what was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.text import Text

from reviewer.finding import Finding, GapKind, Place, Precision, Review, Severity
from reviewer.report.escape import harmless_in_logs, visible
from reviewer.report.excerpt import Sources
from reviewer.report.frame import ASCII, Frames, Glyphs
from reviewer.report.grouping import Block, blocks
from reviewer.report.links import Links
from reviewer.report.styles import BOLD, PLACE, QUIET, REPAIR, SEVERITIES
from reviewer.report.summary import gap_line, summary

_INDENT: Final = "  "
_NARROWEST: Final = 20
_MANY: Final = 3
_MOST_ALSO: Final = 6
_MOST_LEFT_OUT: Final = 200


def render_text(review: Review, console: Console, *, quiet: bool = False, verbose: bool = False) -> None:
    """Print the review. `quiet` is one line a finding and nothing else; `verbose` adds notes, every gap and the phases.

    Prose is wrapped on terminals only, so that one sentence is one line for the programs behind a pipe; code is cut to
    the console's width everywhere.
    """
    shown = [f for f in review.findings if verbose or f.severity is not Severity.NOTE]
    if quiet:
        _print(console, map(_one_line, shown))
        return
    page = _Page(review, console)
    for path, findings in groupby(shown, key=lambda finding: finding.place.path):
        _print(console, page.file(path, list(findings)))
    _print(console, page.gaps(review, verbose=verbose))
    _print(console, page.left_out(review) if verbose else [])
    _print(console, page.wrapped(summary(review, shown, page.glyphs.dot, verbose=verbose)))


def _print(console: Console, lines: Iterable[Text]) -> None:
    page = Text("\n").join(map(_harmless, lines))
    if page.plain:
        console.print(page, soft_wrap=True, markup=False, highlight=False, emoji=False)


def _harmless(line: Text) -> Text:
    line.rstrip()
    safe = harmless_in_logs(line.plain)
    return line if safe == line.plain else Text(safe)


def _one_line(finding: Finding) -> Text:
    place = finding.place
    return Text.assemble(
        (":".join(filter(None, [visible(place.path), _position(place)])), BOLD),
        ": ",
        (finding.severity.value, SEVERITIES[finding.severity]),
        f" {visible(finding.rule)}: {visible(finding.message)}",
    )


def _position(place: Place) -> str:
    """Line and column; empty for a file as a whole, or a folder."""
    return f"{place.line}:{place.column}" if place.line else ""


class _Page:
    """The layout of one report: how wide it is, and with which signs it is drawn."""

    def __init__(self, review: Review, console: Console) -> None:
        self.glyphs = Glyphs() if console.encoding.startswith("utf") else ASCII
        self._console = console
        self._width = console.width
        self._wraps = console.is_terminal
        self._frames = Frames(Sources(review.root, review.instead), self._width, self.glyphs)
        self._links = Links(review.root, console)

    def file(self, path: str, findings: Sequence[Finding]) -> list[Text]:
        """What is said about one file, with an empty line at the end."""
        # The path alone on its line and positions at the beginning of theirs are what terminals turn into links.
        lines = [self._links.to(Text(visible(path), BOLD), path), Text()]
        for block in blocks(findings):
            lines += self._block(block)
        return lines

    def gaps(self, review: Review, *, verbose: bool) -> list[Text]:
        """The faults, and with `verbose` all gaps, with an empty line at the end."""
        lines: list[Text] = []
        for gap in review.gaps:
            if verbose or gap.kind is GapKind.FAULT:
                lines += self._paragraph(Text(), *gap_line(gap))
        return [Text("Not reviewed in full", BOLD), *lines, Text()] if lines else []

    def left_out(self, review: Review) -> list[Text]:
        """The files that were not reviewed, and why, with an empty line at the end."""
        lines: list[Text] = []
        for path, reason in review.left_out_files[:_MOST_LEFT_OUT]:
            lines += self._paragraph(Text(), Text(visible(path), PLACE), Text(visible(reason)))
        more = len(review.left_out_files) - _MOST_LEFT_OUT
        lines += self._paragraph(Text(), Text(f"{more:,} more", QUIET)) if more > 0 else []
        return [Text("Left out", BOLD), *lines, Text()] if lines else []

    def wrapped(self, lines: Iterable[Text]) -> list[Text]:
        """The lines without indentation, broken at words where the console is a terminal."""
        return [row for line in lines for row in self._broken(line, self._width)]

    def _block(self, block: Block) -> list[Text]:
        style = SEVERITIES[block.severity]
        first, *others = block.findings
        head: list[Text] = []
        repair: list[Text] = []
        for group in block.groups:
            head += self._head(group)
            head += self._paragraph(Text(), Text(visible(group[0].message)))
            repair += self._repair(group[0], named=len(block.groups) > 1)
        parts = [head]
        if len(block.groups) > 1:
            parts.append(self._frames.frame([first.place], 2, style))
            parts += [self._steps(finding) for finding in block.findings]
        elif any(finding.evidence for finding in block.findings):
            for finding in block.findings:
                parts.append(self._frames.frame([finding.place], 1 if others else 2, style))
                parts.append(self._steps(finding))
        else:
            context = 2 if not others else 1 if len(others) < _MANY else 0
            parts.append(self._frames.frame([finding.place for finding in block.findings], context, style))
        parts.append(repair)
        return [line for part in parts if part for line in (*part, Text())]

    def _head(self, group: Sequence[Finding]) -> list[Text]:
        finding, *others = group
        said = Text.assemble(
            _position(finding.place),
            "  " if finding.place.line else "",
            (finding.severity.value, SEVERITIES[finding.severity]),
            "  ",
            (visible(finding.rule), BOLD),
        )
        if finding.precision is not Precision.HIGH:
            said.append(f"  {finding.precision.value} precision", QUIET)
        if others:
            positions = ", ".join(_position(other.place) for other in others)
            said.append(f"  also at {positions}", QUIET)
        return self._paragraph(Text(), said)

    def _steps(self, finding: Finding) -> list[Text]:
        lines: list[Text] = []
        digits = len(str(len(finding.evidence)))
        for number, step in enumerate(finding.evidence, 1):
            label = Text(f"{number:>{digits}}  ")
            place = self._links.to(Text(f"{visible(step.place.path)}:{step.place.line}", PLACE), step.place.path)
            lines += self._paragraph(label, place, Text(visible(step.note)))
            if step.place != finding.place:
                lines += self._frames.snippet(step.place, QUIET)
        return lines + self._also(finding)

    def _also(self, finding: Finding) -> list[Text]:
        """The other places for which a finding stands, by file."""
        lines: dict[str, list[str]] = {}
        for step in finding.also[:_MOST_ALSO]:
            lines.setdefault(step.place.path, []).append(str(step.place.line))
        said = "; ".join(f"{visible(path)}:{', '.join(numbers)}" for path, numbers in lines.items())
        more = len(finding.also) - _MOST_ALSO
        parts = Text(said + (f" and {more:,} more" if more > 0 else ""), PLACE)
        return self._paragraph(Text("also  ", QUIET), parts) if lines else []

    def _repair(self, finding: Finding, *, named: bool) -> list[Text]:
        said = finding.remedy or (finding.fix.title if finding.fix else "")
        name = f"{finding.rule}: " if named else ""
        return self._paragraph(Text("repair  ", REPAIR), Text(visible(name + said))) if said else []

    def _paragraph(self, label: Text, *parts: Text) -> list[Text]:
        """The label and beside it the parts, all behind two spaces: in one line if they fit, else each in its own."""
        room = self._width - label.cell_len - len(_INDENT)
        parts = tuple(part for part in parts if part)
        line = parts[0] if len(parts) == 1 else Text("  ").join(parts)
        fits = not self._wraps or line.cell_len <= room
        rows = [line] if fits and line else [row for part in parts for row in self._broken(part, room)]
        blank = Text(" " * label.cell_len)
        return [Text(_INDENT) + (label if not i else blank) + row for i, row in enumerate(rows)]

    def _broken(self, line: Text, room: int) -> list[Text]:
        if not self._wraps or not line:
            return [line]
        return list(line.wrap(self._console, max(room, _NARROWEST)))

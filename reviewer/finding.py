"""What a review consists of: findings with their places and evidence, gaps, and the review that holds them."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TypeAlias

import msgspec


class Severity(StrEnum):
    """How much a finding matters: a fault with complete evidence, likely harm in production, or practice."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the gravest; what sorts and compares severities."""
        return _RANKS[self]


_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


class Precision(StrEnum):
    """The share of a rule's findings that hold on real code: nine of ten, three of four, less."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ExitCode(IntEnum):
    """What the command's exit status says."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    FAULT = 3


class UsageError(Exception):
    """A mistake of the person who runs or configures nodereview: bad settings, a bad card, a missing path.

    The message is one sentence that names the file, the line and the nearest valid name where there is one.
    """


class Place(msgspec.Struct, frozen=True, order=True, gc=False):
    """A span of one file. Lines and columns are 1-based; columns and the exclusive `end_column` count UTF-16 units.

    `path` is relative to the root, with forward slashes. `start` and `end` are byte offsets.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class Step(msgspec.Struct, frozen=True, order=True, gc=False):
    """One step of a finding's evidence: what happens, and where."""

    place: Place
    note: str


class Fix(msgspec.Struct, frozen=True, gc=False):
    """A certain repair: the text that takes the place of a span."""

    place: Place
    text: str
    title: str


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One fault, told to the person who has to repair it.

    `message` is one sentence of plain text; `remedy` one line on what to change. `evidence` leads from the cause to
    `place`; `also` are other places to which the same holds, of which nothing more is told. `fingerprint` is 32 hex
    digits and holds neither a path nor a line number.
    """

    rule: str
    severity: Severity
    precision: Precision
    message: str
    place: Place
    remedy: str = ""
    evidence: tuple[Step, ...] = ()
    also: tuple[Step, ...] = ()
    fingerprint: str = ""
    function: str = ""
    fix: Fix | None = None


class GapKind(StrEnum):
    """Why a part of the repository was not reviewed in full."""

    UNREADABLE = "unreadable"
    SYNTAX = "syntax"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    MANIFEST = "manifest"
    UNRESOLVED = "unresolved"
    BUDGET = "budget"
    LEFT_OUT = "left-out"
    FAULT = "fault"


class Gap(msgspec.Struct, frozen=True, order=True, gc=False):
    """Something that could not be read, resolved or run; `line` is 1-based, 0 where no line is meant."""

    path: str
    line: int
    kind: GapKind
    message: str
    rule: str = ""


class Phase(msgspec.Struct, frozen=True, gc=False):
    """How long one part of the run took, in seconds."""

    name: str
    seconds: float


class Timing(msgspec.Struct, frozen=True, gc=False):
    """What one of many things took: `kind` is `rule`, `question` or `part`; of questions, how often one was asked.

    The seconds of all workers are added up.
    """

    kind: str
    name: str
    seconds: float
    asked: int = 0


class RuleInfo(msgspec.Struct, frozen=True):
    """What a report says about a rule that ran."""

    id: str
    title: str
    category: str
    severity: Severity
    precision: Precision
    help: str
    cwe: tuple[int, ...] = ()
    owasp: tuple[str, ...] = ()


class KnownFinding(msgspec.Struct, frozen=True, order=True, gc=False, forbid_unknown_fields=True):
    """What a baseline keeps of a finding: its fingerprint; path and message are for people."""

    path: str
    rule: str
    fingerprint: str
    message: str = ""


Texts: TypeAlias = dict[str, bytes]
"""Texts of files, by path."""

BROWSER_CODE = "browser code"
"""The reason in `Review.left_out` of files that run in browsers only."""


class Review(msgspec.Struct):
    """The result of one run: everything a reporter needs, already sorted. `root` is absolute.

    left_out: how many files were not reviewed, by reason; left_out_files: which, and why, by path.
    suppressed: the findings that comments or settings of the repository hide. known: those that stand in the baseline;
    fixed: what stands there and is found no more, where all was looked at. elsewhere: those that have nothing to do
    with the changes that were asked for. less_grave: those below the severity that was asked for. None of these is
    among `findings`. instead: texts that were reviewed instead of those on disk, by path. settings: the files of
    settings that are in force, the weightiest first. timings: where the time went, if that was asked for.
    """

    root: Path
    findings: list[Finding] = []
    gaps: list[Gap] = []
    rules: list[RuleInfo] = []
    phases: list[Phase] = []
    reviewed: int = 0
    lines: int = 0
    bytes: int = 0
    left_out: dict[str, int] = {}
    left_out_files: list[tuple[str, str]] = []
    hidden_notes: int = 0
    profile: str = "default"
    faults: int = 0
    suppressed: int = 0
    known: int = 0
    fixed: list[KnownFinding] = []
    elsewhere: int = 0
    less_grave: int = 0
    instead: Texts = {}
    settings: list[str] = []
    timings: list[Timing] = []

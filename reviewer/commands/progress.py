"""A progress bar on a terminal's standard error, for runs that take longer than a second."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.text import Text

_PATIENCE = 1.0
_INTERVAL = 0.1
_WIDTH = 40


class ProgressBar:
    """Draws nothing until a second has passed, draws from the caller's thread only, and leaves no trace.

    Each drawing is one line written whole: rich's live display, when Ctrl-C meets its start, hides the cursor for good.
    """

    def __init__(self, console: Console, *, enabled: bool) -> None:
        self._console = console
        self._enabled = enabled and console.is_terminal and not console.is_dumb_terminal
        self._mark = "━" if console.encoding.startswith("utf") else "="
        self._begun = self._drawn = time.monotonic()
        self._visible = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._visible:
            self._console.control(Control((ControlType.ERASE_IN_LINE, 2), ControlType.CARRIAGE_RETURN))

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Note that `done` of `total` steps of a phase are finished; `total` is 0 where it isn't known."""
        now = time.monotonic()
        if not self._enabled or now - self._begun < _PATIENCE or now - self._drawn < _INTERVAL:
            return
        self._drawn = now
        self._visible = True
        self._console.control(Control((ControlType.ERASE_IN_LINE, 2)))
        self._console.print(self._line(phase, done, total), end="\r", no_wrap=True, overflow="crop")

    def _line(self, phase: str, done: int, total: int) -> Text:
        if not total:
            return Text(phase)
        filled = _WIDTH * min(done, total) // total
        complete, rest = (self._mark * filled, "bar.complete"), (self._mark * (_WIDTH - filled), "bar.back")
        return Text.assemble(f"{phase:<8} ", complete, rest, f" {done}/{total}")

"""A progress bar on a terminal's standard error, for runs that take longer than a second."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

_PATIENCE = 1.0
_INTERVAL = 0.1


class ProgressBar:
    """Draws nothing until a second has passed, draws from the caller's thread only, and leaves no trace."""

    def __init__(self, console: Console, *, enabled: bool) -> None:
        self._console = console
        self._enabled = enabled and console.is_terminal and not console.is_dumb_terminal
        self._begun = self._drawn = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Note that `done` of `total` steps of a phase are finished; `total` is 0 where it isn't known."""
        now = time.monotonic()
        if not self._enabled or now - self._begun < _PATIENCE or now - self._drawn < _INTERVAL:
            return
        self._drawn = now
        if self._bar is None:
            self._bar = _bar(self._console)
            self._bar.add_task("")
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], description=phase, completed=done, total=total or None)
        self._bar.refresh()


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, auto_refresh=False, transient=True)

"""The console that people read: a terminal with its width and colours, or a pipe with neither."""

from __future__ import annotations

import sys
from typing import Final, NoReturn, TextIO

from rich.console import Console

_PLAIN_WIDTH: Final = 120


class Screen(Console):
    """A console that prints texts as they are, and leaves it to the command line what it means that a reader left."""

    def __init__(self, stream: TextIO | None = None, *, errors: bool = False) -> None:
        """What goes to `stream`, by default standard output; `errors`: to standard error."""
        stream = stream or (sys.stderr if errors else sys.stdout)
        width = None if stream.isatty() else _PLAIN_WIDTH
        super().__init__(file=stream, markup=False, highlight=False, emoji=False, width=width)

    def on_broken_pipe(self) -> NoReturn:
        """Raises `BrokenPipeError`, where rich would end the process with the status of findings."""
        raise BrokenPipeError

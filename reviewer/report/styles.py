"""The few styles for people: colours of a middle brightness, which stand out from a light and from a dark terminal."""

from __future__ import annotations

from typing import Final

from reviewer.finding import Severity

_RED, _ORANGE, _BLUE, _GREEN, _TEAL = (f"color({number})" for number in (160, 130, 27, 28, 30))
SEVERITIES: Final = {
    Severity.ERROR: f"bold {_RED}",
    Severity.WARNING: f"bold {_ORANGE}",
    Severity.NOTE: f"bold {_BLUE}",
}
FAULT: Final = f"bold {_RED}"
REPAIR: Final = f"bold {_GREEN}"
PLACE: Final = _TEAL
KEYWORD: Final = _BLUE
STRING: Final = _GREEN
NUMBER: Final = _ORANGE
BOLD: Final = "bold"
QUIET: Final = "dim"

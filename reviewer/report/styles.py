"""The few styles of the report for people: colours of the terminal's own theme, light or dark."""

from __future__ import annotations

from typing import Final

from reviewer.finding import Severity

SEVERITIES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold blue"}
FAULT: Final = "bold red"
REPAIR: Final = "bold green"
PLACE: Final = "cyan"
BOLD: Final = "bold"
QUIET: Final = "dim"

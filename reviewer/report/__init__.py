"""One file per output format."""

from collections.abc import Callable, Mapping
from typing import Final

from reviewer.finding import Review
from reviewer.report.json import render_json
from reviewer.report.sarif import render_sarif
from reviewer.report.statistics import render_statistics
from reviewer.report.text import render_text

FORMATS: Final[Mapping[str, Callable[[Review], str]]] = {"json": render_json, "sarif": render_sarif}
"""The formats for programs: the name of each, and what makes its document. Text, for people, needs a console."""

__all__ = ["FORMATS", "render_json", "render_sarif", "render_statistics", "render_text"]

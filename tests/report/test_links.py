"""Links in terminals: where they are shown, and what they may hold."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from reviewer.report.links import Links, takes_links


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "4600"}, False),
        ({"VTE_VERSION": "new"}, False),
        ({"TERM_PROGRAM": "WezTerm", "CI": "true"}, False),
        ({"TERM_PROGRAM": "WezTerm", "TERM": "dumb"}, False),
        ({"FORCE_HYPERLINK": "1", "CI": "true"}, True),
        ({"FORCE_HYPERLINK": "0", "TERM": "xterm-kitty"}, False),
    ],
)
def test_which_terminals_take_links(*, environment: dict[str, str], expected: bool) -> None:
    assert takes_links(environment) is expected


def printed(path: str, *, terminal: bool) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, color_system="truecolor" if terminal else None)
    console.print(Links(Path("/app"), console).to(Text("shown"), path))
    return stream.getvalue()


def test_a_path_becomes_a_link_whatever_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    said = printed("a b\x1b]8;;evil\x1b\\#?.js", terminal=True)
    assert "file:///app/a%20b%1B%5D8%3B%3Bevil%1B%5C%23%3F.js" in said
    assert "]8;;evil" not in said
    assert printed("a.js", terminal=False) == "shown\n"
    monkeypatch.setenv("FORCE_HYPERLINK", "0")
    assert "]8;" not in printed("a.js", terminal=True)

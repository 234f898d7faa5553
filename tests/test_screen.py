"""How commands look: tables that fit, help that fits, colours that can be read on light and on dark terminals."""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from typing import Any

import pytest
from rich.color import Color
from rich.style import Style

from reviewer.commands.table import table
from reviewer.report import styles

Run = Callable[..., Any]
REPOSITORY = Path(__file__).resolve().parent.parent
COMMANDS = (
    *("check", "baseline", "explain", "rules", "show", "why", "files", "config", "init", "test-rules"),
    "completion",
)
SGR = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")


def on_terminal(cwd: Path, columns: int, *words: str, **environment: str) -> str:
    """What the command writes to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewer", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm-256color", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    chunks = []
    while select.select([ours], [], [], 60)[0]:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    process.wait(60)
    os.close(ours)
    return b"".join(chunks).decode().replace("\r\n", "\n")


def test_columns_that_do_not_fit_stand_below_their_line() -> None:
    records = [
        {"rule": "one", "severity": "error", "title": "a title of some words"},
        {"rule": "another", "severity": "note", "title": "short"},
    ]
    assert table(records, 80) == table(records)
    assert table(records, 30) == [
        "rule     severity",
        "one      error",
        "    a title of some words",
        "another  note",
        "    short",
    ]
    assert table(records, 16) == [
        "rule",
        "one",
        "    severity  error",
        "    title     a title of some",
        "              words",
        "another",
        "    severity  note",
        "    title     short",
    ]
    assert table([], 20) == []


def test_one_long_cell_does_not_push_the_others_out() -> None:
    records = [{"setting": f"s{n}", "value": "on", "from": "default"} for n in range(9)]
    records.append({"setting": "root", "value": "/a/folder/with-a/long-name/somewhere", "from": "--root"})
    lines = table(records, 40)
    assert lines[:2] == ["setting  value  from", "s0       on     default"]
    assert lines[-2:] == ["root            --root", "    /a/folder/with-a/long-name/somewhere"]


@pytest.mark.parametrize("style", [*styles.SEVERITIES.values(), styles.FAULT, styles.REPAIR, styles.PLACE])
def test_colours_stand_out_from_white_and_from_black(style: str) -> None:
    colour = Style.parse(style).color
    assert colour is not None
    assert contrast(colour, 1.0) >= 3.8
    assert contrast(colour, 0.0) >= 3.8


def contrast(colour: Color, background: float) -> float:
    """The contrast of WCAG 2.2 against a background of this luminance."""
    channels = [value / 255 for value in colour.get_truecolor()]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    low, high = sorted((light, background))
    return (high + 0.05) / (low + 0.05)


def test_help_fits_a_narrow_terminal(tmp_path: Path) -> None:
    shown = on_terminal(tmp_path, 40, "--help")
    assert [line for line in shown.splitlines() if len(line) > 40] == []
    assert "..." not in shown.replace("[PATH]...", "").replace("[ARGS]...", "")
    shown = on_terminal(tmp_path, 80, "--help")
    assert "  rules       List the rules, of nodereview and of the repository.\n" in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command(run: Run, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = run(command, "--help").out
    assert "\\b" not in shown
    assert "(default" not in shown
    assert [line for line in shown.splitlines() if len(line) > 80] == []


def test_what_is_printed_on_terminals_and_into_pipes(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = on_terminal(tmp_path, 72, "rules")
    assert [line for line in shown.splitlines() if len(line) > 72] == []
    assert "\n    Request data reaches the text of a SQL statement\n" in shown
    shown = on_terminal(tmp_path, 72, "explain", "sql-injection")
    assert "\x1b[48;" not in shown, "a background is for one scheme only"
    assert "\x1b[40m" not in shown
    assert max(len(SGR.sub("", line)) for line in shown.splitlines()) <= 72
    assert SGR.search(on_terminal(tmp_path, 72, "explain", "sql-injection", NO_COLOR="1").replace("\x1b[0m", ""))
    assert not re.search(r"\x1b\[[0-9;]*38;", on_terminal(tmp_path, 72, "explain", "sql-injection", NO_COLOR="1"))
    monkeypatch.chdir(tmp_path)
    assert "\x1b" not in run("explain", "sql-injection").out


def test_a_card_is_explained_with_few_examples(run: Run) -> None:
    short, whole = run("explain", "sql-injection").out, run("explain", "sql-injection", "--examples").out
    assert short.count("\n### ") == 2
    assert whole.count("\n### ") > 10
    assert "\nOthers:\n\n- " in short
    assert short.endswith("nodereview explain sql-injection --examples: all examples\n")
    assert run("explain", "unused-suppression").out.count("--examples") == 0


def test_a_root_elsewhere_is_what_is_looked_at(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("app", "other"):
        (tmp_path / folder).mkdir()
    (tmp_path / "app" / "a.js").write_text("exports.one = 1\n")
    monkeypatch.chdir(tmp_path / "other")
    assert run("files", "--root", "../app").out == "a.js\n"
    assert run("--root", "../app").out.startswith("Nothing found\n1 file, 1 line")
    assert run("baseline", "--root", "../app", "-q").status == 0
    assert (tmp_path / "app" / ".nodereview-baseline.json").is_file()


@pytest.mark.parametrize("words", [["rules", "--reference"], ["check", "--root", "fixtures/express-shop"]])
def test_a_reader_may_leave(words: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewer", *words], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 141

"""What needs a process of its own: pipes that break, terminals, signals."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

SLOW = """
import sys, time, types
from pathlib import Path
from reviewer.finding import Review
def review(options, progress, rulebook):
    for done in range(40):
        progress("judge", done, 40)
        time.sleep(0.05)
    return Review(root=Path.cwd(), reviewed=1)
sys.modules["reviewer.reviewing"] = types.ModuleType("reviewer.reviewing")
sys.modules["reviewer.reviewing"].review = review
from reviewer.cli import main
main(sys.argv[1:])
"""


def start(code: list[str], cwd: Path, **streams: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm-256color"}
    return subprocess.Popen([sys.executable, *code], cwd=cwd, env=environment, **streams)


def test_a_reader_that_leaves_ends_the_run_quietly(tmp_path: Path) -> None:
    for number in range(20_000):
        (tmp_path / f"f{number % 200}" / "x").parent.mkdir(exist_ok=True)
    for number in range(4000):
        (tmp_path / f"f{number % 200}" / f"a-name-of-some-length-{number}.js").touch()
    process = start(["-m", "reviewer", "files"], tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(20) == 141


@pytest.mark.parametrize(("words", "drawn"), [([], True), (["-q"], False)])
def test_a_long_run_shows_its_progress_on_a_terminal(tmp_path: Path, *, words: list[str], drawn: bool) -> None:
    ours, theirs = pty.openpty()
    process = start(["-c", SLOW, "-f", "json", *words], tmp_path, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    assert process.stdout is not None
    report = process.stdout.read()
    process.stdout.close()
    assert process.wait(20) == 0
    assert json.loads(report)
    assert b"\x1b" not in report
    assert (b"judge" in _written(ours)) is drawn


def test_ctrl_c_leaves_no_traceback(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = start(["-c", SLOW], tmp_path, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = os.read(ours, 1)
    process.send_signal(signal.SIGINT)
    status = process.wait(20)
    shown += _written(ours)
    assert b"Traceback" not in shown
    assert status == 130
    assert b"\x1b[?25l" not in shown, "the cursor was never hidden"
    assert shown.endswith(b"\x1b[2K\r"), "the bar is erased"
    assert process.stdout is not None
    assert process.stdout.read() == b""
    process.stdout.close()


def _written(terminal: int) -> bytes:
    """All that was written to the other end of a terminal, which must be closed by now."""
    chunks = []
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(terminal)
    return b"".join(chunks)

"""Reading one file, whatever it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reviewer.finding import Gap, GapKind
from reviewer.source.read import read_file


def test_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"\xff\x00a\r\n")
    assert read_file(tmp_path, "a.js") == b"\xff\x00a\r\n"


def test_empty(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"")
    assert read_file(tmp_path, "a.js") == b""


def test_limit(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"a" * 2048)
    assert read_file(tmp_path, "a.js", 2048) == b"a" * 2048
    assert read_file(tmp_path, "a.js", 2047) == Gap("a.js", 0, GapKind.TOO_LARGE, "is larger than 1 kB")


def test_missing(tmp_path: Path) -> None:
    expected = Gap("a.js", 0, GapKind.UNREADABLE, "cannot be opened: No such file or directory")
    assert read_file(tmp_path, "a.js") == expected


def test_nul_in_the_name(tmp_path: Path) -> None:
    assert read_file(tmp_path, "a\0.js") == Gap("a\0.js", 0, GapKind.UNREADABLE, "cannot be opened: embedded null byte")


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "a.js").mkdir()
    assert read_file(tmp_path, "a.js") == Gap("a.js", 0, GapKind.UNREADABLE, "is not a regular file")


def test_link(tmp_path: Path) -> None:
    (tmp_path / "b.js").write_text("secret")
    (tmp_path / "a.js").symlink_to("b.js")
    gap = read_file(tmp_path, "a.js")
    assert isinstance(gap, Gap)
    assert gap.kind is GapKind.UNREADABLE


def test_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.js")
    assert read_file(tmp_path, "a.js") == Gap("a.js", 0, GapKind.UNREADABLE, "is not a regular file")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that opens and can't be read")
def test_read_error() -> None:
    gap = read_file(Path("/proc/self"), "mem")
    assert isinstance(gap, Gap)
    assert gap.kind is GapKind.UNREADABLE

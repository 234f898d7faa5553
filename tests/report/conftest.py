"""A small repository on disk, and places in it named by the code that stands there."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from reviewer.finding import Finding, Place, Precision, Review, Severity, Step
from reviewer.report import render_text

USERS = """\
const { find } = require('./db')

exports.list = async (req, res) => {
  const name = req.query.name
  res.json(await find(name))
}
"""
DB = "exports.find = (name) => db.query(`SELECT * FROM users WHERE name = '${name}'`)\n"


class Repository:
    """Files below a temporary root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def place(self, path: str, code: str) -> Place:
        """Where the code stands first in the file."""
        data = (self.root / path).read_bytes()
        start = data.index(code.encode())
        line = data.count(b"\n", 0, start) + 1
        before = data[data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")
        column = len(before.encode("utf-16-le")) // 2 + 1
        return Place(path, line, column, line, column + len(code.encode("utf-16-le")) // 2, start, start + len(code))

    def review(self, *findings: Finding) -> Review:
        return Review(root=self.root, findings=list(findings), reviewed=2, lines=7)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.write("routes/users.js", USERS)
    made.write("routes/db.js", DB)
    return made


@pytest.fixture
def injection(repository: Repository) -> Finding:
    """A value of the request that reaches a query in another file."""
    sink = repository.place("routes/db.js", "`SELECT * FROM users WHERE name = '${name}'`")
    return Finding(
        rule="sql-injection",
        severity=Severity.ERROR,
        precision=Precision.HIGH,
        message="req.query.name becomes part of the SQL that db.query runs",
        place=sink,
        remedy="Pass the value as a bound parameter",
        evidence=(
            Step(repository.place("routes/users.js", "req.query.name"), "comes from the request"),
            Step(repository.place("routes/users.js", "find(name)"), "is passed to find"),
            Step(sink, "stands between quotes in the SQL"),
        ),
        fingerprint="0123456789abcdef0123456789abcdef",
        function="find",
    )


@pytest.fixture
def printed() -> Callable[..., str]:
    """What a review prints to a pipe 100 columns wide."""

    def printed(review: Review, *, width: int = 100, quiet: bool = False, verbose: bool = False) -> str:
        stream = StringIO()
        console = Console(file=stream, width=width)
        render_text(review, console, quiet=quiet, verbose=verbose)
        return stream.getvalue()

    return printed

"""What the model knows of the fixtures' entries, endpoints and request data, against listings written by hand.

Beside a fixture stand, where its framework is the point of it, `NAME.entries`, `NAME.endpoints`, `NAME.origins`:

    src/jobs.js:10 timer 60_000 -> refresh src/rates.js:7 (lost)
    GET /api/orders/:id -> (anonymous) src/routes/orders.js:14 [authenticate(), limit]
    src/repositories/orders.js:18 request.data: ctx.params.id

Entries and endpoints are listed whole; of origins the listed lines are asked, and each must have what is listed for it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from reviewer.program import open_program
from reviewer.settings import Options
from reviewer.show.records import Record, show
from tests.test_fixtures import FIXTURES


def listing(path: Path) -> list[str]:
    """The lines of a listing, sorted, without remarks and with single spaces."""
    lines = (" ".join(line.split()) for line in path.read_text(encoding="utf-8").splitlines())
    return sorted(line for line in lines if line and not line.startswith("#"))


def shown(name: str, what: str) -> list[Record]:
    return show(open_program(Options(paths=(FIXTURES / name,), root=FIXTURES / name)), what, ".")


def named(what: str) -> list[str]:
    return sorted(path.stem for path in FIXTURES.glob(f"*.{what}"))


@pytest.mark.parametrize("name", named("entries"))
def test_the_entries_are_those_of_the_listing(name: str) -> None:
    said = [
        " ".join(f"{r['file']}:{r['line']} {r['kind']} {r['registered']} -> {r['function']} ({r['rejection']})".split())
        for r in shown(name, "entries")
    ]
    assert sorted(said) == listing(FIXTURES / f"{name}.entries")


@pytest.mark.parametrize("name", named("endpoints"))
def test_the_endpoints_are_those_of_the_listing(name: str) -> None:
    said = [
        " ".join(f"{r['method']} {r['path']} -> {r['handler']} [{', '.join(strings(r, 'measures'))}]".split())
        for r in shown(name, "endpoints")
    ]
    assert sorted(said) == listing(FIXTURES / f"{name}.endpoints")


@pytest.mark.parametrize("name", named("origins"))
def test_the_origins_of_the_listed_lines_are_those_of_the_listing(name: str) -> None:
    expected = defaultdict(set)
    for line in listing(FIXTURES / f"{name}.origins"):
        match = re.fullmatch(r"(\S+:\d+) (.+)", line)
        assert match is not None, line
        expected[match[1]].add(match[2])
    said = defaultdict(set)
    for r in shown(name, "origins"):
        said[f"{r['file']}:{r['line']}"].update(strings(r, "origins"))
    assert {place: said[place] for place in expected} == dict(expected)


def strings(record: Record, key: str) -> list[str]:
    values = record[key]
    assert isinstance(values, list)
    return [str(value) for value in values]

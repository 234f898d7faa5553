"""The code samples of the checklists, each in a small application, with what was expected of it before the first run.

Two things are asked of each application: that the rules that exist find exactly their lines, and that a rule that is
still waited for finds its own. The second fails as expected until that rule comes, and then says that it is here.
"""

from __future__ import annotations

import functools
import re
from typing import Final

import pytest

from reviewer.finding import Review
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from tests.test_fixtures import FIXTURES, Found, expected, found, reviewed

FOLDER: Final = FIXTURES / "checklists"
NAMES: Final = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())

# Rules that samples ask for and nodereview does not have yet. When one comes, its name goes: the samples then hold it
# to its lines, and every other one to silence.
WAITED_FOR: Final = {
    "cache-ttl-misuse": "units of a cache's expiry by version",
    "hanging-request": "ways through middleware that neither answer nor go on",
    "missing-error-listener": "emitters that nobody hears failing",
    "nest-bullmq-process-decorator": "processors that get no jobs",
    "nosql-injection": "arguments of Prisma out of requests",
    "redis-non-atomic-expiry": "counters that may stay for ever",
    "removed-library-api": "calls that a newer major took away",
    "unbounded-query": "lists that no caller bounds",
    "unhandled-stream-error": "pipelines without a callback",
}


@functools.cache
def outcome(name: str) -> Review:
    return reviewed(FOLDER / name)


def findings(name: str) -> Found:
    return found(outcome(name))


def of_sample(name: str, *, waited_for: bool) -> Found:
    """The expected lines of an application, of the rules that are waited for or of those that exist."""
    return [line for line in expected(f"checklists/{name}") if (line[2] in WAITED_FOR) == waited_for]


MISSING: Final = [
    pytest.param(
        name,
        line,
        id=f"{name}: {line[2]}:{line[1]}",
        marks=pytest.mark.xfail(strict=True, reason=f"there is no {line[2]} yet: {WAITED_FOR[line[2]]}"),
    )
    for name in NAMES
    for line in of_sample(name, waited_for=True)
]


@pytest.mark.parametrize("name", NAMES)
def test_the_rules_that_exist_find_their_lines_of_a_sample_and_nothing_else(name: str) -> None:
    assert [line for line in findings(name) if line[2] not in WAITED_FOR] == of_sample(name, waited_for=False)


@pytest.mark.parametrize("name", NAMES)
def test_silence_about_a_sample_is_not_for_want_of_reading_it(name: str) -> None:
    assert outcome(name).gaps == []


@pytest.mark.parametrize(("name", "line"), MISSING)
def test_a_rule_that_is_waited_for_finds_its_line(name: str, line: tuple[str, int, str]) -> None:
    assert line in findings(name)


def test_a_rule_that_is_waited_for_does_not_exist() -> None:
    here = sorted(WAITED_FOR.keys() & load_rulebook([rules_folder()]).cards.keys())
    assert here == [], "it has come: take it out of WAITED_FOR"


def test_each_rule_that_is_waited_for_has_a_sample() -> None:
    assert {line[2] for name in NAMES for line in of_sample(name, waited_for=True)} == WAITED_FOR.keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_says_where_it_is_from_and_its_lines_are_there(name: str) -> None:
    text = (FOLDER / f"{name}.expected").read_text(encoding="utf-8")
    assert re.match(r"# S\d \d+(-\d+)?\b", text)
    for path, line, _ in expected(f"checklists/{name}"):
        assert (FOLDER / name / path).read_text(encoding="utf-8").splitlines()[line - 1].strip()


def test_every_expectation_has_its_application() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.expected")) == NAMES

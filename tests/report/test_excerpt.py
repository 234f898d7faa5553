from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.report.excerpt import Sources, character_at

if TYPE_CHECKING:
    from tests.report.conftest import Repository


def test_lines_have_no_ends_and_count_from_one(repository: Repository) -> None:
    repository.write("a.js", b"one\r\ntwo\n\nfo\xffur")
    sources = Sources(repository.root)
    assert [sources.line("a.js", number) for number in range(6)] == [None, "one", "two", "", "fo\ufffdur", None]


def test_what_cannot_be_read_has_no_lines(repository: Repository) -> None:
    repository.write("long.js", "x" * 1_100_000 + "\nshort\n")
    (repository.root / "loop").symlink_to(repository.root / "loop")
    sources = Sources(repository.root)
    assert sources.line("long.js", 1) is None
    assert sources.line("long.js", 2) == "short"
    for path in ("missing.js", "routes", "", "loop/a.js", "a\0b/c.js", "x" * 5_000, "\ud800.js"):
        assert (sources.line(path, 1), sources.data(path)) == (None, None)


def test_a_link_within_the_root_is_read_through_its_folder(repository: Repository) -> None:
    (repository.root / "linked").symlink_to(repository.root / "routes")
    assert Sources(repository.root).line("linked/users.js", 1) == "const { find } = require('./db')"


@pytest.mark.parametrize(("column", "index"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (6, 4), (7, 4), (99, 4)])
def test_columns_count_utf16_units(column: int, index: int) -> None:
    assert character_at("aé😀b", column) == index


def test_columns_of_ascii_are_characters() -> None:
    assert [character_at("abc", column) for column in (0, 1, 3, 4, 9)] == [0, 0, 2, 3, 3]

"""Which calls send queries: the examples of `cases/queries.md`, each a small repository with marks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook

CASES = (Path(__file__).parent / "cases" / "queries.md").read_text().split("\n### ")[1:]
_FENCE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case.partition("\n")[0],
            marks=[pytest.mark.xfail(strict=True)] if case.startswith("missed: ") else [],
        )
        for case in CASES
    ],
)
def test_the_lines_that_send_queries_are_those_that_the_example_says(case: str) -> None:
    files = {path: text.encode() for path, text in _FENCE.findall(case)}
    expected = {
        f"{path}:{at}: {line.strip()}"
        for path, text in files.items()
        for at, line in enumerate(text.decode().splitlines(), 1)
        if line.endswith("// query")
    }
    program = program_of(files, load_rulebook([rules_folder()]))
    lines = {path: text.decode().splitlines() for path, text in files.items()}
    found = {
        f"{path}:{line}: {lines[path][line - 1].strip()}"
        for m, path in enumerate(program.model.link.paths)
        for doing in program.model.does.below("database.query", m, 0)
        for line in [program.places.of(m, doing.row).line]
    }
    assert found == expected

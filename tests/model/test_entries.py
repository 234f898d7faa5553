"""What starts code: the examples of `cases/entries.md`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reviewer.program import Program, program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.source.module import Kind

CASES = (Path(__file__).parent / "cases" / "entries.md").read_text().split("\n### ")[1:]
_FENCE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FUNCTION = re.compile(r"// @(\w+)")
_ENTRY = re.compile(r"// entry: ([\w-]+) (?:(.*) )?-> (\w+)")
_DEAD = re.compile(r"// (dead|alive)$")
_REACHED = re.compile(r"// reached: ([\w, -]+?)(?= //|$)")


@pytest.mark.parametrize("case", [pytest.param(case, id=case.partition("\n")[0]) for case in CASES])
def test_entries_are_what_the_example_says(case: str) -> None:
    files = {path: text.encode() for path, text in _FENCE.findall(case)}
    lines = {(path, at): line for path, text in files.items() for at, line in enumerate(text.decode().splitlines(), 1)}
    names = {found[1]: place for place, line in lines.items() if (found := _FUNCTION.search(line))}
    entries = {
        (place, found[1], found[2] or "", names[found[3]])
        for place, line in lines.items()
        if (found := _ENTRY.search(line))
    }
    reached = {place: set(found[1].split(", ")) for place, line in lines.items() if (found := _REACHED.search(line))}
    program = program_of(files, load_rulebook([rules_folder()]))
    model = program.model
    told = {
        (place(program, each.module, each.row), each.kind, " ".join(each.name[:1]), place(program, *function))
        for each in model.entries.all()
        for function in ((closure.module, closure.row) for closure in each.functions)
    }
    if entries:
        assert told == entries
    assert {at: kinds(program, at) for at in reached} == reached
    dead = {place: found[1] == "dead" for place, line in lines.items() if (found := _DEAD.search(line))}
    assert {at: is_dead(program, at) for at in dead} == dead


def place(program: Program, m: int, row: int) -> tuple[str, int]:
    found = program.places.of(m, row)
    return found.path, found.line


def kinds(program: Program, at: tuple[str, int]) -> set[str]:
    """The kinds of the entries that reach the first function of a line."""
    found = program.model.entries.reaching(*function_at(program, at))
    return {each.kind for each in found.items} or {"nothing"}


def is_dead(program: Program, at: tuple[str, int]) -> bool:
    """Whether nobody runs what stands in the first function of a line."""
    m, function = function_at(program, at)
    body = program.model.link.body(m).op(function, program.model.link.body(m).count[function] - 1)
    return program.model.entries.is_dead(m, body)


def function_at(program: Program, at: tuple[str, int]) -> tuple[int, int]:
    m = program.model.link.index_of[at[0]]
    module = program.model.link.body(m)
    rows = (row for row in range(len(module)) if module.kind[row] == Kind.FUNCTION and place(program, m, row) == at)
    return m, next(rows)

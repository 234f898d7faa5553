"""Where calls lead: the examples of `cases/calls.md` and the two beside it, each a small repository with marks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reviewer.model.domain import ClassValue, Closure
from reviewer.model.members import own_constructor
from reviewer.program import Program, program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.source.module import Kind

CASES = [
    case
    for name in ("calls.md", "injection.md", "added.md")
    for case in (Path(__file__).parent / "cases" / name).read_text().split("\n### ")[1:]
]
_FENCE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FUNCTION = re.compile(r"// @(\w+)")
_CALLEES = re.compile(r"// -> ([\w, ]+)$")

Place = tuple[str, int]


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
def test_calls_lead_where_the_example_says(case: str) -> None:
    files = {path: text.encode() for path, text in _FENCE.findall(case)}
    lines = {(path, at): line for path, text in files.items() for at, line in enumerate(text.decode().splitlines(), 1)}
    names = {found[1]: place for place, line in lines.items() if (found := _FUNCTION.search(line))}
    expected = {
        place: {names[name] for name in found[1].split(", ") if name != "nothing"}
        for place, line in lines.items()
        if (found := _CALLEES.search(line))
    }
    assert files
    assert expected
    program = program_of(files, load_rulebook([rules_folder()]))
    assert callees(program, set(expected)) == expected


def callees(program: Program, places: set[Place]) -> dict[Place, set[Place]]:
    """The places of the repository's functions that the calls of these lines may run."""
    model, link = program.model, program.model.link
    found: dict[Place, set[Place]] = {place: set() for place in places}
    for m, path in enumerate(link.paths):
        module = link.body(m)
        for row in range(len(module)):
            place = (path, module.line(row))
            if module.kind[row] in {Kind.CALL, Kind.NEW} and row not in link.import_calls[m]:
                place = (path, program.places.of(m, row).line)
                if place in found:
                    for atom in model.ask(model.calls.run(m, row)).items:
                        function = -1
                        if isinstance(atom, ClassValue):
                            function = own_constructor(link.body(atom.module), atom.row)
                        elif isinstance(atom, Closure):
                            function = atom.row
                        if isinstance(atom, Closure | ClassValue) and function >= 0:
                            target = program.places.of(atom.module, function)
                            found[place].add((target.path, target.line))
    return found

"""Measures in force at endpoints: the examples of `cases/measures.md`, and the paths that cover others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reviewer.model.covering import covers
from reviewer.model.measure import Measure
from reviewer.program import Program, program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.source.module import Kind

CASES = (Path(__file__).parent / "cases" / "measures.md").read_text().split("\n### ")[1:]
_FENCE = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"(\S+ \S*?):(?: ([^!?]*(?:\?\.[^!?]*)*))?(?:! ([^?]*))?(?:\? (.*))?$")

Listed = tuple[list[str], list[str], list[str]]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.partition("\n")[0]) for case in CASES])
def test_measures_are_those_that_the_example_says(case: str) -> None:
    fences = _FENCE.findall(case)
    files = {path: text.encode() for language, path, text in fences if language != "expected"}
    (text,) = [text for language, _, text in fences if language == "expected"]
    expected: dict[str, Listed] = {}
    for line in text.splitlines():
        found = _LINE.match(line)
        assert found, line
        before, behind, opened = (
            part.strip().split(", ") if part and part.strip() else [] for part in found.groups()[1:]
        )
        expected[found[1]] = (before, behind, opened)
    program = program_of(files, load_rulebook([rules_folder()]))
    listed = measures(program, expected)
    assert {endpoint: _fitted(found, expected[endpoint]) for endpoint, found in listed.items()} == expected


def test_each_row_of_a_list_is_mounted_at_its_own_path_alone() -> None:
    case = next(case for case in CASES if case.startswith("Express: lists of routers"))
    files = {path: text.encode() for language, path, text in _FENCE.findall(case) if language != "expected"}
    found = [endpoint.path for endpoint in program_of(files, load_rulebook([rules_folder()])).model.routes.endpoints()]
    assert sorted(found) == sorted(re.findall(r"^GET (\S+):", case, re.MULTILINE))


def measures(program: Program, wanted: dict[str, Listed]) -> dict[str, Listed]:
    """The measures of the endpoints, as the examples write them."""
    found: dict[str, Listed] = {}
    for endpoint in program.model.routes.endpoints():
        name = f"{endpoint.method} {endpoint.path}"
        if name in wanted:
            answer = program.model.routes.measures(endpoint)
            before = [_written(program, one) for one in answer.items if one.kind != "error"]
            behind = [_written(program, one).removeprefix("error ") for one in answer.items if one.kind == "error"]
            found[name] = (before, behind, sorted(answer.open))
    return found


def _written(program: Program, measure: Measure) -> str:
    body = program.model.link.body(measure.module)
    is_inline = body.kind[measure.row] == Kind.FUNCTION
    name = f"@{body.line(measure.row)}" if is_inline else program.places.code(measure.module, measure.row)
    if measure.kind == "middleware":
        return name
    return f"{measure.kind} {'schema' if measure.kind == 'schema' else name}"


def _fitted(found: Listed, expected: Listed) -> Listed:
    """What was found, each as far as the example writes it."""
    before, behind = (
        [want if one.startswith(want) else one for one, want in zip(ours, theirs, strict=False)] + ours[len(theirs) :]
        for ours, theirs in ((found[0], expected[0]), (found[1], expected[1]))
    )
    return (before, behind, found[2])


@pytest.mark.parametrize(
    ("pattern", "path", "whole", "expected"),
    [
        ("/api", "/api/users", False, True),
        ("/api", "/apis", False, False),
        ("/API", "/api/users", False, True),
        ("/users/:id", "/users/me", False, True),
        ("/users/me", "/users/:id", False, False),
        ("/", "/users", False, True),
        ("", "/users", False, True),
        ("*", "/users/:id", False, True),
        ("/api/*", "/api/users/:id", False, True),
        ("/api{/*rest}", "/api/users", False, True),
        ("/api/:?", "/api/users", False, None),
        (":?/api", ":?/api/users", False, True),
        ("/:?/api", "/x/api", False, None),
        ("/ftp(?!/quarantine)/:file", "/rest/x", False, False),
        ("/ftp(?!/quarantine)/:file", "/ftp/x", False, None),
        ("/users", "/users/:id", True, False),
        ("/users/:id", "/users/:name", True, True),
        ("/files*", "/files.json", False, True),
    ],
)
def test_a_path_covers_another(*, pattern: str, path: str, whole: bool, expected: bool | None) -> None:
    assert covers(pattern, path, whole=whole) is expected

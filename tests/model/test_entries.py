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


ROUTES = """
import { Router } from 'express'
export type Wrapper = (run: (req, res) => Promise<unknown>) => (req, res) => void
const wrapper = (name: string): Wrapper => (run) => (req, res) => {
  Promise.resolve(run(req, res)).catch(() => res.status(500).json({ name }))
}
export abstract class Routes {
  protected readonly wrapped: Wrapper
  readonly router = Router()
  constructor(name: string) {
    this.wrapped = wrapper(name)
  }
}
"""
_MANY = 80


def test_what_a_method_of_a_declared_type_is_given_is_told_apart_however_often_it_is_called() -> None:
    lines = [f"    this.router.get('/{at}', this.wrapped(async () => this.at{at}()))" for at in range(_MANY)]
    methods = [f"  at{at}() {{}}" for at in range(_MANY)]
    head = ["import { Routes } from './routes'", "export class Many extends Routes {", "  register() {"]
    text = "\n".join([*head, *lines, "  }", *methods, "}", "new Many('many').register()"])
    files = {"routes.ts": ROUTES.encode(), "many.ts": text.encode()}
    program = program_of(files, load_rulebook([rules_folder()]))
    at = [line for line, _ in enumerate(methods, len(head) + len(lines) + 2)]
    found = {line: program.model.entries.reaching(*function_at(program, ("many.ts", line))).items for line in at}
    said = {line: {place(program, each.module, each.row)[1] for each in items} for line, items in found.items()}
    assert said == {line: {len(head) + 1 + index} for index, line in enumerate(at)}

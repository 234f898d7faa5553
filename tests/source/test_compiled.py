"""Compiled copies: left out where a project writes them, and led to their sources where they are imported."""

from __future__ import annotations

import json

import pytest

from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook

PROJECT = {"compilerOptions": {"outDir": "../backend"}}
FILES = {
    "start.js": b"import { up } from './backend/utils/up.js'\nup()\n",
    "server/utils/up.ts": b"export const up = (): void => console.log(1)\n",
    "backend/utils/up.js": b"export const up = () => console.log(1)\n",
    "backend/own.js": b"export const own = 1\n",
}


def reviewed(project: object) -> tuple[list[str], dict[str, int], list[str]]:
    """The files that are reviewed, what is left out, and those that the first one imports."""
    files = {**FILES, "server/tsconfig.build.json": json.dumps(project).encode()}
    program = program_of(files, load_rulebook([rules_folder()]))
    link = program.model.link
    imported = [link.paths[at] for at in link.imported[link.index_of["start.js"]]]
    return link.paths, dict(program.left_out), imported


def test_what_a_project_writes_is_left_out_where_its_source_is_reviewed() -> None:
    paths, left_out, imported = reviewed(PROJECT)
    assert paths == ["backend/own.js", "server/utils/up.ts", "start.js"]
    assert left_out == {"build output": 1}
    assert imported == ["server/utils/up.ts"]


@pytest.mark.parametrize(
    "options",
    [
        {"outDir": "../backend", "noEmit": True},
        {"outDir": "../backend", "emitDeclarationOnly": True},
        {"outDir": "../other"},
        {"outDir": "../backend", "rootDir": "lib"},
        {},
    ],
)
def test_what_no_project_writes_is_reviewed(options: dict[str, object]) -> None:
    paths, left_out, imported = reviewed({"compilerOptions": options})
    assert "backend/utils/up.js" in paths
    assert left_out == {}
    assert imported == ["backend/utils/up.js"]

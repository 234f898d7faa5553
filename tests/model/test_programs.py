"""Where programs begin and what they hold: the examples of `cases/programs.md`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook

CASES = (Path(__file__).parent / "cases" / "programs.md").read_text().split("\n### ")[1:]
_FENCE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXPECTED = "programs"


@pytest.mark.parametrize("case", [pytest.param(case, id=case.partition("\n")[0]) for case in CASES])
def test_programs_hold_what_the_example_says(case: str) -> None:
    files = dict(_FENCE.findall(case))
    expected = files.pop(_EXPECTED).splitlines()
    model = program_of({path: text.encode() for path, text in files.items()}, load_rulebook([rules_folder()])).model
    programs, paths = model.programs, model.link.paths

    def listed(head: str, modules: list[int]) -> list[str]:
        return [f"{head}: {' '.join(paths[m] for m in modules)}"] if modules else []

    found = [line for each in programs.all() for line in listed(str(each), sorted(programs.files(each)))]
    found += listed("unknown", [m for m in range(len(paths)) if not programs.kinds(m)])
    found += listed("aside", sorted(programs.aside()))
    assert found == expected


def test_what_only_those_start_who_develop_is_told() -> None:
    files = {
        "package.json": '{"scripts": {"start": "node server.js", "dev": "node dev.js", "watch": "node server.js"}}',
        "server.js": "require('http').createServer().listen(1)",
        "dev.js": "require('./shared'); require('child_process').fork('./watch.js')",
        "watch.js": "setInterval(() => {}, 1)",
        "shared.js": "",
        "jobs/package.json": '{"scripts": {"dev": "node jobs.js"}}',
        "jobs/jobs.js": "",
    }
    model = program_of({path: text.encode() for path, text in files.items()}, load_rulebook([rules_folder()])).model
    told = {path for path, m in model.link.index_of.items() if model.programs.is_for_development(m)}
    assert told == {"dev.js", "shared.js", "watch.js"}  # who starts `jobs` in production is not known

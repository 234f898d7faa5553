"""Where reports go: several at once, counts only, the grave ones only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reviewer.commands.group import nodereview

APP = """const express = require('express')
const { Pool } = require('pg')
const db = new Pool()
const app = express()
app.get('/a', (req, res, next) => db.query('select ' + req.query.a).then((found) => res.json(found), next))
app.get('/b', (req, res, next) => db.query('select ' + req.query.b).then((found) => res.json(found), next))
exports.find = (name) => db.query('select ' + name) // nodereview-disable-line sql-injection
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text('{ "dependencies": { "express": "4.21.0", "pg": "8.0.0" } }')
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "index.js").write_text(APP)
    return tmp_path


def run(app: Path, *arguments: str) -> Result:
    return CliRunner().invoke(nodereview, ["check", "--root", str(app), *arguments, str(app)], standalone_mode=False)


def test_several_formats_at_once(app: Path) -> None:
    done = run(app, "-f", "text", "-f", f"sarif={app / 'out.sarif'}", "-f", f"json={app / 'out.json'}")
    assert done.return_value == 1
    assert "2 errors" in done.stdout
    assert len(json.loads((app / "out.sarif").read_text())["runs"][0]["results"]) == 5
    assert len(json.loads((app / "out.json").read_text())["findings"]) == 5


def test_output_is_for_the_one_without_a_file(app: Path) -> None:
    assert run(app, "-f", "json", "-o", str(app / "out.json")).stdout == ""
    assert json.loads((app / "out.json").read_text())["version"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-f", "text", "-f", "json"), "several reports would go to standard output"),
        (("-f", "json=a", "-f", "sarif=a"), "several reports would go to a"),
        (("-f", "json=a", "-o", "b"), "--output has no report"),
        (("-f", "jsn"), "unknown format `jsn`; did you mean `json`?"),
        (("-f", "json="), "names no file"),
        (("-f", "json=no/such/folder"), "there is no folder"),
    ],
)
def test_wrong_targets(app: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(app, *arguments)
    assert said in str(done.exception)


def test_counts_only(app: Path) -> None:
    assert run(app, "--statistics").stdout.splitlines() == [
        "2  error  sql-injection            in 1 file",
        "1  note   unexplained-suppression  in 1 file",
        "1  note   unparameterized-sql      in 1 file",
        "1  note   unused-suppression       in 1 file",
        "5 findings",
    ]


def test_the_grave_ones_only(app: Path) -> None:
    done = run(app, "--severity", "error", "-f", "json")
    report = json.loads(done.stdout)
    assert [one["rule"] for one in report["findings"]] == ["sql-injection", "sql-injection"]
    assert report["summary"]["less_grave"] == 3
    assert "3 less grave" in run(app, "--severity", "error").stdout


def test_exit_zero(app: Path) -> None:
    assert run(app, "--exit-zero").return_value == 0

"""What is staged, and texts from standard input, are reviewed in the light of the whole repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FAULT = "app.get('/b', (req, res, next) => find(req.query.b).then((found) => res.json(found), next))\n"
APP = "const { find } = require('./db')\nconst app = require('express')()\napp.listen(1)\n"
DB = "const { Pool } = require('pg')\nconst db = new Pool()\nexports.find = (id) => db.query('select ' + id)\n"
BOUND = DB.replace("'select ' + id", "'select $1', [id]")
REPOSITORY = Path(__file__).resolve().parent.parent
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
    "PYTHONPATH": str(REPOSITORY)
}


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=PLAIN, check=True, capture_output=True)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "package.json").write_text('{ "dependencies": { "express": "4.21.0", "pg": "8.0.0" } }')
    (folder / "package-lock.json").write_text("{}")
    (folder / "index.js").write_text(APP)
    (folder / "db.js").write_text(BOUND)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def check(app: Path, *arguments: str, text: str = "", index: str = "") -> tuple[int, list[tuple[str, str, int]], str]:
    """Status, findings as rule, path and line, and what stands on standard error."""
    command = [sys.executable, "-m", "reviewer", "check", "-q", "--ignore", "missing-helmet", "-f", "json", *arguments]
    environment = PLAIN | ({"GIT_INDEX_FILE": index} if index else {})
    done = subprocess.run(command, cwd=app, env=environment, input=text, capture_output=True, text=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"findings": []}
    found = [(one["rule"], one["place"]["path"], one["place"]["line"]) for one in report["findings"]]
    return done.returncode, found, done.stderr


def test_a_staged_fault_is_found_though_the_repair_lies_on_disk(app: Path) -> None:
    (app / "db.js").write_text("// moved\n" + DB)
    (app / "index.js").write_text(APP + FAULT)
    git(app, "add", "-A")
    (app / "db.js").write_text(BOUND)
    assert check(app)[:2] == (0, [])
    assert check(app, "--staged")[:2] == (1, [("sql-injection", "db.js", 4)])
    assert check(app, "--staged", "index.js")[:2] == (0, [])


def test_a_fault_that_is_not_staged_is_not_found(app: Path) -> None:
    (app / "index.js").write_text(APP + "// staged\n")
    git(app, "add", "-A")
    (app / "db.js").write_text(DB)
    (app / "index.js").write_text(APP + FAULT)
    assert check(app)[:2] == (1, [("sql-injection", "db.js", 3)])
    assert check(app, "--staged")[:2] == (0, [])


def test_a_staged_file_may_be_gone_from_the_disk(app: Path) -> None:
    (app / "store.js").write_text(DB)
    (app / "index.js").write_text(APP.replace("./db", "./store") + FAULT)
    git(app, "add", "-A")
    (app / "store.js").unlink()
    assert check(app, "--staged")[:2] == (1, [("sql-injection", "store.js", 3)])
    assert check(app, "--staged", "store.js")[:2] == (1, [("sql-injection", "store.js", 3)])


def test_a_staged_manifest_decides_about_versions(app: Path) -> None:
    (app / "index.js").write_text(APP + "app.get('/', async (req, res) => res.json(await fetch(req.query.url)))\n")
    git(app, "add", "-A")
    (app / "package.json").write_text('{ "dependencies": { "express": "5.1.0", "pg": "8.0.0" } }')
    assert check(app)[:2] == (0, [])
    assert check(app, "--staged")[1] == [("unhandled-async-handler", "index.js", 4)]


def test_a_partial_commit_has_an_index_of_its_own(app: Path) -> None:
    (app / "db.js").write_text(DB)
    (app / "index.js").write_text(APP + FAULT)
    other = str(app / ".git" / "next-index")
    subprocess.run(["cp", ".git/index", other], cwd=app, check=True)
    subprocess.run(["git", "add", "-A"], cwd=app, env=PLAIN | {"GIT_INDEX_FILE": other}, check=True)
    assert check(app, "--staged")[:2] == (0, [])
    assert check(app, "--staged", index=other)[:2] == (1, [("sql-injection", "db.js", 3)])


def test_before_the_first_commit_and_with_nothing_staged(app: Path) -> None:
    assert check(app, "--staged")[:2] == (0, [])
    subprocess.run(["rm", "-rf", ".git"], cwd=app, check=True)
    git(app, "init", "-q")
    (app / "index.js").write_text(APP + FAULT)
    (app / "db.js").write_text(DB)
    git(app, "add", "-A")
    assert check(app, "--staged")[:2] == (1, [("sql-injection", "db.js", 3)])


def test_outside_of_a_checkout_nothing_is_staged(tmp_path: Path) -> None:
    status, _, said = check(tmp_path, "--staged")
    assert (status, "checkout of git only" in said) == (2, True)


def test_standard_input_stands_for_a_file(app: Path) -> None:
    (app / "index.js").write_text(APP + FAULT)
    assert check(app, "--stdin", "--stdin-filename", "db.js", text=DB)[:2] == (1, [("sql-injection", "db.js", 3)])
    assert check(app, "--stdin", "--stdin-filename", "db.js", text=BOUND)[:2] == (0, [])
    (app / "index.js").write_text(APP.replace("./db", "./new/db") + FAULT)
    assert check(app, "--stdin", "--stdin-filename", "new/db.js", text=DB)[1] == [("sql-injection", "new/db.js", 3)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--stdin",), "wants --stdin-filename"),
        (("--stdin", "--stdin-filename", "a.js", "index.js"), "excludes PATHs"),
        (("--stdin", "--stdin-filename", "a.js", "--staged"), "excludes --staged"),
        (("--stdin", "--stdin-filename", "../a.js", "--root", "."), "outside"),
    ],
)
def test_wrong_use_of_standard_input(app: Path, arguments: tuple[str, ...], said: str) -> None:
    status, _, error = check(app, *arguments)
    assert (status, said in error) == (2, True)


def test_the_report_shows_the_text_that_was_reviewed(app: Path) -> None:
    (app / "index.js").write_text(APP + FAULT)
    command = [sys.executable, "-m", "reviewer", "check", "--stdin", "--stdin-filename", "db.js"]
    done = subprocess.run(command, cwd=app, env=PLAIN, input=DB, capture_output=True, text=True, check=False)
    assert "> 3 │ exports.find = (id) => db.query('select ' + id)" in done.stdout

"""The recipes of the README for lefthook, and for husky with lint-staged: the real packages in a scratch repository."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "HUSKY", "LEFTHOOK"))}
APP = "const { find } = require('./db')\nconst app = require('express')()\n"
ROUTE = "app.get('/b', (req, res, next) => find(req.query.b).then((found) => res.json(found), next))\napp.listen(1)\n"
DB = "const { Pool } = require('pg')\nconst db = new Pool()\nexports.find = (id) => db.query('select ' + id)\n"
BOUND = DB.replace("'select ' + id", "'select $1', [id]")
TIDY = """const fs = require('fs')
for (const file of process.argv.slice(2)) fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/ +$/gm, ''))
"""
MANIFEST = {
    "private": True,
    "dependencies": {"express": "4.21.0", "pg": "8.0.0"},
    "lint-staged": {"*.js": "node tidy.js"},
}
TASK = {"*.{js,ts}": "nodereview --staged"}


def recipes() -> Iterator[tuple[str, str]]:
    """The files between the marks of the README, by path."""
    section = (REPOSITORY / "README.md").read_text(encoding="utf-8").partition("<!-- hooks: begin -->")[2]
    for fence in section.partition("<!-- hooks: end -->")[0].split("```")[1::2]:
        head, _, text = fence.partition("\n")
        yield head.split()[1], text


def run(folder: Path, *command: str, status: int = 0) -> str:
    identity = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    identity |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in identity.items()}
    path = os.pathsep.join([str(folder.parent / "bin"), PLAIN.get("PATH", "")])
    done = subprocess.run(
        command, cwd=folder, env={**PLAIN, **identity, "PATH": path}, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == status, said
    return said


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the packages are installed."""
    folder = tmp_path_factory.mktemp("packages")
    (folder / "package.json").write_text("{}")
    run(folder, "npm", "install", "--silent", "--no-audit", "--no-fund", "husky", "lint-staged", "lefthook")
    return folder


@pytest.fixture(params=["lefthook", "husky", "lint-staged"])
def shop(request: pytest.FixtureRequest, packages: Path, tmp_path: Path) -> Path:
    """A repository with a first commit, and the hook of one recipe."""
    folder, program = tmp_path / "shop", tmp_path / "bin" / "nodereview"
    folder.mkdir()
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(REPOSITORY))} exec {shlex.quote(sys.executable)} -m reviewer "$@"\n'
    )
    program.chmod(0o755)
    manifest = MANIFEST | ({"lint-staged": TASK} if request.param == "lint-staged" else {})
    for name, text in (("package.json", json.dumps(manifest)), ("index.js", APP), ("db.js", BOUND), ("tidy.js", TIDY)):
        (folder / name).write_text(text)
    (folder / ".gitignore").write_text("node_modules\n")
    (folder / "node_modules").symlink_to(packages / "node_modules")
    run(folder, "git", "init", "-q")
    run(folder, "git", "add", "-A")
    run(folder, "git", "commit", "-q", "-m", "first")
    files = dict(recipes())
    if request.param == "lefthook":
        (folder / "lefthook.yml").write_text(files["lefthook.yml"])
        run(folder, "npx", "lefthook", "install")
    else:
        run(folder, "npx", "husky")
        hook = files[".husky/pre-commit"] if request.param == "husky" else "npx lint-staged\n"
        (folder / ".husky" / "pre-commit").write_text(hook)
    run(folder, "git", "add", "-A")
    run(folder, "git", "commit", "-q", "-m", "the hook")
    return folder


def test_what_is_staged_is_judged_and_nothing_else(shop: Path) -> None:
    (shop / "index.js").write_text(APP + ROUTE.replace("app.listen(1)", "app.listen(1)  "))
    (shop / "db.js").write_text(DB)
    run(shop, "git", "add", "-A")
    said = run(shop, "git", "commit", "-m", "a fault", status=1)
    assert "sql-injection" in said
    assert "db.js" in said
    (shop / "db.js").write_text(BOUND)
    assert "sql-injection" in run(shop, "git", "commit", "-m", "repaired on disk only", status=1)
    assert (shop / "db.js").read_text() == BOUND
    run(shop, "git", "add", "-A")
    run(shop, "git", "commit", "-m", "repaired")
    (shop / "index.js").write_text("// of the commit\n" + APP + ROUTE)
    (shop / "db.js").write_text("// staged\n" + BOUND)
    run(shop, "git", "add", "-A")
    (shop / "db.js").write_text("// staged\n" + DB)
    run(shop, "git", "commit", "-m", "a part of a file")
    assert (shop / "db.js").read_text() == "// staged\n" + DB
    assert run(shop, "git", "show", "HEAD:db.js") == "// staged\n" + BOUND
    (shop / "index.js").write_text(APP + ROUTE)
    run(shop, "git", "commit", "-m", "one file of two", "index.js")
    assert run(shop, "git", "status", "--short").split() == ["M", "db.js"]

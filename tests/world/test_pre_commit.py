"""The real pre-commit, in a scratch repository: a staged fault is stopped, whatever lies on disk; a repair passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT_"))}
APP = "const { find } = require('./db')\nconst app = require('express')()\n"
ROUTE = "app.get('/b', (req, res, next) => find(req.query.b).then((found) => res.json(found), next))\napp.listen(1)\n"
DB = "const { Pool } = require('pg')\nconst db = new Pool()\nexports.find = (id) => db.query('select ' + id)\n"
BOUND = DB.replace("'select ' + id", "'select $1', [id]")
SETTINGS = """repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: nodereview
"""


def run(folder: Path, *command: str, status: int | None = 0) -> str:
    identity = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    identity |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in identity.items()}
    done = subprocess.run(
        command,
        cwd=folder,
        env=PLAIN | identity | {"PRE_COMMIT_HOME": str(folder.parent / "hooks")},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert status is None or done.returncode == status, said
    return said


@pytest.fixture(scope="module")
def pre_commit(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The command, from its own environment."""
    folder = tmp_path_factory.mktemp("pre-commit")
    run(folder, sys.executable, "-m", "venv", "tool")
    run(folder, "tool/bin/pip", "install", "-q", "pre-commit")
    return str(folder / "tool" / "bin" / "pre-commit")


@pytest.fixture(scope="module")
def shop(pre_commit: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a first commit, and the hook installed from a clone of this one with all that lies in it."""
    top = tmp_path_factory.mktemp("shop")
    nodereview, folder = top / "nodereview", top / "shop"
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    ).stdout
    for name in filter(None, files.decode().split("\0")):
        if (REPOSITORY / name).is_file():
            (nodereview / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, nodereview / name)
    folder.mkdir()
    for repository in (nodereview, folder):
        run(repository, "git", "init", "-q")
    run(nodereview, "git", "add", "-A")
    run(nodereview, "git", "commit", "-q", "-m", "all")
    revision = run(nodereview, "git", "rev-parse", "HEAD").strip()
    (folder / "package.json").write_text('{ "dependencies": { "express": "4.21.0", "pg": "8.0.0" } }')
    (folder / "package-lock.json").write_text("{}")
    (folder / "index.js").write_text(APP)
    (folder / "db.js").write_text(BOUND)
    (folder / ".pre-commit-config.yaml").write_text(SETTINGS.format(repository=nodereview, revision=revision))
    run(folder, "git", "add", "-A")
    run(folder, pre_commit, "install", "--install-hooks")
    run(folder, "git", "commit", "-q", "-m", "first")
    return folder


def test_a_planted_fault_is_stopped_and_the_repaired_one_goes_through(shop: Path) -> None:
    (shop / "index.js").write_text(APP + ROUTE)
    (shop / "db.js").write_text(DB)
    run(shop, "git", "add", "-A")
    said = run(shop, "git", "commit", "-m", "a fault", status=1)
    assert "sql-injection" in said
    assert "db.js" in said
    (shop / "db.js").write_text(BOUND)
    said = run(shop, "git", "commit", "-m", "not staged", status=1)
    assert "sql-injection" in said
    run(shop, "git", "add", "-A")
    run(shop, "git", "commit", "-m", "repaired")
    (shop / "db.js").write_text(DB)
    (shop / "index.js").write_text("// of the commit\n" + APP + ROUTE)
    run(shop, "git", "commit", "-m", "a part", "index.js")
    run(shop, "git", "checkout", "-q", "db.js")

"""The Python interface: what it gives, and what it says of wrong arguments."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import reviewer

APP = """const { Pool } = require('pg')
const db = new Pool()
const app = require('express')()
app.use(require('helmet')())
app.get('/a', (req, res, next) => db.query('select ' + req.query.a).then((found) => res.json(found), next))
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    dependencies = '"express": "4.21.0", "helmet": "8.0.0", "pg": "8.0.0"'
    (tmp_path / "package.json").write_text(f'{{ "dependencies": {{ {dependencies} }} }}')
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "index.js").write_text(APP)
    return tmp_path


def test_a_review_is_one_call(app: Path) -> None:
    found = reviewer.review(app)
    assert isinstance(found, reviewer.Review)
    assert [(one.rule, one.severity, one.place.line) for one in found.findings] == [
        ("sql-injection", reviewer.Severity.ERROR, 5)
    ]
    assert reviewer.review(str(app), ignore=["sql-injection"]).findings == []
    assert reviewer.review(app, rules=["missing-helmet"]).findings == []


def test_settings_of_the_repository_hold(app: Path) -> None:
    (app / ".nodereview.yml").write_text("rules: { sql-injection: note }\n")
    assert [one.severity for one in reviewer.review(app).findings] == [reviewer.Severity.NOTE]
    assert [one.severity for one in reviewer.review(app, local=False).findings] == [reviewer.Severity.ERROR]


def test_wrong_arguments_are_told(app: Path) -> None:
    with pytest.raises(reviewer.UsageError, match="sql-injektion"):
        reviewer.review(app, rules=["sql-injektion"])
    with pytest.raises(reviewer.UsageError, match="does not exist"):
        reviewer.review(app / "gone")
    with pytest.raises(AttributeError, match="no attribute 'reviw'"):
        getattr(reviewer, "reviw")  # noqa: B009 - a name that mypy would refuse


def test_the_package_imports_nothing_before_it_is_asked() -> None:
    program = "import reviewer, sys; print([name for name in sys.modules if name.startswith('reviewer.')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

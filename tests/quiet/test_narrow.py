"""Narrowing: what a baseline knows, and what has nothing to do with a change, is not told."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from reviewer.commands.group import nodereview
from reviewer.finding import Finding, Place, Precision, Review, Severity, UsageError
from reviewer.quiet.baseline import read_baseline, render_baseline, split
from reviewer.reviewing import review
from reviewer.settings import Options

APP = """const express = require('express');
const { db } = require('./db');
const app = express();
app.use(require('helmet')());
app.get('/a', (req, res, next) => {
  db.query(`select ${req.query.a}`, [1, 'two']).then((found) => res.json(found), next);
});
app.listen(1);
"""
DB = """const { Pool } = require('pg');
exports.db = new Pool();
exports.find = (name) => exports.db.query("select * from users where name = '" + name + "'");
"""
FORMATTED = """const express = require("express")
const { db } = require("./db")

const app = express()

app.use(require("helmet")())
app.get("/a", (req, res, next) => {
  db.query(
    `select ${req.query.a}`,
    [
      1,
      "two",
    ],
  ).then(found => res.json(found), next)
})

app.listen(1)
"""
MORE = """app.post('/b', (req, res, next) => {
  db.query('delete from users where id = ' + req.body.id).then(() => res.end(), next);
});
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text(
        '{ "dependencies": { "express": "4.21.0", "helmet": "8.0.0", "pg": "8.0.0" } }'
    )
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "index.js").write_text(APP)
    (tmp_path / "db.js").write_text(DB)
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "first")
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_")
    } | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}  # fmt: skip
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


def write_baseline(app: Path) -> Path:
    done = CliRunner().invoke(nodereview, ["baseline", "--quiet", "--root", str(app), str(app)])
    assert done.exit_code == 0, done.output
    return app / ".nodereview-baseline.json"


def reviewed(app: Path, baseline: Path | None = None, changed_since: str = "") -> Review:
    return review(Options(paths=(app,), root=app, baseline=baseline, changed_since=changed_since))


def places(found: Review) -> list[tuple[str, str, int]]:
    return [(one.rule, one.place.path, one.place.line) for one in found.findings]


def test_what_is_known_is_not_told(app: Path) -> None:
    known = write_baseline(app)
    assert places(reviewed(app)) == [("unparameterized-sql", "db.js", 3), ("sql-injection", "index.js", 6)]
    found = reviewed(app, known)
    assert (found.findings, found.known, found.fixed) == ([], 2, [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("index.js", "// a line\n" * 200 + APP),
        ("index.js", FORMATTED),
        ("index.js", APP.replace("res.json(found)", "res.json(found.rows)")),
        ("index.js", APP.replace("const app", "const other = (a) => a + 1;\nconst app")),
    ],
    ids=["moved", "formatted", "edited beside", "another function"],
)
def test_what_is_known_stays_known(app: Path, path: str, text: str) -> None:
    known = write_baseline(app)
    (app / path).write_text(text)
    found = reviewed(app, known)
    assert (found.findings, found.known, found.fixed) == ([], 2, [])


def test_a_file_may_be_renamed(app: Path) -> None:
    known = write_baseline(app)
    (app / "store").mkdir()
    (app / "db.js").rename(app / "store" / "users.js")
    (app / "index.js").write_text(APP.replace("./db", "./store/users"))
    found = reviewed(app, known)
    assert (found.findings, found.known) == ([], 2)


def test_a_new_fault_is_the_only_one_told(app: Path) -> None:
    known = write_baseline(app)
    (app / "index.js").write_text(APP + MORE)
    assert places(reviewed(app, known)) == [("sql-injection", "index.js", 10)]


def test_what_was_repaired_is_said(app: Path) -> None:
    known = write_baseline(app)
    (app / "db.js").write_text("const { Pool } = require('pg');\nexports.db = new Pool();\n")
    found = reviewed(app, known)
    assert [(one.rule, one.path) for one in found.fixed] == [("unparameterized-sql", "db.js")]
    partly = review(Options(paths=(app / "index.js",), root=app, baseline=known))
    assert (partly.known, partly.fixed) == (1, [])
    one_rule = review(Options(paths=(app,), root=app, baseline=known, rules=("sql-injection",)))
    assert one_rule.fixed == []


def test_the_command_says_what_it_wrote(app: Path) -> None:
    write_baseline(app)
    (app / "index.js").write_text(APP + MORE)
    done = CliRunner().invoke(nodereview, ["baseline", "--root", str(app), str(app)])
    assert "3 findings written" in done.output
    assert "(1 new, 0 gone since the last time)" in done.output


def test_the_file_of_the_settings_is_written_whole_and_read(app: Path) -> None:
    (app / "ci").mkdir()
    (app / ".nodereview.yml").write_text("baseline: ci/known.json\n")
    for _ in range(2):  # what is known already is written again
        assert CliRunner().invoke(nodereview, ["baseline", "--root", str(app), str(app)]).exit_code == 0
        assert len(read_baseline(app / "ci/known.json")) == 2
    done = CliRunner().invoke(nodereview, ["check", "--root", str(app), str(app)], standalone_mode=False)
    assert (done.return_value, "2 in the baseline" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "not a baseline"),
        (b"[]", "not a baseline"),
        (b'{"version": 2, "findings": []}', "version 2"),
        (b'{"version": 1, "findings": [{"path": "a"}]}', "not a baseline"),
        (b"[" * 100_000, "not a baseline"),
        (b"\xff", "not a baseline"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / "b.json").write_bytes(text)
    with pytest.raises(UsageError, match=said):
        read_baseline(tmp_path / "b.json")
    with pytest.raises(UsageError, match="no such baseline"):
        read_baseline(tmp_path / "c.json")


def test_the_file_is_sorted_and_read_again(tmp_path: Path) -> None:
    place = Place("b.js", 1, 1, 1, 2, 0, 1)
    one = Finding("r", Severity.ERROR, Precision.HIGH, "said \ud800", place, fingerprint="01")
    other = Finding("r", Severity.ERROR, Precision.HIGH, "said", Place("a.js", 9, 1, 9, 2, 0, 1), fingerprint="02")
    text = render_baseline([one, other])
    assert text == render_baseline([other, one])
    (tmp_path / "b.json").write_text(text)
    known = read_baseline(tmp_path / "b.json")
    assert [entry.path for entry in known] == ["a.js", "b.js"]
    assert split([one], known) == ([], [one], [known[0]])
    assert read_empty(tmp_path) == []


def read_empty(folder: Path) -> object:
    (folder / "empty.json").write_text(render_baseline([]))
    return read_baseline(folder / "empty.json")


def test_only_what_has_to_do_with_changes_is_told(app: Path) -> None:
    (app / "index.js").write_text(APP + MORE)
    found = reviewed(app, changed_since="HEAD")
    assert (places(found), found.elsewhere) == ([("sql-injection", "index.js", 10)], 2)
    commit(app, "second")
    assert reviewed(app, changed_since="HEAD").findings == []
    assert places(reviewed(app, changed_since="HEAD~1")) == [("sql-injection", "index.js", 10)]


def test_evidence_that_leads_over_a_change_counts(app: Path) -> None:
    (app / "index.js").write_text(
        APP + MORE.replace("db.query('delete from users where id = ' + req.body.id)", "run(req.body.id)")
    )
    (app / "run.js").write_text("")
    helper = "const { db } = require('./db');\nexports.run = (id) => db.query('delete ' + id);\n"
    (app / "run.js").write_text(helper)
    commit(app, "second")
    (app / "index.js").write_text(
        (app / "index.js").read_text().replace("const app", "const { run } = require('./run');\nconst app")
    )
    commit(app, "third")
    (app / "index.js").write_text((app / "index.js").read_text().replace("run(req.body.id)", "run( req.body.id )"))
    assert ("sql-injection", "run.js", 2) in places(reviewed(app, changed_since="HEAD"))


def test_a_branch_is_compared_with_where_it_began(app: Path) -> None:
    git(app, "checkout", "-q", "-b", "topic")
    (app / "more.js").write_text(APP)
    commit(app, "of the branch")
    git(app, "checkout", "-q", "main")
    (app / "index.js").write_text("// changed on main\n" + APP)
    commit(app, "of main")
    git(app, "checkout", "-q", "topic")
    assert [path for _, path, _ in places(reviewed(app, changed_since="main"))] == ["more.js"]


def test_renamed_and_unknown_files(app: Path) -> None:
    git(app, "mv", "db.js", "data.js")
    (app / "index.js").write_text(APP.replace("./db", "./data"))
    (app / 'ne"w\tfile.js').write_text(APP.replace("./db", "./data"))
    commit(app, "renamed")
    assert [path for _, path, _ in places(reviewed(app, changed_since="HEAD~1"))] == ['ne"w\tfile.js']
    (app / "unknown.js").write_text(APP.replace("./db", "./data"))
    assert [path for _, path, _ in places(reviewed(app, changed_since="HEAD"))] == ["unknown.js"]


def test_lines_that_look_like_the_head_of_a_file_are_lines(app: Path) -> None:
    (app / "notes.js").write_text("++ b/index.js\n@@ -1,9 +1,9 @@\n" * 3)
    git(app, "add", "-A")
    assert reviewed(app, changed_since="HEAD").findings == []


def test_a_shallow_clone_and_wrong_names_are_told_plainly(app: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    git(app, "commit", "-q", "--allow-empty", "-m", "second")
    clone = tmp_path_factory.mktemp("clone")
    git(clone, "clone", "-q", "--depth", "1", f"file://{app}", "shallow")
    with pytest.raises(UsageError, match=r"`v1` is not in this clone, which is shallow: .*unshallow"):
        reviewed(clone / "shallow", changed_since="v1")
    with pytest.raises(UsageError, match="no revision `mian`; did you mean `main`"):
        reviewed(app, changed_since="mian")
    with pytest.raises(UsageError, match="no revision"):
        reviewed(app, changed_since="--output=/tmp/x")
    alone = tmp_path_factory.mktemp("alone")
    (alone / "a.js").write_text("")
    with pytest.raises(UsageError, match="in a checkout of git only"):
        reviewed(alone, changed_since="HEAD")


def test_no_filter_of_the_repository_is_run(app: Path) -> None:
    (app / ".gitattributes").write_text("*.js filter=a=b\n")
    git(app, "config", "filter.a=b.clean", "touch ran; cat")
    (app / "index.js").write_text(APP + MORE)
    assert places(reviewed(app, changed_since="HEAD")) == [("sql-injection", "index.js", 10)]
    assert not (app / "ran").exists()

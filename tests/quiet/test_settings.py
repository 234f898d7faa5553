"""What settings make of a review: rules and severities at paths, suppressions, own cards and libraries."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.finding import Severity

Run = Callable[..., Any]

APP = """const express = require('express')
const { Pool } = require('pg')
const db = new Pool()
const app = express()
app.use(require('helmet')())
app.get('/a', (req, res, next) => {
  db.query(`select '${req.query.a}'`).then((found) => res.json(found), next)
})
"""
CARD = """---
severity: error
precision: %s
checklist: { none: a rule of this team }
message: "{sink} takes {source}"
remedy: do not
flow: { from: request.data, into: sql.text }
%s---
# Request data reaches SQL
## Why
Because.
## Bad
### one
```js app.js
const db = new (require('pg').Pool)()
require('express')().get('/', (req) => db.query(req.query.a))  // bad
```
## Good
### one
```js app.js
const db = new (require('pg').Pool)()
require('express')().get('/', () => db.query('select 1'))  // good
```
## Fix
Don't.
## Limits
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "app"
    (root / "src/old").mkdir(parents=True)
    dependencies = '"express": "4.21.0", "helmet": "8.0.0", "pg": "8.0.0"'
    manifest = f'{{ "dependencies": {{ {dependencies} }}, "scripts": {{ "start": "node src/index.js" }} }}'
    (root / "package.json").write_text(manifest)
    (root / "package-lock.json").write_text("{}")
    (root / "src/index.js").write_text(APP + "require('./old/more')\n")
    (root / "src/old/more.js").write_text(APP)
    monkeypatch.chdir(root)
    return root


def report(run: Run, *words: str) -> dict[str, Any]:
    ended = run("check", "-f", "json", "--root", ".", *words)
    assert ended.status in {0, 1}, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def told(run: Run, *words: str) -> list[str]:
    return [
        f"{found['place']['path']} {found['severity']} {found['rule']}" for found in report(run, *words)["findings"]
    ]


def settings(root: Path, text: str) -> None:
    (root / ".nodereview.yml").write_text(text)


BOTH = ["src/index.js error sql-injection", "src/old/more.js error sql-injection"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", BOTH),
        ("rules: { sql-injection: off }", []),
        ("rules: { sql-injection: on }", BOTH),
        ("rules: { sql-injection: note }", [line.replace("error", "note") for line in BOTH]),
        ("rules: { sql-injection: { severity: warning } }", [line.replace("error", "warning") for line in BOTH]),
        ("overrides: [{ paths: src/old/, rules: { sql-injection: off } }]", BOTH[:1]),
        (
            "rules: { sql-injection: off }\noverrides: [{ paths: [src/old/], rules: { sql-injection: warning } }]",
            ["src/old/more.js warning sql-injection"],
        ),
        (
            """overrides:
- { paths: src/, rules: { sql-injection: off } }
- { paths: index.js, rules: { sql-injection: on } }
""",
            BOTH[:1],
        ),
        ("exclude: [src/old/]", BOTH[:1]),
        ("exclude: [src/old/*, '!src/old/more.js']", BOTH),
        ("include: [src/old/]", BOTH[1:]),
        ("ignore: [{ rule: sql-injection, path: src/old/, reason: known }]", BOTH[:1]),
    ],
)
def test_what_is_told(app: Path, run: Run, text: str, expected: list[str]) -> None:
    settings(app, text)
    assert told(run) == expected
    assert told(run, "--no-local") == BOTH


def test_the_command_line_beats_the_file(app: Path, run: Run) -> None:
    settings(app, "rules: { sql-injection: off }\nfail-on: never\nprofile: strict")
    assert told(run, "--rule", "sql-injection") == BOTH
    assert run("--root", ".", "--rule", "sql-injection").status == 0
    assert run("--root", ".", "--rule", "sql-injection", "--fail-on", "error").status == 1
    assert (report(run)["profile"], report(run, "--profile", "default")["profile"]) == ("strict", "default")
    settings(app, "rules: { sql-injection: error }")
    assert told(run, "--ignore", "sql-injection") == []


def test_own_severities_decide_what_fails(app: Path, run: Run) -> None:
    settings(app, "rules: { sql-injection: warning }")
    assert run("--root", ".").status == 0
    settings(app, "rules: { sql-injection: warning }\nfail-on: warning")
    assert run("--root", ".").status == 1


def test_a_report_says_which_settings_are_in_force(app: Path, run: Run) -> None:
    assert report(run)["settings"] == []
    settings(app, "extends: team.yml")
    (app / "team.yml").write_text("")
    assert report(run)["settings"] == [".nodereview.yml", "team.yml"]
    assert "· settings .nodereview.yml, team.yml\n" in run("--root", ".").out
    outside = app.parent / "outside.yml"
    outside.write_text("")
    assert report(run, "--config", str(outside))["settings"] == ["outside.yml"]


NOTES = """ignore:
  - rule: [sql-injection, unparameterized-sql]
    path: src/old/
    reason: known
  - { rule: sql-injection, path: src/index.js }
"""


def notes(run: Run, *words: str) -> list[str]:
    found = report(run, *words)["findings"]
    return [f"{n['place']['path']}:{n['place']['line']} {n['message']}" for n in found if n["severity"] == "note"]


def test_entries_that_hide_nothing_or_say_no_reason_are_notes(app: Path, run: Run) -> None:
    settings(app, NOTES)
    idle = ".nodereview.yml:2 This entry of `ignore` hides nothing: there is no finding of `unparameterized-sql` in "
    bare = ".nodereview.yml:5 This entry of `ignore` does not say why the findings may stay"
    assert notes(run, "--profile", "strict") == [f"{idle}`src/old/`", bare]
    # In the default profile the rule runs only where its precision is high.
    assert bare in notes(run)
    assert report(run)["summary"]["suppressed"] == 2
    assert notes(run, "--rule", "unhandled-async-handler") == []
    assert notes(run, "src") == []
    settings(app, NOTES + "rules: { unexplained-suppression: off, unused-suppression: off }")
    assert notes(run, "--profile", "strict") == []


def test_the_place_of_a_note_is_the_line_of_the_settings(app: Path, run: Run) -> None:
    settings(app, "ignore:\n  - { rule: sql-injection, path: 'ünheard.json', reason: x }  \n")
    (place,) = (found["place"] for found in report(run)["findings"] if found["severity"] == "note")
    assert (place["line"], place["column"], place["end_column"]) == (2, 3, 61)
    assert (place["start"], place["end"]) == (10, 69)


def test_own_cards_run(app: Path, run: Run) -> None:
    (app / ".nodereview/rules/injection").mkdir(parents=True)
    (app / ".nodereview/rules/injection/our-rule.md").write_text(CARD % ("high", "aliases: [our-old-rule]\n"))
    assert told(run, "--rule", "our-rule") == [line.replace("sql-injection", "our-rule") for line in BOTH]
    settings(app, "rules: { our-old-rule: note, sql-injection: off }")
    found = report(run, "src", ".nodereview.yml")["findings"]
    assert [(one["rule"], one["severity"]) for one in found] == [
        ("former-rule-name", "note"),
        ("our-rule", "note"),
        ("our-rule", "note"),
    ]
    assert found[0]["message"] == "The rule `our-old-rule` is called `our-rule` today; the setting still holds"
    assert "our-rule" in run("rules").out
    assert run("explain", "our-rule").out.startswith("# Request data reaches SQL")
    assert run("--rule", "our-rule", "--no-local").status == 2


def test_code_beside_own_cards_is_never_run(app: Path, run: Run) -> None:
    folder = app / "cards/injection"
    folder.mkdir(parents=True)
    card = (CARD % ("high", "")).replace("flow: { from: request.data, into: sql.text }", "subjects: functions")
    (folder / "our-rule.md").write_text(card)
    (folder / "our-rule.py").write_text("open('ran', 'w')\n")
    settings(app, "cards: cards")
    assert any(gap["path"] == "cards/injection/our-rule.py" for gap in report(run)["gaps"])
    outside = app.parent / "team.yml"
    outside.write_text("cards: app/cards")
    assert any(gap["path"] == "cards/injection/our-rule.py" for gap in report(run, "--config", str(outside))["gaps"])
    assert not (app / "ran").exists()


def test_own_libraries_are_known(app: Path, run: Run) -> None:
    (app / ".nodereview/libraries").mkdir(parents=True)
    (app / ".nodereview/libraries/db.yml").write_text(
        "package: '@acme/db'\nroles:\n  sql.text: [ 'Member[run].Argument[0]' ]\n"
    )
    (app / "src/old/more.js").write_text(
        "const db = require('@acme/db')\n"
        "require('express')().get('/a', (req, res, next) => { db.run('select ' + req.query.a) })\n"
    )
    assert BOTH[1] in told(run)
    assert BOTH[1] not in told(run, "--no-local")
    (app / ".nodereview/libraries/db.yml").write_text("package: '@acme/db'\nroles:\n  sql.txt: [ Argument ]\n")
    ended = run("--root", ".")
    assert ended.status == 2
    said = "nodereview: .nodereview/libraries/db.yml:3: unknown role `sql.txt`; did you mean `sql.text`?\n"
    assert ended.err.endswith(said)


def test_settings_in_a_folder_below_the_root_are_a_gap(app: Path, run: Run) -> None:
    (app / "src/.nodereview.yml").write_text("rules: { sql-injection: off }")
    assert told(run) == BOTH
    assert [gap["path"] for gap in report(run)["gaps"] if gap["kind"] == "left-out"] == ["src/.nodereview.yml"]


def test_files_and_show_hear_settings(app: Path, run: Run) -> None:
    settings(app, "exclude: [src/old/]")
    assert run("files", "--root", ".").out == "src/index.js\n"
    assert run("files", "--root", ".", "--no-local").out == "src/index.js\nsrc/old/more.js\n"
    assert run("why", "sql-injection", "src/old/more.js:7", "--root", ".").status == 2


def config(run: Run, *words: str) -> dict[str, tuple[str, str]]:
    ended = run("config", "-f", "json", "--root", ".", *words)
    assert ended.status == 0, ended.err
    return {record["setting"]: (record["value"], record["from"]) for record in json.loads(ended.out)}


def test_config_says_where_everything_comes_from(app: Path, run: Run) -> None:
    assert config(run)["profile"] == ("default", "default")
    settings(
        app,
        "extends: team.yml\nprofile: strict\nrules:\n  sql-injection: warning\noverrides:\n"
        "  - paths: src/old/\n    rules:\n      sql-injection: off\nexclude: [a]",
    )
    (app / "team.yml").write_text("fail-on: note\nrules: { unparameterized-sql: off }\ninclude: [src/]")
    found = config(run)
    assert found["profile"] == ("strict", ".nodereview.yml:2")
    assert found["fail-on"] == ("note", "team.yml:1")
    assert found["exclude"] == ("a", ".nodereview.yml:9")
    assert found["include"] == ("src/", "team.yml:3")
    assert found["override"] == ("sql-injection: off in src/old/", ".nodereview.yml:8")
    assert found["rules.sql-injection"] == ("warning", ".nodereview.yml:4")
    assert found["rules.unparameterized-sql"] == ("off", "team.yml:2")
    assert found["rules.unhandled-async-handler"] == ("error", "default")
    assert config(run, "src/old/more.js")["rules.sql-injection"] == ("off", ".nodereview.yml:8")
    assert config(run, "--profile", "default", "--rule", "unhandled-async-handler") == {
        **found,
        "profile": ("default", "command line"),
        **{f"rules.{name}": ("off", "command line") for name in ("unused-suppression", "unexplained-suppression")},
        **{f"rules.{name}": ("off", "command line") for name in ("former-rule-name", "sql-injection")},
        **{
            name: ("off", "command line")
            for name in found
            if name.startswith("rules.") and name != "rules.unhandled-async-handler"
        },
        "rules.unhandled-async-handler": ("error", "command line"),
    }


def test_config_prints_the_schema(app: Path, run: Run) -> None:
    schema = json.loads(run("config", "--schema", "--root", str(app)).out)
    assert "sql-injection" in schema["$defs"]["rules"]["properties"]


def test_a_hint_about_a_file_outside_the_repository(app: Path, run: Run) -> None:
    cards = app.parent / "cards/injection"
    cards.mkdir(parents=True)
    (cards / "our-rule.md").write_text(CARD % ("high", "aliases: [our-old-rule]\n"))
    team = app.parent / "team.yml"
    team.write_text("cards: cards\nrules: { our-old-rule: off }\nignore: [{ rule: our-rule, path: a }]")
    ended = run("-q", "--root", ".", "--config", str(team))
    assert ended.err == f"nodereview: hint: {team}:2: the rule `our-old-rule` is called `our-rule` today\n"
    assert {found["severity"] for found in report(run, "--config", str(team))["findings"]} == {Severity.ERROR}

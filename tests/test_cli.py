"""The command line: what it passes on, what it prints where, and what it ends with."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

import reviewer
from reviewer.cli import main, nodereview
from reviewer.commands.table import table
from reviewer.finding import Finding, Place, Precision, Review, Severity
from reviewer.settings import Options

REPOSITORY = Path(__file__).resolve().parent.parent
Progress = Callable[[str, int, int], None]


class Ended(NamedTuple):
    status: int
    out: str
    err: str


class Engine:
    """Stands where the engine stands: keeps the options it was given and answers with `answer`."""

    def __init__(self, root: Path) -> None:
        self.answer = Review(root=root, reviewed=1)
        self.error: BaseException | None = None
        self.options = Options()

    def review(self, options: Options, progress: Progress) -> Review:
        self.options = options
        progress("parse", 1, 2)
        if self.error is not None:
            raise self.error
        return self.answer


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    stand_in = Engine(tmp_path)
    module = ModuleType("reviewer.review")
    module.__dict__["review"] = stand_in.review
    monkeypatch.setitem(sys.modules, "reviewer.review", module)
    monkeypatch.chdir(tmp_path)
    return stand_in


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    def run(*arguments: str) -> Ended:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        captured = capfd.readouterr()
        return Ended(int(left.value.code or 0), captured.out, captured.err)

    return run


Run = Callable[..., Ended]


def finding(severity: Severity) -> Finding:
    place = Place("app.js", 3, 1, 3, 9, 20, 28)
    return Finding("unhandled-async-handler", severity, Precision.HIGH, "it is lost", place)


@pytest.mark.parametrize("words", [[], ["check"], ["-q"], ["check", "-q"]])
def test_without_a_command_it_checks(engine: Engine, run: Run, words: list[str]) -> None:
    assert run(*words).status == 0
    assert engine.options.paths == (Path(),)


def test_a_first_word_that_is_no_command_is_a_path(engine: Engine, run: Run, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "rules").mkdir()
    assert run("src", "./rules").status == 0
    assert engine.options.paths == (Path("src"), Path("rules"))
    assert run("check", "rules").status == 0
    assert engine.options.paths == (Path("rules"),)


def test_options_reach_the_engine(engine: Engine, run: Run, tmp_path: Path) -> None:
    words = "--profile strict --jobs 3 --timeout 2.5 --no-local --root . --rule unhandled-async-handler"
    assert run("check", *words.split()).status == 0
    assert engine.options == Options(
        root=tmp_path, rules=("unhandled-async-handler",), profile="strict", jobs=3, timeout=2.5, local=False
    )


def test_jobs_are_the_usable_cores(engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False)
    run()
    assert engine.options.jobs == 3


@pytest.mark.parametrize(
    ("severity", "fail_on", "status"),
    [
        (Severity.ERROR, "error", 1),
        (Severity.WARNING, "error", 0),
        (Severity.WARNING, "warning", 1),
        (Severity.NOTE, "warning", 0),
        (Severity.NOTE, "note", 1),
        (Severity.ERROR, "never", 0),
    ],
)
def test_exit_status(engine: Engine, run: Run, severity: Severity, fail_on: str, status: int) -> None:
    engine.answer.findings = [finding(severity)]
    assert run("-f", "json", "--fail-on", fail_on).status == status


def test_a_fault_outweighs_findings(engine: Engine, run: Run) -> None:
    engine.answer.findings = [finding(Severity.ERROR)]
    engine.answer.faults = 1
    assert run("-f", "json").status == 3


def test_an_error_of_ours_is_no_finding(engine: Engine, run: Run) -> None:
    engine.error = KeyError("lost")
    ended = run()
    assert ended.status == 3
    assert "KeyError: 'lost'" in ended.err
    assert ended.err.endswith("nodereview: this is a fault in nodereview; please report it with the lines above\n")


def test_ctrl_c_ends_quietly(engine: Engine, run: Run) -> None:
    engine.error = KeyboardInterrupt()
    assert run() == Ended(130, "", "")


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "nowhere: no such file or folder"),
        (["nowhere.js", "-q"], "nowhere.js: no such file or folder"),
        (["chekc"], "chekc: no such file or folder; did you mean the command `check`?"),
        (["no\x1b[2Jwhere"], "no\\x1b[2Jwhere: no such file or folder"),
        (["--root", "nowhere"], "nowhere: no such file or folder"),
        (["--root", "file.js"], "file.js: the root must be a folder"),
        (["-q", "-v"], "--quiet and --verbose exclude each other"),
        (["-o", "no/report.json"], "no/report.json: cannot be written: there is no folder no"),
        (["-o", "."], ".: cannot be written: it is a folder"),
        (["--rule", "sql-injectoin"], "unknown rule `sql-injectoin`; did you mean `sql-injection`?"),
        (["--ignore", "sql-injectoin"], "unknown rule `sql-injectoin`; did you mean `sql-injection`?"),
        (["explain", "unhandled-async-handlr"], None),
        (["why", "sql-injection", "file.js"], "file.js: name a line, as in file.js:12"),
        (["why", "sql-injection", "file.js:0"], "file.js:0: lines are counted from 1"),
        (["show", "module", "nowhere.js:3"], "nowhere.js: no such file or folder"),
        (["files", "nowhere"], "nowhere: no such file or folder"),
        (["test-rules", "file.js"], "file.js: no folder of cards"),
    ],
)
def test_wrong_usage_is_one_line_and_2(run: Run, tmp_path: Path, words: list[str], message: str | None) -> None:
    (tmp_path / "file.js").touch()
    ended = run(*words)
    assert (ended.status, ended.out) == (2, "")
    expected = message or "unknown rule `unhandled-async-handlr`; did you mean `unhandled-async-handler`?"
    assert ended.err == f"nodereview: {expected}\n"


@pytest.mark.parametrize(
    ("words", "beginning", "end"),
    [
        (["--formt", "json"], "nodereview: No such option '--formt'", "Try `nodereview check --help`.\n"),
        (["show"], "nodereview: Missing argument 'WHAT'. Choose from: calls, ", "Try `nodereview show --help`.\n"),
        (["--jobs", "0"], "nodereview: Invalid value for '--jobs'", "Try `nodereview check --help`.\n"),
        (["--fail-on", "fatal"], "nodereview: Invalid value for '--fail-on'", "Try `nodereview check --help`.\n"),
        (["--timeout", "0"], "nodereview: Invalid value for '--timeout'", "Try `nodereview check --help`.\n"),
    ],
)
def test_wrong_options_name_the_help(run: Run, words: list[str], beginning: str, end: str) -> None:
    ended = run(*words)
    assert ended.status == 2
    assert ended.err.startswith(beginning)
    assert ended.err.endswith(end)
    assert ended.err.count("\n") == 1


def test_nothing_to_review_is_said(engine: Engine, run: Run, tmp_path: Path) -> None:
    engine.answer.reviewed = 0
    (tmp_path / "empty").mkdir()
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "app.py").touch()
    ended = run("empty", "-f", "json")
    assert (ended.status, ended.err) == (0, "nodereview: warning: empty: the folder is empty\n")
    ended = run("python", "-f", "json")
    assert (ended.status, ended.err) == (0, "nodereview: warning: python: no JavaScript or TypeScript to review\n")
    engine.answer.left_out = {"vendored": 4, "minified": 12}
    ended = run("python", "-f", "json")
    expected = "python: no JavaScript or TypeScript to review (left out: 12 minified, 4 vendored)"
    assert ended.err == f"nodereview: warning: {expected}\n"
    assert run("python", "-f", "json", "-q").err == ""


@pytest.mark.parametrize("output_format", ["text", "json", "sarif"])
def test_a_report_goes_where_it_was_sent(engine: Engine, run: Run, tmp_path: Path, output_format: str) -> None:
    engine.answer.findings = [finding(Severity.ERROR)]
    shown = run("-f", output_format)
    assert shown.status == 1
    assert "unhandled-async-handler" in shown.out
    assert "\x1b" not in shown.out
    ended = run("-f", output_format, "-o", "report")
    assert ended == Ended(1, "", "")
    assert (tmp_path / "report").read_text(encoding="utf-8") == shown.out
    assert run("-f", output_format, "-o", "-").out == shown.out
    if output_format != "text":
        assert json.loads(shown.out)


def test_version_and_help(run: Run) -> None:
    assert run("--version") == Ended(0, f"nodereview {reviewer.__version__}\n", "")
    assert run("--help").out.startswith("Usage: nodereview [check] [OPTIONS] [PATH]...\n")
    for name in nodereview.commands:
        assert run(name, "-h").out.startswith(f"Usage: nodereview {name} ")


def test_rules_and_explain(run: Run) -> None:
    listed = {record["rule"]: record for record in json.loads(run("rules", "-f", "json").out)}
    assert listed["sql-injection"]["category"] == "injection"
    assert run("rules").out.splitlines()[0].split() == ["rule", "category", "severity", "precision", "title"]
    explained = run("explain", "sql-injection").out
    assert explained.startswith(f"# {listed['sql-injection']['title']}\n\n## Why\n")
    assert explained.endswith("rule sql-injection · severity error · precision high · CWE-89 · OWASP A03:2021\n")


def test_files_are_listed_below_the_path(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "node_modules").mkdir()
    for name in ("index.js", "src/app.ts", "src/readme.md", "node_modules/x.js"):
        (tmp_path / name).write_text("f()\n")
    monkeypatch.chdir(tmp_path)
    assert run("files") == Ended(0, "index.js\nsrc/app.ts\n", "")
    assert run("files", ".", "--root", ".").out == "index.js\nsrc/app.ts\n"
    assert run("files", "src", "--root", ".").out == "src/app.ts\n"
    assert [record["path"] for record in json.loads(run("files", "-f", "json").out)] == ["index.js", "src/app.ts"]


def test_records_are_aligned_and_harmless() -> None:
    records = [
        {"path": "a.js", "line": 3, "roles": ["sql.text", "database.query"]},
        {"path": "日本.js", "line": 12, "async": True, "roles": []},
        {"path": "\x1b]0;x\x07", "line": None, "async": False, "roles": [{"a": "\n"}]},
    ]
    assert table(records) == [
        "path          line  roles                     async",
        "a.js          3     sql.text, database.query",
        "日本.js       12                              yes",
        '\\x1b]0;x\\x07        {"a":"\\n"}                no',
    ]
    assert table([]) == []


APP = """const express = require('express')
const { Pool } = require('pg')
const app = express()
const db = new Pool()
app.get('/users/:name', async (req, res) => {
  const { rows } = await db.query(`SELECT * FROM users WHERE name = '${req.params.name}'`)
  res.json(rows)
})
app.listen(3000)
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "lib").mkdir()
    (tmp_path / "src" / "app.js").write_text(APP)
    (tmp_path / "lib" / "clean.js").write_text("exports.one = 1\n")
    manifest = {"main": "src/app.js", "dependencies": {"express": "^4.18.0", "pg": "^8.0.0"}}
    (tmp_path / "package.json").write_text(json.dumps(manifest))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("app")
def test_an_application_is_reviewed(run: Run) -> None:
    ended = run("-f", "json", "--jobs", "1")
    found = [(one["rule"], one["place"]["path"], one["place"]["line"]) for one in json.loads(ended.out)["findings"]]
    assert found == [("unhandled-async-handler", "src/app.js", 5), ("sql-injection", "src/app.js", 6)]
    assert (ended.status, ended.err) == (1, "")
    assert run("-q", "src", "--root", ".").out.splitlines()[1].startswith("src/app.js:6:")
    assert run("-q", "lib", "--root", ".") == Ended(0, "", "")
    assert run("-q", "--ignore", "sql-injection", "--rule", "sql-injection") == Ended(0, "", "")


@pytest.mark.usefixtures("app")
def test_what_is_known_is_shown(run: Run, monkeypatch: pytest.MonkeyPatch, app: Path) -> None:
    (endpoint,) = json.loads(run("show", "endpoints", "-f", "json").out)
    shown = {name: endpoint[name] for name in ("method", "path", "file", "line", "middleware")}
    assert shown == {"method": "GET", "path": "/users/:name", "file": "src/app.js", "line": 5, "middleware": []}
    reasons = run("why", "sql-injection", "src/app.js:6").out.splitlines()
    assert reasons[0] == "src/app.js:6: The rule reports this line."
    monkeypatch.chdir(app / "src")
    assert run("why", "sql-injection", "app.js:6", "--root", "..").out.splitlines() == reasons
    assert run("show", "calls", "app.js:9", "--root", "..").out.splitlines()[1].startswith("src/app.js  9")


def test_examples_of_anybodys_cards_are_run(run: Run, tmp_path: Path) -> None:
    card = tmp_path / "cards" / "database" / "query-in-a-handler.md"
    card.parent.mkdir(parents=True)
    (card.parent / "query-in-a-handler.py").write_text(
        '"""Finds queries."""\n\n\ndef find(subject, model, report):\n    report.at(report.subject)\n'
    )
    card.write_text(CARD)
    ended = run("test-rules", str(tmp_path / "cards"))
    assert ended.err == ""
    assert ended.out.splitlines() == ["2 examples: 2 validated"]
    assert ended.status == 0
    card.write_text(CARD.replace("  // bad", ""))
    ended = run("test-rules", str(tmp_path / "cards"))
    first = ended.out.splitlines()[0]
    assert first.startswith(f"{card}:15: noisy: Bad example `a query`, db.js:3: `query-in-a-handler` reports:")
    assert ended.out.splitlines()[1:] == ["2 examples: 1 validated, 1 noisy"]
    assert ended.status == 1


CARD = """---
severity: note
precision: low
checklist: { none: an example }
message: a query
remedy: none
subjects: calls database.query
---
# A query
## Why
It shows how.
## Bad
### a query
```js db.js
const { Pool } = require('pg')
const db = new Pool()
db.query('SELECT 1')  // bad
```
## Good
### no query
```js db.js
const db = { query: (text) => text }
db.query('SELECT 1')  // other
```
## Fix
Leave it.
## Limits
None.
"""

# What needs a process of its own: pipes, terminals, signals.
SLOW = """
import sys, time, types
from pathlib import Path
from reviewer.finding import Review
def review(options, progress):
    for done in range(40):
        progress("judge", done, 40)
        time.sleep(0.05)
    return Review(root=Path.cwd(), reviewed=1)
sys.modules["reviewer.review"] = types.ModuleType("reviewer.review")
sys.modules["reviewer.review"].review = review
from reviewer.cli import main
main(sys.argv[1:])
"""


def start(code: list[str], cwd: Path, **streams: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm-256color"}
    return subprocess.Popen([sys.executable, *code], cwd=cwd, env=environment, **streams)


def test_a_reader_that_leaves_ends_the_run_quietly(tmp_path: Path) -> None:
    for number in range(20_000):
        (tmp_path / f"f{number % 200}" / "x").parent.mkdir(exist_ok=True)
    for number in range(4000):
        (tmp_path / f"f{number % 200}" / f"a-name-of-some-length-{number}.js").touch()
    process = start(["-m", "reviewer", "files"], tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(20) == 141


@pytest.mark.parametrize(("words", "drawn"), [([], True), (["-q"], False)])
def test_a_long_run_shows_its_progress_on_a_terminal(tmp_path: Path, *, words: list[str], drawn: bool) -> None:
    ours, theirs = pty.openpty()
    process = start(["-c", SLOW, "-f", "json", *words], tmp_path, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    assert process.stdout is not None
    report = process.stdout.read()
    process.stdout.close()
    assert process.wait(20) == 0
    assert json.loads(report)
    assert b"\x1b" not in report
    assert (b"judge" in _written(ours)) is drawn


def test_ctrl_c_leaves_no_traceback(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = start(["-c", SLOW], tmp_path, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = os.read(ours, 1)
    process.send_signal(signal.SIGINT)
    status = process.wait(20)
    shown += _written(ours)
    assert b"Traceback" not in shown
    assert status == 130
    assert b"\x1b[?25l" not in shown, "the cursor was never hidden"
    assert shown.endswith(b"\x1b[2K\r"), "the bar is erased"
    assert process.stdout is not None
    assert process.stdout.read() == b""
    process.stdout.close()


def _written(terminal: int) -> bytes:
    """All that was written to the other end of a terminal, which must be closed by now."""
    chunks = []
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(terminal)
    return b"".join(chunks)


def test_the_readme_names_every_command_and_option() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    lacking = [name for name in nodereview.commands if f"nodereview {name}" not in readme.replace("[check]", "check")]
    for command in (nodereview.commands["check"], nodereview.commands["files"]):
        names = [name for option in command.params for name in (*option.opts, *option.secondary_opts)]
        lacking += [name for name in names if name.startswith("-") and f"`{name}" not in readme]
    assert lacking == []

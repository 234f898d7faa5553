"""The command line: what it passes on, what it prints where, and what it ends with."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

import reviewer
from reviewer.commands.check import check
from reviewer.commands.files import files
from reviewer.commands.group import nodereview
from reviewer.finding import Finding, Place, Precision, Review, Severity
from reviewer.rulebook.load import Rulebook
from reviewer.settings import Options

REPOSITORY = Path(__file__).resolve().parent.parent
Progress = Callable[[str, int, int], None]
Run = Callable[..., Any]


COMMANDS = nodereview.list_commands(click.Context(nodereview))


class Engine:
    """Stands where the engine stands: keeps the options it was given and answers with `answer`."""

    def __init__(self, root: Path) -> None:
        self.answer = Review(root=root, reviewed=1)
        self.error: BaseException | None = None
        self.options = Options()

    def review(self, options: Options, progress: Progress, _: Rulebook) -> Review:
        self.options = options
        progress("parse", 1, 2)
        if self.error is not None:
            raise self.error
        return self.answer


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    stand_in = Engine(tmp_path)
    module = ModuleType("reviewer.reviewing")
    module.__dict__["review"] = stand_in.review
    monkeypatch.setitem(sys.modules, "reviewer.reviewing", module)
    monkeypatch.chdir(tmp_path)
    return stand_in


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
    words = "--profile strict --jobs 3 --timeout 2.5 --no-local --no-cache --root . --rule unhandled-async-handler"
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
    assert run() == (130, "", "")


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
    engine.answer.left_out = {"browser code": 4, "minified": 12}
    said = "this looks like no backend: 4 files of browser code, and nothing that runs in Node.js"
    assert run("python", "-f", "json").err == f"nodereview: warning: python: {said}\n"
    assert run("python", "-f", "json", "-q").err == ""


@pytest.mark.parametrize("output_format", ["text", "json", "sarif"])
def test_a_report_goes_where_it_was_sent(engine: Engine, run: Run, tmp_path: Path, output_format: str) -> None:
    engine.answer.findings = [finding(Severity.ERROR)]
    shown = run("-f", output_format)
    assert shown.status == 1
    assert "unhandled-async-handler" in shown.out
    assert "\x1b" not in shown.out
    ended = run("-f", output_format, "-o", "report")
    assert ended == (1, "", "")
    assert (tmp_path / "report").read_text(encoding="utf-8") == shown.out
    assert run("-f", output_format, "-o", "-").out == shown.out
    if output_format != "text":
        assert json.loads(shown.out)


def test_version_and_help(run: Run) -> None:
    assert run("--version") == (0, f"nodereview {reviewer.__version__}\n", "")
    assert run("--help").out.startswith("Usage: nodereview [check] [OPTIONS] [PATH]...\n")
    for name in COMMANDS:
        assert run(name, "-h").out.startswith(f"Usage: nodereview {name} ")


def test_the_readme_names_every_command_and_option() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    lacking = [name for name in COMMANDS if f"nodereview {name}" not in readme.replace("[check]", "check")]
    for command in (check, files):
        names = [name for option in command.params for name in (*option.opts, *option.secondary_opts)]
        lacking += [name for name in names if name.startswith("-") and f"`{name}" not in readme]
    assert lacking == []

"""Findings that stand in documents: through the whole review, with all that narrows and quiets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
    "PYTHONPATH": str(REPOSITORY)
}
OLD = ("unsupported-node-version", "Dockerfile", 1)
NONE = ("missing-lockfile", "package.json", 2)
PACKAGE = '{\n  "dependencies": { "express": "5.1.0" },\n  "scripts": { "start": "node index.js" }\n}\n'


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=PLAIN, check=True, capture_output=True)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "package.json").write_text(PACKAGE)
    (folder / "index.js").write_text("const app = require('express')()\napp.use(require('helmet')())\napp.listen(1)\n")
    (folder / "Dockerfile").write_text("FROM node:14\n")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def report(app: Path, *arguments: str) -> dict[str, Any]:
    rules = ("--ignore", "missing-helmet", "--ignore", "unexplained-suppression")
    command = [sys.executable, "-m", "reviewer", "check", *rules, "-f", "json", *arguments]
    done = subprocess.run(command, cwd=app, env=PLAIN, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def check(app: Path, *arguments: str) -> list[tuple[str, str, int]]:
    findings = report(app, *arguments)["findings"]
    return [(one["rule"], one["place"]["path"], one["place"]["line"]) for one in findings]


def test_findings_stand_in_documents_with_any_number_of_workers(app: Path) -> None:
    assert check(app) == check(app, "--jobs", "2") == check(app, "--jobs", "1") == [OLD, NONE]
    assert check(app, "Dockerfile") == [OLD]
    assert check(app, "index.js") == []


def test_a_place_is_the_text_of_a_line(app: Path) -> None:
    (app / "Dockerfile").write_bytes("# 🙂\r\n  FROM node:14 AS ü\r\n".encode())
    place = next(one for one in report(app)["findings"] if one["rule"] == OLD[0])["place"]
    assert (place["line"], place["column"], place["end_column"], place["start"], place["end"]) == (2, 3, 20, 10, 28)


def test_fingerprints_hold_no_place(app: Path) -> None:
    before = {one["rule"]: one["fingerprint"] for one in report(app)["findings"]}
    (app / "Dockerfile").unlink()
    (app / "docker").mkdir()
    (app / "docker" / "Dockerfile").write_text("# moved\n\n  FROM   node:14\n")
    (app / "package.json").write_text("\n" + PACKAGE)
    after = report(app)["findings"]
    assert [(one["place"]["path"], one["place"]["line"]) for one in after] == [("docker/Dockerfile", 3), (NONE[1], 3)]
    assert {one["rule"]: one["fingerprint"] for one in after} == before


def test_comments_hide_findings_and_tell_when_they_hide_none(app: Path) -> None:
    (app / "Dockerfile").write_text("# nodereview-disable-next-line unsupported-node-version -- old\nFROM node:14\n")
    assert check(app) == [NONE]
    assert check(app, "--no-local") == [("unsupported-node-version", "Dockerfile", 2), NONE]
    (app / "Dockerfile").write_text("# nodereview-disable-next-line unsupported-node-version -- old\nFROM node:24\n")
    assert check(app) == [("unused-suppression", "Dockerfile", 1), NONE]


def test_settings_hide_findings_where_the_format_has_no_comments(app: Path) -> None:
    entry = "{ rule: missing-lockfile, path: package.json, reason: a test }"
    (app / ".nodereview.yml").write_text(f"ignore:\n  - {entry}\n")
    assert check(app) == [OLD]
    (app / "package-lock.json").write_text("{}")
    assert check(app) == [("unused-suppression", ".nodereview.yml", 2), OLD]


def test_changes_and_baselines_narrow_them(app: Path) -> None:
    assert check(app, "--changed-since", "HEAD") == []
    (app / "Dockerfile").write_text("FROM node:16\n")
    assert check(app, "--changed-since", "HEAD") == [OLD]
    command = [sys.executable, "-m", "reviewer", "baseline", "-q"]
    subprocess.run(command, cwd=app, env=PLAIN, check=True, capture_output=True)
    (name,) = {path.name for path in app.iterdir() if "baseline" in path.name}
    assert check(app, "--baseline", name) == []
    (app / "Dockerfile").write_text("FROM node:12\n")
    assert check(app, "--baseline", name) == [OLD]


def test_what_is_staged_is_looked_at(app: Path) -> None:
    (app / "Dockerfile").write_text("FROM node:24\nRUN npm ci\n")
    git(app, "add", "-A")
    (app / "Dockerfile").write_text("FROM node:14\n")
    assert check(app, "--staged") == []
    (app / "Dockerfile").write_text("# 1\nFROM node:12\n")
    git(app, "add", "-A")
    (app / "Dockerfile").unlink()
    assert check(app, "--staged") == [("unsupported-node-version", "Dockerfile", 2)]


def test_what_can_not_be_read_is_a_gap_of_the_review(app: Path) -> None:
    (app / "package.json").write_text("{ \n")
    (app / "Dockerfile").unlink()
    (app / "Dockerfile").symlink_to("/dev/zero")
    (app / ".nvmrc").write_bytes(b"14" + b" " * (17 << 20))
    said = report(app, "--rule", "missing-lockfile", "--rule", "unsupported-node-version")
    assert said["findings"] == []
    assert {(gap["path"], gap["kind"]) for gap in said["gaps"]} == {
        (".nvmrc", "too-large"),
        ("package.json", "manifest"),
    }


@pytest.mark.parametrize("form", ["sarif", "text"])
def test_reports_show_them(app: Path, form: str) -> None:
    command = [sys.executable, "-m", "reviewer", "check", "--rule", OLD[0], "-f", form]
    said = subprocess.run(command, cwd=app, env=PLAIN, capture_output=True, text=True, check=False).stdout
    if form == "text":
        assert "Dockerfile\n\n  1:1  warning  unsupported-node-version" in said
        assert "> 1 │ FROM node:14" in said
        return
    (result,) = json.loads(said)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "Dockerfile", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 13},
    }
    assert set(result["partialFingerprints"]) == {"nodereview/v1", "primaryLocationLineHash"}

"""The first file of settings: it says what is there, changes nothing, and holds when its lines are uncommented."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.config.load import load_settings
from reviewer.quiet.notes import RULES

Run = Callable[..., Any]
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / "fixtures/express-shop", tmp_path / "shop")
    return tmp_path / "shop"


def test_it_fits_the_repository(shop: Path, run: Run) -> None:
    manifest = shop / "package.json"
    manifest.write_text(re.sub(r'"name": "[^"]*"', '"name": "@acme/shop"', manifest.read_text(), count=1))
    (shop / "src/mail.js").write_text("require('@acme/mail').send('hello')\n")
    ended = run("init", str(shop), "--root", str(shop))
    text = (shop / ".nodereview.yml").read_text()
    assert ended.status == 0
    assert ended.out.endswith(f"Written: {shop / '.nodereview.yml'}\n")
    for line in ("  server: src/server.js", "  frameworks: express 4.22.3", "  stores: pg 8.23.1"):
        assert line in ended.out
        assert f"#{line[1:]}" in text.replace("#   ", "# ")
    assert "# Nothing is known of @acme/mail:" in text


def test_it_changes_nothing_and_holds_without_its_hashes(shop: Path, run: Run) -> None:
    before = run("check", "-f", "json", "--root", str(shop), str(shop)).out
    run("init", str(shop), "--root", str(shop))
    after = run("check", "-f", "json", "--root", str(shop), str(shop)).out
    assert after.replace('[\n    ".nodereview.yml"\n  ]', "[]") == before
    file = shop / ".nodereview.yml"
    file.write_text(re.sub(r"^#(?=\S|  \S|    \S)", "", file.read_text(), flags=re.MULTILINE))
    (shop / "tools/nodereview/libraries").mkdir(parents=True)
    settings, _ = load_settings(shop, own=RULES)
    assert (len(settings.rules), len(settings.overrides), len(settings.ignored), len(settings.exclude)) == (2, 1, 1, 1)


def test_nothing_is_overwritten_unasked(shop: Path, run: Run) -> None:
    file = shop / ".nodereview.yml"
    file.write_text("profile: strict\n")
    ended = run("init", "--root", str(shop), str(shop))
    assert (ended.status, file.read_text()) == (2, "profile: strict\n")
    assert ended.err == f"nodereview: {file}: is there already; --force overwrites it\n"
    assert run("init", "--root", str(shop), str(shop), "--force").status == 0
    assert file.read_text().startswith("# Settings of nodereview.")


def test_force_writes_through_no_link(shop: Path, run: Run) -> None:
    other = shop.parent / "other.yml"
    other.write_text("mine")
    (shop / ".nodereview.yml").symlink_to(other)
    assert run("init", "--root", str(shop), str(shop), "--force").status == 0
    assert other.read_text() == "mine"


def test_settings_in_package_json_are_enough(shop: Path, run: Run) -> None:
    (shop / "package.json").write_text('{ "nodereview": {} }')
    ended = run("init", "--root", str(shop), str(shop), "--force")
    assert ended.status == 2
    assert ended.err.endswith("package.json: holds settings already, under `nodereview`\n")


def test_an_empty_repository(tmp_path: Path, run: Run) -> None:
    assert run("init", str(tmp_path), "--root", str(tmp_path)).status == 0
    assert load_settings(tmp_path, own=RULES)[0].profile == "default"


def test_the_settings_of_the_readme_hold(tmp_path: Path) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- settings: begin -->\n```yaml\n(.*?)```", readme, re.DOTALL)
    assert shown is not None
    (tmp_path / ".nodereview.yml").write_text(shown[1])
    (tmp_path / "config").mkdir()
    (tmp_path / "config/team.yml").write_text("")
    settings, _ = load_settings(tmp_path, own=RULES)
    assert (settings.profile, settings.fail_on, len(settings.ignored)) == ("strict", "warning", 1)

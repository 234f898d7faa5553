"""CONTRIBUTING.md, word by word: its files are written and its commands run, in a copy of the repository."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer.rulebook.markdown import Fence, Heading, parse_blocks

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "CONTRIBUTING.md"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".world", "dist", "__pycache__", ".*_cache", "fixtures", "judged")
MAKE = "make check test"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, with a `.venv` that has the programs of this one."""
    copy = tmp_path_factory.mktemp("clone") / "nodereview"
    shutil.copytree(REPOSITORY, copy, ignore=LEFT_OUT)
    programs = copy / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, words in (("python", []), ("nodereview", ["-m", "reviewer"])):
        command = shlex.join([sys.executable, *words])
        (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (programs / name).chmod(0o755)
    return copy


def sections() -> dict[str, list[Fence]]:
    found: dict[str, list[Fence]] = {}
    title = ""
    for block in parse_blocks(PAGE.read_text(encoding="utf-8").split("\n"), PAGE.name, 1):
        if isinstance(block, Heading):
            title = block.text
        elif isinstance(block, Fence):
            found.setdefault(title, []).append(block)
    return found


def sh(clone: Path, script: str) -> str:
    """What the commands print. Each has to end well, as in a script under `set -e`."""
    environment = {**os.environ, "PYTHONPATH": str(clone), "PYTHONDONTWRITEBYTECODE": "1"}
    setup = 'export PATH="$PWD/.venv/bin:$PATH"\nset -e\n'
    done = subprocess.run(
        ["sh", "-c", setup + script], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done.stdout


def follow(clone: Path, fences: list[Fence]) -> None:
    said = ""
    for fence in fences:
        language, *names = fence.info
        text = "".join(f"{line}\n" for line in fence.code)
        if names:
            file = clone / names[0]
            assert not file.exists(), f"{PAGE.name}:{fence.line}: {names[0]} is there already; take another example"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif language == "sh":
            said = sh(clone, text)
        else:
            assert language == "text", f"{PAGE.name}:{fence.line}: a fence is sh, text, or a file with its path"
            assert text in said, f"{PAGE.name}:{fence.line}: not what is printed"


def test_setting_up_is_one_command_that_make_knows(clone: Path) -> None:
    first, path = sections()["Set up"]
    assert first.code == (MAKE,)
    assert path.code == ('export PATH="$PWD/.venv/bin:$PATH"',)
    planned = sh(clone, "make --dry-run check test")
    assert all(word in planned for word in ("ruff check", "mypy", "pytest"))


@pytest.mark.parametrize("section", ["A rule in ten minutes", "A library in ten minutes"])
def test_what_is_walked_through_works_word_by_word(clone: Path, section: str) -> None:
    follow(clone, sections()[section])


def test_the_rest_has_nothing_to_run() -> None:
    assert sections().keys() == {"Set up", "A rule in ten minutes", "A library in ten minutes"}

"""Completion: what a shell is told of commands, options and rules."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from reviewer.commands.group import nodereview


def completed(words: str) -> set[str]:
    environment = os.environ | {
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_NODEREVIEW_COMPLETE": "bash_complete",
    }
    command = [sys.executable, "-m", "reviewer"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {line.partition(",")[2] for line in done.stdout.splitlines()}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("nodereview ba", {"baseline"}),
        ("nodereview check --sta", {"--staged"}),
        ("nodereview check --rule unused", {"unused-suppression"}),
        ("nodereview check --profile s", {"strict"}),
    ],
)
def test_words_are_completed(words: str, expected: set[str]) -> None:
    assert expected <= completed(words)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str) -> None:
    done = CliRunner().invoke(nodereview, ["completion", shell])
    assert (done.exit_code, "_NODEREVIEW_COMPLETE" in done.output) == (0, True)

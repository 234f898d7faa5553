"""Asks git which files a checkout has, so that nothing that the repository's configuration names is run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

_TIMEOUT = 60.0

# What of the repository's own configuration could start a program or lead elsewhere, switched off. `--git-dir` and
# `--work-tree` are given in full: core.worktree has no effect then, and git does not ask who owns the folder.
_SETTINGS: Final = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "protocol.allow=never",
)
_ENVIRONMENT: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_SSH_COMMAND": "false",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
# Where the person who runs nodereview keeps their own ignore patterns, and git its own programs.
_KEPT: Final = frozenset({"GIT_CONFIG_GLOBAL", "GIT_EXEC_PATH"})


class GitFailure(msgspec.Struct, frozen=True, gc=False):
    """Git could not be asked; `reason` is part of a sentence."""

    reason: str


def checkout_of(folder: Path) -> Path | None:
    """The nearest folder upwards, `folder` included, that has a `.git` entry; None where there is none."""
    for candidate in (folder, *folder.parents):
        if os.path.lexists(candidate / ".git"):
            return candidate
    return None


def listed_files(checkout: Path, folder: Path) -> list[bytes] | GitFailure:
    """Tracked files and those that are neither tracked nor ignored, below `folder`, relative to it, as git lists them.

    Submodules and checkouts of their own are one entry each. Files that were deleted from the folder are still listed.
    """
    output = _run(
        checkout,
        folder,
        ("ls-files", "-z", "--cached", "--others", "--exclude=node_modules", "--exclude-standard"),
    )
    if isinstance(output, GitFailure):
        return output
    return list(dict.fromkeys(output.split(b"\0")[:-1]))


def tracks_below(checkout: Path, folder: Path) -> bool | GitFailure:
    """Whether the checkout tracks at least one file below `folder`."""
    output = _run(checkout, folder, ("ls-files", "-z", "--cached"))
    return output if isinstance(output, GitFailure) else bool(output)


def ask(
    checkout: Path,
    folder: Path,
    arguments: tuple[str, ...],
    *,
    filters: bool = True,
    index: str = "",
    given: bytes = b"",
) -> bytes | GitFailure:
    """What git prints when it is asked in `folder` of the checkout.

    filters: False for commands that read the work tree through the filters of its attributes: those that any
    configuration names are switched off. index: the file of the index, where it is not the checkout's own. given: what
    the command reads.
    """
    environment = {} if filters else _without_filters(checkout, folder)
    if index:
        environment["GIT_INDEX_FILE"] = index
    return _run(checkout, folder, arguments, environment, given)


def _without_filters(checkout: Path, folder: Path) -> dict[str, str]:
    """The environment in which git runs none of the filters that its configuration names."""
    output = _run(checkout, folder, ("config", "--null", "--name-only", "--get-regexp", r"^filter\."))
    if isinstance(output, GitFailure):  # also where there is none
        return {}
    drivers = sorted({name.rpartition(b".")[0] for name in output.split(b"\0") if name})
    off = [
        (f"{driver.decode('utf-8', 'surrogateescape')}.{key}", value)
        for driver in drivers
        for key, value in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    ]
    # Not as `-c name=value`: a name may hold an equals sign.
    found = {"GIT_CONFIG_COUNT": str(len(off))}
    for number, (key, value) in enumerate(off):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found


def _run(
    checkout: Path,
    folder: Path,
    arguments: tuple[str, ...],
    environment: Mapping[str, str] = MappingProxyType({}),
    given: bytes = b"",
) -> bytes | GitFailure:
    command = ["git", "--no-pager", f"--git-dir={checkout / '.git'}", f"--work-tree={checkout}"]
    for setting in _SETTINGS:
        command += ("-c", setting)
    # A hook that runs nodereview leaves GIT_DIR and GIT_INDEX_FILE in the environment; they belong to another command.
    inherited = {name: value for name, value in os.environ.items() if name in _KEPT or not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the paths are arguments of options
            [*command, *arguments],
            cwd=folder,
            env={**inherited, **_ENVIRONMENT, **environment},
            input=given,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return GitFailure(f"git gave no answer in {_TIMEOUT:.0f} s")
    except (OSError, ValueError) as error:
        return GitFailure(
            "git is not installed" if isinstance(error, FileNotFoundError) else f"git cannot be run: {error}"
        )
    if done.returncode != 0:
        first_line = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        return GitFailure(f"git answered: {first_line or done.returncode}")
    return done.stdout

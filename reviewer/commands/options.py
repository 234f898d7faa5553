"""The options that several commands take, and what is checked about them before any work begins."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import click

from reviewer.diagnosis import visible
from reviewer.finding import UsageError

_Command = TypeVar("_Command", bound=Callable[..., object])

_REASONS: Final = {errno.ENOENT: "no such file or folder", errno.EACCES: "permission denied"}


def root_option(command: _Command) -> _Command:
    """Give a command `--root`, as keyword argument `root: Path | None`."""
    kind = click.Path(path_type=Path)
    return click.option("--root", type=kind, metavar="DIR", help="The repository's root folder.")(command)


def local_option(command: _Command) -> _Command:
    """Give a command `--no-local`, as keyword argument `local: bool`."""
    said = "Ignore settings and suppressions found in the repository."
    return click.option("--no-local", "local", flag_value=False, default=True, help=said)(command)


def record_format(command: _Command) -> _Command:
    """Give a command `--format text|json`, as keyword argument `output_format: str`."""
    return click.option(
        "-f",
        "--format",
        "output_format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How to print.",
    )(command)


def existing(path: Path, hint: str = "") -> Path:
    """The path as it was given; UsageError with the reason and `hint` where there is nothing to read."""
    try:
        path.stat()
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or "cannot be read")
        raise UsageError(visible(f"{path}: {reason}") + hint) from error
    return path


def existing_root(root: Path | None) -> Path | None:
    """The root as it was given, or None; UsageError where it is no folder."""
    if root is not None and not existing(root).is_dir():
        raise UsageError(visible(f"{root}: the root must be a folder"))
    return root


def usable_cores() -> int:
    """How many cores this process may use, at least 1."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def target_of(text: str) -> tuple[Path, int]:
    """`PATH` or `PATH:LINE` as an existing path and a 1-based line, 0 where none is given; UsageError else."""
    path, colon, line = text.rpartition(":")
    if colon and path and line.isascii() and line.isdigit() and not Path(text).exists():
        if int(line) == 0:
            raise UsageError(visible(f"{text}: lines are counted from 1"))
        return existing(Path(path)), int(line)
    return existing(Path(text)), 0

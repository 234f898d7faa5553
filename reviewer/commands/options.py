"""The options that several commands take, and what is checked about them before any work begins."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from reviewer.commands.completion import complete_rules
from reviewer.config.form import DEFAULT_FAIL_ON, DEFAULT_PROFILE, LIMITS, PROFILES
from reviewer.diagnosis import visible
from reviewer.finding import UsageError
from reviewer.quiet.notes import RULES as OWN_RULES

if TYPE_CHECKING:
    from reviewer.cache.entries import Cache
    from reviewer.rulebook.load import Rulebook
    from reviewer.settings import Settings

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


def config_option(command: _Command) -> _Command:
    """Give a command `--config`, as keyword argument `config: Path | None`."""
    said = "Settings to use instead of the repository's own."
    return click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help=said)(command)


def rule_options(command: _Command) -> _Command:
    """Give a command `--rule`, `--ignore`, `--profile`, `--fail-on`: `rules`, `ignore`, and None for what is absent."""
    for option in (
        click.option(
            "--profile",
            type=click.Choice(PROFILES),
            help=f"Rules that are right nine times of ten, or all. [default: {DEFAULT_PROFILE}]",
        ),
        click.option(
            "--ignore",
            multiple=True,
            metavar="ID",
            shell_complete=complete_rules,
            help="Leave this rule out. Repeatable.",
        ),
        click.option(
            "--rule",
            "rules",
            multiple=True,
            metavar="ID",
            shell_complete=complete_rules,
            help="Run this rule only. Repeatable.",
        ),
        click.option(
            "--fail-on",
            type=click.Choice(LIMITS),
            help=f"End with status 1 at findings of this severity or graver. [default: {DEFAULT_FAIL_ON}]",
        ),
    ):
        command = option(command)
    return command


def settings_of(
    root: Path, config: Path | None, *, local: bool, cache: Cache | None = None
) -> tuple[Settings, Rulebook]:
    """The settings in force for a repository, and its rules. Raises `UsageError`.

    Former names of rules in a file outside the repository are told on standard error; others are notes of the report.
    """
    from reviewer.config.load import load_settings

    settings, rulebook = load_settings(root, config, OWN_RULES, local=local, cache=cache)
    for former in settings.former:
        if not former.origin.local:
            said = f"{former.origin}: the rule `{former.name}` is called `{former.today}` today"
            click.echo(f"nodereview: hint: {visible(said)}", err=True)
    return settings, rulebook


def known_rules(names: Sequence[str], rulebook: Rulebook) -> None:
    """Nothing where all names are ids or former ids of rules; UsageError with the nearest one else."""
    for name in names:
        if name not in OWN_RULES:
            rulebook.card(name)


def record_format(command: _Command) -> _Command:
    """Give a command `--format text|json`, as keyword argument `output_format: str`."""
    return _format(command, "text", "json")


def page_format(command: _Command) -> _Command:
    """Give a command `--format text|markdown|json`, as keyword argument `output_format: str`."""
    return _format(command, "text", "markdown", "json")


def _format(command: _Command, *names: str) -> _Command:
    kind = click.Choice(names)
    option = click.option(
        "-f", "--format", "output_format", type=kind, default=names[0], show_default=True, help="How to print."
    )
    return option(command)


def existing(path: Path, hint: str = "") -> Path:
    """The path as it was given; UsageError with the reason and `hint` where there is nothing to read."""
    try:
        path.stat()
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or "cannot be read")
        raise UsageError(visible(f"{path}: {reason}") + hint) from error
    return path


def paths_or_here(paths: Sequence[Path], root: Path) -> tuple[Path, ...]:
    """The paths that were given, else the current folder; the root, where that lies outside of it."""
    return tuple(paths) or ((Path(),) if Path.cwd().resolve().is_relative_to(root) else (root,))


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

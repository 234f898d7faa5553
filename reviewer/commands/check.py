"""`nodereview check`: reviews, reports, and says with its exit status whether there is something to repair."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console

from reviewer.commands.options import (
    config_option,
    existing,
    existing_root,
    known_rules,
    local_option,
    root_option,
    rule_options,
    settings_of,
    usable_cores,
)
from reviewer.commands.progress import ProgressBar
from reviewer.config.form import DEFAULT_FAIL_ON, DEFAULT_PROFILE
from reviewer.diagnosis import visible
from reviewer.finding import ExitCode, Review, Severity, UsageError
from reviewer.settings import Options
from reviewer.source.root import resolve_root

_PLAIN_WIDTH = 120


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "-f",
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to a file.")
@rule_options
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes. [default: one per core]")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop looking after this time; what was not looked at is reported.",
)
@root_option
@config_option
@local_option
@click.option("-q", "--quiet", is_flag=True, help="Print findings, nothing else.")
@click.option("-v", "--verbose", is_flag=True, help="Print notes and every gap as well.")
@click.pass_context
def check(
    ctx: click.Context,
    *,
    paths: tuple[Path, ...],
    output_format: str,
    output: Path | None,
    fail_on: str | None,
    rules: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: str | None,
    jobs: int | None,
    timeout: float | None,
    root: Path | None,
    config: Path | None,
    local: bool,
    quiet: bool,
    verbose: bool,
) -> ExitCode:
    """Review files and folders.

    Without PATH, the current folder. PATHs limit what is reported, not what is read: the whole repository around them
    is understood.
    """
    if quiet and verbose:
        raise UsageError("--quiet and --verbose exclude each other")
    _refuse_unwritable(output)
    for path in paths:
        existing(path, _command_meant(ctx, path))
    top = resolve_root(paths, existing_root(root))
    settings, rulebook = settings_of(top, config, local=local)
    known_rules((*rules, *ignore), rulebook)
    options = Options(
        paths=paths or (Path(),),
        root=top,
        rules=rules,
        ignore=ignore,
        profile=profile or settings.profile or DEFAULT_PROFILE,
        jobs=jobs or usable_cores(),
        timeout=timeout,
        local=local,
        exclude=settings.exclude,
        include=settings.include,
        settings=settings,
        baseline=settings.baseline,
    )
    from reviewer.review import review as run

    with ProgressBar(Console(stderr=True), enabled=not quiet) as progress:
        review = run(options, progress, rulebook)
    if not review.reviewed and not quiet:
        click.echo(f"nodereview: warning: {_nothing_to_review(options.paths, review)}", err=True)
    with _opened(output) as stream:
        _report(review, output_format, stream, quiet=quiet, verbose=verbose)
    return exit_code(review, fail_on or settings.fail_on or DEFAULT_FAIL_ON)


def exit_code(review: Review, fail_on: str) -> ExitCode:
    """What the run ends with: a fault outweighs findings; `fail_on` is a severity, or `never`."""
    if review.faults:
        return ExitCode.FAULT
    if fail_on == "never":
        return ExitCode.CLEAN
    limit = Severity(fail_on).rank
    return ExitCode.FINDINGS if any(f.severity.rank <= limit for f in review.findings) else ExitCode.CLEAN


def _command_meant(ctx: click.Context, path: Path) -> str:
    group = ctx.parent.command if ctx.parent else None
    names = group.commands if isinstance(group, click.Group) else {}
    near = get_close_matches(str(path), names, n=1, cutoff=0.6)
    return f"; did you mean the command `{near[0]}`?" if near else ""


def _nothing_to_review(paths: tuple[Path, ...], review: Review) -> str:
    named = ", ".join(visible(str(path)) for path in paths)
    if len(paths) == 1 and paths[0].is_dir() and not any(paths[0].iterdir()):
        return f"{named}: the folder is empty"
    left_out = ", ".join(f"{count} {visible(reason)}" for reason, count in sorted(review.left_out.items()) if count)
    sentence = f"{named}: no JavaScript or TypeScript to review"
    return f"{sentence} (left out: {left_out})" if left_out else sentence


def _refuse_unwritable(output: Path | None) -> None:
    if output is None or str(output) == "-":
        return
    if output.is_dir():
        raise UsageError(visible(f"{output}: cannot be written: it is a folder"))
    if not output.parent.is_dir():
        raise UsageError(visible(f"{output}: cannot be written: there is no folder {output.parent}"))


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None or str(output) == "-":
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            yield stream
    except OSError as error:
        raise UsageError(visible(f"{output}: cannot be written: {error.strerror}")) from error


def _report(review: Review, output_format: str, stream: TextIO, *, quiet: bool, verbose: bool) -> None:
    from reviewer.report import FORMATS, render_text

    if output_format == "text":
        plain = None if stream.isatty() else _PLAIN_WIDTH
        console = Console(file=stream, markup=False, highlight=False, emoji=False, width=plain)
        render_text(review, console, quiet=quiet, verbose=verbose)
    else:
        rendered = FORMATS[output_format](review)
        # As bytes, because these formats are UTF-8 whatever the terminal speaks.
        click.echo(rendered.rstrip("\n").encode("utf-8", "backslashreplace") + b"\n", file=stream, nl=False)

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

from reviewer.commands import scope as scopes
from reviewer.commands.completion import complete_rules
from reviewer.commands.options import existing, local_option, root_option, usable_cores
from reviewer.commands.progress import ProgressBar
from reviewer.commands.rules import known_rules
from reviewer.diagnosis import visible
from reviewer.finding import ExitCode, Review, Severity, UsageError
from reviewer.settings import Options

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
@click.option(
    "--fail-on",
    type=click.Choice([*(severity.value for severity in Severity), "never"]),
    default="error",
    show_default=True,
    help="End with status 1 at findings of this severity or graver.",
)
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="ID",
    shell_complete=complete_rules,
    help="Run this rule only. Repeatable.",
)
@click.option(
    "--ignore", multiple=True, metavar="ID", shell_complete=complete_rules, help="Leave this rule out. Repeatable."
)
@click.option(
    "--profile",
    type=click.Choice(["default", "strict"]),
    default="default",
    show_default=True,
    help="Rules that are right nine times of ten, or all.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Report only what is not in this file, which `nodereview baseline` writes.",
)
@click.option(
    "--changed-since",
    metavar="REV",
    help="Report only what has to do with lines changed since the branch left this revision of git.",
)
@click.option(
    "--staged",
    is_flag=True,
    help="Review what is staged for the next commit; without PATH, report the staged files only.",
)
@click.option(
    "--stdin", "from_stdin", is_flag=True, help="Read the text of one file from standard input, and report that file."
)
@click.option("--stdin-filename", type=click.Path(path_type=Path), metavar="FILE", help="The file that --stdin holds.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes. [default: one per core]")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop looking after this time; what was not looked at is reported.",
)
@root_option
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
    fail_on: str,
    rules: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: str,
    baseline: Path | None,
    changed_since: str | None,
    staged: bool,
    from_stdin: bool,
    stdin_filename: Path | None,
    jobs: int | None,
    timeout: float | None,
    root: Path | None,
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
    known_rules((*rules, *ignore))
    _refuse_unwritable(output)
    if from_stdin or stdin_filename is not None:
        scope = scopes.from_stdin(paths, root, stdin_filename, is_staged=staged)
    elif staged:  # what is staged may be gone from the disk
        scope = scopes.in_index(paths, root)
    else:
        for path in paths:
            existing(path, _command_meant(ctx, path))
        scope = scopes.on_disk(paths, root)
    if not scope.paths:
        if not quiet:
            click.echo("nodereview: no JavaScript or TypeScript is staged", err=True)
        return ExitCode.CLEAN
    options = Options(
        paths=scope.paths,
        root=scope.root,
        instead=scope.instead,
        rules=rules,
        ignore=ignore,
        profile=profile,
        jobs=jobs or usable_cores(),
        timeout=timeout,
        local=local,
        baseline=baseline,
        changed_since=changed_since or "",
    )
    from reviewer.review import review as run

    with ProgressBar(Console(stderr=True), enabled=not quiet) as progress:
        review = run(options, progress)
    if not review.reviewed and not quiet:
        click.echo(f"nodereview: warning: {_nothing_to_review(options.paths, review)}", err=True)
    with _opened(output) as stream:
        _report(review, output_format, stream, quiet=quiet, verbose=verbose)
    return exit_code(review, fail_on)


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

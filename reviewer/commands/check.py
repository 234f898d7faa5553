"""`nodereview check`: reviews, reports, and says with its exit status whether there is something to repair."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from reviewer.commands import scope as scopes
from reviewer.commands.caching import Caching, cache_options
from reviewer.commands.options import (
    config_option,
    existing,
    known_rules,
    local_option,
    root_option,
    rule_options,
    settings_of,
    usable_cores,
)
from reviewer.commands.output import Target, TargetType, chosen, write
from reviewer.commands.progress import ProgressBar
from reviewer.commands.screen import Screen
from reviewer.config.form import DEFAULT_FAIL_ON
from reviewer.config.weigh import weighed
from reviewer.diagnosis import visible
from reviewer.finding import BROWSER_CODE, ExitCode, Review, Severity, UsageError
from reviewer.settings import Options


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "-f",
    "--format",
    "formats",
    type=TargetType(),
    multiple=True,
    help="How to report: text, json or sarif; with =FILE, into that file. Repeatable. [default: text]",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to a file.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of telling them.")
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity]),
    help="Report findings of this severity or graver only.",
)
@click.option("--exit-zero", is_flag=True, help="End with status 0 whatever was found; like --fail-on never.")
@rule_options
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
@config_option
@local_option
@cache_options
@click.option("--timings", is_flag=True, help="Tell on standard error where the time went.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings, nothing else.")
@click.option("-v", "--verbose", is_flag=True, help="Print notes and every gap as well.")
@click.pass_context
def check(
    ctx: click.Context,
    *,
    paths: tuple[Path, ...],
    formats: tuple[Target, ...],
    output: Path | None,
    statistics: bool,
    severity: str | None,
    exit_zero: bool,
    fail_on: str | None,
    rules: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: str | None,
    baseline: Path | None,
    changed_since: str | None,
    staged: bool,
    from_stdin: bool,
    stdin_filename: Path | None,
    jobs: int | None,
    timeout: float | None,
    root: Path | None,
    config: Path | None,
    local: bool,
    caching: Caching,
    timings: bool,
    quiet: bool,
    verbose: bool,
) -> ExitCode:
    """Review files and folders.

    Without PATH, the current folder. PATHs limit what is reported, not what is read: the whole repository around them
    is understood.
    """
    if quiet and verbose:
        raise UsageError("--quiet and --verbose exclude each other")
    targets = chosen(formats, output)
    if from_stdin or stdin_filename is not None:
        scope = scopes.from_stdin(paths, root, stdin_filename, is_staged=staged)
    elif staged:  # what is staged may be gone from the disk
        scope = scopes.in_index(paths, root)
    else:
        for path in paths:
            existing(path, _command_meant(ctx, path))
        scope = scopes.on_disk(paths, root)
    cache = caching.open(quiet=quiet)
    settings, rulebook = settings_of(scope.root, config, local=local, cache=cache)
    known_rules((*rules, *ignore), rulebook)
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
        jobs=jobs or usable_cores(),
        timeout=timeout,
        local=local,
        baseline=baseline,
        changed_since=changed_since or "",
        severity=Severity(severity or Severity.NOTE),
        cache=cache,
        timings=timings,
    )
    options = weighed(options, settings, profile)
    from reviewer.reviewing import review as run

    with ProgressBar(Screen(errors=True), enabled=not quiet) as progress:
        review = run(options, progress, rulebook)
    if not review.reviewed and not quiet:
        click.echo(f"nodereview: warning: {_nothing_to_review(options.paths, review)}", err=True)
    write(review, targets, quiet=quiet, verbose=verbose, statistics=statistics)
    if timings:
        from reviewer.commands.timings import timing_lines

        for line in timing_lines(review, options.jobs):
            click.echo(line, err=True)
    return exit_code(review, "never" if exit_zero else fail_on or settings.fail_on or DEFAULT_FAIL_ON)


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
    names = group.list_commands(ctx) if isinstance(group, click.Group) else []
    near = get_close_matches(str(path), names, n=1, cutoff=0.6)
    return f"; did you mean the command `{near[0]}`?" if near else ""


def _nothing_to_review(paths: tuple[Path, ...], review: Review) -> str:
    named = ", ".join(visible(str(path)) for path in paths)
    if len(paths) == 1 and paths[0].is_dir() and not any(paths[0].iterdir()):
        return f"{named}: the folder is empty"
    if review.left_out.get(BROWSER_CODE):
        count = review.left_out[BROWSER_CODE]
        files = f"{count:,} file{'' if count == 1 else 's'}"
        return f"{named}: this looks like no backend: {files} of browser code, and nothing that runs in Node.js"
    left_out = ", ".join(f"{count} {visible(reason)}" for reason, count in sorted(review.left_out.items()) if count)
    sentence = f"{named}: no JavaScript or TypeScript to review"
    return f"{sentence} (left out: {left_out})" if left_out else sentence

"""`nodereview baseline`: writes down what is found today, so that only what is new is told from now on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
import msgspec

from reviewer.commands.caching import Caching, cache_options
from reviewer.commands.options import (
    config_option,
    existing,
    existing_root,
    local_option,
    paths_or_here,
    root_option,
    settings_of,
    usable_cores,
)
from reviewer.commands.progress import ProgressBar
from reviewer.commands.screen import Screen
from reviewer.config.form import DEFAULT_PROFILE, PROFILES
from reviewer.config.weigh import weighed
from reviewer.diagnosis import visible
from reviewer.finding import ExitCode, UsageError
from reviewer.settings import Options
from reviewer.source.root import resolve_root

DEFAULT: Final = ".nodereview-baseline.json"


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[PATH]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"Where to. [default: that of the settings, else {DEFAULT} in PATH]",
)
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    help=f"Rules that are right nine times of ten, or all. [default: {DEFAULT_PROFILE}]",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes. [default: one per core]")
@root_option
@config_option
@local_option
@cache_options
@click.option("-q", "--quiet", is_flag=True, help="Print nothing.")
def baseline(
    *,
    path: Path | None,
    output: Path | None,
    profile: str | None,
    jobs: int | None,
    root: Path | None,
    config: Path | None,
    local: bool,
    caching: Caching,
    quiet: bool,
) -> ExitCode:
    """Write down what is found today.

    `nodereview --baseline FILE` then reports what is new only. Code may move, be formatted anew, and files may get
    other names: what is known stays known. Run this again when findings of the baseline were repaired.
    """
    paths = (existing(path),) if path is not None else ()
    top = resolve_root(paths, existing_root(root))
    cache = caching.open(quiet=quiet)
    settings, rulebook = settings_of(top, config, local=local, cache=cache)
    within = path if path is not None and path.is_dir() else top
    target = output or settings.baseline or within / DEFAULT
    options = Options(
        paths=paths_or_here(paths, top),
        root=top,
        jobs=jobs or usable_cores(),
        local=local,
        cache=cache,
    )
    # What is known already is found again: only so can it be written down.
    options = msgspec.structs.replace(weighed(options, settings, profile), baseline=None)
    from reviewer.quiet.baseline import read_baseline, render_baseline, split
    from reviewer.reviewing import review as run

    before = read_baseline(target) if target.exists() else []
    with ProgressBar(Screen(errors=True), enabled=not quiet) as progress:
        review = run(options, progress, rulebook)
    if review.faults:
        click.echo("nodereview: not written: a part of nodereview broke; `nodereview check -v` says which", err=True)
        return ExitCode.FAULT
    try:
        target.write_text(render_baseline(review.findings), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(visible(f"{target}: cannot be written: {error.strerror}")) from error
    if not quiet:
        new, _, gone = split(review.findings, before)
        count = len(review.findings)
        since = f" ({len(new):,} new, {len(gone):,} gone since the last time)" if before else ""
        click.echo(f"{count:,} {'finding' if count == 1 else 'findings'} written to {visible(str(target))}{since}")
    return ExitCode.CLEAN

"""`nodereview show` and `nodereview why`: what the model knows about a place, and why a rule was silent there."""

from __future__ import annotations

from pathlib import Path

import click

from reviewer.commands.caching import Caching, cache_options
from reviewer.commands.options import (
    config_option,
    existing_root,
    known_rules,
    local_option,
    record_format,
    root_option,
    settings_of,
    target_of,
    usable_cores,
)
from reviewer.commands.table import print_records
from reviewer.config.weigh import weighed
from reviewer.diagnosis import visible
from reviewer.finding import UsageError
from reviewer.rulebook.load import Rulebook
from reviewer.settings import Options
from reviewer.source.root import resolve_root

_SUBJECTS = ("calls", "types", "programs", "entries", "endpoints", "roles", "origins", "module")


@click.command()
@click.argument("what", type=click.Choice(_SUBJECTS), metavar="WHAT")
@click.argument("target", metavar="[PATH[:LINE]]", required=False)
@record_format
@root_option
@config_option
@local_option
@cache_options
def show(
    what: str,
    target: str | None,
    output_format: str,
    root: Path | None,
    config: Path | None,
    *,
    local: bool,
    caching: Caching,
) -> None:
    """Show what is known about a repository, a file or a line.

    \b
    calls      calls, and the functions they may run
    types      library types of expressions
    programs   what is started together, with its files
    entries    where programs are entered, and what runs them
    endpoints  HTTP endpoints with their handlers, middleware and measures
    roles      calls and values that play a role
    origins    where values come from
    module     a file as nodereview reads it
    """  # noqa: D301 - click looks for the character, not for how it is written
    path, line = target_of(target) if target else (root or Path(), 0)
    options, rulebook = _options(path, root, config, caching, local=local)
    from reviewer.program import open_program
    from reviewer.show import show as records_of

    within = _below(options, path)
    program = open_program(options, rulebook=rulebook, also=None if within == "." else within)
    print_records(records_of(program, what, f"{within}:{line}" if line else within), output_format)


@click.command()
@click.argument("rule", metavar="RULE")
@click.argument("target", metavar="PATH:LINE")
@root_option
@config_option
@local_option
@cache_options
def why(rule: str, target: str, root: Path | None, config: Path | None, *, local: bool, caching: Caching) -> None:
    """Tell why a rule reports a line, or is silent there."""
    path, line = target_of(target)
    if not line:
        raise UsageError(visible(f"{target}: name a line, as in {path}:12"))
    options, rulebook = _options(path, root, config, caching, local=local)
    known_rules((rule,), rulebook)
    from reviewer.program import open_program
    from reviewer.why import why as reasons

    within = _below(options, path)
    for reason in reasons(open_program(options, rulebook=rulebook, also=within), rule, within, line):
        click.echo(visible(reason))


def _options(
    path: Path, root: Path | None, config: Path | None, caching: Caching, *, local: bool
) -> tuple[Options, Rulebook]:
    found = resolve_root((path,), existing_root(root))
    cache = caching.open()
    settings, rulebook = settings_of(found, config, local=local, cache=cache)
    options = Options(paths=(path,), root=found, jobs=usable_cores(), local=local, cache=cache)
    return weighed(options, settings), rulebook


def _below(options: Options, path: Path) -> str:
    """The path relative to the root, with forward slashes; `.` for the root itself."""
    return path.resolve().relative_to(options.root or Path()).as_posix()

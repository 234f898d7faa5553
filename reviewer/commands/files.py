"""`nodereview files`: which files are reviewed, and which are left out and why."""

from __future__ import annotations

from pathlib import Path

import click

from reviewer.commands.caching import Caching, cache_options
from reviewer.commands.options import (
    config_option,
    existing,
    existing_root,
    local_option,
    paths_or_here,
    record_format,
    root_option,
    settings_of,
    usable_cores,
)
from reviewer.commands.table import Record, print_records
from reviewer.diagnosis import visible


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--left-out", is_flag=True, help="List the files that are left out, and why.")
@record_format
@root_option
@config_option
@local_option
@cache_options
def files(
    paths: tuple[Path, ...],
    output_format: str,
    root: Path | None,
    config: Path | None,
    *,
    left_out: bool,
    local: bool,
    caching: Caching,
) -> None:
    """List the files that are reviewed.

    One a line, relative to the root of the repository. Tests, examples and benchmarks among them are read where running
    code imports them; `--format json` tells the class of each file.
    """
    from reviewer.source.find import find
    from reviewer.source.root import resolve_root

    for path in paths:
        existing(path)
    top = resolve_root(paths, existing_root(root))
    cache = caching.open()
    settings, rulebook = settings_of(top, config, local=local, cache=cache)
    limits = [path.resolve() for path in paths_or_here(paths, top)]
    records: list[Record]
    if left_out:
        from reviewer.judging import left_out_files
        from reviewer.program import open_program
        from reviewer.settings import Options

        options = Options(paths=paths, root=top, jobs=usable_cores(), local=local, settings=settings, cache=cache)
        program = open_program(options, rulebook=rulebook)
        records = [{"path": path, "reason": reason} for path, reason in left_out_files(program)]
    else:
        found = find(top, settings.exclude).files
        records = [{"path": file.path, "class": file.file_class.value, "bytes": file.size} for file in found]
    records = [record for record in records if any((top / str(record["path"])).is_relative_to(at) for at in limits)]
    if output_format == "json" or left_out:
        print_records(records, output_format)
    else:
        for record in records:
            click.echo(visible(str(record["path"])))

"""`nodereview clean`: removes what earlier runs have kept."""

from __future__ import annotations

from pathlib import Path

import click

from reviewer.diagnosis import visible


@click.command()
@click.option(
    "--cache-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder that was given to --cache-dir. [default: nodereview in the user's cache folder]",
)
def clean(cache_dir: Path | None) -> None:
    """Remove what earlier runs have kept.

    The next run reads every file anew. Nothing but what nodereview itself has written is removed.
    """
    from reviewer.cache.entries import clean as remove
    from reviewer.cache.entries import user_folder

    freed = remove(cache_dir)
    click.echo(f"{_size(freed)} removed from {visible(str(cache_dir or user_folder()))}")


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{(count + 999) // 1000} kB"

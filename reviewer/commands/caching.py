"""The options that say where results are kept for the next run, and the cache that they mean."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import click

from reviewer.diagnosis import visible
from reviewer.finding import UsageError

if TYPE_CHECKING:
    from reviewer.cache.entries import Cache

_Command = TypeVar("_Command", bound=Callable[..., object])


class Caching(NamedTuple):
    """Whether a command keeps anything, and in which folder; without one, in that of the person who runs it."""

    enabled: bool = True
    folder: Path | None = None

    def open(self, *, quiet: bool = False) -> Cache | None:
        """The cache; None where nothing is kept. Raises `UsageError` for a folder that is none.

        One that a repository tracks may have come with it: it is left alone, which is told unless `quiet`.
        """
        if not self.enabled:
            return None
        from reviewer.cache.entries import open_cache

        folder = self.folder
        if folder is None:
            return open_cache()
        if folder.exists() and not folder.is_dir():
            raise UsageError(visible(f"--cache-dir {folder}: this is no folder"))
        if folder.is_dir() and _is_tracked(folder):
            if not quiet:
                click.echo(f"nodereview: warning: {visible(str(folder))} is tracked by git: it is not used", err=True)
            return None
        return open_cache(folder)


def _is_tracked(folder: Path) -> bool:
    from reviewer.source.git import checkout_of, tracks_below

    real = folder.resolve()
    checkout = checkout_of(real)
    return checkout is not None and tracks_below(checkout, real) is True


def cache_options(command: _Command) -> _Command:
    """Give a command `--no-cache` and `--cache-dir`, together as keyword argument `caching: Caching`."""

    @functools.wraps(command)
    def with_caching(*arguments: object, cached: bool, cache_dir: Path | None, **named: object) -> object:
        return command(*arguments, caching=Caching(cached, cache_dir), **named)

    for option in (
        click.option(
            "--cache-dir",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Keep results for the next run there. [default: nodereview in the user's cache folder]",
        ),
        click.option("--no-cache", "cached", flag_value=False, default=True, help="Neither read nor keep results."),
    ):
        with_caching = option(with_caching)
    return cast("_Command", with_caching)

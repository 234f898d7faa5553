"""`nodereview init`: writes a first file of settings, or proposes library rows for in-house packages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewer.commands.caching import Caching, cache_options
from reviewer.commands.options import existing, existing_root, root_option, settings_of, usable_cores
from reviewer.config.files import KEY, NAMES, own_file
from reviewer.config.layers import OWN_FOLDERS
from reviewer.config.weigh import weighed
from reviewer.diagnosis import visible, wrong
from reviewer.finding import UsageError
from reviewer.settings import Options, Settings
from reviewer.source.manifest_names import PACKAGE
from reviewer.source.root import resolve_root

if TYPE_CHECKING:
    from reviewer.cache.entries import Cache


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite settings that are there.")
@click.option("--suggest", is_flag=True, help="Print library rows for in-house packages; write nothing.")
@root_option
@cache_options
def init(folder: Path | None, root: Path | None, *, force: bool, suggest: bool, caching: Caching) -> None:
    """Write a first file of settings.

    It is commented, fits the repository, and changes nothing until it is edited. With --suggest, look instead for
    functions of packages out of sight that are called with SQL text or that make handlers, and print the library rows
    that say so.
    """
    if folder is not None and not existing(folder).is_dir():
        raise UsageError(visible(f"{folder}: no folder"))
    top = resolve_root(() if folder is None else (folder,), existing_root(root))
    if suggest:
        _suggest(top, caching.open())
        return
    _refuse(top, force=force)
    from reviewer.program import open_program
    from reviewer.proposal.page import facts, page

    program = open_program(
        Options(root=top, jobs=usable_cores(), paths=(top,), local=False, settings=Settings(), cache=caching.open())
    )
    file = top / NAMES[0]
    try:
        if force and os.path.lexists(file):
            file.unlink()
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(page(program))
    except OSError as error:
        raise wrong(file, 0, f"cannot be written: {error.strerror}") from error
    for line in (*facts(program), f"Written: {visible(str(file))}"):
        click.echo(line)


def _refuse(top: Path, *, force: bool) -> None:
    """UsageError where settings would be overwritten, or would stand in two files."""
    there = [name for name in NAMES if os.path.lexists(top / name)]
    for name in there:
        if not force or name != NAMES[0]:
            raise wrong(top / name, 0, "is there already" + ("; --force overwrites it" if name == NAMES[0] else ""))
    if not there and own_file(top) is not None:
        raise wrong(top / PACKAGE, 0, f"holds settings already, under `{KEY}`")


def _suggest(top: Path, cache: Cache | None) -> None:
    from reviewer.program import open_program
    from reviewer.proposal.adapters import adapters
    from reviewer.proposal.rows import library_files
    from reviewer.proposal.wrappers import wrappers

    settings, rulebook = settings_of(top, None, local=True)
    options = weighed(Options(root=top, jobs=usable_cores(), paths=(top,), cache=cache), settings)
    program = open_program(options, rulebook=rulebook)
    files = library_files(wrappers(program), adapters(program))
    for name, text in files:
        click.echo(f"# {OWN_FOLDERS['libraries']}/{name}\n{text}")
    if not files:
        click.echo("# No function of a package out of sight is called with SQL text, or makes handlers.")

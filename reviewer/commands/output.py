"""Where reports go: each format once, to the terminal or to a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TextIO

import click
from click.shell_completion import CompletionItem

from reviewer.commands.screen import Screen
from reviewer.diagnosis import unknown, visible
from reviewer.finding import Review, UsageError

TEXT: Final = "text"
_FORMATS: Final = (TEXT, "json", "sarif")


class Target(NamedTuple):
    """One report: its format, and the file that it goes to; None is standard output."""

    format: str
    file: Path | None = None


if TYPE_CHECKING:
    _ParamType = click.ParamType[Target]
else:  # older versions of click have no types to name
    _ParamType = click.ParamType


class TargetType(_ParamType):
    """`FORMAT` or `FORMAT=FILE` on the command line, as a `Target`."""

    name = "FORMAT[=FILE]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Target:  # noqa: ANN401
        """The target that the words name; ends in a usage error for a format that does not exist."""
        if isinstance(value, Target):
            return value
        name, equals, file = str(value).partition("=")
        if name not in _FORMATS:
            self.fail(visible(unknown("format", name, _FORMATS)), param, ctx)
        if equals and not file:
            self.fail(f"`{value}` names no file", param, ctx)
        return Target(name, Path(file) if equals and file != "-" else None)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The formats that begin so."""
        del ctx, param
        return [CompletionItem(name) for name in _FORMATS if name.startswith(incomplete)]


def chosen(formats: Sequence[Target], output: Path | None) -> list[Target]:
    """The reports that were asked for; `--output` says where the one goes that names no file.

    Raises `UsageError` where two would go to the same place, or one can't be written.
    """
    file = None if output is None or str(output) == "-" else output
    targets = [one if one.file else Target(one.format, file) for one in formats or (Target(TEXT),)]
    places = [target.file for target in targets]
    for place in places:
        if places.count(place) > 1:
            shown = "standard output" if place is None else visible(str(place))
            raise UsageError(f"several reports would go to {shown}: say `--format sarif=FILE`")
        if place is not None:
            _refuse_unwritable(place)
    if output is not None and all(one.file for one in formats) and formats:
        raise UsageError("--output has no report: each --format names its own file")
    return targets


def write(review: Review, targets: Sequence[Target], *, quiet: bool, verbose: bool, statistics: bool) -> None:
    """Write every report. Raises `UsageError` where a file can't be written."""
    for target in targets:
        with _opened(target.file) as stream:
            _report(review, target.format, stream, quiet=quiet, verbose=verbose, statistics=statistics)


def _refuse_unwritable(file: Path) -> None:
    if file.is_dir():
        raise UsageError(visible(f"{file}: cannot be written: it is a folder"))
    if not file.parent.is_dir():
        raise UsageError(visible(f"{file}: cannot be written: there is no folder {file.parent}"))


@contextmanager
def _opened(file: Path | None) -> Iterator[TextIO]:
    if file is None:
        yield sys.stdout
        return
    try:
        with file.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            yield stream
    except OSError as error:
        raise UsageError(visible(f"{file}: cannot be written: {error.strerror}")) from error


def _report(review: Review, name: str, stream: TextIO, *, quiet: bool, verbose: bool, statistics: bool) -> None:
    from reviewer.report import FORMATS, render_statistics, render_text

    if name == TEXT:
        console = Screen(stream)
        if statistics:
            render_statistics(review, console)
        else:
            render_text(review, console, quiet=quiet, verbose=verbose)
    else:
        rendered = FORMATS[name](review)
        # As bytes, because these formats are UTF-8 whatever the terminal speaks.
        click.echo(rendered.rstrip("\n").encode("utf-8", "backslashreplace") + b"\n", file=stream, nl=False)

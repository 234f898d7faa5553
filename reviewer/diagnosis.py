"""What a person is told whose file is wrong: the file, the line, what is wrong, and the nearest name that is right."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from os import PathLike, fspath

from reviewer.finding import UsageError

_FEW = 12
_LONGEST = 120


def wrong(path: str | PathLike[str], line: int, message: str) -> UsageError:
    """The error to raise for a mistake on the 1-based `line` of `path`; 0 where no line is meant.

    Whatever the file smuggled into the message is shown as visible text on one line.
    """
    place = f"{fspath(path)}:{line}" if line else fspath(path)
    return UsageError(visible(f"{place}: {message}"))


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """The sentence for a name that does not exist: with its nearest neighbour, else with the few that exist."""
    said = f"unknown {what} {quoted(name)}"
    by_lower = {other.lower(): other for other in sorted(known)}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    if near:
        return f"{said}; did you mean `{by_lower[near[0]]}`?"
    if 0 < len(known) <= _FEW:
        return f"{said}; known: {', '.join(sorted(known))}"
    return said


def quoted(text: str) -> str:
    """Text from a file inside a message: in backticks, cut where it is long."""
    return f"`{text[:_LONGEST]}…`" if len(text) > _LONGEST else f"`{text}`"


def visible(text: str) -> str:
    """The text with every control and otherwise unprintable character written as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)

"""Covering: whether the path of a middleware covers the path of a route."""

from __future__ import annotations

import re
from typing import Final

_UNKNOWN: Final = ":?"
_PLAIN: Final = re.compile(r":\w+")
_REST: Final = re.compile(r"\*\w*|\(\.\*\)|\{/?\*\w*\}|\.\*|\{\*\w+\}")
_SPECIAL: Final = re.compile(r"[*+?(){}\[\]^$|\\]")


def covers(pattern: str, path: str, *, whole: bool = False) -> bool | None:
    """Whether every request for the route `path` is one for `pattern`; None where that is not known.

    Both may hold parameters (`:id`), and `:?` for what is not known. whole: the pattern stands for the whole path, not
    for what begins with it.
    """
    wanted, given = _segments(pattern), _segments(path)
    for index, segment in enumerate(wanted):
        if _REST.fullmatch(segment):
            return True
        if index >= len(given):
            return False
        covered = _covers_segment(segment, given[index])
        if not covered:
            return covered
    return not whole or len(wanted) == len(given)


def _segments(path: str) -> list[str]:
    # Newer paths write an optional rest with its slash inside the braces.
    spread = path.replace("{/*", "/{*")
    return [segment for segment in spread.split("/") if segment]


def _covers_segment(segment: str, given: str) -> bool | None:
    if segment.lower() == given.lower():
        return True
    if segment == _UNKNOWN or _UNKNOWN in segment or _UNKNOWN in given:
        return None
    if _PLAIN.fullmatch(segment):
        return not _REST.fullmatch(given)
    if _SPECIAL.search(segment):
        literal = _SPECIAL.split(segment)[0].rpartition(":")[0] if ":" in segment else _SPECIAL.split(segment)[0]
        rest = segment[len(literal) :]
        if rest in {"*", "(.*)"}:
            return given.lower().startswith(literal.lower())
        return None if given.lower().startswith(literal.lower()) or given.startswith((":", "*")) else False
    return False

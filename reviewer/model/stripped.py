"""Characters that a call takes out of a text: which quotes its pattern leaves, and whether only letters are left."""

from __future__ import annotations

import re
import warnings
from collections.abc import Generator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Constant
from reviewer.model.quotes import QUOTES, without
from reviewer.model.solve import Answer, Key
from reviewer.source.module import Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

STRIPPED: Final = "stripped"
"""The barrier of rows about calls that put a constant in the place of what a pattern matches."""
_SINGLE: Final = r"(?:\[\^?(?:\\.|[^\]\\])+\]|\\.|[^\\^$.|?*+()[\]{}])[+*]?"
_ANYWHERE: Final = re.compile(rf"\(?{_SINGLE}(?:\|{_SINGLE})*\)?", re.DOTALL)
"""Patterns of a single character, or of one of several, that match wherever these stand."""
_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_OTHERS: Final = (frozenset(map(chr, range(0x180))) | frozenset("\u2018\u2019\u201c\u201d\u2028")) - _PLAIN
_BACKSLASH: Final = "\\"


def stripped(model: Model, module: Module, call: int) -> Generator[Key, Answer, tuple[str, ...]]:
    """The barriers that the text passes on which `replace` is called: the quotes that its result can't hold, and
    `identifier` where nothing but letters, digits and underscores is left.
    """
    arguments = module.args(call)
    if len(arguments) != 2:
        return ()
    patterns = yield model.values.resolved(module.index, arguments[0])
    instead = yield model.values.resolved(module.index, arguments[1])
    if not patterns.complete or not instead.complete or not patterns.items or not instead.items:
        return ()
    put = "".join(item.text for item in instead.items if isinstance(item, Constant) and item.kind == "string")
    if not all(isinstance(item, Constant) and item.kind == "string" for item in instead.items):
        return ()
    common: frozenset[str] | None = None
    for item in patterns.items:
        gone = taken_out(item.text) if isinstance(item, Constant) and item.kind == "regexp" else frozenset()
        common = gone if common is None else common & gone
    left = (common or frozenset()) - frozenset(put)
    # A backslash that is left makes the statement's own quote one of the text, to MySQL and old settings of PostgreSQL.
    quotes = [without(quote) for quote in QUOTES if quote in left] if _BACKSLASH in left else []
    return tuple(quotes) + (("identifier",) if left >= _OTHERS and set(put) <= _PLAIN else ())


@lru_cache(maxsize=256)
def taken_out(text: str) -> frozenset[str]:
    """The characters that a regular expression's text (`/['"]/g`) matches wherever they stand."""
    body, _, flags = text[1:].rpartition("/")
    # With `v` a set may hold sets, which Python's patterns don't know.
    if "g" not in flags or not set("yv").isdisjoint(flags) or not _ANYWHERE.fullmatch(body):
        return frozenset()
    try:
        # What looks to Python like sets of a future version (`[[a]`, `[a--b]`) is what the repository wrote, no fault.
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            pattern = re.compile(body, re.IGNORECASE | re.ASCII if "i" in flags else re.ASCII)
    except (re.error, OverflowError):
        return frozenset()
    return frozenset(character for character in _OTHERS | _PLAIN if pattern.fullmatch(character))

"""Selected: which columns of a statement's rows are numbers by how the statement makes them, `count(*) AS sales`.

Source: "Aggregate Functions", "Mathematical Functions" and "Conditional Expressions" of the documentation of
PostgreSQL 16.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_BEGUN: Final = re.compile(r"\s*(?:\(\s*)*select\s+(?:distinct\s+|all\s+)?", re.IGNORECASE)
_FROM: Final = re.compile(r"\bfrom\b", re.IGNORECASE)
_JOINED: Final = re.compile(r"\b(?:except|intersect|union)\b", re.IGNORECASE)
"""What adds rows that another list of columns makes."""
_NAMED: Final = re.compile(r"(?P<made>.*?)\s+(?:as\s+)?[\"`]?(?P<name>\w+)[\"`]?", re.IGNORECASE | re.DOTALL)
_TYPED: Final = re.compile(r".*\sas\s+(?P<type>\w+)(?:\s+\w+)?(?:\s*\(\))?\s*", re.IGNORECASE | re.DOTALL)

_PART: Final = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|.", re.DOTALL)
_CALLED: Final = re.compile(
    r"(?P<name>\w+)\s*\(\)(?:\s*filter\s*\(\))?(?:\s*over\s*(?:\(\)|\w+))?(?:::\w+(?:\(\))?)?", re.IGNORECASE
)
"""A call whose brackets hold nothing any more, and the type that its result is given."""
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_ARITHMETIC: Final = "+-*/%"

_COUNTING: Final = frozenset({"avg", "bit_length", "ceil", "char_length", "count", "floor", "length", "round", "sum"})
_CHOOSING: Final = frozenset({"coalesce", "greatest", "ifnull", "least"})
"""What gives one of its arguments."""
_CAST: Final = "cast"
_NUMBERS: Final = frozenset(
    (
        *("bigint", "decimal", "double", "float", "float4", "float8", "int", "int2", "int4", "int8", "integer"),
        *("mediumint", "number", "numeric", "real", "signed", "smallint", "tinyint", "unsigned"),
    )
)

_LONG: Final = 5_000
"""Longer statements are not looked at."""


@lru_cache(maxsize=1 << 8)
def is_counted(text: str, column: str) -> bool:
    """Whether a column of the rows of a statement is counted, or added up."""
    for item in _items(text):
        called = _CALLED.fullmatch(_flat(item))
        if called and called["name"].lower() == column.lower():
            return _is_number(item)
        named = _NAMED.fullmatch(item)
        if named and named["name"].lower() == column.lower():
            return _is_number(named["made"])
    return False


def _items(text: str) -> tuple[str, ...]:
    """What a statement selects, where all its rows are made of one list."""
    begun = _BEGUN.match(text) if len(text) <= _LONG and not _JOINED.search(text) else None
    if begun is None:
        return ()
    rest = text[begun.end() :]
    levels = _levels(rest)
    ends = (found.start() for found in _FROM.finditer(rest) if not levels[found.start()])
    end = next(ends, -1)
    return _split(rest[:end], ",") if end >= 0 else ()


def _is_number(text: str) -> bool:
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return True
    parts = _split(text, _ARITHMETIC)
    if len(parts) > 1:
        return all(map(_is_number, parts))
    called = _CALLED.fullmatch(_flat(text))
    if called is None:
        return False
    name, given = called["name"].lower(), _inside(text)
    if name in _CHOOSING:
        return all(map(_is_number, _split(given, ",")))
    if name == _CAST:
        typed = _TYPED.fullmatch(_flat(given))
        return typed is not None and typed["type"].lower() in _NUMBERS
    return name in _COUNTING


def _levels(text: str) -> list[int]:
    """In how many brackets each character stands; what a quote holds stands a level deeper than the quote."""
    levels: list[int] = []
    depth = 0
    for part in _PART.findall(text):
        depth -= part in {")", "]"}
        levels += [depth, *[depth + 1] * (len(part) - 1)]
        depth += part in {"(", "["}
    return levels


def _split(text: str, separators: str) -> tuple[str, ...]:
    """The parts of a text between separators outside all brackets and quotes, trimmed."""
    at = [index for index, level in enumerate(_levels(text)) if not level and text[index] in separators]
    return tuple(text[start + 1 : end].strip() for start, end in zip([-1, *at], [*at, len(text)], strict=True))


def _flat(text: str) -> str:
    """A text without what its brackets and quotes hold."""
    return "".join(char for char, level in zip(text, _levels(text), strict=True) if not level)


def _inside(text: str) -> str:
    """What the first brackets of a text hold."""
    start = text.index("(") + 1
    levels = _levels(text)
    return text[start : next(index for index in range(start, len(text)) if not levels[index])]

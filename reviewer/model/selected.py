"""Selected: which columns of a statement's rows are numbers by how the statement makes them, `count(*) AS sales`.

Source: "Aggregate Functions" and "Mathematical Functions" of the documentation of PostgreSQL 16.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from reviewer.model.type_text import split_type

_LIST: Final = re.compile(
    r"\s*(?:\(\s*)*select\s+(?:distinct\s+|all\s+)?(?P<list>.*?)\bfrom\b", re.IGNORECASE | re.DOTALL
)
_NAMED: Final = re.compile(r"(?P<made>.*?)\s+(?:as\s+)?[\"`]?(?P<name>\w+)[\"`]?", re.IGNORECASE | re.DOTALL)
_CALLED: Final = re.compile(r"\s*(?P<name>\w+)\s*\(.*\)(?:::\w+)?\s*", re.DOTALL)
_COUNTING: Final = r"(?:avg|bit_length|ceil|char_length|count|floor|length|round|sum)\s*\("
_COUNTED: Final = re.compile(
    rf"\s*(?:(?:coalesce|ifnull|cast|greatest|least)\s*\(\s*)*{_COUNTING}.*\)(?:::\w+)?\s*", re.IGNORECASE | re.DOTALL
)


_LONG: Final = 5_000
"""Longer statements are not looked at."""


@lru_cache(maxsize=1 << 8)
def is_counted(text: str, column: str) -> bool:
    """Whether a column of the rows of a statement is counted, or added up."""
    found = _LIST.match(text) if len(text) <= _LONG else None
    for item in split_type(found["list"], ",") if found else ():
        called = _CALLED.fullmatch(item)
        if called and _COUNTED.fullmatch(item) and called["name"].lower() == column.lower():
            return True
        named = _NAMED.fullmatch(item)
        if named and named["name"].lower() == column.lower():
            return _COUNTED.fullmatch(named["made"]) is not None
    return False

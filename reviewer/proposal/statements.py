"""Tells SQL statements from other text by how they begin."""

from __future__ import annotations

import re
from typing import Final

_BLANK: Final = r"\s*(?:(?:--[^\n]*\n|/\*.{0,500}?\*/)\s*){0,5}"
_VERB: Final = re.compile(
    rf"{_BLANK}(?:--|/\*|select|insert|replace|update|delete|merge|truncate|with|create|alter|drop)\b", re.IGNORECASE
)
_NAME: Final = r"[\w.\"`\[\]$?:]{1,120}"
_STATEMENT: Final = re.compile(
    rf"{_BLANK}(?:"
    rf"select\s(?:.{{0,4000}}?\sfrom\s|\s*(?:[*\d]|distinct\s|{_NAME}\())"
    rf"|insert\s+(?:ignore\s+)?into\s+{_NAME}|replace\s+into\s+{_NAME}|update\s+{_NAME}\s+(?:\w+\s+)?set\s"
    rf"|delete\s+from\s+{_NAME}|merge\s+into\s+{_NAME}|truncate\s+table\s"
    rf"|with\s+(?:recursive\s+)?{_NAME}\s*(?:\([^)]{{0,500}}\)\s*)?as\s"
    rf"|(?:create|alter|drop)\s+(?:or\s+replace\s+|unique\s+|temp(?:orary)?\s+)*"
    rf"(?:table|index|view|schema|database|type|function|trigger|sequence|extension)\s"
    rf")",
    re.IGNORECASE | re.DOTALL,
)


def may_begin(text: str) -> bool:
    """Whether a text may be the first piece of a statement."""
    return _VERB.match(text[:5000]) is not None


def is_statement(text: str) -> bool:
    """Whether a text begins like a statement of SQL. `text` may hold `:?` where something is put in."""
    return _STATEMENT.match(text[:5000]) is not None

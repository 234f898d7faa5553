"""Narrow patterns: regular expressions that let nothing through but names, numbers and their like."""

from __future__ import annotations

import re


def is_narrow_pattern(text: str) -> bool:
    """Whether a regular expression's text (`/^[a-z_]+$/i`) is anchored at both ends and matches no quotes or blanks."""
    body, _, flags = text[1:].rpartition("/")
    if not (body.startswith("^") and body.endswith("$")) or "m" in flags:
        return False
    inner = body[1:-1]
    if _has_alternatives(inner):
        return False
    risky = (".", "\\s", "\\S", "\\W", "\\D", "[^", "'", '"', ";", " ", "`")
    plain = inner.replace("\\.", "").replace("\\-", "")
    return not any(mark in plain for mark in risky)


def _has_alternatives(inner: str) -> bool:
    """Whether `|` stands outside of all groups: `^a|b$` is anchored at one end only on each side of it."""
    depth = 0
    for mark in re.sub(r"\\.|\[[^\]]*\]", "", inner):
        depth += (mark == "(") - (mark == ")")
        if mark == "|" and not depth:
            return True
    return False

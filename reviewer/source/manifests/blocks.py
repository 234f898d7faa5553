"""Scans block YAML as package managers write it: indented keys with scalars, line by line.

A YAML library takes seconds for a lock file of a megabyte, and merge keys in a hostile file keep it busy for hours.
Anchors, flow mappings and multi-line scalars are not understood; nothing that is looked up here uses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ENTRY = re.compile(r"""(?:'((?:[^']|'')*+)'|"((?:[^"\\]|\\.)*+)"|([^\s'"#\[{][^\n]*?)):(?:[ \t]++(.*))?$""")
_MAX_DEPTH = 32


def scan(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The keys of a block mapping, each with the keys above it, and its scalar (empty where a block follows).

    An item of a sequence comes as the path of the sequence with its scalar. Flow sequences come item by item.
    """
    stack: list[tuple[int, str]] = []
    for line in text.splitlines():
        bare = line.lstrip(" ")
        if not bare or bare[0] in "#\t":
            continue
        indent = len(line) - len(bare)
        if bare.startswith("- "):
            while stack and stack[-1][0] > indent:
                stack.pop()
            if stack:
                yield tuple(key for _, key in stack), scalar(bare[2:])
            continue
        entry = _ENTRY.match(bare)
        if entry is None:
            continue
        while stack and stack[-1][0] >= indent:
            stack.pop()
        key = _key(entry)
        path = (*(above for _, above in stack), key)
        value = (entry[4] or "").strip()
        if value.startswith("["):
            for part in value.strip("[] ").split(","):
                if part.strip():
                    yield path, scalar(part)
        else:
            yield path, scalar(value)
        if len(stack) < _MAX_DEPTH:
            stack.append((indent, key))


def scalar(text: str) -> str:
    """A plain or quoted scalar without its quotes and without a comment behind it."""
    text = text.strip()
    if text[:1] in {"'", '"'}:
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else text[1:]
    return text.partition(" #")[0].rstrip() if not text.startswith("#") else ""


def _key(entry: re.Match[str]) -> str:
    if entry[1] is not None:
        return entry[1].replace("''", "'")
    return entry[2] if entry[2] is not None else entry[3].strip()

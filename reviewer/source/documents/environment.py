"""Environment files (`.env`): a name and a value a line."""

from __future__ import annotations

import re
from typing import Final

from reviewer.yaml_nodes import MAX_NODES, Node

_ENTRY: Final = re.compile(r"[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(.*)")


def read_environment(text: str) -> Node:
    """The names and values as a mapping of texts, without quotes and without comments behind them."""
    root = Node("", 1)
    root.entries = {}
    for number, line in enumerate(text.splitlines()[:MAX_NODES], 1):
        found = _ENTRY.match(line)
        if found:
            node = Node("", number)
            node.scalar = _value(found[2])
            root.entries[found[1]] = node
            root.keys[found[1]] = number
    return root


def _value(text: str) -> str:
    quote = text[:1]
    if quote in {"'", '"', "`"}:
        end = text.find(quote, 1)
        return text[1:end] if end > 0 else text[1:]
    return text.partition(" #")[0].strip()

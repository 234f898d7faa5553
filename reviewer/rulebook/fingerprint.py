"""Fingerprints: what stays the same of a finding while its code moves, is formatted anew, or its file is renamed."""

from __future__ import annotations

from typing import Final

from reviewer.source.module import Kind, Module

_MOST_ROWS: Final = 400  # a literal of data may hold thousands, and is told from another by its beginning


def normalised(module: Module, row: int) -> str:
    """The code of a row without what formatters change: white space, quotes, parentheses, commas at an end.

    The inside of functions is left out: a handler that is edited stays the handler of its route.
    """
    parts: list[str] = []
    waiting = [row]
    while waiting and len(parts) < _MOST_ROWS:
        current = waiting.pop()
        kind = module.kind[current]
        text = module.text(current)
        parts.append(f"{_NAMES[kind]}:{text}" if text else _NAMES[kind])
        if kind not in _CLOSED:
            operands = module.ops(current)
            parts.append(f"/{len(operands)}")
            waiting.extend(reversed(operands))
    return " ".join(parts)


_CLOSED: Final = frozenset({Kind.FUNCTION, Kind.CLASS})
_NAMES: Final = {value: name.lower() for name, value in vars(Kind).items() if isinstance(value, int)}

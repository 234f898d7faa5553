"""Flattens the `exports` and `imports` tables of package.json (Node.js, "Modules: Packages")."""

from __future__ import annotations

from typing import Final

import msgspec

_MAX_ROWS: Final = 1000
_TYPES_ONLY: Final = "types"


class Target(msgspec.Struct, frozen=True, gc=False):
    """What a subpath leads to, under conditions such as `import`, `require`, `default`; outermost first."""

    path: str
    conditions: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """One subpath: `.`, `./sub`, `./features/*`, or `#internal` in `imports`; its targets in order of preference."""

    subpath: str
    targets: tuple[Target, ...]

    def match(self, subpath: str) -> str | None:
        """What the star stands for in `subpath`, empty where the row has none and is equal; None for no match."""
        prefix, star, suffix = self.subpath.partition("*")
        if not star:
            return "" if subpath == self.subpath else None
        if len(subpath) < len(prefix) + len(suffix) or not (subpath.startswith(prefix) and subpath.endswith(suffix)):
            return None
        return subpath[len(prefix) : len(subpath) - len(suffix)]


def flatten(value: object) -> tuple[Row, ...]:
    """The rows of an `exports` or `imports` value, exact subpaths first, then by the length of what precedes the star.

    Conditions for types only are left out. Values of an unexpected shape give no row.
    """
    if isinstance(value, dict) and any(isinstance(key, str) and key.startswith((".", "#")) for key in value):
        subpaths = [(key, item) for key, item in value.items() if isinstance(key, str) and key.startswith((".", "#"))]
    else:
        subpaths = [(".", value)]
    rows = [Row(key, targets) for key, item in subpaths[:_MAX_ROWS] if (targets := _targets(item))]
    return tuple(sorted(rows, key=lambda row: ("*" in row.subpath, -len(row.subpath.partition("*")[0]))))


def _targets(value: object) -> tuple[Target, ...]:
    found: list[Target] = []
    pending: list[tuple[object, tuple[str, ...]]] = [(value, ())]
    while pending and len(found) < _MAX_ROWS:
        item, conditions = pending.pop()
        if isinstance(item, str):
            found.append(Target(item, conditions))
        elif isinstance(item, list):
            pending += ((part, conditions) for part in reversed(item))
        elif isinstance(item, dict):
            named = [
                (part, (*conditions, key)) for key, part in item.items() if isinstance(key, str) and key != _TYPES_ONLY
            ]
            pending += reversed(named)
    return tuple(found)

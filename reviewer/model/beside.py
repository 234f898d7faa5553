"""Beside: the modules that nobody is known to load, among those that browsers run: bundlers find them by patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from reviewer.source.paths import folder_of, is_below

_SHARE: Final = 2
"""How many unknown modules there may be for each that is known to be a browser's."""


def beside(
    paths: Sequence[str], drawn: Iterable[int], unknown: set[int], serving: set[int], package: Callable[[int], str]
) -> list[int]:
    """The unknown modules in the folder where all that browsers run of a package, `drawn`, lies, if they are not many.

    Not where something of a server, `serving`, lies in the folder too: who loads the unknown ones may be a server.
    """
    packages: dict[str, list[int]] = {}
    for m in drawn:
        packages.setdefault(package(m), []).append(m)
    found: set[int] = set()
    for modules in packages.values():
        folder = _common([folder_of(paths[m]) for m in modules])
        inside = {m for m in unknown if is_below(paths[m], folder)}
        if len(inside) <= _SHARE * len(modules) and not any(is_below(paths[m], folder) for m in serving):
            found |= inside
    return sorted(found)


def _common(folders: Sequence[str]) -> str:
    """The deepest folder in which all of these lie."""
    first, last = min(folders).split("/"), max(folders).split("/")
    length = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return "/".join(first[:length])

"""Services in files of their own: the files that a pattern fits, and the names under which a container keeps them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.source.paths import folder_of, join, upwards
from reviewer.source.specifiers import fold

if TYPE_CHECKING:
    from reviewer.model.model import Model

_EXTENSION: Final = re.compile(r"\.(?:[cm]?[jt]sx?|\{[^}]*\}|\*)$")
_LONGEST: Final = 200
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|\d+")
_PARTS: Final = re.compile(r"\*\*/|\*\*|\*|\?|\{[^{}]*\}|[^*?{]+|.")


def files_loaded(model: Model, pattern: Spot) -> list[int]:
    """The modules whose paths a glob fits, seen from the nearest folder at or above its file's from which it fits any.
    Extensions don't count: what is loaded may be compiled.
    """
    specifier = fold(model.link.body(pattern.module), pattern.row)
    if not specifier.whole or not 0 < len(specifier.text) < _LONGEST:
        return []
    for folder in upwards(folder_of(model.link.paths[pattern.module])):
        path = join(folder, _EXTENSION.sub("", specifier.text))
        fits = re.compile(_expression(path)) if path else None
        found = [m for m, name in enumerate(model.link.paths) if fits and fits.fullmatch(_EXTENSION.sub("", name))]
        if found:
            return found
    return []


def _expression(glob: str) -> str:
    """A glob as a regular expression."""
    return "".join(_part(part) for part in _PARTS.findall(glob))


def _part(part: str) -> str:
    match part:
        case "**/":
            return "(?:[^/]+/)*"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if part.startswith("{") and part.endswith("}"):
            return f"(?:{'|'.join(map(re.escape, part[1:-1].split(',')))})"
        case _:
            return re.escape(part)


def service_names(path: str) -> list[str]:
    """A file's name without its extension: as it is, and in camel case with a small or a large first letter."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    words = _WORD.findall(stem)
    camel = "".join(word.lower() if not at else word.capitalize() for at, word in enumerate(words))
    return list(dict.fromkeys([stem, camel, camel[:1].upper() + camel[1:]]))

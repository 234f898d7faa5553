"""Messages of rules: one sentence with `{placeholders}` that the shape or the finder fills."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def placeholders(template: str) -> tuple[str, ...]:
    """The distinct names in braces, in order; `{{` and `}}` stand for braces.

    Raises ValueError, with a sentence to print, for a lone brace and for a name that no finder could give.
    """
    names: list[str] = []
    for whole, name in _parts(template):
        if name is None:
            if whole in {"{", "}"}:
                raise ValueError(f"a lone `{whole}` in the message; write `{whole * 2}` for a brace")
        elif not _NAME.fullmatch(name):
            raise ValueError(f"`{{{name}}}` is no placeholder: lower case letters, digits and underscores")
        elif name not in names:
            names.append(name)
    return tuple(names)


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders replaced; white space in values is folded, braces in values stay as they are.

    KeyError where a placeholder has no value.
    """

    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        return match.group()[:1] if name is None else " ".join(values[name].split())

    return _PART.sub(replace, template)


def _parts(template: str) -> Iterator[tuple[str, str | None]]:
    return ((match.group(), match.group(1)) for match in _PART.finditer(template))

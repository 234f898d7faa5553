"""Library files for wrappers, as text: rows to read, to correct, and to keep."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import msgspec

from reviewer.diagnosis import visible
from reviewer.proposal.wrappers import Wrapper

_SHOWN: Final = 3
_TEXT: Final = 60


def library_files(wrappers: Sequence[Wrapper]) -> list[tuple[str, str]]:
    """A file name and its text for each package; the wrappers are sorted by package."""
    return [
        (f"{_file_name(package)}.yml", _library(package, list(group)))
        for package, group in groupby(wrappers, key=lambda wrapper: wrapper.package)
    ]


def _library(package: str, wrappers: Sequence[Wrapper]) -> str:
    lines: list[str] = []
    for wrapper in wrappers:
        lines += _evidence(wrapper)
    lines.append(f"package: {_quoted(package)}")
    types = dict(wrapper.type for wrapper in wrappers if wrapper.type is not None)
    if types:
        lines += ["", "types:", *(f"  {name}: [ {_quoted(at)} ]" for name, at in types.items())]
    texts = list(dict.fromkeys(f"{_callee(wrapper)}Argument[{wrapper.argument}]" for wrapper in wrappers))
    calls = list(dict.fromkeys(_callee(wrapper).rstrip(".") or "Module" for wrapper in wrappers))
    lines += ["", "roles:", "  sql.text:", *(f"    - {_quoted(at)}" for at in texts)]
    lines += ["  database.query:", *(f"    - {_quoted(at)}" for at in calls)]
    awaited = list(dict.fromkeys(_callee(wrapper).rstrip(".") or "Module" for wrapper in wrappers if wrapper.awaited))
    if awaited:
        lines += [
            "",
            "# Some of these calls are awaited.",
            "promise:",
            *(f"  - {{ at: {_quoted(at)} }}" for at in awaited),
        ]
    return "\n".join(lines) + "\n"


def _evidence(wrapper: Wrapper) -> list[str]:
    of_all = f"{len(wrapper.uses)} of {wrapper.asked} calls whose text is known hand SQL to it:"
    shown = [
        f"#   {visible(use.path)}:{use.line}  {visible(use.code)}({visible(_cut(use.text))})"
        for use in wrapper.uses[:_SHOWN]
    ]
    more = len(wrapper.uses) - len(shown)
    return [f"# {_callee(wrapper).rstrip('.') or 'the package itself'}: {of_all}", *shown] + (
        [f"#   and {more} more"] if more else []
    )


def _callee(wrapper: Wrapper) -> str:
    """The place of the function, with a dot behind it where it has a name."""
    parts = [wrapper.type[0] if wrapper.type else "", wrapper.callee]
    place = ".".join(part for part in parts if part)
    return f"{place}." if place else ""


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _file_name(package: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in package).strip("-") or "package"

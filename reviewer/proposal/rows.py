"""Library files for wrappers, as text: rows to read, to correct, and to keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from reviewer.diagnosis import visible
from reviewer.proposal.adapters import Adapter
from reviewer.proposal.wrappers import Wrapper

_HANDED: Final = (
    '{{ at: {}, function: "Argument[0]", when: later, promise: forwarded, throw: propagates, through: ReturnValue }}'
)
_PASSED: Final = '{{ at: {}, from: "ReturnValue.Argument[0..]", to: "Argument[0].Parameter[0..]" }}'
_SHOWN: Final = 3
_TEXT: Final = 60


def library_files(wrappers: Sequence[Wrapper], adapters: Sequence[Adapter]) -> list[tuple[str, str]]:
    """A file name and its text for each package, by package."""
    packages = sorted({one.package for one in wrappers} | {one.package for one in adapters})
    return [
        (
            f"{_file_name(package)}.yml",
            _library(
                package,
                [one for one in wrappers if one.package == package],
                [one for one in adapters if one.package == package],
            ),
        )
        for package in packages
    ]


def _library(package: str, wrappers: Sequence[Wrapper], adapters: Sequence[Adapter]) -> str:
    lines = [line for wrapper in wrappers for line in _evidence(wrapper)]
    lines += [line for adapter in adapters for line in _made(adapter)]
    lines.append(f"package: {_quoted(package)}")
    types = dict(wrapper.type for wrapper in wrappers if wrapper.type is not None)
    if types:
        lines += ["", "types:", *(f"  {name}: [ {_quoted(at)} ]" for name, at in types.items())]
    if wrappers:
        texts = dict.fromkeys(f"{_callee(wrapper)}Argument[{wrapper.argument}]" for wrapper in wrappers)
        calls = dict.fromkeys(_place(wrapper) for wrapper in wrappers)
        lines += ["", "roles:", "  sql.text:", *(f"    - {_quoted(at)}" for at in texts)]
        lines += ["  database.query:", *(f"    - {_quoted(at)}" for at in calls)]
    awaited = dict.fromkeys(_place(wrapper) for wrapper in wrappers if wrapper.awaited)
    if awaited:
        said = "# Some of these calls are awaited."
        lines += ["", said, "promise:", *(f"  - {{ at: {_quoted(at)} }}" for at in awaited)]
    if adapters:
        places = [_quoted(adapter.callee or "Module") for adapter in adapters]
        lines += ["", "# If the wrapper hands rejections to nobody: `promise: dropped`; if it answers them: `caught`."]
        lines += ["calls:", *(f"  - {_HANDED.format(place)}" for place in places)]
        lines += ["flows:", *(f"  - {_PASSED.format(place)}" for place in places)]
    return "\n".join(lines) + "\n"


def _made(adapter: Adapter) -> list[str]:
    shown = [f"#   {visible(use)}" for use in adapter.uses[:_SHOWN]]
    more = len(adapter.uses) - len(shown)
    count = f"{len(adapter.uses)} handler{'' if len(adapter.uses) == 1 else 's'}"
    head = f"# {adapter.callee or 'the package itself'}: makes {count} of routes from functions:"
    return [head, *shown, *([f"#   and {more} more"] if more else [])]


def _evidence(wrapper: Wrapper) -> list[str]:
    of_all = f"{len(wrapper.uses)} of {wrapper.asked} calls whose text is known hand SQL to it:"
    shown = [
        f"#   {visible(use.path)}:{use.line}  {visible(use.code)}({visible(_cut(use.text))})"
        for use in wrapper.uses[:_SHOWN]
    ]
    more = len(wrapper.uses) - len(shown)
    return [f"# {_place(wrapper)}: {of_all}", *shown, *([f"#   and {more} more"] if more else [])]


def _callee(wrapper: Wrapper) -> str:
    """The place of the function, with a dot behind it where it has a name."""
    parts = [wrapper.type[0] if wrapper.type else "", wrapper.callee]
    place = ".".join(part for part in parts if part)
    return f"{place}." if place else ""


def _place(wrapper: Wrapper) -> str:
    return _callee(wrapper).rstrip(".") or "Module"


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _file_name(package: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in package).strip("-") or "package"

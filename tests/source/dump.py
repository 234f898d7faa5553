"""The rows of a small program as an indented tree, one a line, for comparison with a text written by hand."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.source.lower import lower
from reviewer.source.module import BindingFlag, BindingKind, Flag, Kind, Module, Surface, open_module

_KINDS = {value: name for name, value in vars(Kind).items() if not name.startswith("_")}
_FLAGS = {value: name for name, value in vars(Flag).items() if not name.startswith("_")}
_BINDING_KINDS = {value: name for name, value in vars(BindingKind).items() if not name.startswith("_")}
_BINDING_FLAGS = {value: name for name, value in vars(BindingFlag).items() if not name.startswith("_")}


def opened(source: str | bytes, name: str = "a.js") -> Module:
    data = source.encode() if isinstance(source, str) else source
    lowered = lower(data, name)
    return open_module(0, name, lowered.surface, lowered.body)


def surface(source: str | bytes, name: str = "a.js") -> Surface:
    return opened(source, name).surface


def label(module: Module, row: int) -> str:
    """KIND 'name' FLAG… #binding"""
    parts = [_KINDS[module.kind[row]]]
    if module.name[row] >= 0:
        parts.append(repr(module.text(row)))
    parts += [name for value, name in _FLAGS.items() if module.flags[row] & value]
    if module.binding[row] >= 0:
        parts.append(f"#{module.binding_text(module.binding[row])}")
    return " ".join(parts)


def dump(source: str | bytes, name: str = "a.js") -> str:
    """All rows below the PROGRAM, two blanks a level."""
    module = opened(source, name)
    lines: list[str] = []
    pending = [(row, 0) for row in reversed(module.ops(0))]
    while pending:
        row, depth = pending.pop()
        lines.append("  " * depth + label(module, row))
        pending.extend((operand, depth + 1) for operand in reversed(module.ops(row)))
    return "\n".join(lines)


def source_of(module: Module, source: str, row: int) -> str:
    return source.encode()[module.start[row] : module.end[row]].decode()


def bindings(source: str, name: str = "a.js") -> list[str]:
    """Each binding: `name KIND FLAG… = writes < reads`, places as line:column, in the order of the text."""
    module = opened(source, name)
    lines = []
    for binding, kind in enumerate(module.binding_kind):
        flags = [name for value, name in _BINDING_FLAGS.items() if module.binding_flags[binding] & value]
        writes = places(module, module.writes(binding))
        refs = places(module, module.refs(binding))
        head = " ".join([module.binding_text(binding), _BINDING_KINDS[kind], *flags])
        lines.append(f"{head} = {writes} < {refs}")
    return lines


def places(module: Module, rows: Sequence[int]) -> str:
    return " ".join(place(module, row) for row in sorted(rows, key=lambda row: module.start[row])) or "-"


def place(module: Module, row: int) -> str:
    line = module.line(row)
    return f"{line}:{module.start[row] - module.line_starts[line - 1] + 1}"

"""Code with every local name replaced by a random one: what the model and the rules say of it must stay the same."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from reviewer.source.lower import lower
from reviewer.source.module import BindingKind, Flag, Kind, Module, open_module

_EXPORT = re.compile(rb"^\s*export\b", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


def renamed(data: bytes, source: random.Random, path: str, file: Callable[[str], str] | None = None) -> bytes:
    """The text of the file at `path` with every local name, function and class under a random name, and each relative
    specifier as `file` gives it. Names that others see stay: what a declaration exports, and what types are called.
    """
    lowered = lower(data, path)
    module = open_module(0, path, lowered.surface, lowered.body)
    kept = {export.binding for export in lowered.surface.exports} if _EXPORT.search(data) else set()
    types = {word for text in module.annotations.values() for word in _WORD.findall(text)}
    edits: dict[tuple[int, int], bytes] = {}
    named: dict[int, set[int]] = {}
    for row in range(len(module)):
        if module.kind[row] == Kind.IDENT and module.binding[row] >= 0:
            named.setdefault(module.binding[row], set()).add(row)
    for binding in range(len(module.binding_kind)):
        old = module.binding_text(binding)
        imported = module.binding_kind[binding] == BindingKind.IMPORT
        if old == "arguments" or imported or binding in kept or old in types:
            continue
        new = f"{old[0] if source.random() < 0.5 else '_'}{source.randrange(16**6):06x}"
        new = new if re.match(r"[A-Za-z_]", new) else f"v{new}"
        for row in named.get(binding, set()).union(module.writes(binding)):
            _edit(module, row, old, new, data, edits)
    for record in lowered.surface.imports if file is not None else ():
        if record.source.startswith("."):
            at = data.index(record.source.encode(), module.start[record.row])
            edits[at, at + len(record.source.encode())] = file(record.source).encode()
    for (start, end), text in sorted(edits.items(), reverse=True):
        data = data[:start] + text + data[end:]
    return data


def _edit(module: Module, row: int, old: str, new: str, data: bytes, edits: dict[tuple[int, int], bytes]) -> None:
    start, end = module.start[row], module.end[row]
    if module.kind[row] != Kind.IDENT:
        match = re.compile(rb"(?:async\s+)?(?:function|class)\s*\*?\s*" + re.escape(old.encode())).match(data, start)
        if match is not None:
            edits[match.end() - len(old.encode()), match.end()] = new.encode()
        return
    holder = module.parent[row]
    if module.kind[holder] == Kind.DEFAULT and module.first[holder] == row:
        holder = module.parent[holder]
    text = f"{old}: {new}" if module.kind[holder] == Kind.PROPERTY and module.has(holder, Flag.SHORTHAND) else new
    edits[start, end] = text.encode()

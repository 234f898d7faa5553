"""What is read below a parameter of a function, as a source."""

from __future__ import annotations

from reviewer.model.sources import Path, Source, written
from reviewer.source.module import Kind, Module


def read_below(kind: str, part: str, module: Module, function: int, index: int, path: Path) -> Source:
    """A source that is read below a parameter, named as the code would write it: `req.query.name`."""
    params = module.params(function)
    is_rest = bool(params) and module.kind[module.first[params[-1]]] == Kind.REST
    row = params[min(index, len(params) - 1)] if is_rest or index < len(params) else function
    target = row if row == function else module.first[row]
    while module.kind[target] in {Kind.DEFAULT, Kind.REST}:
        target = module.first[target]
    value = module.text(target) if module.kind[target] == Kind.IDENT else ""
    return Source(kind, part, module.index, row, written(value, path))

"""Programs, entries and endpoints as records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reviewer.model.entries import START_UP
from reviewer.model.programs import ProgramKind
from reviewer.model.route import Handler
from reviewer.program import Program
from reviewer.show.describe import Record, describe, place_of

_STARTED: Final = frozenset({ProgramKind.SERVER, ProgramKind.WORKER, ProgramKind.CLI})
_UNNAMED: Final = frozenset({ProgramKind.TOOL, ProgramKind.TESTS})
_ROOTS: Final = 5  # how many roots of a program are listed


def programs(program: Program, m: int) -> Iterator[Record]:
    """The programs that begin with a module."""
    model = program.model
    for each in model.programs.all():
        if each.roots[0] == m:
            roots = [model.link.paths[root] for root in each.roots]
            yield {
                "file": model.link.paths[m],
                "line": 1,
                "program": each.kind.value,
                "name": each.name,
                "files": len(model.programs.files(each)),
                "roots": roots[:_ROOTS] + [f"{len(roots) - _ROOTS} more"] * (len(roots) > _ROOTS),
                "said": each.said,
            }


def entries(program: Program, m: int) -> Iterator[Record]:
    """What starts code in a module: routes, what happens otherwise, and the start of programs."""
    for route in program.model.routes.in_module(m):
        for handler in route.handlers:
            for function in handler.functions:
                yield {
                    **place_of(program, m, route.row),
                    "kind": "error handler"
                    if handler.is_error_handler
                    else "middleware"
                    if route.is_mount
                    else "route",
                    "registered": f"{route.method} {', '.join(route.paths) or '*'}",
                    "function": describe(program, function),
                    "rejection": handler.fate,
                    **_named_programs(program, m),
                }

    model = program.model
    for entry in model.entries.in_module(m):
        for function in entry.functions:
            yield {
                **place_of(program, m, entry.row),
                "kind": entry.kind,
                "registered": ", ".join(entry.name),
                "function": describe(program, function),
                "rejection": entry.fate,
                **_named_programs(program, m),
            }
    for each in model.programs.all():
        if each.kind in _STARTED and m in each.roots:
            yield {
                "file": model.link.paths[m],
                "line": 1,
                "column": 1,
                "kind": START_UP,
                "registered": each.said,
                "function": f"top level of {model.link.paths[m]}",
                "rejection": "",
                **_named_programs(program, m),
            }


def endpoints(program: Program, m: int) -> Iterator[Record]:
    """The endpoints that a module registers."""
    for endpoint in program.model.routes.endpoints():
        if endpoint.module != m:
            continue
        route = endpoint.route
        named = [_handler_name(program, handler) for handler in route.handlers]
        yield {
            "method": endpoint.method,
            "path": endpoint.path,
            **place_of(program, endpoint.module, endpoint.row),
            "handler": named[-1] if named else "",
            "middleware": named[:-1],
            "measures": program.model.routes.measures(route),
            **_named_programs(program, m),
        }


def _named_programs(program: Program, m: int) -> Record:
    """The programs that a module is part of, where there is more than one that could be meant."""
    programs = program.model.programs
    if len([each for each in programs.all() if each.kind not in _UNNAMED]) < 2:
        return {}
    return {"programs": [str(each) for each in programs.of(m) if each.kind not in _UNNAMED]}


def _handler_name(program: Program, handler: Handler) -> str:
    if handler.functions:
        return " or ".join(describe(program, function) for function in handler.functions)
    module = program.model.link.body(handler.module)
    return program.model.source_text(module, handler.row)

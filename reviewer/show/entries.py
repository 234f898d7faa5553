"""Programs, entries and endpoints as records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reviewer.model.domain import Closure
from reviewer.model.entries import START_UP
from reviewer.model.measure import Measure
from reviewer.model.program import ProgramKind
from reviewer.model.route import Handler
from reviewer.program import Program
from reviewer.show.describe import Record, describe, place_of
from reviewer.source.module import Kind

_STARTED: Final = frozenset({ProgramKind.SERVER, ProgramKind.WORKER, ProgramKind.CLI})
_UNNAMED: Final = frozenset({ProgramKind.TOOL, ProgramKind.TESTS})
_MEASURE_LENGTH: Final = 60
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
                    else "plugin"
                    if route.encapsulates
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
        measures = program.model.routes.measures(endpoint)
        yield {
            "method": endpoint.method,
            "path": endpoint.path,
            **place_of(program, endpoint.module, endpoint.row),
            "handler": _handler_name(program, route.handlers[-1]) if route.handlers else "",
            "measures": [_measure_name(program, one) for one in measures.items if one.kind != "error"],
            "errors": [_measure_name(program, one) for one in measures.items if one.kind == "error"],
            "open": sorted(measures.open),
            **_named_programs(program, m),
        }


def _measure_name(program: Program, measure: Measure) -> str:
    """A measure as the code names it, a function that is written there by its place; `?` where a branch decides."""
    body = program.model.link.body(measure.module)
    if body.kind[measure.row] == Kind.FUNCTION:
        name = describe(program, Closure(measure.module, measure.row))
    else:
        name = program.places.code(measure.module, measure.row)
        name = name if len(name) <= _MEASURE_LENGTH else f"{name[: _MEASURE_LENGTH - 1]}…"
    known = "schema" if measure.kind == "schema" else name
    return known if measure.sure else f"{known} ?"


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

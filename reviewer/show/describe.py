"""Values and places for people."""

from __future__ import annotations

from typing import TypeAlias

from reviewer.model.domain import (
    Atom,
    ClassValue,
    Closure,
    Constant,
    External,
    Instance,
    Literal,
    Made,
    Namespace,
    Primitive,
    Promised,
)
from reviewer.program import Program

Record: TypeAlias = dict[str, object]


def place_of(program: Program, m: int, row: int) -> Record:
    """File, line and column of a row, as the first fields of a record."""
    place = program.places.of(m, row)
    return {"file": place.path, "line": place.line, "column": place.column}


def describe(program: Program, atom: Atom) -> str:
    """A value for people: a function by name and place, a library's place, a constant."""
    model = program.model
    match atom:
        case Closure(m, row):
            module = model.link.body(m)
            return f"{_named(model.function_name(module, row))} {module.path}:{module.line(row)}"
        case ClassValue(m, row):
            module = model.link.body(m)
            return f"class {module.text(row)} {module.path}:{module.line(row)}"
        case Instance(m, row):
            module = model.link.body(m)
            return f"instance of {module.text(row)} {module.path}:{module.line(row)}"
        case Literal(m, row):
            module = model.link.body(m)
            return f"object {module.path}:{module.line(row)}"
        case Made(m, row, _):
            module = model.link.body(m)
            return f"made at {module.path}:{module.line(row)}"
        case Namespace(m):
            return f"exports of {model.link.paths[m]}"
        case External(state):
            return model.libraries.place(state) if state else "library"
        case Constant(kind, text):
            return repr(text) if kind == "string" else text
        case Primitive(kind):
            return kind
        case Promised(value):
            return f"promise of {describe(program, value)}"
        case _:
            return "parameter"


def _named(name: str) -> str:
    return name or "(anonymous)"

"""What the model knows, as records: one for each call, expression, entry, endpoint, role, origin or row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from reviewer.finding import UsageError
from reviewer.model.domain import Atom, ClassValue, Closure, External, Instance, Namespace, Promised
from reviewer.model.origins import FromParameter, Source
from reviewer.program import Program
from reviewer.show.describe import Record, describe, place_of
from reviewer.show.entries import endpoints, entries, programs
from reviewer.source.module import Kind
from reviewer.source.paths import is_below

_KIND_NAMES: Final = {value: name for name, value in vars(Kind).items() if isinstance(value, int)}
_RUNNABLE: Final = (Closure, ClassValue, External, Namespace)
_TYPED: Final = frozenset({Kind.IDENT, Kind.MEMBER, Kind.CALL, Kind.NEW, Kind.THIS})


def show(program: Program, what: str, target: str) -> list[Record]:
    """The records about `what` at `target`: a path below the root, a folder, or `path:line`; `.` is everything.

    Raises `UsageError` where the target holds no reviewed file.
    """
    path, line = _split(target)
    modules = [m for m, known in enumerate(program.model.link.paths) if is_below(known, path)]
    if not modules:
        raise UsageError(f"{path}: no reviewed file there; `nodereview files` lists them")
    records = [record for m in modules for record in _SHOWN[what](program, m)]
    if what != "module":
        # Rows are numbered level by level: what is shown stands in the order of the text.
        records.sort(key=_in_text_order)
    return [record for record in records if not line or record["line"] == line]


def _in_text_order(record: Record) -> tuple[str, int, int]:
    line, column = record["line"], record.get("column", 0)
    return (str(record["file"]), line if isinstance(line, int) else 0, column if isinstance(column, int) else 0)


def _split(target: str) -> tuple[str, int]:
    path, _, line = target.rpartition(":")
    return (path, int(line)) if path and line.isdigit() else (target, 0)


def _calls(program: Program, m: int) -> Iterator[Record]:
    model = program.model
    module = model.link.body(m)
    for row in range(len(module)):
        if module.kind[row] not in {Kind.CALL, Kind.NEW}:
            continue
        if row in model.link.import_calls[m]:
            callees, opened = ["module loader"], frozenset[str]()
        else:
            found = model.ask(model.calls.run(m, row))
            callees = sorted({describe(program, atom) for atom in found.items if isinstance(atom, _RUNNABLE)})
            opened = found.open
        yield {
            **place_of(program, m, row),
            "call": model.source_text(module, row),
            "callees": callees,
            "open": sorted(opened),
        }


def _types(program: Program, m: int) -> Iterator[Record]:
    model = program.model
    module = model.link.body(m)
    for row in range(len(module)):
        if module.kind[row] in _TYPED:
            found = model.ask(model.values.resolved(m, row))
            names = sorted({name for atom in found.items for name in _type_names(program, atom)})
            if names:
                yield {**place_of(program, m, row), "expression": model.source_text(module, row), "types": names}


def _type_names(program: Program, atom: Atom) -> Iterator[str]:
    match atom:
        case External(state) if state:
            yield program.model.libraries.place(state)
        case Promised(value):
            for name in _type_names(program, value):
                yield f"Promise<{name}>"
        case Instance():
            yield describe(program, atom)
        case _:
            pass


def _roles(program: Program, m: int) -> Iterator[Record]:
    model = program.model
    module = model.link.body(m)
    for row in range(len(module)):
        if module.kind[row] not in {Kind.CALL, Kind.NEW, Kind.MEMBER}:
            continue
        asked = module.first[row] if module.kind[row] != Kind.MEMBER else row
        roles = sorted(
            {
                role
                for atom in model.ask(model.values.resolved(m, asked)).items
                if isinstance(atom, External) and atom.state
                for role in model.libraries.roles(atom.state)
            }
        )
        if roles:
            yield {**place_of(program, m, row), "expression": model.source_text(module, row), "roles": roles}
    for site in model.sites.arguments("sql.text", m):
        yield {
            **place_of(program, m, site.row),
            "expression": model.source_text(module, module.first[site.row]),
            "roles": ["sql.text"],
        }


def _origins(program: Program, m: int) -> Iterator[Record]:
    model = program.model
    module = model.link.body(m)
    for row in range(len(module)):
        if module.kind[row] not in {Kind.CALL, Kind.NEW}:
            continue
        for argument in module.args(row):
            found = model.ask(model.origins.closed(m, argument, ()))
            if found.items:
                yield {
                    **place_of(program, m, row),
                    "call": model.source_text(module, row),
                    "argument": module.position(argument) - 1,
                    "origins": sorted(_origin(item) for item in found.items),
                    "open": sorted(found.open),
                }


def _origin(item: Source | FromParameter) -> str:
    name = item.name if isinstance(item, Source) else "parameter"
    kind = item.kind if isinstance(item, Source) else "parameter"
    passed = f" through {', '.join(item.passed)}" if item.passed else ""
    return f"{kind}: {name}{passed}"


def _module(program: Program, m: int) -> Iterator[Record]:
    module = program.model.link.body(m)
    depth = [0] * len(module)
    for row in module.descend(0):
        depth[row] = depth[module.parent[row]] + 1 if row else 0
        yield {
            "file": module.path,
            "line": module.line(row),
            "row": row,
            "kind": "  " * depth[row] + _KIND_NAMES.get(module.kind[row], "?"),
            "name": module.text(row),
        }


_SHOWN: Final[dict[str, Callable[[Program, int], Iterator[Record]]]] = {
    "calls": _calls,
    "types": _types,
    "programs": programs,
    "entries": entries,
    "endpoints": endpoints,
    "roles": _roles,
    "origins": _origins,
    "module": _module,
}

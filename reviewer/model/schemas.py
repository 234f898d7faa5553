"""Schemas that calls build, or literals: what they prove of data that fits."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from reviewer.model.domain import External, Literal, Spot
from reviewer.model.json_schema import proved
from reviewer.model.libraries.steps import Path as AccessPath
from reviewer.model.narrow_patterns import is_narrow_pattern
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import DEEP, NAMES, Path, is_element
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.check_facts import SchemaFact
    from reviewer.model.model import Model

STEPS: Final = 12
Proof: TypeAlias = Generator[Key, Answer, frozenset[str] | None]
_Spots: TypeAlias = Generator[Key, Answer, list[Spot]]


def proved_by_calls(model: Model, m: int, function: int, path: Path, part: str) -> Proof:
    """The barriers that a value has passed which lies `path` below what a function gets, `procedure.input(schema)
    .query(function)`; None where the schema is not known.
    """
    module = model.link.body(m)
    found: frozenset[str] | None = None
    for call in chain(module, module.parent[function]):
        callees = yield model.calls.callees(m, call)
        shape = model.call_shape(module, call)
        facts = [
            fact for state in _states(callees) for fact in model.libraries.measures(state, shape) if fact.part == part
        ]
        for row in module.args(call)[:1] if facts else ():
            proven = yield from proved_by(model, Spot(m, row), path)
            if proven is not None:
                found = proven | (found or frozenset())
    return found


def chain(module: Module, call: int) -> Iterator[int]:
    """The CALL rows on which another one is called, the last one first; that one itself too."""
    while module.kind[call] == Kind.CALL:
        yield call
        callee = module.first[call]
        call = module.first[callee] if module.kind[callee] == Kind.MEMBER else callee


def proved_by(model: Model, schema: Spot, path: Path, left: int = STEPS) -> Proof:
    """The barriers that a value has passed which lies `path` below what fits a schema; None where that is not known."""
    meant = model.names.of(*schema)
    if isinstance(meant, Spot) and model.link.body(meant.module).kind[meant.row] == Kind.OBJECT:
        return (yield from _of_literal(model, meant, path, left))
    held = yield model.values.resolved(*schema)
    states = [item.state for item in held.items if isinstance(item, External) and item.state]
    made = {barrier for state in states if (barrier := model.libraries.barrier(state, None))}
    if made and set(path) <= {DEEP}:
        return frozenset(made) if len(made) == len(states) == 1 else frozenset()
    if not states or path[:1] == (NAMES,) or left <= 0 or not isinstance(meant, Spot):
        return None
    found: frozenset[str] | None = None if path else frozenset()
    pending: Spot | None = meant
    for _ in range(STEPS):  # so many variables may hold parts of one chain
        if pending is None:
            break
        module = model.link.body(pending.module)
        root = pending.row
        for call in chain(module, pending.row):
            proven = yield from _of_call(model, module, call, path, left)
            if proven is not None and path:
                return proven  # what a chain says last of a member is what counts
            found = found if proven is None else proven | (found or frozenset())
            callee = module.first[call]
            root = module.first[callee] if module.kind[callee] == Kind.MEMBER else callee
        before = model.names.of(pending.module, root) if root != pending.row else None
        is_call = isinstance(before, Spot) and model.link.body(before.module).kind[before.row] == Kind.CALL
        pending = before if is_call and isinstance(before, Spot) and before != pending else None
    return frozenset() if found is None and set(path) <= {DEEP} else found


def _of_call(model: Model, module: Module, call: int, path: Path, left: int) -> Proof:
    """What one call of a chain proves."""
    callees = yield model.calls.callees(module.index, call)
    shape = model.call_shape(module, call)
    found: frozenset[str] | None = None
    for state in _states(callees):
        for fact in model.libraries.schemas(state, shape):
            proven = yield from _of_fact(model, module, call, fact, path, left)
            if proven is not None:
                found = proven | (found or frozenset())
    return found


def _of_fact(model: Model, module: Module, call: int, fact: SchemaFact, path: Path, left: int) -> Proof:
    found: frozenset[str] | None = None
    below = path[1:]
    ways: list[tuple[Sequence[AccessPath], Path]] = [(fact.same, path)]
    if path and is_element(path[0]):
        ways.append((fact.elements, below))
    for places, rest in ways:
        for spot in (yield from _spots(model, module, call, places)):
            proven = yield from proved_by(model, spot, rest, left - 1)
            if proven is not None:
                found = proven | (found or frozenset())
    for spot in (yield from _spots(model, module, call, fact.members)) if path else ():
        for member in (yield from member_spots(model, spot, path[0])):
            proven = yield from proved_by(model, member, below, left - 1)
            if proven is not None:
                found = proven | (found or frozenset())
    if fact.either:
        found = (
            yield from _of_choice(model, (yield from _spots(model, module, call, fact.either)), path, left)
        ) or found
    if fact.pattern and not path:
        spots = yield from _spots(model, module, call, fact.pattern)
        if any(_is_narrow(model, spot) for spot in spots):
            found = (found or frozenset()) | {"identifier"}
    return found


def _of_choice(model: Model, schemas: Sequence[Spot], path: Path, left: int) -> Proof:
    """What each of these proves."""
    common: frozenset[str] | None = None
    for spot in schemas:
        proven = (yield from proved_by(model, spot, path, left - 1)) or frozenset()
        common = proven if common is None else common & proven
    return common


def _is_narrow(model: Model, pattern: Spot) -> bool:
    meant = model.names.of(*pattern)
    if not isinstance(meant, Spot):
        return False
    module = model.link.body(meant.module)
    return module.kind[meant.row] == Kind.REGEX and is_narrow_pattern(module.text(meant.row))


def _of_literal(model: Model, schema: Spot, path: Path, left: int) -> Proof:
    """Of an object literal: a JSON Schema, or members with schemas of their own."""
    found = yield from proved(model, Answer(frozenset([Literal(*schema)]), frozenset()), path)
    if found or not path or left <= 0:
        return found
    by_member: frozenset[str] | None = None
    for step in ("properties", path[0]):
        below = path if step == "properties" else path[1:]
        for member in (yield from member_spots(model, schema, step)):
            proven = yield from proved_by(model, member, below, left - 1)
            if proven is not None:
                by_member = proven | (by_member or frozenset())
    return by_member


def member_spots(model: Model, holder: Spot, name: str, left: int = STEPS) -> _Spots:
    """The expressions that object literals have under a name which an expression may be."""
    if left <= 0:
        return []
    meant = model.names.of(*holder)
    body = model.link.body(meant.module) if isinstance(meant, Spot) else None
    literals: list[Spot] = []
    if isinstance(meant, Spot) and body is not None and body.kind[meant.row] == Kind.OBJECT:
        literals.append(meant)
    else:
        held = yield model.values.resolved(*holder)
        found_at = (Spot(item.module, item.row) for item in held.items if isinstance(item, Literal))
        literals.extend(sorted(found_at, key=lambda spot: (spot.module, spot.row)))
    found: list[Spot] = []
    for m, row in literals:
        module = model.link.body(m)
        for at in module.ops(row) if module.kind[row] == Kind.OBJECT else ():
            if module.kind[at] == Kind.SPREAD:
                found += yield from member_spots(model, Spot(m, module.first[at]), name, left - 1)
            elif module.kind[at] == Kind.PROPERTY and module.text(at) == name and not module.has(at, Flag.COMPUTED):
                found.append(Spot(m, module.op(at, 1)))
    return found


def _spots(model: Model, module: Module, call: int, places: Sequence[AccessPath]) -> _Spots:
    """What stands at access paths of a call."""
    found: list[Spot] = []
    for place in places:
        found += yield from spots_at(model, module, call, place)
    return found


def spots_at(model: Model, module: Module, call: int, place: AccessPath) -> _Spots:
    """What stands at an access path of a call: an argument, a member or an element of literals there; the receiver, or
    what is called where there is none.
    """
    callee = module.first[call]
    match place[0].kind:
        case "argument":
            found = [Spot(module.index, row) for row in module.args(call)[place[0].low : place[0].high + 1]]
        case "receiver" if module.kind[callee] == Kind.MEMBER:
            found = [Spot(module.index, module.first[callee])]
        case "receiver":
            found = [Spot(module.index, callee)]
        case _:
            found = []
    for step in place[1:]:
        below: list[Spot] = []
        for spot in found:
            if step.kind == "member":
                below += yield from member_spots(model, spot, step.name)
            elif step.kind == "element":
                below += elements(model, spot)
        found = below
    return found


def elements(model: Model, listed: Spot) -> list[Spot]:
    """The elements of the array literal that an expression stands for."""
    meant = model.names.of(*listed)
    if not isinstance(meant, Spot):
        return []
    module = model.link.body(meant.module)
    rows = module.ops(meant.row) if module.kind[meant.row] == Kind.ARRAY else ()
    return [Spot(meant.module, row) for row in rows if module.kind[row] not in {Kind.SPREAD, Kind.NONE}]


def _states(callees: Answer) -> list[int]:
    return sorted({item.state for item in callees.items if isinstance(item, External)})

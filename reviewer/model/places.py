"""Places below a call or literal: the expressions that stand at an access path, in the literals that the code names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Spot
from reviewer.model.patterns import name_pattern
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.steps import Path, Step
    from reviewer.model.model import Model


_GIVEN: Final = "()"


class Placed(NamedTuple):
    """An expression, and the name of the member that it is where the path leads through any member, or what is known of
    that name where it is computed, as in `get*`; `()` is what the
    call at the expression gives: what is called on it at once, or what it decorates.
    """

    spot: Spot
    name: str = ""


def placed(model: Model, start: Spot, path: Path) -> list[Placed]:
    """The expressions at a path below a CALL row or another expression, in the order of the text. Names are followed as
    `Names` does, so that no question is asked.
    """
    found = [Placed(start)]
    for step in path:
        found = [below for at in found for below in _below(model, at, step)]
    return found


def reached(model: Model, start: Spot, path: Path) -> list[tuple[Spot, Path]]:
    """Like `placed`; where the code itself does not say what stands further on, the steps that are left."""
    found: list[tuple[Spot, Path]] = []
    pending = [(Placed(start), path)]
    while pending:
        at, rest = pending.pop(0)
        is_computed = not rest or (rest[0].kind == "return" and rest is not path)
        below = [] if is_computed else list(_below(model, at, rest[0]))
        if below:
            pending += [(one, rest[1:]) for one in below]
        elif not rest or (rest[0].kind in _VALUE_STEPS and at.name != _GIVEN and not is_literal(model, at.spot)):
            found.append((at.spot, rest))
    return found


_CHAINED: Final = frozenset({Kind.MEMBER, Kind.DECORATOR})
_VALUE_STEPS: Final = frozenset({"return", "awaited", "instance", "member", "element"})


def is_literal(model: Model, spot: Spot) -> bool:
    """Whether an expression stands for an object or list that the code writes out."""
    literal = model.names.of(*spot)
    return isinstance(literal, Spot) and model.link.body(literal.module).kind[literal.row] in {Kind.OBJECT, Kind.ARRAY}


def _below(model: Model, at: Placed, step: Step) -> Iterator[Placed]:
    module = model.link.body(at.spot.module)
    m, row = at.spot
    match step.kind:
        case "argument" if module.kind[row] in {Kind.CALL, Kind.NEW}:
            yield from _arguments(module, row, step)
        case "receiver" if module.kind[row] == Kind.CALL and module.kind[module.first[row]] == Kind.MEMBER:
            yield Placed(Spot(m, module.first[module.first[row]]))
        case "return" if module.kind[row] == Kind.CALL and module.kind[module.parent[row]] in _CHAINED:
            yield Placed(at.spot, _GIVEN)
        case "member" if at.name == _GIVEN:
            chained = module.parent[module.parent[row]]
            if module.text(module.parent[row]) == step.name and module.first[chained] == module.parent[row]:
                yield Placed(Spot(m, chained))
        case "decorated-class" if at.name == _GIVEN:
            decorated = module.parent[module.parent[row]]
            if module.kind[module.parent[row]] == Kind.DECORATOR and module.kind[decorated] == Kind.CLASS:
                yield Placed(Spot(m, decorated))
        case "element" | "member" | "any-member" | "member-name":
            yield from _inside(model, at.spot, step)
        case _:
            return


def _arguments(module: Module, call: int, step: Step) -> Iterator[Placed]:
    arguments = module.args(call)
    if any(module.kind[argument] == Kind.SPREAD for argument in arguments):
        return
    wanted = arguments[step.low :][:1] if step.low < 0 else arguments[step.low : step.high + 1]
    for row in wanted:
        yield Placed(Spot(module.index, row))


def _inside(model: Model, spot: Spot, step: Step) -> Iterator[Placed]:
    """What lies one step inside the literal that an expression stands for."""
    literal = model.names.of(*spot)
    if not isinstance(literal, Spot):
        return
    module = model.link.body(literal.module)
    wanted = Kind.ARRAY if step.kind == "element" else Kind.OBJECT
    if module.kind[literal.row] != wanted:
        return
    if step.kind == "member":
        found = model.names.property(literal, step.name)
        if found >= 0:
            yield Placed(Spot(module.index, module.op(found, 1)), step.name)
            return
    for row in module.ops(literal.row):
        if module.kind[row] == Kind.SPREAD:
            yield from _inside(model, Spot(module.index, module.first[row]), step)
        elif step.kind == "element" and module.kind[row] != Kind.NONE:
            yield Placed(Spot(module.index, row))
        elif step.kind != "member" and module.kind[row] == Kind.PROPERTY:
            if not module.has(row, Flag.COMPUTED):
                yield Placed(Spot(module.index, module.op(row, 1)), module.text(row))
            elif step.kind == "member-name":
                yield Placed(Spot(module.index, module.op(row, 1)), name_pattern(module, module.first[row]))

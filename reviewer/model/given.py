"""What a call is given at a place of the path language: the rows of its arguments, and of what lies inside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import External, Literal, Namespace, Spot
from reviewer.model.libraries.steps import Path, Step
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


_NAMING: Final = frozenset({Kind.IDENT, Kind.MEMBER, Kind.CALL})
"""What may stand for a module as a whole."""


def given(model: Model, module: Module, call: int, path: Path, instead: Spot | None = None) -> list[Spot]:
    """The expressions that stand at an access path of a CALL or NEW row, in order; none where that is not known.

    Members and elements are looked for in the literals that an argument may be, wherever these stand, and in what a
    module exports. instead: stands for the argument.
    """
    if not path or path[0].kind != "argument":
        return []
    wanted = _arguments(module, module.args(call), path[0])
    spots = [instead] if instead is not None else [Spot(module.index, row) for row in wanted]
    for below in path[1:]:
        spots = [found for spot in spots for found in inside(model, spot, below)]
    return spots


def _arguments(module: Module, arguments: range, step: Step) -> range:
    """The arguments of a call at a position, or at those between two, from the front or the end; only those of which no
    spread on the way leaves open where they stand.
    """
    spread = [at for at, argument in enumerate(arguments) if module.kind[argument] == Kind.SPREAD]
    if step.low < 0:
        first = len(arguments) + step.low
        is_known = first >= 0 and not any(first <= at for at in spread)
        return arguments[first : first + 1] if is_known else range(0)
    return arguments[step.low : min([step.high + 1, *spread])]


def inside(model: Model, spot: Spot, step: Step) -> Iterator[Spot]:
    """The expressions one step inside the literals and the modules that an expression may be."""
    if step.kind == "member" and model.link.body(spot.module).kind[spot.row] in _NAMING:
        yield from _exported(model, spot, step.name)
    if step.kind in {"any-member", "member"}:
        for taken in _taken_over(model, spot):
            yield from inside(model, taken, step)
    for literal in literals(model, spot):
        body = model.link.body(literal.module)
        if step.kind == "element" and body.kind[literal.row] == Kind.ARRAY:
            for row in body.ops(literal.row):
                if body.kind[row] == Kind.SPREAD:
                    yield from inside(model, Spot(literal.module, body.first[row]), step)
                elif body.kind[row] != Kind.NONE:
                    yield Spot(literal.module, row)
        elif step.kind in {"member", "any-member"} and body.kind[literal.row] == Kind.OBJECT:
            for row in body.ops(literal.row):
                if body.kind[row] == Kind.SPREAD:
                    yield from inside(model, Spot(literal.module, body.first[row]), step)
                elif _is_named(body, row, step):
                    yield Spot(literal.module, body.op(row, 1))


def _exported(model: Model, spot: Spot, name: str) -> Iterator[Spot]:
    """What the modules that an expression may stand for export under a name, where that is an expression."""
    found = model.ask(model.values.resolved(spot.module, spot.row))
    for m in sorted(item.module for item in found.items if isinstance(item, Namespace)):
        meant = model.names.export(m, name)
        if isinstance(meant, Spot):
            yield meant


def _taken_over(model: Model, spot: Spot) -> Iterator[Spot]:
    """The objects whose members the object gets that a library's call makes: `Object.assign({}, options)`."""
    call = model.names.of(*spot)
    if not isinstance(call, Spot) or model.link.body(call.module).kind[call.row] != Kind.CALL:
        return
    arguments = model.link.body(call.module).args(call.row)
    for callee in model.ask(model.calls.callees(*call)).items:
        for flow in model.libraries.text_flows(callee.state) if isinstance(callee, External) else ():
            if flow.keeps == "members" and flow.place == "argument" and not (flow.source or flow.target):
                yield from (Spot(call.module, row) for row in arguments[flow.first : flow.last + 1])


def _is_named(module: Module, row: int, step: Step) -> bool:
    """Whether a row is a property that the step leads to."""
    if module.kind[row] != Kind.PROPERTY or module.has(row, Flag.COMPUTED):
        return False
    return step.kind == "any-member" or module.text(row) == step.name


def literals(model: Model, spot: Spot) -> Sequence[Literal]:
    """The object and array literals that an expression may be, in the order of the text."""
    body = model.link.body(spot.module)
    if body.kind[spot.row] in {Kind.OBJECT, Kind.ARRAY}:
        return [Literal(spot.module, spot.row)]
    found = model.ask(model.values.resolved(spot.module, spot.row))
    return sorted((item for item in found.items if isinstance(item, Literal)), key=lambda item: (item.module, item.row))

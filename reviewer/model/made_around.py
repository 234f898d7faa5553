"""What a call makes around something that it is given, told from names and rows alone; no question is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Spot
from reviewer.model.names import Library
from reviewer.model.places import placed
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_HANDED_ON: Final = frozenset({"value", "members", "content", "element"})
_DEEP: Final = 3
"""So many functions of the repository may call each other around it."""


class Made(NamedTuple):
    """A CALL row that runs a function of the repository."""

    function: Spot
    call: Spot


def handed_on(model: Model, call: Spot, made: tuple[Made, ...]) -> Iterator[tuple[Spot, tuple[Made, ...]]]:
    """What a call gives back of what it is given, as rows say, or of what the function that it calls gives back; with
    the calls through which that is seen. made: the calls through which this one is seen.
    """
    callee = model.names.of(call.module, model.link.body(call.module).first[call.row])
    if isinstance(callee, Spot):
        body = model.link.body(callee.module)
        if body.kind[callee.row] == Kind.FUNCTION and len(made) < _DEEP:
            through = (*made, Made(callee, call))
            yield from (given(model, Spot(callee.module, row), through) for row in model.link.returned(*callee))
    elif isinstance(callee, Library):
        for state in callee.states:
            for flow in model.libraries.facts(state).flows:
                to_result = any([step.kind for step in target] == ["return"] for target in flow.targets)
                for source in flow.sources if to_result and flow.keeps in _HANDED_ON else ():
                    found = placed(model, call, source)
                    if not found and source[-1].kind == "element":  # of a list that is not written down there
                        found = placed(model, call, source[:-1])
                    yield from (given(model, one.spot, made) for one in found)


def given(model: Model, spot: Spot, made: tuple[Made, ...]) -> tuple[Spot, tuple[Made, ...]]:
    """An expression, or what the calls through which it is seen give to the parameter that it is."""
    while made:
        function, call = made[-1]
        body = model.link.body(spot.module)
        if spot.module != function.module or body.kind[spot.row] != Kind.IDENT or body.binding[spot.row] < 0:
            break
        writes = body.writes(body.binding[spot.row])
        params = [body.first[param] for param in body.params(function.row)]
        if len(writes) != 1 or writes[0] not in params:
            break
        argument, through = _argument(model, call, params.index(writes[0]), made[:-1])
        if argument is None:
            break
        spot, made = argument, through
    return spot, made


def _argument(model: Model, call: Spot, at: int, made: tuple[Made, ...]) -> tuple[Spot | None, tuple[Made, ...]]:
    """What a call gives at a place, also where it hands on all the others that its own function is given: `(...given)`;
    with the calls that are left.
    """
    while True:
        body = model.link.body(call.module)
        arguments = body.args(call.row)
        spread = next((i for i, row in enumerate(arguments[: at + 1]) if body.kind[row] == Kind.SPREAD), -1)
        if spread < 0:
            return (Spot(call.module, arguments[at]) if at < len(arguments) else None), made
        rest = _rest(body, body.first[arguments[spread]], made[-1].function) if made else -1
        if rest < 0:
            return None, made
        at += rest - spread
        call, made = made[-1].call, made[:-1]


def _rest(module: Module, row: int, function: Spot) -> int:
    """The position of the parameter of a function that takes all that is left, where a row is that; -1 for others."""
    binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
    for position, param in enumerate(module.params(function.row) if function.module == module.index else ()):
        target = module.first[param]
        if binding >= 0 and module.kind[target] == Kind.REST and binding == module.binding[module.first[target]]:
            return position
    return -1

"""Waiting: who waits until the turns of a repetition are through, as far as it is known what runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.chains import whole_chain
from reviewer.model.domain import Closure, External, Spot
from reviewer.model.paths import after_one
from reviewer.model.solve import YES
from reviewer.model.ways_in import Reached
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.does import Doing
    from reviewer.model.model import Model
    from reviewer.model.turns import Turn

CLIENT: Final = "client"
BACKGROUND: Final = "background"
NOBODY: Final = "nobody"
NOT_KNOWN: Final = ""

_BACKGROUND: Final = frozenset({"job", "timer", "loop"})
_CLIENTS: Final = frozenset({"request", "socket"})
_MOMENTS: Final = _BACKGROUND | _CLIENTS | {"listener"}
_ANSWERING: Final = "response.complete"
_FAILING: Final = frozenset({"catch", "finally"})


class Waiting(NamedTuple):
    """Who waits, and what starts the code, the one first from which it is not far. is_start: it is known that it runs
    when a program starts, or for a command, and at no other time.
    """

    who: str
    entries: tuple[Reached, ...] = ()
    is_start: bool = False


def waiting(model: Model, turn: Turn) -> Waiting:
    """Who waits until the turns are through."""
    module = model.link.body(turn.module)
    row = around(model, turn)
    found = model.entries.reaching_row(module.index, row)
    moments = sorted(
        (item for item in found.items if item.kind in _MOMENTS), key=lambda item: (item.kind, item.module, item.row)
    )
    if not moments:
        return Waiting(NOT_KNOWN, is_start=bool(found.items) and not found.open)
    clients = [item for item in moments if item.kind in _CLIENTS]
    wanted = clients or [item for item in moments if item.kind in _BACKGROUND] or moments
    function = module.owner[row]
    is_left = any(_is_left(model, Spot(module.index, at)) for at in _runs_of(model, turn))
    way = None if is_left else model.entries.nearest(module.index, function, wanted, leaving=_Left(model))
    who = NOBODY if way is None else CLIENT if clients else BACKGROUND
    if way is None:
        way = model.entries.nearest(module.index, function, wanted)
    nearest = moments[0] if way is None else way.entry
    return Waiting(who, (nearest, *(item for item in moments if item != nearest)))


def around(model: Model, turn: Turn) -> int:
    """The row of a turn, or of what it is written in, in the function that runs it."""
    module = model.link.body(turn.module)
    function = list(model.turns.runners(module.index, turn.row))[-1]
    row = turn.row
    while module.owner[row] != function:
        row = module.owner[row]
    return row


def is_left_on_the_way(model: Model, way: list[Doing]) -> bool:
    """Whether a call behind the first one of a way is begun, and what it gives is not waited for."""
    return any(_is_left(model, Spot(at.module, at.row)) for at in way[1:])


class _Left:
    """Leaves out the calls that nobody waits for; each is looked at once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._known: dict[Spot, bool] = {}

    def __call__(self, call: Spot) -> bool:
        known = self._known.get(call)
        if known is None:
            known = self._known[call] = _is_left(self.model, call)
        return known


def _runs_of(model: Model, turn: Turn) -> list[int]:
    """The rows of a turn, and of the calls that run what it is written in, in the function that runs it."""
    module = model.link.body(turn.module)
    found = [turn.row] if module.kind[turn.row] != Kind.FUNCTION else []
    for function in model.turns.runners(turn.module, turn.row):
        inline = model.turns.inline(turn.module, function) if function else None
        if inline is not None:
            found.append(inline.call)
    return found


def _is_left(model: Model, call: Spot) -> bool:
    """Whether nobody waits for what a call gives: its promise is dropped, and it is handed nothing by which it could
    answer; or the answer is on its way before the call.
    """
    module = model.link.body(call.module)
    return _is_dropped(model, module, call.row) or _is_behind_answer(model, module, call.row)


def _is_dropped(model: Model, module: Module, row: int) -> bool:
    if module.kind[row] != Kind.CALL:
        return False
    top = whole_chain(module, row)
    above = module.parent[top]
    if module.kind[above] == Kind.UNARY and module.text(above) == "void":
        above = module.parent[above]
    if module.kind[above] != Kind.EXPRESSION or YES not in model.ask(model.promises.yields(module.index, top)).items:
        return False
    return not any(_may_answer(model, module, at) for at in _calls_of(module, top))


def _calls_of(module: Module, top: int) -> list[int]:
    """The calls of a chain, the last one first."""
    found: list[int] = []
    at = top
    while module.kind[at] in {Kind.CALL, Kind.MEMBER, Kind.INDEX}:
        if module.kind[at] == Kind.CALL:
            found.append(at)
        at = module.first[at]
    return found


def _may_answer(model: Model, module: Module, call: int) -> bool:
    """Whether a call is handed what gives an answer: a function, where it does not only hear of failures, or what a
    server answers with.
    """
    is_of_failure = module.text(call) in _FAILING
    for argument in module.args(call):
        if module.kind[argument] == Kind.FUNCTION and not is_of_failure:
            return True
        if module.kind[argument] not in {Kind.IDENT, Kind.MEMBER} or is_of_failure:
            continue
        found = model.ask(model.values.resolved(module.index, argument))
        if any(isinstance(item, Closure) or _is_response(model, item) for item in found.items):
            return True
    return False


def _is_response(model: Model, item: object) -> bool:
    libraries = model.libraries
    return isinstance(item, External) and any(
        libraries.has_role(state, _ANSWERING, None)
        for name in libraries.role_names(_ANSWERING)
        for state in libraries.member(item.state, name)
    )


def _is_behind_answer(model: Model, module: Module, row: int) -> bool:
    """Whether the function around a row has answered on each way that leads there."""
    function = module.owner[row]
    answers = [
        at
        for at in model.sites.candidates(_ANSWERING, module.index)
        if module.owner[at] == function
        and module.start[at] < module.start[row]
        and model.sites.plays(_ANSWERING, module, at)
    ]
    return bool(answers) and after_one(module, answers, row)

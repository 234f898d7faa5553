"""Sent: the queries that a call in a turn leads to, and of each whether it differs, writes, and is joined."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.bounds import is_same_each_time
from reviewer.model.domain import Closure, Spot
from reviewer.model.early_ends import results_of
from reviewer.model.guards import disjuncts
from reviewer.model.kept import Kept, kept
from reviewer.model.memory import found_empty
from reviewer.model.paths import Truth, conditions
from reviewer.model.recursion import COUNTED
from reviewer.model.ruled_out import Given
from reviewer.model.solve import NOTHING
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.does import Doing
    from reviewer.model.model import Model
    from reviewer.model.turns import Turn

_QUERY: Final = "database.query"
_BATCHED: Final = "database.batched"
_PIPELINED: Final = "database.pipelined"
_STEP: Final = "database.step"
_WAYS: Final = 10
_CALLERS: Final = 4
_LEVELS: Final = 2


class Sending(NamedTuple):
    """A query and the way to it.

    is_same: nothing that differs from turn to turn goes into it. is_step: it decides on the server about one thing.
    is_joined: the client sends it together with those of the other turns. fills: it writes only where what another one
    of them gave is empty. kept: how often it is sent at most because what it gave is kept.
    """

    way: list[Doing]
    is_same: bool
    writes: bool
    is_step: bool
    is_joined: bool
    fills: bool = False
    kept: Kept = Kept.NO

    def rank(self) -> int:
        """The less, the more there is to win where all are sent at once: reads, then writes, then what can't be joined,
        and what need not be asked again.
        """
        if self.kept:
            return 4
        return 3 if self.is_same and not self.writes else 2 if self.is_step else int(self.writes)


class Sent:
    """Asked of what is reported only."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def by(self, turn: Turn, call: Doing) -> list[Sending]:
        """What a call in a turn sends for what it is given, the nearest first; not more than some."""
        function = Closure(turn.module, list(self.model.turns.runners(turn.module, turn.row))[-1])
        ways: dict[tuple[Spot, ...], list[Doing]] = {}
        for given in self._given(function, _LEVELS) if self._hands_on(call, function) else (None,):
            if given is None or not self.model.settled(given.rules_out(call.row)):
                for way in islice(self.model.does.ways(_QUERY, call, given), _WAYS):
                    ways.setdefault(tuple(Spot(at.module, at.row) for at in way), way)
        found = [self._sending(turn, way) for way in ways.values()]
        reads = [each.way for each in found if not each.writes]
        return [
            each._replace(fills=any(self._fills(each.way, read) for read in reads)) if each.writes else each
            for each in found
        ]

    def _fills(self, way: list[Doing], read: list[Doing]) -> bool:
        """Whether a write runs only where a read in the same function found nothing: what a cache is filled with."""
        for at, other in zip(way, read, strict=False):
            if at.row == other.row and at.module == other.module:
                continue
            module = self.model.link.body(at.module)
            if at.module != other.module or module.owner[at.row] != module.owner[other.row]:
                return False
            results = results_of(module, other.row)
            tests = (
                found_empty(module, test, holds=holds)
                for condition, truth in conditions(module, at.row)
                if truth in {Truth.TRUE, Truth.FALSE}
                for test, holds in disjuncts(module, condition, holds=truth == Truth.TRUE)
            )
            return any(
                module.kind[part] == Kind.IDENT and module.binding[part] in results
                for tested in tests
                if tested >= 0 and _is_whole(module, tested)
                for part in module.descend_owned(tested)
            )
        return False

    def _hands_on(self, call: Doing, function: Closure) -> bool:
        """Whether a parameter of the function around goes into a call, or says whether that is made: else nothing
        depends on who calls the function.
        """
        module = self.model.link.body(call.module)
        tested = (test for test, truth in conditions(module, call.row) if truth in {Truth.TRUE, Truth.FALSE})
        return call.callee is not None and any(
            module.kind[row] == Kind.IDENT
            and module.binding[row] >= 0
            and module.binding_kind[module.binding[row]] == BindingKind.PARAM
            and module.binding_owner[module.binding[row]] == function.row
            for part in (call.row, *tested)
            for row in module.descend_owned(part)
        )

    def _given(self, function: Closure, levels: int) -> Iterator[Given | None]:
        """What a function is given by each of the calls that run it, None where not all of them are known."""
        uses = self.model.ask(self.model.uses.of(function.module, function.row)) if function.row and levels else NOTHING
        calls = sorted((use.module, use.row) for use in uses.items if use.kind == "call")
        if uses.open or len(calls) != len(uses.items) or not 0 < len(calls) <= _CALLERS:
            yield None
            return
        for m, row in calls:
            module = self.model.link.body(m)
            outer = Closure(m, list(self.model.turns.runners(m, row))[-1])
            for given in self._given(outer, levels - 1):
                if given is None or not self.model.settled(given.rules_out(row)):
                    yield Given(self.model, function, module, row, given)

    def _sending(self, turn: Turn, way: list[Doing]) -> Sending:
        model, query = self.model, way[-1]
        module = model.link.body(query.module)
        is_joined = model.sites.plays(_PIPELINED, module, query.row) and model.together.are_begun(turn)
        if model.sites.plays(_BATCHED, module, query.row):
            is_joined = model.together.are_in_one_tick(turn, way)
        is_same = is_same_each_time(turn, module, query.row) if len(way) == 1 else model.depending.is_same(turn, way)
        is_step = model.sites.plays(_STEP, module, query.row)
        is_kept = kept(model, turn, way, is_same=is_same)
        return Sending(way, is_same, model.statements.writes(way), is_step, is_joined, kept=is_kept)


def _is_whole(module: Module, row: int) -> bool:
    """Whether a test is about all that was found, `!found`, `!found.length`, and not about a field, `!found.paused`, or
    what a method says: `!found.isPaused()`.
    """
    match module.kind[row]:
        case Kind.MEMBER:
            return module.text(row) in COUNTED
        case Kind.CALL:
            return False
        case Kind.INDEX:
            return module.kind[module.op(row, 1)] == Kind.NUMBER
        case _:
            return True

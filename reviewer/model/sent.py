"""Sent: the queries that a call in a turn leads to, and of each whether it differs, writes, and is joined."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.bounds import is_same_each_time

if TYPE_CHECKING:
    from reviewer.model.does import Doing
    from reviewer.model.model import Model
    from reviewer.model.turns import Turn

_QUERY: Final = "database.query"
_BATCHED: Final = "database.batched"
_PIPELINED: Final = "database.pipelined"
_STEP: Final = "database.step"
_WAYS: Final = 10


class Sending(NamedTuple):
    """A query and the way to it. is_same: nothing that differs from turn to turn goes into it. is_step: it decides on
    the server about one thing. is_joined: the client sends it together with those of the other turns.
    """

    way: list[Doing]
    is_same: bool
    writes: bool
    is_step: bool
    is_joined: bool

    def rank(self) -> int:
        """The less, the more there is to win where all are sent at once: reads, then writes, then what can't be joined,
        and what need not be asked again.
        """
        return 3 if self.is_same and not self.writes else 2 if self.is_step else int(self.writes)


class Sent:
    """Asked of what is reported only."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def by(self, turn: Turn, call: Doing) -> list[Sending]:
        """What a call in a turn sends for what it is given, the nearest first; not more than some."""
        ways = islice(self.model.does.ways(_QUERY, call), _WAYS)
        return [self._sending(turn, way) for way in ways]

    def _sending(self, turn: Turn, way: list[Doing]) -> Sending:
        model, query = self.model, way[-1]
        module = model.link.body(query.module)
        is_joined = model.sites.plays(_PIPELINED, module, query.row) and model.together.are_begun(turn)
        if model.sites.plays(_BATCHED, module, query.row):
            is_joined = model.together.are_in_one_tick(turn, way)
        is_same = is_same_each_time(turn, module, query.row) if len(way) == 1 else model.depending.is_same(turn, way)
        is_step = model.sites.plays(_STEP, module, query.row)
        return Sending(way, is_same, model.statements.writes(way), is_step, is_joined)

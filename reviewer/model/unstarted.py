"""Unstarted: jobs that are described, and which nothing starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import External, Spot
from reviewer.model.names import Library
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model

_WAITING: Final = "job.waiting"
_START: Final = "job.start"


class Unstarted:
    """Asked only for what is reported."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._started: tuple[frozenset[Spot], bool] | None = None

    def is_unstarted(self, m: int, call: int) -> bool:
        """Whether a CALL or NEW makes a job that waits for its start, and nothing in what runs in production starts it:
        what holds it is known, and each call that starts one starts another.
        """
        if not self.model.sites.surely_plays(_WAITING, m, call):
            return False
        if self._started is None:
            self._started = self._all_started()
        started, is_open = self._started
        return not is_open and Spot(m, call) not in started

    def _all_started(self) -> tuple[frozenset[Spot], bool]:
        """What makes the jobs that calls start, and whether some call may start any."""
        link, names = self.model.link, self.model.names
        found: set[Spot] = set()
        for name in sorted(self.model.libraries.role_names(_START)):
            for m, call in link.spots_named("calls", name):
                body = link.body(m)
                if body.kind[body.first[call]] != Kind.MEMBER:
                    continue
                receiver = body.first[body.first[call]]
                meaning = names.of(m, receiver)
                if isinstance(meaning, Spot) and self._is_made(meaning):
                    found.add(meaning)
                elif not isinstance(meaning, Library) and not self._is_other(m, receiver):
                    return frozenset(), True
        return frozenset(found), False

    def _is_made(self, spot: Spot) -> bool:
        return self.model.link.body(spot.module).kind[spot.row] in {Kind.CALL, Kind.NEW}

    def _is_other(self, m: int, receiver: int) -> bool:
        """Whether what a method is called on is no job for certain."""
        found = self.model.ask(self.model.values.resolved(m, receiver))
        starting = self.model.libraries.places(_START)
        return bool(found.items) and not any(
            isinstance(item, External) and (not item.state or not starting.isdisjoint(self._members(item.state)))
            for item in found.items
        )

    def _members(self, state: int) -> set[int]:
        names = self.model.libraries.role_names(_START)
        return {after for name in names for after in self.model.libraries.member(state, name)}

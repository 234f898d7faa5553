"""A callback: functions that give a promise, and the call which drops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.domain import Closure, Spot

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.libraries.steps import Path

_LISTENING: Final = frozenset({"listener", "socket", "job", "shut-down"})


class Callback(msgspec.Struct, frozen=True, gc=False):
    """Functions that give a promise, handed to a call that drops it.

    `module`, `row`: the CALL, NEW or decorated member. given: the row that gives the functions. state: the place that
    is called. at: the moment of `CallFact`, or `returned`: the promises are elements of a list that is dropped, or that
    is itself taken for a promise. name: path to the name of the event, as in `CallFact`. is_known: False where the
    receiver is not known, and what is called is told from the name of the method. is_decorated: a decorator hands it
    over. dropped: the call that drops the promises, in the function of the repository that the call runs; its state
    says nothing. registered: where the functions become listeners, if `given` hands them to a function that does so;
    told: the events that it then is known to mean. is_next: they run once, as soon as the code around the call is done,
    or what the call waits for. is_repeated: a timer runs them, again and again.
    """

    module: int
    row: int
    given: Spot
    functions: tuple[Closure, ...]
    state: State
    at: str
    name: tuple[Path, ...] = ()
    is_known: bool = True
    is_decorated: bool = False
    dropped: Spot | None = None
    registered: Spot | None = None
    told: tuple[str, ...] = ()
    is_next: bool = False
    is_repeated: bool = False

    @property
    def is_listener(self) -> bool:
        """Whether something that happens, once or time and again, runs the functions."""
        return self.at in _LISTENING

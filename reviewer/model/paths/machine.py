"""What a walk looks for: a small state machine over rows and decisions."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Final, Generic, TypeVar

from reviewer.source.module import Kind

S = TypeVar("S", bound=Hashable)

CALLS_THROW: Final = frozenset({Kind.CALL, Kind.NEW, Kind.TAGGED, Kind.AWAIT, Kind.YIELD, Kind.FOR_OF})
"""Kinds of rows that run code from elsewhere, and so throw what that throws."""
ALL_THROW: Final = CALLS_THROW | {
    Kind.IDENT, Kind.THIS, Kind.SUPER, Kind.IMPORT, Kind.TEMPLATE, Kind.MEMBER, Kind.INDEX, Kind.UNARY, Kind.UPDATE,
    Kind.BINARY, Kind.SPREAD, Kind.CLASS, Kind.FOR_IN, Kind.JSX, Kind.WITH, Kind.UNKNOWN,
}  # fmt: skip
"""Kinds of rows that the language lets throw at all: unbound names, null receivers, conversions.

Assignments and patterns are not among them: they throw where a target is evaluated, before it is written.
"""


class Fork(tuple[S, ...]):
    """What `step` returns where one state becomes several."""

    __slots__ = ()


class Machine(Generic[S]):
    """What a walk looks for. States are hashable, few, and never None; None says that no path goes on.

    kinds: the kinds of rows that are stepped; or rows: exactly these rows, whatever their kind. throwing: the kinds of
    rows that may throw, as far as `may_throw` agrees; THROW always does.
    """

    kinds: frozenset[int] = frozenset()
    rows: Collection[int] | None = None
    throwing: frozenset[int] = CALLS_THROW

    def step(self, state: S, row: int) -> S | Fork[S] | None:  # noqa: ARG002 - a machine overrides it
        """The state after `row` was evaluated. Compound statements are stepped when control meets them."""
        return state

    def may_throw(self, row: int) -> bool:  # noqa: ARG002 - same
        """Whether `row`, of a kind in `throwing`, may throw; asked once a walk."""
        return True

    def thrown(self, state: S, row: int) -> S | None:  # noqa: ARG002 - same
        """The state in which the throw of `row` leaves; `state` is the one before its step."""
        return state

    def assume(self, state: S, condition: int, truth: int) -> S | None:  # noqa: ARG002 - same
        """The state once a decision found `truth` (of `Truth`) of the row `condition`; None where that cannot be.

        `!`, && and || that decide a branch are taken apart; constants are decided already.
        """
        return state

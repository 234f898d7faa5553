"""Questions and their answers: what was found, and why there may be more."""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable
from typing import Any, Final, NamedTuple, TypeAlias

Reason: TypeAlias = str


class Answer(NamedTuple):
    """What was found, and why there may be more. An empty `open` says that `items` is everything."""

    items: frozenset[Any]
    open: frozenset[Reason]

    @property
    def complete(self) -> bool:
        """Whether nothing else can be found."""
        return not self.open


NOTHING: Final = Answer(frozenset(), frozenset())

YES: Final = "yes"
NO: Final = "no"
"""The items of an answer to a question of yes or no: both where it depends."""


def answer(items: Iterable[Hashable] = (), open_because: Iterable[Reason] = ()) -> Answer:
    """An answer of these items and reasons."""
    return Answer(frozenset(items), frozenset(open_because))


def join(first: Answer, second: Answer) -> Answer:
    """The least answer that holds both."""
    if first is second or not (second.items or second.open):
        return first
    if not (first.items or first.open):
        return second
    return Answer(first.items | second.items, first.open | second.open)


class Question:
    """One kind of question; calling it gives the key that asks it of some arguments.

    `stratum` orders kinds: an equation may read its own stratum and lower ones, so that what it reads of a lower one is
    final and may be read negatively. `widen` makes a final answer smaller where it passes a cap. `normal` gives an
    answer its normal form while it grows; it has to be a closure: the same for equal unions, whatever their parts.

    `shortcut` says without an equation what is plain from the arguments: an answer that rests on nothing, or the key of
    the question (of the same `widen`) whose answer is this one's as well; None where the equation is needed. What it
    settles is neither evaluated nor remembered: three of four expressions only hand on what another one holds.
    """

    __slots__ = ("equation", "name", "normal", "shortcut", "stratum", "widen")

    def __init__(
        self,
        name: str,
        stratum: int,
        equation: Callable[..., Equation],
        widen: Callable[[Answer], Answer] | None = None,
        normal: Callable[[Answer], Answer] | None = None,
        shortcut: Callable[..., Answer | Key | None] | None = None,
    ) -> None:
        self.name = name
        self.stratum = stratum
        self.equation = equation
        self.widen = widen
        self.normal = normal
        self.shortcut = shortcut

    def __call__(self, *arguments: Hashable) -> Key:
        return (self, arguments)

    def __repr__(self) -> str:
        return f"<Question {self.name}>"


Key: TypeAlias = tuple[Question, tuple[Hashable, ...]]
Equation: TypeAlias = Generator[Key, Answer, Answer]
Attempt: TypeAlias = Generator[Key, Answer, Answer | None]
"""A part of an equation that may have nothing to say."""

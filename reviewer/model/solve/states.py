"""How far a question is: being answered, a member of a component that is not finished, or answered."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeAlias

from reviewer.model.solve.agenda import Agenda
from reviewer.model.solve.answers import NOTHING, Answer, Key


class Group:
    """The members that hang on one frame; a merged group points to the group of the frame that took it over."""

    __slots__ = ("dirty", "frame", "members", "merged", "taken")

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.taken: Group | None = None
        self.members: list[Key] = []
        self.merged: list[Group] = []
        self.dirty = Agenda()


class Member:
    """A member of a component whose head is still on the stack; `order` tells when it was found. `readers` have read
    its value while it was growing.
    """

    __slots__ = ("group", "order", "readers", "reads", "value")

    def __init__(self, order: int, group: Group, readers: set[Key]) -> None:
        self.order = order
        self.readers = readers
        self.value = NOTHING
        self.reads: list[Hashable] = []
        self.group = group


class Frame:
    """A question being answered; `settling` once it heads a component whose members are brought to an end. It has no
    group while nothing hangs on it: most are answered without ever being part of a loop. `member`: what it is in its
    component where it is evaluated again.
    """

    __slots__ = ("count", "equation", "group", "index", "key", "low", "member", "readers", "reads", "settling", "value")

    def __init__(self, key: Key, index: int, member: Member | None) -> None:
        self.key = key
        self.index = index
        self.low = index
        self.member = member
        self.value = NOTHING if member is None else member.value
        self.readers = None if member is None else member.readers
        self.equation = key[0].equation(*key[1])
        self.settling = False
        self.count = 0
        self.reads: list[Hashable] = []
        self.group: Group | None = None

    def own_group(self) -> Group:
        """The group of what hangs on this frame, made when it is first needed."""
        group = self.group
        if group is None:
            group = self.group = Group(self)
        return group


State: TypeAlias = "Answer | Frame | Member"

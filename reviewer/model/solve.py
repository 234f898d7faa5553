"""The solver: one owner of memo, cycles, depth and budget for every question the model answers.

A question is an equation over other questions. Its equation is a generator that yields the keys of the questions it reads
and is sent their answers, so that a chain of ten thousand calls costs no Python stack. Answers grow in lattices of finite
height. Reading a question that is still being answered yields its present value and joins reader and read into one
component; the component's head repeats until no member grew, then all its answers become final together. Only final
answers are kept, so an answer does not depend on the order of asking.

The scheme is the local fixpoint iteration of Le Charlier and Van Hentenryck ("A universal top-down fixpoint algorithm",
1992) with the components found as in Tarjan's algorithm.
"""

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
    final and may be read negatively. `widen` makes a final answer smaller where it passes a cap.
    """

    __slots__ = ("equation", "name", "stratum", "widen")

    def __init__(
        self,
        name: str,
        stratum: int,
        equation: Callable[..., Equation],
        widen: Callable[[Answer], Answer] | None = None,
    ) -> None:
        self.name = name
        self.stratum = stratum
        self.equation = equation
        self.widen = widen

    def __call__(self, *arguments: Hashable) -> Key:
        return (self, arguments)

    def __repr__(self) -> str:
        return f"<Question {self.name}>"


Key: TypeAlias = tuple[Question, tuple[Hashable, ...]]
Equation: TypeAlias = Generator[Key, Answer, Answer]

READS_LIMIT: Final = 2_000
"""How many questions one evaluation of an equation may read; past it the answer is open, whatever the order was."""
ITEMS_LIMIT: Final = 400
"""How many items an answer may hold while its component is still growing."""


class _Frame:
    """A question that is being answered."""

    __slots__ = ("equation", "grew", "index", "key", "looped", "low", "members", "reads", "value")

    def __init__(self, key: Key, index: int, value: Answer) -> None:
        self.key = key
        self.index = index
        self.low = index
        self.value = value
        self.equation = key[0].equation(*key[1])
        self.grew = False
        self.looped = False
        self.members: list[Key] = []
        self.reads: set[Hashable] = set()


class _Provisional:
    """A member of a component whose head is still on the stack."""

    __slots__ = ("fresh", "low", "reads", "value")

    def __init__(self, value: Answer, low: int, reads: set[Hashable]) -> None:
        self.value = value
        self.low = low
        self.fresh = True
        self.reads = reads


class Solver:
    """Answers questions, remembers final answers, and what each of them read."""

    def __init__(self) -> None:
        self._final: dict[Key, Answer] = {}
        self._reads: dict[Hashable, frozenset[Hashable]] = {}
        self._active: dict[Key, _Frame] = {}
        self._provisional: dict[Key, _Provisional] = {}
        self._stack: list[_Frame] = []
        self.evaluations = 0

    def __len__(self) -> int:
        return len(self._final)

    def ask(self, key: Key) -> Answer:
        """The final answer to `key`. Never called from inside an equation: those yield their keys."""
        found = self._final.get(key)
        return found if found is not None else self._solve(key)

    def touch(self, fact: Hashable) -> None:
        """Record that the equation being evaluated read a base fact: an index key (empty ones too) or a body."""
        if self._stack:
            self._stack[-1].reads.add(fact)

    def reads(self, key: Key) -> frozenset[Hashable]:
        """All base facts that the final answer to `key` rests on, through every question it read."""
        seen: set[Hashable] = set()
        facts: set[Hashable] = set()
        pending: list[Hashable] = [key]
        while pending:
            at = pending.pop()
            if at in seen:
                continue
            seen.add(at)
            below = self._reads.get(at)
            if below is None:
                facts.add(at)
            else:
                pending.extend(below)
        return frozenset(facts)

    def _solve(self, root: Key) -> Answer:
        if self._stack:
            message = f"{root[0].name} was asked from inside the equation of {self._stack[-1].key[0].name}"
            raise AssertionError(message)
        try:
            return self._run(root)
        finally:
            self._stack.clear()
            self._active.clear()
            self._provisional.clear()

    def _run(self, root: Key) -> Answer:
        stack, final, active = self._stack, self._final, self._active
        self._push(root, NOTHING)
        sent: Answer | None = None
        while True:
            frame = stack[-1]
            try:
                key = next(frame.equation) if sent is None else frame.equation.send(sent)
            except StopIteration as stop:
                sent = self._finish(frame, stop.value)
                if not stack:
                    return final[root]
                continue
            found = final.get(key)
            frame.reads.add(key)
            if found is not None:
                sent = found
            elif len(frame.reads) > READS_LIMIT:
                frame.equation.close()
                sent = self._finish(frame, Answer(frame.value.items, frame.value.open | {"budget"}))
                if not stack:
                    return final[root]
            elif (looped := active.get(key)) is not None:
                looped.looped = True
                frame.low = min(frame.low, looped.index)
                sent = looped.value
            else:
                known = self._provisional.get(key)
                if known is not None and known.fresh:
                    frame.low = min(frame.low, known.low)
                    sent = known.value
                else:
                    if key[0].stratum > frame.key[0].stratum:
                        message = f"{frame.key[0].name} may not read {key[0].name}, which stands above it"
                        raise AssertionError(message)
                    self._push(key, known.value if known is not None else NOTHING)
                    sent = None

    def _push(self, key: Key, value: Answer) -> None:
        self.evaluations += 1
        frame = _Frame(key, len(self._stack), value)
        self._active[key] = frame
        self._stack.append(frame)

    def _finish(self, frame: _Frame, result: Answer) -> Answer | None:
        """Take the result of a frame's equation; the answer for its reader, or None where the frame runs once more."""
        value = join(frame.value, result)
        if len(value.items) > ITEMS_LIMIT:
            value = Answer(frozenset(), value.open | {"cap"})
        grew = value != frame.value
        if frame.low < frame.index:
            self._suspend(frame, value, grew=grew)
            return value
        if frame.looped and (grew or frame.grew):
            frame.value = value
            frame.grew = False
            frame.looped = False
            frame.equation = frame.key[0].equation(*frame.key[1])
            for member in frame.members:
                left = self._provisional.get(member)
                if left is not None:
                    left.fresh = False
            return None
        return self._settle(frame, value)

    def _suspend(self, frame: _Frame, value: Answer, *, grew: bool) -> None:
        """Make the frame a member of the component whose head lies below it on the stack."""
        self._stack.pop()
        del self._active[frame.key]
        # What this frame left provisional belongs to the same head from now on.
        for member in frame.members:
            left = self._provisional.get(member)
            if left is not None:
                left.low = min(left.low, frame.low)
        self._provisional[frame.key] = _Provisional(value, frame.low, frame.reads)
        reader = self._stack[-1]
        reader.low = min(reader.low, frame.low)
        reader.grew = reader.grew or frame.grew or grew
        reader.members.extend(frame.members)
        reader.members.append(frame.key)

    def _settle(self, frame: _Frame, value: Answer) -> Answer:
        """The component is finished: all its answers become final together."""
        self._stack.pop()
        del self._active[frame.key]
        for member in frame.members:
            left = self._provisional.pop(member, None)
            # A member that the last round did not read was computed from values that have grown since.
            if left is not None and left.fresh:
                self._keep(member, left.value, left.reads)
        return self._keep(frame.key, value, frame.reads)

    def _keep(self, key: Key, value: Answer, reads: set[Hashable]) -> Answer:
        widen = key[0].widen
        if widen is not None:
            value = widen(value)
        self._final[key] = value
        self._reads[key] = frozenset(reads)
        return value

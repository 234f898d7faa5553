"""The solver: one owner of memo, cycles, depth and budget for every question the model answers.

A question is an equation over other questions. Its equation is a generator that yields the keys of the questions it
reads and is sent their answers, so that a chain of ten thousand calls costs no Python stack. Answers grow in lattices
of finite height. Reading a question that is still being answered yields its present value and joins reader and read
into one component. When the component's head has returned, every member that read a value which has grown since is
evaluated again until none is left, then all its answers become final together. Only final answers are kept, so an
answer does not depend on the order of asking.

The scheme is the local fixpoint iteration of Le Charlier and Van Hentenryck ("A universal top-down fixpoint algorithm",
1992) with the components found as in Tarjan's algorithm.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final

from reviewer.model.solve.agenda import Agenda
from reviewer.model.solve.answers import NOTHING, Answer, Key, join

READS_LIMIT: Final = 2_000
"""How many questions one evaluation of an equation may read; past it the answer is open, whatever the order was."""
ITEMS_LIMIT: Final = 400
"""How many items an answer may hold while its component is still growing."""
SHORTCUTS_LIMIT: Final = 32
"""How many shortcuts are taken one after the other: `a = b; b = a` is a circle, which an equation has to break."""


class _Group:
    """The members that hang on one frame; a merged group points to the group of the frame that took it over."""

    __slots__ = ("dirty", "frame", "members", "merged", "taken")

    def __init__(self, frame: _Frame) -> None:
        self.frame = frame
        self.taken: _Group | None = None
        self.members: list[Key] = []
        self.merged: list[_Group] = []
        self.dirty = Agenda()


class _Frame:
    """A question being answered; `settling` once it heads a component whose members are brought to an end. It has no
    group while nothing hangs on it: most are answered without ever being part of a loop.
    """

    __slots__ = ("equation", "group", "index", "key", "low", "reads", "settling", "value")

    def __init__(self, key: Key, index: int, value: Answer) -> None:
        self.key = key
        self.index = index
        self.low = index
        self.value = value
        self.equation = key[0].equation(*key[1])
        self.settling = False
        self.reads: list[Hashable] = []
        self.group: _Group | None = None

    def own_group(self) -> _Group:
        """The group of what hangs on this frame, made when it is first needed."""
        group = self.group
        if group is None:
            group = self.group = _Group(self)
        return group


class _Provisional:
    """A member of a component whose head is still on the stack; `order` tells when it was found."""

    __slots__ = ("group", "order", "reads", "value")

    def __init__(self, value: Answer, reads: list[Hashable], group: _Group, order: int) -> None:
        self.value = value
        self.reads = reads
        self.group = group
        self.order = order


class Solver:
    """Answers questions, remembers final answers, and what each of them read."""

    def __init__(self) -> None:
        self._final: dict[Key, Answer] = {}
        self._reads: dict[Hashable, tuple[Hashable, ...]] = {}
        self._equal: dict[Answer, Answer] = {}
        self._active: dict[Key, _Frame] = {}
        self._provisional: dict[Key, _Provisional] = {}
        self._readers: dict[Key, set[Key]] = {}
        self._stack: list[_Frame] = []
        self._found = 0

    def ask(self, key: Key) -> Answer:
        """The final answer to `key`. Never called from inside an equation: those yield their keys."""
        found = self._final.get(key)
        if found is not None:
            return found
        if key[0].shortcut is not None:
            found, key = self._shortened(key)
            if found is not None:
                return found
        return self._solve(key)

    def touch(self, fact: Hashable) -> None:
        """Record that the equation being evaluated read a base fact: an index key (empty ones too) or a body."""
        if self._stack:
            self._stack[-1].reads.append(fact)

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
            self._readers.clear()

    def _run(self, root: Key) -> Answer:
        stack, final, active = self._stack, self._final, self._active
        self._push(root, NOTHING)
        sent: Answer | None = None
        while True:
            frame = stack[-1]
            if frame.settling:
                sent = self._continue(frame)
                if not stack:
                    return final[root]
                continue
            try:
                key = next(frame.equation) if sent is None else frame.equation.send(sent)
            except StopIteration as stop:
                sent = self._finish(frame, stop.value)
                if not stack:
                    return final[root]
                continue
            found = final.get(key)
            if found is None and key[0].shortcut is not None:
                found, key = self._shortened(key)
            reads = frame.reads
            reads.append(key)
            if len(reads) > READS_LIMIT:
                frame.equation.close()
                sent = self._finish(frame, Answer(frozenset(), frozenset({"budget"})))
                if not stack:
                    return final[root]
            elif found is not None:
                sent = found
            else:
                sent = self._pending(frame, key, active)

    def _shortened(self, key: Key) -> tuple[Answer | None, Key]:
        """The question that has the answer to `key`, with that answer where it is final."""
        final = self._final
        for _ in range(SHORTCUTS_LIMIT):
            shortcut = key[0].shortcut
            after = shortcut(*key[1]) if shortcut is not None else None
            if after is None:
                break
            if isinstance(after, Answer):
                return after, key
            found = final.get(after)
            if found is not None:
                return found, after
            key = after
        return None, key

    def _pending(self, reader: _Frame, key: Key, active: dict[Key, _Frame]) -> Answer | None:
        """The present value of a question that has no final answer, or None where it has to be evaluated first."""
        if key[0].stratum > reader.key[0].stratum:
            message = f"{reader.key[0].name} may not read {key[0].name}, which stands above it"
            raise AssertionError(message)
        looped = active.get(key)
        if looped is not None:
            reader.low = min(reader.low, looped.low)
            value = looped.value
        else:
            known = self._provisional.get(key)
            if known is None:
                self._push(key, NOTHING)
                return None
            reader.low = min(reader.low, self._holder(known).low)
            value = known.value
        self._note_reader(key, reader.key)
        return value

    def _note_reader(self, key: Key, reader: Key) -> None:
        readers = self._readers.get(key)
        if readers is None:
            self._readers[key] = {reader}
        else:
            readers.add(reader)

    def _holder(self, member: _Provisional) -> _Frame:
        """The frame on the stack that a member hangs on."""
        group = member.group
        while group.taken is not None:
            if group.taken.taken is not None:
                group.taken = group.taken.taken
            group = group.taken
        member.group = group
        return group.frame

    def _push(self, key: Key, value: Answer) -> None:
        frame = _Frame(key, len(self._stack), value)
        self._active[key] = frame
        self._stack.append(frame)

    def _finish(self, frame: _Frame, result: Answer) -> Answer | None:
        """Take the result of a frame's equation.

        Gives the answer for its reader, or None where a component is to be settled first.
        """
        key = frame.key
        value = join(frame.value, result)
        normal = key[0].normal
        if normal is not None and value.items != frame.value.items:  # what stood there is of this form already
            value = normal(value)
        if len(value.items) > ITEMS_LIMIT:
            value = Answer(frozenset(), value.open | {"cap"})
        readers = self._readers.get(key)
        if readers is not None and value != frame.value:
            # Whoever read the question while it was being answered has read too little.
            self._mark(frame.own_group().dirty, readers)
        del self._active[key]
        if frame.low < frame.index:
            self._suspend(frame, value)
            return value
        group = frame.group
        if group is None or not (group.dirty or group.members or group.merged):
            self._stack.pop()
            return self._keep(key, value, frame.reads)
        self._keep_for_now(frame, value, group)
        group.members.append(key)
        frame.settling = True
        return None

    def _mark(self, dirty: Agenda, readers: Iterable[Key]) -> None:
        for reader in readers:
            known = self._provisional.get(reader)
            # One that is being answered has not been found yet: it comes after all that have.
            dirty.add(self._found if known is None else known.order, reader)

    def _keep_for_now(self, frame: _Frame, value: Answer, group: _Group) -> None:
        known = self._provisional.get(frame.key)
        if known is None:
            self._found += 1
        order = self._found if known is None else known.order
        self._provisional[frame.key] = _Provisional(value, frame.reads, group, order)

    def _suspend(self, frame: _Frame, value: Answer) -> None:
        """Make the frame a member of the component whose head lies below it on the stack."""
        self._stack.pop()
        holder = self._stack[-1]
        group = holder.own_group()
        self._keep_for_now(frame, value, group)
        group.members.append(frame.key)
        self._hand_over(frame, holder)

    def _hand_over(self, frame: _Frame, holder: _Frame) -> None:
        """What hangs on a frame that has left the stack hangs on the frame below it from now on."""
        own = frame.group
        if own is not None:
            group = holder.own_group()
            if own.members or own.merged:
                own.taken = group
                group.merged.append(own)
            group.dirty.add_all(own.dirty)
        holder.low = min(holder.low, frame.low)
        if not holder.settling:
            self._note_reader(frame.key, holder.key)

    def _continue(self, head: _Frame) -> Answer | None:
        """Evaluate one more member that has read too little; where there is none left, all answers become final."""
        if head.low < head.index:
            # A member that was evaluated again has come upon a component further down: this one is part of it.
            self._stack.pop()
            self._hand_over(head, self._stack[-1])
            return self._provisional[head.key].value
        dirty = head.own_group().dirty
        while dirty:
            key = dirty.pop()
            known = self._provisional.get(key)
            if known is not None:
                self._push(key, known.value)
                # Its old place in the component is its place still.
                self._stack[-1].low = head.low
                return None
        return self._settle(head)

    def _settle(self, head: _Frame) -> Answer:
        """The component is finished: all its answers become final together."""
        self._stack.pop()
        pending = [head.own_group()]
        while pending:
            group = pending.pop()
            pending.extend(group.merged)
            for member in group.members:
                left = self._provisional.pop(member, None)
                if left is not None:
                    self._keep(member, left.value, left.reads)
        return self._final[head.key]

    def _keep(self, key: Key, value: Answer, reads: list[Hashable]) -> Answer:
        widen = key[0].widen
        if widen is not None:
            value = widen(value)
        # Seven of eight answers have been given before.
        value = self._equal.setdefault(value, value)
        self._final[key] = value
        self._reads[key] = tuple(reads)
        return value

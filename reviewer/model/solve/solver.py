"""The solver: one owner of memo, cycles, depth and budget for every question the model answers.

A question is an equation over other questions. Its equation is a generator that yields the keys of the questions it
reads and is sent their answers, so that a chain of ten thousand calls costs no Python stack. Answers grow in lattices
of finite height. Reading a question that is still being answered yields its present value and joins reader and read
into one component. When the component's head has returned, every member that read a value which has grown since is
evaluated again until none is left, then all its answers become final together. Only final answers are kept, so an
answer does not depend on the order of asking, but for those that `WORK_LIMIT` cuts short.

The scheme is the local fixpoint iteration of Le Charlier and Van Hentenryck ("A universal top-down fixpoint algorithm",
1992) with the components found as in Tarjan's algorithm.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, cast

from reviewer.model.solve.answers import Answer, Key, join
from reviewer.model.solve.states import Frame, Group, Member, State

READS_LIMIT: Final = 2_000
"""How often one evaluation of an equation may read a question; past it the answer is open, whatever the order was."""
WORK_LIMIT: Final = 1_000_000
"""How many reads one question from outside may cause, with all that it leads to: the largest of applications with some
thousand files take four tenths. Past it whatever is not final is open, so that no program keeps a review for ever.
"""
ITEMS_LIMIT: Final = 128
"""How many items an answer may hold while its component is still growing."""
SHORTCUTS_LIMIT: Final = 32
"""How many shortcuts are taken one after the other: `a = b; b = a` is a circle, which an equation has to break."""


class Solver:
    """Answers questions and remembers final answers; where it is `recording`, also what each of them read."""

    def __init__(self, *, recording: bool = False, work_limit: int = WORK_LIMIT) -> None:
        self._states: dict[Key, State] = {}
        self._recording = recording
        self._work_limit = work_limit
        self._reads: dict[Hashable, tuple[Hashable, ...]] = {}
        self._equal: dict[Answer, Answer] = {}
        self._stack: list[Frame] = []
        self._found = 0

    def ask(self, key: Key) -> Answer:
        """The final answer to `key`. Never called from inside an equation: those yield their keys."""
        found = self._states.get(key)
        if found is None and key[0].shortcut is not None:
            found, key = self._shortened(key)
        return found if isinstance(found, Answer) else self._solve(key)

    def touch(self, fact: Hashable) -> None:
        """Record that the equation being evaluated read a base fact: an index key (empty ones too) or a body."""
        if self._recording and self._stack:
            self._stack[-1].reads.append(fact)

    def reads(self, key: Key) -> frozenset[Hashable]:
        """All base facts that the final answer to `key` rests on, through every question it read. Only for a solver
        that is recording.
        """
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
            if self._stack:  # an equation broke
                self._stack.clear()
                self._states = {key: state for key, state in self._states.items() if isinstance(state, Answer)}

    def _run(self, root: Key) -> Answer:
        stack, states, recording = self._stack, self._states, self._recording
        self._push(root, None)
        sent: Answer | None = None
        left = self._work_limit
        while stack:
            frame = stack[-1]
            if frame.settling:
                sent = self._continue(frame)
                continue
            try:
                key = next(frame.equation) if sent is None else frame.equation.send(sent)
            except StopIteration as stop:
                sent = self._finish(frame, stop.value)
                continue
            found = states.get(key)
            if found is None and key[0].shortcut is not None:
                found, key = self._shortened(key)
            frame.count += 1
            left -= 1
            if recording:
                frame.reads.append(key)
            if left < 0:
                self._give_up()
            elif frame.count > READS_LIMIT:
                frame.equation.close()
                sent = self._finish(frame, Answer(frozenset(), frozenset({"budget"})))
            elif found is None:
                if key[0].stratum > frame.key[0].stratum:
                    message = f"{frame.key[0].name} may not read {key[0].name}, which stands above it"
                    raise AssertionError(message)
                self._push(key, None)
                sent = None
            elif isinstance(found, Answer):
                sent = found
            else:
                sent = self._present(frame, found)
        return cast("Answer", states[root])

    def _give_up(self) -> None:
        """Make all that is still being answered final as it is, and open."""
        for frame in self._stack:
            frame.equation.close()
        self._stack.clear()
        for key, state in list(self._states.items()):
            if not isinstance(state, Answer):
                self._keep(key, Answer(state.value.items, state.value.open | {"budget"}), state.reads)

    def _shortened(self, key: Key) -> tuple[State | None, Key]:
        """The question that has the answer to `key`, and how far that one is."""
        states = self._states
        for _ in range(SHORTCUTS_LIMIT):
            shortcut = key[0].shortcut
            after = shortcut(*key[1]) if shortcut is not None else None
            if after is None:
                break
            if isinstance(after, Answer):
                return after, key
            found = states.get(after)
            if found is not None:
                return found, after
            key = after
        return None, key

    def _present(self, reader: Frame, state: Frame | Member) -> Answer:
        """The present value of a question that is still being answered."""
        reader.low = min(reader.low, state.low if isinstance(state, Frame) else self._holder(state).low)
        readers = state.readers
        if readers is None:
            state.readers = {reader.key}
        else:
            readers.add(reader.key)
        return state.value

    def _holder(self, member: Member) -> Frame:
        """The frame on the stack that a member hangs on."""
        group = member.group
        while group.taken is not None:
            if group.taken.taken is not None:
                group.taken = group.taken.taken
            group = group.taken
        member.group = group
        return group.frame

    def _push(self, key: Key, member: Member | None) -> None:
        frame = Frame(key, len(self._stack), member)
        self._states[key] = frame
        self._stack.append(frame)

    def _finish(self, frame: Frame, result: Answer) -> Answer | None:
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
        if frame.readers is not None and value != frame.value:
            # Whoever read the question while it was being answered has read too little.
            self._mark(frame.own_group(), frame.readers)
        group = frame.group
        if frame.low < frame.index:
            self._suspend(frame, value)
            return value
        if group is None or not (group.dirty or group.members or group.merged):
            self._stack.pop()
            return self._keep(key, value, frame.reads)
        self._keep_for_now(frame, value, group)
        frame.settling = True
        return None

    def _mark(self, group: Group, readers: set[Key]) -> None:
        for reader in readers:
            state = self._states[reader]
            member = state.member if isinstance(state, Frame) else state
            # One that is answered for the first time has not been found yet: it comes after all that have.
            group.dirty.add(member.order if isinstance(member, Member) else self._found, reader)

    def _keep_for_now(self, frame: Frame, value: Answer, group: Group) -> None:
        member = frame.member
        if member is None:
            self._found += 1
            member = Member(self._found, group, set() if frame.readers is None else frame.readers)
        member.value = value
        member.reads = frame.reads
        member.group = group
        group.members.append(frame.key)
        self._states[frame.key] = member

    def _suspend(self, frame: Frame, value: Answer) -> None:
        """Make the frame a member of the component whose head lies below it on the stack."""
        self._stack.pop()
        holder = self._stack[-1]
        self._keep_for_now(frame, value, holder.own_group())
        self._hand_over(frame, holder)

    def _hand_over(self, frame: Frame, holder: Frame) -> None:
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
            cast("Member", self._states[frame.key]).readers.add(holder.key)

    def _continue(self, head: Frame) -> Answer | None:
        """Evaluate one more member that has read too little; where there is none left, all answers become final."""
        if head.low < head.index:
            # A member that was evaluated again has come upon a component further down: this one is part of it.
            self._stack.pop()
            self._hand_over(head, self._stack[-1])
            return cast("Member", self._states[head.key]).value
        dirty = head.own_group().dirty
        while dirty:
            key = dirty.pop()
            state = self._states[key]
            if isinstance(state, Member):
                self._push(key, state)
                # Its old place in the component is its place still.
                self._stack[-1].low = head.low
                return None
        return self._settle(head)

    def _settle(self, head: Frame) -> Answer:
        """The component is finished: all its answers become final together."""
        self._stack.pop()
        pending = [head.own_group()]
        while pending:
            group = pending.pop()
            pending.extend(group.merged)
            for key in group.members:
                member = self._states[key]
                if isinstance(member, Member):
                    self._keep(key, member.value, member.reads)
        return cast("Answer", self._states[head.key])

    def _keep(self, key: Key, value: Answer, reads: list[Hashable]) -> Answer:
        widen = key[0].widen
        if widen is not None:
            value = widen(value)
        # Seven of eight answers have been given before.
        value = self._equal.setdefault(value, value)
        self._states[key] = value
        if self._recording:
            self._reads[key] = tuple(reads)
        return value

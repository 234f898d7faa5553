"""The control flow of one function: its rows in evaluation order, cut into blocks that end where control may part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from reviewer.source.module import Module


class Truth:
    """What a decision found about its condition row; `truth ^ 1` is the opposite. TRUE is 1, FALSE is 0."""

    FALSE: Final = 0  # ToBoolean of the row's value
    TRUE: Final = 1
    PRESENT: Final = 2  # neither null nor undefined: the row is the left of ??, the target of ??=, the object before ?.
    NULLISH: Final = 3
    GIVEN: Final = 4  # the row is a DEFAULT: the value for it is not undefined
    ABSENT: Final = 5
    UNEQUAL: Final = 6  # the row is a CASE's test, compared with the discriminant
    EQUAL: Final = 7
    DONE: Final = 8  # the row is a FOR_IN or FOR_OF: it has no further element
    MORE: Final = 9


class Op:
    """How a block ends."""

    GOTO: Final = 0  # on to block `a`
    BRANCH: Final = 1  # the condition has `truth`: to block `a`; has the opposite: to block `b`
    COMPLETE: Final = 2  # abruptly, through the frames around it: `completions[a]`
    RESUME: Final = 3  # the end of a finally: whatever led into it goes on
    END: Final = 4  # the end of the root


class FrameKind:
    """What stands around a block and takes part in an abrupt completion."""

    CATCH: Final = 0  # inside a try block with a catch; target: the block of the catch
    FINALLY: Final = 1  # inside a try or catch with a finally; target: the block of the finally
    BODY: Final = 2  # inside the finally itself: to leave it abruptly forgets what led into it


class Completion(NamedTuple):
    """A completion record (ECMAScript §6.2.4): kind is RETURN, THROW, BREAK, CONTINUE, or NONE for a try's normal end.

    row: the row that causes it. target: the block where it arrives, -1 for out of the root. stop: the frame around the
    target; all frames within are passed, -1 for all of them.
    """

    kind: int
    row: int
    target: int = -1
    stop: int = -1


class Flow:
    """Blocks of one root as parallel lists; block 0 is the entry. Frames likewise; -1 is no frame.

    rows: the rows of each block in evaluation order. A row stands in one block, but for `!`, && and || that decide a
    branch: these stand on both sides of it. facts: block → (row, truth) pairs that hold wherever it was passed and that
    no single branch says. order: the blocks in the order in which the source has them.
    """

    __slots__ = (
        "__weakref__",
        "a",
        "b",
        "completions",
        "condition",
        "facts",
        "frame",
        "frame_kind",
        "frame_parent",
        "frame_target",
        "op",
        "order",
        "places",
        "root",
        "rows",
        "size",
        "truth",
    )

    def __init__(self, root: int) -> None:
        self.root = root
        self.rows: list[list[int]] = []
        self.frame: list[int] = []
        self.op: list[int] = []
        self.a: list[int] = []
        self.b: list[int] = []
        self.condition: list[int] = []
        self.truth: list[int] = []
        self.completions: list[Completion] = []
        self.frame_kind: list[int] = []
        self.frame_target: list[int] = []
        self.frame_parent: list[int] = []
        self.facts: dict[int, list[tuple[int, int]]] = {}
        self.order: list[int] = []
        self.places: dict[int, list[int]] | None = None
        self.size = 0

    def blocks_of(self, row: int) -> Sequence[int]:
        """The blocks in which `row` stands; none for rows that this root does not evaluate."""
        if self.places is None:
            places: dict[int, list[int]] = {}
            self.places = places
            for block in self.order:
                for at in self.rows[block]:
                    places.setdefault(at, []).append(block)
        return self.places.get(row, ())


Work = int | Callable[[], object]
OWNED_TRUE: Final = 1  # the block for truth is reached from this condition only
OWNED_FALSE: Final = 2
OWNED: Final = 3


class Builder:
    """Cuts rows into blocks, driven by a stack of work instead of recursion.

    Work is a row to visit, `~row` for a row whose operands are done, or something to call.
    """

    def __init__(self, module: Module, root: int) -> None:
        self.module = module
        self.flow = Flow(root)
        self.stack: list[Work] = []
        self.frame = -1
        self.current = -1
        self.rows: list[int] = []
        self.start(self.new())

    # blocks

    def new(self) -> int:
        """A block that nothing reaches yet."""
        flow = self.flow
        flow.rows.append([])
        flow.frame.append(self.frame)
        flow.op.append(Op.END)
        flow.a.append(-1)
        flow.b.append(-1)
        flow.condition.append(-1)
        flow.truth.append(-1)
        return len(flow.rows) - 1

    def start(self, block: int) -> None:
        """Rows go into `block` from here on."""
        self.current = block
        self.rows = self.flow.rows[block]
        self.flow.frame[block] = self.frame
        self.flow.order.append(block)

    def goto(self, target: int) -> None:
        self.flow.op[self.current] = Op.GOTO
        self.flow.a[self.current] = target

    def link(self, target: int, following: int) -> None:
        """The current block goes on to `target`; rows go into `following`."""
        self.goto(target)
        self.start(following)

    def branch(self, condition: int, truth: int, yes: int, no: int) -> None:
        flow = self.flow
        block = self.current
        flow.op[block] = Op.BRANCH
        flow.condition[block] = condition
        flow.truth[block] = truth
        flow.a[block] = yes
        flow.b[block] = no

    def pass_through(self, completion: Completion) -> None:
        """The current block ends with `completion`, which the frames around it see first."""
        flow = self.flow
        flow.op[self.current] = Op.COMPLETE
        flow.a[self.current] = len(flow.completions)
        flow.completions.append(completion)

    def complete(self, completion: Completion) -> None:
        """The current block ends abruptly; what follows in the source goes into a block that nothing reaches."""
        self.pass_through(completion)
        self.start(self.new())

    # frames

    def new_frame(self, kind: int, target: int) -> int:
        """A frame inside the current one."""
        flow = self.flow
        flow.frame_kind.append(kind)
        flow.frame_target.append(target)
        flow.frame_parent.append(self.frame)
        return len(flow.frame_kind) - 1

    def enter(self, frame: int, block: int) -> None:
        """Rows go into `block`, which lies within `frame`."""
        self.frame = frame
        self.start(block)

    # work

    def then(self, *work: Work) -> None:
        """Do this next, in the order given."""
        self.stack.extend(reversed(work))

    def leave(self, kind: int, row: int) -> Callable[[], object]:
        """The work of a RETURN or THROW."""
        return partial(self.complete, Completion(kind, row))

    def finish(self) -> Flow:
        """Empty blocks that only lead on are passed over; the flow is ready."""
        flow = self.flow
        op, a, rows, facts = flow.op, flow.a, flow.rows, flow.facts
        final = list(range(len(rows)))
        for block in range(len(rows)):
            chain = []
            at = block
            while final[at] == at and op[at] == Op.GOTO and not rows[at] and at not in facts:
                chain.append(at)
                final[at] = -1
                at = a[at]
                if final[at] == -1:
                    break
            end = at if final[at] == -1 else final[at]
            for passed in chain:
                final[passed] = end
        for block, kind in enumerate(op):
            if kind <= Op.BRANCH:
                flow.a[block] = final[flow.a[block]]
                flow.b[block] = final[flow.b[block]] if kind == Op.BRANCH else -1
        flow.completions = [
            one._replace(target=final[one.target]) if one.target >= 0 else one for one in flow.completions
        ]
        flow.frame_target = [final[target] for target in flow.frame_target]
        flow.size = sum(map(len, rows)) + len(rows)
        return flow

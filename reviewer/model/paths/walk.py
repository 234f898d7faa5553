"""The walker: small state machines over the paths of one function.

The semantics are those of completion records (ECMAScript §6.2.4): each statement completes normally or by return,
throw, break or continue; `finally` sees every completion and passes it on unless it completes abruptly (§14.15.3).
"""

from __future__ import annotations

from typing import Final, Generic

from reviewer.model.paths.blocks import Completion, Flow, FrameKind, Op
from reviewer.model.paths.exits import Exits, Joined, Node, Origin
from reviewer.model.paths.kept import flow_of
from reviewer.model.paths.machine import Fork, Machine, S
from reviewer.source.module import Kind, Module

_STEPS_LIMIT: Final = 200_000
"""Nodes and unwindings of one walk; beyond, it is given up as open."""
Unwinding = tuple[Completion, int, S, int, Origin[S]]
"""A completion on its way outwards: the frame it is at, its state and context, and where it comes from."""


class _Walk(Generic[S]):
    """One run: a work list of nodes, each expanded once, so that loops end when they are stable.

    A finally is expanded once for each state that enters it, whatever it was entered for; `callers` keeps these reasons
    and `ends` the ways out, and each pair of both goes on (call summaries as in Reps, Horwitz, Sagiv, POPL 1995, with a
    finally in the place of a procedure).
    """

    def __init__(self, module: Module, flow: Flow, machine: Machine[S], start: S) -> None:
        self.module = module
        self.flow = flow
        self.machine = machine
        self.exits: Exits[S] = Exits(flow)
        self.work: list[Node[S]] = []
        self.unwinding: list[Unwinding[S]] = []
        self.spent = 0
        self.events: list[list[int] | None] = [None] * len(flow.rows)
        self.contexts: dict[tuple[int, S], int] = {}
        self.entries: list[Node[S]] = [(0, start, 0)]
        self.frames = [-1]
        self.callers: list[dict[tuple[Completion, int], Origin[S]]] = [{}]
        self.ends: list[dict[tuple[Completion | None, S], Origin[S]]] = [{}]

    def run(self) -> Exits[S]:
        flow, machine, exits = self.flow, self.machine, self.exits
        op, to_a, to_b, condition, truth = flow.op, flow.a, flow.b, flow.condition, flow.truth
        seen, work, events, add = exits.seen, self.work, self.events, self.add
        assume = machine.assume if type(machine).assume is not Machine.assume else None
        seen[self.entries[0]] = []
        work.append(self.entries[0])
        for node in work:
            block, state, context = node
            happens = events[block]
            if happens is None:
                happens = self.collect(block)
            for after in self.through(node, happens) if happens else (state,):
                kind = op[block]
                if kind == Op.GOTO:
                    add((to_a[block], after, context), node)
                elif kind == Op.BRANCH:
                    if assume is None:
                        add((to_a[block], after, context), node)
                        add((to_b[block], after, context), node)
                        continue
                    yes = assume(after, condition[block], truth[block])
                    if yes is not None:
                        add((to_a[block], yes, context), node)
                    no = assume(after, condition[block], truth[block] ^ 1)
                    if no is not None:
                        add((to_b[block], no, context), node)
                elif kind == Op.COMPLETE:
                    self.unwinding.append((flow.completions[to_a[block]], flow.frame[block], after, context, node))
                    self.unwind()
                elif kind == Op.RESUME:
                    self.end(None, after, context, node)
                    self.unwind()
                else:
                    exits.normal.setdefault(after, node)
            if len(seen) + self.spent > _STEPS_LIMIT:
                exits.open = True
                break
        return exits

    def add(self, node: Node[S], origin: Origin[S]) -> None:
        seen = self.exits.seen
        origins = seen.get(node)
        if origins is None:
            seen[node] = [origin]
            self.work.append(node)
        elif not origins or origins[-1] is not origin:
            origins.append(origin)

    def collect(self, block: int) -> list[int]:
        """The rows of a block that matter: `row * 4`, 1 more where it is stepped, 2 more where it may throw."""
        machine = self.machine
        kinds = self.module.kind
        stepped, rows, throwing = machine.kinds, machine.rows, machine.throwing
        happens = []
        for row in self.flow.rows[block]:
            kind = kinds[row]
            bits = 1 if (kind in stepped if rows is None else row in rows) else 0
            if kind in throwing and machine.may_throw(row):
                bits += 2
            if bits:
                happens.append(row * 4 + bits)
        self.events[block] = happens
        return happens

    def through(self, node: Node[S], happens: list[int]) -> list[S]:
        """The states after the rows of a block; what they throw is sent on its way."""
        machine = self.machine
        step = machine.step
        after: list[S] = []
        pending = [(node[1], 0)]
        while pending:
            state, at = pending.pop()
            while at < len(happens):
                event = happens[at]
                at += 1
                if event & 2:
                    self.throw(event >> 2, state, node)
                if event & 1:
                    result = step(state, event >> 2)
                    if result is None:
                        break
                    if isinstance(result, Fork):
                        pending.extend((one, at) for one in reversed(result))
                        break
                    state = result
            else:
                after.append(state)
        return after

    def throw(self, row: int, state: S, node: Node[S]) -> None:
        thrown = self.machine.thrown(state, row)
        if thrown is None:
            return
        frame = self.flow.frame[node[0]]
        if frame < 0:
            self.exits.throws.setdefault(row, {}).setdefault(thrown, node)
        elif self.flow.frame_kind[frame] == FrameKind.CATCH:
            self.add((self.flow.frame_target[frame], thrown, node[2]), node)
        else:
            self.unwinding.append((Completion(Kind.THROW, row), frame, thrown, node[2], node))
            self.unwind()

    def unwind(self) -> None:
        """Send completions outwards from their frames until each has arrived or waits for a finally."""
        flow, unwinding = self.flow, self.unwinding
        while unwinding:
            completion, frame, state, context, origin = unwinding.pop()
            self.spent += 1
            while frame != completion.stop:
                kind = flow.frame_kind[frame]
                if kind == FrameKind.FINALLY:
                    self.enter(frame, completion, state, context, origin)
                    break
                if kind == FrameKind.BODY:
                    self.end(completion, state, context, origin)
                    break
                if completion.kind == Kind.THROW:
                    self.add((flow.frame_target[frame], state, context), origin)
                    break
                frame = flow.frame_parent[frame]
            else:
                self.arrive(completion, state, context, origin)

    def arrive(self, completion: Completion, state: S, context: int, origin: Origin[S]) -> None:
        if completion.target >= 0:
            self.add((completion.target, state, context), origin)
            return
        exits = self.exits
        kind = completion.kind
        by_row = exits.returns if kind == Kind.RETURN else exits.throws if kind == Kind.THROW else exits.jumps
        by_row.setdefault(completion.row, {}).setdefault(state, origin)

    # finally

    def enter(self, frame: int, completion: Completion, state: S, context: int, origin: Origin[S]) -> None:
        """`completion` waits while the finally of `frame` runs."""
        key = (frame, state)
        inner = self.contexts.get(key)
        if inner is None:
            inner = self.contexts[key] = len(self.entries)
            entry = (self.flow.frame_target[frame], state, inner)
            self.entries.append(entry)
            self.frames.append(self.flow.frame_parent[frame])
            self.callers.append({})
            self.ends.append({})
            self.add(entry, origin)
        caller = (completion, context)
        if caller not in self.callers[inner]:
            self.callers[inner][caller] = origin
            for end, last in self.ends[inner].items():
                self.resume(inner, end, last, caller, origin)

    def end(self, completion: Completion | None, state: S, context: int, last: Origin[S]) -> None:
        """The finally of `context` is done: normally (None), or abruptly, which overrides what waits."""
        end = (completion, state)
        if end not in self.ends[context]:
            self.ends[context][end] = last
            for caller, origin in self.callers[context].items():
                self.resume(context, end, last, caller, origin)

    def resume(
        self,
        inner: int,
        end: tuple[Completion | None, S],
        last: Origin[S],
        caller: tuple[Completion, int],
        origin: Origin[S],
    ) -> None:
        completion, state = end
        waiting, context = caller
        joined = Joined(last, self.entries[inner], origin)
        self.unwinding.append((completion or waiting, self.frames[inner], state, context, joined))


def walk(module: Module, root: int, machine: Machine[S], start: S) -> Exits[S]:
    """Run `machine` from the state `start` over every path of `root`: a FUNCTION, a PROGRAM, or a row inside of one.

    Functions within are not entered: their row is stepped where they are created. Decisions are free but for constants
    and what `assume` rules out. Each block is met once for each state, so loops run until nothing new comes of it.
    """
    return _Walk(module, flow_of(module, root), machine, start).run()

"""The order in which statements run, and where they lead (ECMAScript §14): a function's statement tree as a `Flow`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from reviewer.model.paths.blocks import OWNED, OWNED_FALSE, OWNED_TRUE, Completion, Flow, FrameKind, Op, Truth, Work
from reviewer.model.paths.expressions import Expressions
from reviewer.source.module import Flag, Kind, Module

_LOOPS: Final = frozenset({Kind.FOR, Kind.FOR_IN, Kind.FOR_OF, Kind.WHILE, Kind.DO})


class Statements(Expressions):
    """Visits statements. A compound statement is met before its parts; FOR_IN and FOR_OF at each turn of the loop."""

    def __init__(self, module: Module, root: int) -> None:
        super().__init__(module, root)
        self.breaks: dict[str, list[tuple[int, int]]] = {}
        self.continues: dict[str, list[tuple[int, int]]] = {}
        self.labels: dict[int, list[str]] = {}

    def build(self) -> Flow:
        """The flow of a FUNCTION's parameters and body, of a PROGRAM's statements, or of any other row by itself."""
        module = self.module
        root = self.flow.root
        kind = module.kind[root]
        if kind == Kind.PROGRAM:
            self.statements(module.ops(root))
        elif kind == Kind.FUNCTION:
            body = module.first[root]
            if module.flags[root] & Flag.EXPRESSION_BODY:
                self.then(*module.params(root), body, self.leave(Kind.RETURN, body))
            else:
                self.then(*module.params(root), body)
        else:
            self.then(root)
        self.run()
        return self.finish()

    # lists

    def statements(self, rows: Iterable[int]) -> None:
        """Function declarations come to life before the first statement of their list (§14.2.3)."""
        module = self.module
        hoisted: list[Work] = []
        work: list[Work] = []
        for row in rows:
            kind = module.kind[row]
            inner = module.first[row] if kind == Kind.EXPORT and module.count[row] else row
            if module.kind[inner] == Kind.FUNCTION and module.flags[inner] & Flag.DECLARATION:
                hoisted.append(inner)
                if inner != row:
                    work.append(~row)
            else:
                work.append(row)
        self.then(*hoisted, *work)

    def block(self, row: int) -> None:
        self.rows.append(row)
        self.statements(self.module.ops(row))

    def before_parts(self, row: int) -> None:
        """CATCH, WITH and NAMESPACE: themselves, then their operands."""
        self.rows.append(row)
        self.then(*self.module.ops(row))

    def declarator(self, row: int) -> None:
        target = self.module.first[row]
        self.then(target + 1, target, ~row)

    # branches

    def if_(self, row: int) -> None:
        test = self.module.first[row]
        yes, no, end = self.new(), self.new(), self.new()
        self.rows.append(row)
        self.then(
            partial(self.condition, test, yes, no, OWNED),
            partial(self.start, yes),
            test + 1,
            partial(self.link, end, no),
            test + 2,
            partial(self.link, end, end),
        )

    def switch(self, row: int) -> None:
        """Tests in order until one equals; `default` where none does; each body falls into the next (§14.12.2)."""
        module = self.module
        discriminant = module.first[row]
        cases = range(discriminant + 1, discriminant + module.count[row])
        end = self.new()
        bodies = [self.new() for _ in cases]
        by_truth = module.kind[discriminant] == Kind.TRUE
        self.rows.append(row)
        work: list[Work] = [discriminant]
        otherwise = end
        hoisted: list[Work] = []
        for case, body in zip(cases, bodies, strict=True):
            test = module.first[case]
            if module.kind[test] == Kind.NONE:
                otherwise = body
            else:
                following = self.new()
                if by_truth:
                    work.append(partial(self.condition, test, body, following, OWNED_FALSE))
                else:
                    work.extend((test, partial(self.branch, test, Truth.EQUAL, body, following)))
                work.append(partial(self.start, following))
        work.append(partial(self.goto, otherwise))
        work.append(partial(self._open, end, -1, ("",)))
        for case, body in zip(cases, bodies, strict=True):
            work.append(partial(self.link, body, body) if case > cases.start else partial(self.start, body))
            work.append(~case)
            for statement in range(module.first[case] + 1, module.first[case] + module.count[case]):
                if module.kind[statement] == Kind.FUNCTION and module.flags[statement] & Flag.DECLARATION:
                    hoisted.append(statement)
                else:
                    work.append(statement)
        work.extend(
            (partial(self._close, ("",), 0), partial(self.link, end, end) if cases else partial(self.start, end))
        )
        self.then(work[0], *hoisted, *work[1:])

    # loops

    def _open(self, end: int, again: int, names: Iterable[str]) -> None:
        """`break` with one of these labels, the empty one included, leads to `end`; `continue` to `again` if >= 0."""
        for name in names:
            self.breaks.setdefault(name, []).append((end, self.frame))
            if again >= 0:
                self.continues.setdefault(name, []).append((again, self.frame))

    def _close(self, names: Iterable[str], loop: int) -> None:
        for name in names:
            self.breaks[name].pop()
            if loop:
                self.continues[name].pop()

    def _loop(self, row: int, end: int, again: int) -> tuple[Work, Work]:
        names = ("", *self.labels.pop(row, ()))
        return partial(self._open, end, again, names), partial(self._close, names, 1)

    def for_(self, row: int) -> None:
        initialiser = self.module.first[row]
        test, update, body = initialiser + 1, initialiser + 2, initialiser + 3
        head, inside, again, end = self.new(), self.new(), self.new(), self.new()
        opened, closed = self._loop(row, end, again)
        tested: Work = partial(self.goto, inside)
        if self.module.kind[test] != Kind.NONE:
            tested = partial(self.condition, test, inside, end, OWNED_TRUE)
        self.rows.append(row)
        self.then(
            initialiser,
            partial(self.link, head, head),
            tested,
            partial(self.start, inside),
            opened,
            body,
            closed,
            partial(self.link, again, again),
            update,
            partial(self.link, head, end),
        )

    def for_each(self, row: int) -> None:
        target = self.module.first[row]
        head, inside, end = self.new(), self.new(), self.new()
        opened, closed = self._loop(row, end, head)
        self.then(
            target + 1,
            partial(self.link, head, head),
            ~row,
            partial(self.branch, row, Truth.MORE, inside, end),
            partial(self.start, inside),
            target,
            opened,
            target + 2,
            closed,
            partial(self.link, head, end),
        )

    def while_(self, row: int) -> None:
        test = self.module.first[row]
        head, inside, end = self.new(), self.new(), self.new()
        opened, closed = self._loop(row, end, head)
        self.rows.append(row)
        self.then(
            partial(self.link, head, head),
            partial(self.condition, test, inside, end, OWNED_TRUE),
            partial(self.start, inside),
            opened,
            test + 1,
            closed,
            partial(self.link, head, end),
        )

    def do(self, row: int) -> None:
        body = self.module.first[row]
        inside, again, end = self.new(), self.new(), self.new()
        opened, closed = self._loop(row, end, again)
        self.rows.append(row)
        self.then(
            partial(self.link, inside, inside),
            opened,
            body,
            closed,
            partial(self.link, again, again),
            partial(self.condition, body + 1, inside, end),
            partial(self.start, end),
        )

    # abrupt completions

    def labeled(self, row: int) -> None:
        module = self.module
        names = []
        at = row
        while module.kind[at] == Kind.LABELED:
            names.append(module.text(at))
            self.rows.append(at)
            at = module.first[at]
        if module.kind[at] in _LOOPS:
            self.labels[at] = names
            self.then(at)
            return
        end = self.new()
        self._open(end, -1, names)
        self.then(at, partial(self._close, names, 0), partial(self.link, end, end))

    def jump(self, row: int) -> None:
        """BREAK or CONTINUE; a label that nothing here carries leads out of the root."""
        self.rows.append(row)
        kind = self.module.kind[row]
        targets = self.breaks if kind == Kind.BREAK else self.continues
        found = targets.get(self.module.text(row))
        target, frame = found[-1] if found else (-1, -1)
        if target >= 0 and frame == self.frame:
            self.link(target, self.new())
        else:
            self.complete(Completion(kind, row, target, frame))

    def return_(self, row: int) -> None:
        self.then(*self.module.ops(row), ~row, self.leave(Kind.RETURN, row))

    def throw(self, row: int) -> None:
        self.then(*self.module.ops(row), ~row, self.leave(Kind.THROW, row))

    # try

    def try_(self, row: int) -> None:
        """Frames around the block and the catch; each way out of them passes through the finally (§14.15.3)."""
        module = self.module
        first = module.first[row]
        kinds = module.kind
        catch, last = first + 1, first + 2
        around = inner = self.frame
        body, end = self.new(), self.new()
        self.rows.append(row)
        self.goto(body)
        tail: tuple[Work, ...] = ()
        leave: Work = partial(self.goto, end)
        if kinds[last] != Kind.NONE:
            cleanup = self.new()
            inner = self.new_frame(FrameKind.FINALLY, cleanup)
            inside = self.new_frame(FrameKind.BODY, cleanup)
            leave = partial(self.pass_through, Completion(Kind.NONE, row, end, around))
            tail = (partial(self.enter, inside, cleanup), last, self._resume)
        caught: tuple[Work, ...] = ()
        tried = inner
        if kinds[catch] != Kind.NONE:
            self.frame = inner
            handler = self.new()
            tried = self.new_frame(FrameKind.CATCH, handler)
            self.frame = around
            caught = (partial(self.enter, inner, handler), catch, leave)
        self.then(
            partial(self.enter, tried, body),
            first,
            leave,
            *caught,
            *tail,
            partial(self.enter, around, end),
        )

    def _resume(self) -> None:
        self.flow.op[self.current] = Op.RESUME


Statements.forms = {
    **Expressions.forms,
    Kind.BLOCK: Statements.block,
    Kind.CATCH: Statements.before_parts,
    Kind.WITH: Statements.before_parts,
    Kind.NAMESPACE: Statements.before_parts,
    Kind.DECLARATOR: Statements.declarator,
    Kind.IF: Statements.if_,
    Kind.SWITCH: Statements.switch,
    Kind.FOR: Statements.for_,
    Kind.FOR_IN: Statements.for_each,
    Kind.FOR_OF: Statements.for_each,
    Kind.WHILE: Statements.while_,
    Kind.DO: Statements.do,
    Kind.LABELED: Statements.labeled,
    Kind.BREAK: Statements.jump,
    Kind.CONTINUE: Statements.jump,
    Kind.RETURN: Statements.return_,
    Kind.THROW: Statements.throw,
    Kind.TRY: Statements.try_,
}

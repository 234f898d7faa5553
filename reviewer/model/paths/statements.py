"""The order in which statements run, and where they lead (ECMAScript §14): a function's statement tree as a `Flow`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from reviewer.model.paths.blocks import OWNED, OWNED_FALSE, Completion, Flow, FrameKind, Op, Truth, Work
from reviewer.model.paths.expressions import Expressions
from reviewer.model.paths.loops import Loops
from reviewer.source.module import Flag, Kind, Module


class Statements(Expressions):
    """Visits statements. A compound statement is met before its parts."""

    def __init__(self, module: Module, root: int) -> None:
        super().__init__(module, root)
        self.loops = Loops(module)

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
        work.append(partial(self.loops.open, self, end, -1, ("",)))
        for case, body in zip(cases, bodies, strict=True):
            work.append(partial(self.link, body, body) if case > cases.start else partial(self.start, body))
            work.append(~case)
            for statement in range(module.first[case] + 1, module.first[case] + module.count[case]):
                if module.kind[statement] == Kind.FUNCTION and module.flags[statement] & Flag.DECLARATION:
                    hoisted.append(statement)
                else:
                    work.append(statement)
        work.extend(
            (partial(self.loops.close, ("",), 0), partial(self.link, end, end) if cases else partial(self.start, end))
        )
        self.then(work[0], *hoisted, *work[1:])

    def loop(self, row: int) -> None:
        """Loops, labels, `break` and `continue`."""
        self.loops.visit(self, row)

    # abrupt completions

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
    Kind.FOR: Statements.loop,
    Kind.FOR_IN: Statements.loop,
    Kind.FOR_OF: Statements.loop,
    Kind.WHILE: Statements.loop,
    Kind.DO: Statements.loop,
    Kind.LABELED: Statements.loop,
    Kind.BREAK: Statements.loop,
    Kind.CONTINUE: Statements.loop,
    Kind.RETURN: Statements.return_,
    Kind.THROW: Statements.throw,
    Kind.TRY: Statements.try_,
}

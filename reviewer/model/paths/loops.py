"""Loops, and where the labels of `break` and `continue` lead (ECMAScript §14.7 to §14.9, §14.13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from reviewer.model.paths.blocks import OWNED_TRUE, Completion, Truth, Work
from reviewer.model.paths.expressions import Expressions
from reviewer.source.module import Kind, Module


class Loops:
    """Visits loops, labels and jumps for a builder. FOR_IN and FOR_OF are met at each turn of the loop.

    The builder is handed in each time: it holds these, and a cycle of the two would outlive it.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.breaks: dict[str, list[tuple[int, int]]] = {}
        self.continues: dict[str, list[tuple[int, int]]] = {}
        self.labels: dict[int, list[str]] = {}

    def visit(self, builder: Expressions, row: int) -> None:
        """Visit a loop, LABELED, BREAK or CONTINUE row."""
        _FORMS[self.module.kind[row]](self, builder, row)

    def for_(self, builder: Expressions, row: int) -> None:
        initialiser = self.module.first[row]
        test, update, body = initialiser + 1, initialiser + 2, initialiser + 3
        head, inside, again, end = builder.new(), builder.new(), builder.new(), builder.new()
        opened, closed = self._loop(builder, row, end, again)
        tested: Work = partial(builder.goto, inside)
        if self.module.kind[test] != Kind.NONE:
            tested = partial(builder.condition, test, inside, end, OWNED_TRUE)
        builder.rows.append(row)
        builder.then(
            initialiser,
            partial(builder.link, head, head),
            tested,
            partial(builder.start, inside),
            opened,
            body,
            closed,
            partial(builder.link, again, again),
            update,
            partial(builder.link, head, end),
        )

    def for_each(self, builder: Expressions, row: int) -> None:
        target = self.module.first[row]
        head, inside, end = builder.new(), builder.new(), builder.new()
        opened, closed = self._loop(builder, row, end, head)
        builder.then(
            target + 1,
            partial(builder.link, head, head),
            ~row,
            partial(builder.branch, row, Truth.MORE, inside, end),
            partial(builder.start, inside),
            target,
            opened,
            target + 2,
            closed,
            partial(builder.link, head, end),
        )

    def while_(self, builder: Expressions, row: int) -> None:
        test = self.module.first[row]
        head, inside, end = builder.new(), builder.new(), builder.new()
        opened, closed = self._loop(builder, row, end, head)
        builder.rows.append(row)
        builder.then(
            partial(builder.link, head, head),
            partial(builder.condition, test, inside, end, OWNED_TRUE),
            partial(builder.start, inside),
            opened,
            test + 1,
            closed,
            partial(builder.link, head, end),
        )

    def do(self, builder: Expressions, row: int) -> None:
        body = self.module.first[row]
        inside, again, end = builder.new(), builder.new(), builder.new()
        opened, closed = self._loop(builder, row, end, again)
        builder.rows.append(row)
        builder.then(
            partial(builder.link, inside, inside),
            opened,
            body,
            closed,
            partial(builder.link, again, again),
            partial(builder.condition, body + 1, inside, end),
            partial(builder.start, end),
        )

    # jumps

    def labeled(self, builder: Expressions, row: int) -> None:
        module = self.module
        names = []
        at = row
        while module.kind[at] == Kind.LABELED:
            names.append(module.text(at))
            builder.rows.append(at)
            at = module.first[at]
        if module.kind[at] in _LOOPS:
            self.labels[at] = names
            builder.then(at)
            return
        end = builder.new()
        self.open(builder, end, -1, names)
        builder.then(at, partial(self.close, names, 0), partial(builder.link, end, end))

    def jump(self, builder: Expressions, row: int) -> None:
        """BREAK or CONTINUE; a label that nothing here carries leads out of the root."""
        builder.rows.append(row)
        kind = self.module.kind[row]
        targets = self.breaks if kind == Kind.BREAK else self.continues
        found = targets.get(self.module.text(row))
        target, frame = found[-1] if found else (-1, -1)
        if target >= 0 and frame == builder.frame:
            builder.link(target, builder.new())
        else:
            builder.complete(Completion(kind, row, target, frame))

    # targets

    def open(self, builder: Expressions, end: int, again: int, names: Iterable[str]) -> None:
        """`break` with one of these labels, the empty one included, leads to `end`; `continue` to `again` if >= 0."""
        for name in names:
            self.breaks.setdefault(name, []).append((end, builder.frame))
            if again >= 0:
                self.continues.setdefault(name, []).append((again, builder.frame))

    def close(self, names: Iterable[str], loop: int) -> None:
        """Undo an `open` of the same names; `loop`: whether it gave `continue` a target."""
        for name in names:
            self.breaks[name].pop()
            if loop:
                self.continues[name].pop()

    def _loop(self, builder: Expressions, row: int, end: int, again: int) -> tuple[Work, Work]:
        names = ("", *self.labels.pop(row, ()))
        return partial(self.open, builder, end, again, names), partial(self.close, names, 1)


_LOOPS: Final[dict[int, Callable[[Loops, Expressions, int], None]]] = {
    Kind.FOR: Loops.for_,
    Kind.FOR_IN: Loops.for_each,
    Kind.FOR_OF: Loops.for_each,
    Kind.WHILE: Loops.while_,
    Kind.DO: Loops.do,
}
_FORMS: Final[dict[int, Callable[[Loops, Expressions, int], None]]] = {
    **_LOOPS,
    Kind.LABELED: Loops.labeled,
    Kind.BREAK: Loops.jump,
    Kind.CONTINUE: Loops.jump,
}

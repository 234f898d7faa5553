"""Escapes: the rows by which failures leave a function, past every `catch` in it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.domain import Closure, External
from reviewer.model.in_place import in_place
from reviewer.model.refuted import Refuted
from reviewer.model.rejections import OTHERS
from reviewer.model.solve import NOTHING, YES, Answer, Equation, Key, answer, join
from reviewer.source.module import BindingKind, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


_RELEASE: Final = "connection.release"
_READER: Final = "text.reader"
CALLS_LIMIT: Final = 2
"""How many calls may lie between a function's row and the `throw` that leaves by it."""


class Escape(msgspec.Struct, frozen=True, order=True, gc=False):
    """A row that lets a failure out of its function.

    how: `throw`, `await`, `return` (of a promise), `call` (that throws).
    certain: whether the thing awaited or called is known to fail on some path; False where nothing is known of it.
    depth: of a `call`, how many calls lie between the row and the `throw`.
    """

    module: int
    row: int
    how: str
    certain: bool
    depth: int = 0


def is_read(module: Module, escape: Escape) -> bool:
    """Whether it is an `await` of what a variable or a member holds, of which nothing is known: that may be no promise
    at all, and what a call gives fails more likely.
    """
    return (
        not escape.certain
        and module.kind[escape.row] == Kind.AWAIT
        and module.kind[module.first[escape.row]] in {Kind.IDENT, Kind.INDEX, Kind.MEMBER}
    )


def normal_escapes(found: Answer) -> Answer:
    """The answer without what it knows better: that a row lets failures out for certain, and over fewer calls."""
    best: dict[tuple[int, int, str], Escape] = {}
    for item in found.items:
        key = (item.module, item.row, item.how)
        known = best.get(key)
        if known is None or (not item.certain, item.depth) < (not known.certain, known.depth):
            best[key] = item
    return found if len(best) == len(found.items) else Answer(frozenset(best.values()), found.open)


class Escapes:
    """The equations of `model.promises.escapes` and `model.promises.throws`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._refuted = Refuted(model)

    def of(self, m: int, function: int) -> Equation:
        """The rows by which the promise that the function gives may reject."""
        module = self.model.link.body(m)
        found = NOTHING
        if module.has(function, Flag.ASYNC):
            for row in self.model.link.owned(m, Kind.AWAIT, function):
                if covering_catch(module, row) < 0 and not (yield from self._closes(module, row)):
                    found = join(found, (yield from self._escape(module, row, module.first[row], "await")))
            for row in self.model.link.owned(m, Kind.FOR_OF, function):
                if module.has(row, Flag.AWAITED) and covering_catch(module, row) < 0:
                    found = join(found, answer([Escape(m, row, "await", certain=False)]))
            found = join(found, (yield self.model.promises.throws(m, function)))
        for value in self.model.link.returned(m, function):
            if module.kind[value] != Kind.AWAIT:
                found = join(found, (yield from self._escape(module, value, value, "return")))
        return found

    def _closes(self, module: Module, row: int) -> Generator[Key, Answer, bool]:
        """Whether an AWAIT only gives a connection back or closes it: what is known to fail stands before it, and the
        drivers themselves seldom let a failure of that out.
        """
        call = module.first[row]
        if module.kind[call] != Kind.CALL:
            return False
        callees = yield self.model.calls.run(module.index, call)
        has_role = self.model.libraries.has_role
        known = [item for item in callees.items if isinstance(item, External) and item.state]
        return bool(known) and all(has_role(item.state, _RELEASE, None) for item in known)

    def _escape(self, module: Module, row: int, value: int, how: str) -> Equation:
        rejects = yield self.model.promises.rejects(module.index, value)
        if rejects.items:
            return answer([Escape(module.index, row, how, certain=True)])
        is_open = bool(rejects.open - {OTHERS})
        if is_open and how == "await":
            return answer([Escape(module.index, row, how, certain=False)])
        if is_open:
            yields = yield self.model.promises.yields(module.index, value)
            if YES in yields.items:
                return answer([Escape(module.index, row, how, certain=False)])
        return NOTHING

    def throws(self, m: int, function: int) -> Equation:
        """The rows by which running the function's own code may throw: its `throw`, and calls of what throws.

        What is thrown more than two calls down is seldom about this call: it is the inner works of something else.
        """
        module = self.model.link.body(m)
        found = NOTHING
        for row in self.model.link.owned(m, Kind.THROW, function):
            if covering_catch(module, row) < 0:
                found = join(found, answer([Escape(m, row, "throw", certain=True)]))
        for row in self.model.link.owned(m, Kind.CALL, function):
            if covering_catch(module, row) >= 0:
                continue
            callees = yield self.model.calls.run(m, row)
            for callee in in_place(self.model, callees.items):
                if isinstance(callee, External) and self._reads_what_is_handed(callee, module, row):
                    found = join(found, answer([Escape(m, row, "call", certain=True, depth=1)]))
                if not isinstance(callee, Closure):
                    continue
                body = self.model.link.body(callee.module)
                if body.flags[callee.row] & (Flag.ASYNC | Flag.GENERATOR):
                    continue
                inner = yield self.model.promises.throws(callee.module, callee.row)
                if inner.items:
                    inner = yield from self._refuted.left(inner, callee, module, row)
                depth = 1 + min((escape.depth for escape in inner.items), default=CALLS_LIMIT)
                if depth <= CALLS_LIMIT:
                    found = join(found, answer([Escape(m, row, "call", certain=True, depth=depth)]))
        return found

    def _reads_what_is_handed(self, callee: External, module: Module, call: int) -> bool:
        """Whether a call reads a text that a callback is handed from outside, such as a message: it throws on what is
        not well formed.
        """
        if not callee.state or not self.model.libraries.has_role(callee.state, _READER, None):
            return False
        function = module.owner[call]
        if module.kind[module.parent[function]] != Kind.CALL:
            return False
        read = next(iter(module.args(call)), -1)
        while read >= 0 and module.kind[read] in {Kind.CALL, Kind.MEMBER}:
            read = module.first[read]
        binding = module.binding[read] if read >= 0 and module.kind[read] == Kind.IDENT else -1
        return (
            binding >= 0
            and module.binding_kind[binding] == BindingKind.PARAM
            and module.binding_owner[binding] == function
        )


def covering_catch(module: Module, row: int) -> int:
    """The CATCH that receives what fails at `row` inside its function, or -1.

    Parts of a `try` other than its block are not covered by its catch (ECMAScript 14.15.3).
    """
    at = row
    while True:
        region = module.region[at]
        if module.kind[region] in {Kind.FUNCTION, Kind.PROGRAM}:
            return -1
        parent = module.parent[region]
        if module.kind[parent] == Kind.TRY and module.first[parent] == region:
            handler = module.op(parent, 1)
            if module.kind[handler] == Kind.CATCH:
                return handler
        at = region

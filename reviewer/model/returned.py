"""Returned values: the promises that a function returns out of a `try` without waiting for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import External
from reviewer.model.escapes import covering_catch
from reviewer.model.solve import YES
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_MAY_BE: Final = frozenset({Kind.ASSIGN, Kind.CALL, Kind.IDENT, Kind.INDEX, Kind.MEMBER, Kind.NEW})
"""What may be a promise, other than by an `await` before it."""


class Returned(NamedTuple):
    """A promise that leaves a `try` before it settles.

    row: the returned expression. catch: the CATCH around it, -1 without one. finals: the BLOCKs of each `finally` that
    is run on the way out, the innermost first.
    """

    module: int
    row: int
    catch: int
    finals: tuple[int, ...]


class ReturnedPromises:
    """The promises that leave a `try` by a `return`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def in_module(self, m: int) -> Iterator[Returned]:
        """Those of a module, in the order of the text.

        An async generator waits for what it returns (ECMAScript 15.6), and another generator gives no promise.
        """
        module = self.model.link.body(m)
        at = module.kind.find(bytes((Kind.RETURN,)))
        while at >= 0:
            if not module.has(module.owner[at], Flag.GENERATOR):
                catch, ends = covering_catch(module, at), finals(module, at)
                for value in given_by(module, module.first[at]) if catch >= 0 or ends else ():
                    if module.kind[value] in _MAY_BE and self._is_promise(module, value):
                        yield Returned(m, value, catch, ends)
            at = module.kind.find(bytes((Kind.RETURN,)), at + 1)

    def _is_promise(self, module: Module, value: int) -> bool:
        if module.kind[value] == Kind.CALL and not self.model.dropped.may_yield(module, value):
            return False
        wrapped = self._wrapped(module, value)
        return YES in self.model.ask(self.model.promises.yields(module.index, value if wrapped < 0 else wrapped)).items

    def _wrapped(self, module: Module, value: int) -> int:
        """The argument that a call makes a promise of: one that has settled already, where that is none itself,
        `Promise.resolve(rows)`. -1 for other calls.
        """
        if module.kind[value] != Kind.CALL or len(module.args(value)) != 1:
            return -1
        callees = self.model.ask(self.model.calls.callees(module.index, value)).items
        wraps = bool(callees) and all(
            isinstance(item, External) and self.model.libraries.settles_as(item.state) for item in callees
        )
        return module.args(value)[0] if wraps else -1


def finals(module: Module, row: int) -> tuple[int, ...]:
    """The BLOCKs of each `finally` that runs when control leaves its function from `row`, the innermost first
    (ECMAScript 14.15.3).
    """
    found: list[int] = []
    at = module.region[row]
    while module.kind[at] not in {Kind.FUNCTION, Kind.PROGRAM}:
        parent = module.parent[at]
        if module.kind[parent] == Kind.TRY and at != module.op(parent, 2):
            final = module.op(parent, 2)
            if module.kind[final] == Kind.BLOCK:
                found.append(final)
        at = module.region[at]
    return tuple(found)


def given_by(module: Module, row: int) -> Iterator[int]:
    """The expressions whose value an expression may have as it stands, in the order of the text."""
    pending = [row]
    while pending:
        at = pending.pop()
        match module.kind[at]:
            case Kind.SEQUENCE:
                pending.append(module.first[at] + module.count[at] - 1)
            case Kind.LOGICAL:
                pending.append(module.op(at, 1))
                if module.text(at) != "&&":
                    pending.append(module.first[at])
            case Kind.CONDITIONAL:
                pending.extend((module.op(at, 2), module.op(at, 1)))
            case _:
                yield at

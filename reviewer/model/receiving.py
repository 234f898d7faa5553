"""Receiving: on instances of which class a method runs, where it calls one that this class overrides."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final, TypeAlias

from reviewer.model.domain import ClassValue, Instance, Spot
from reviewer.model.solve import Answer, Key
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.use import Use

_OWN: Final = frozenset({Kind.THIS, Kind.SUPER})
_CALLING: Final = frozenset({Kind.CALL, Kind.NEW})
Asked: TypeAlias = "Generator[Key, Answer, tuple[bool, Spot | None]]"


class Receiving:
    """`through` a use of a function: whether it may run on an instance of a class, and on which its caller runs then.

    `run() { this.work() }` of a class runs `work` of each class that extends it; but who calls `run` of one of them
    does not come to `work` of another.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

    def through(self, use: Use, function: Spot, of: Spot | None) -> Asked:
        """Of a function, where `of` is the CLASS of what its method is called on, if that is known."""
        body = self.model.link.body(use.module)
        method = method_around(self.model.link.body(function.module), function.row)
        if method != function.row:  # a function inside of a method: it has the same `this` there
            is_within = use.module == function.module and method_around(body, body.owner[use.row]) == method
            return True, of if is_within and method >= 0 else None
        wanted = of or _class_of(self.model.link.body(function.module), method)
        callee = body.first[use.row] if body.kind[use.row] in _CALLING else -1
        if wanted is None or use.kind != "call" or callee < 0 or body.kind[callee] != Kind.MEMBER:
            return True, None
        receiver = body.first[callee]
        if body.kind[receiver] in _OWN:
            return (yield from self._on_itself(body, use, wanted, of))
        return (of is None or (yield from self._may_hold(body, receiver, of))), None

    def _on_itself(self, body: Module, use: Use, wanted: Spot, of: Spot | None) -> Asked:
        """A call of `this.method()`: the method around it runs on the same object."""
        own = _class_of(body, method_around(body, body.owner[use.row]))
        if own is None:
            return True, None
        if wanted != own and (yield from self._extends(wanted, own)):
            return True, wanted
        if of is None or own == of:
            return True, of
        return (yield from self._extends(own, of)), None

    def _may_hold(self, body: Module, receiver: int, of: Spot) -> Generator[Key, Answer, bool]:
        """Whether an expression may be an instance of a class, as far as its values are known."""
        held = yield self.model.values.resolved(body.index, receiver)
        if held.open or not held.items:
            return True
        for item in held.items:
            if not isinstance(item, Instance):
                return True
            at = Spot(item.module, item.row)
            if at == of or (yield from self._extends(at, of)) or (yield from self._extends(of, at)):
                return True
        return False

    def _extends(self, class_: Spot, other: Spot) -> Generator[Key, Answer, bool]:
        """Whether a class extends another one, directly or not."""
        heirs = yield self.model.heap.subclasses(*other)
        return ClassValue(*class_) in heirs.items


def method_around(module: Module, function: int) -> int:
    """The method of a class around a function, or itself, through functions that have no `this` of their own; or -1."""
    while function > 0:
        if _class_of(module, function) is not None:
            return function
        if not module.has(function, Flag.ARROW):
            return -1
        function = module.owner[function]
    return -1


def _class_of(module: Module, function: int) -> Spot | None:
    """The CLASS row whose instances have a function as a method."""
    member = module.parent[function] if function > 0 else -1
    if member < 0 or module.kind[member] != Kind.PROPERTY or module.has(member, Flag.STATIC):
        return None
    class_ = module.parent[member]
    return Spot(module.index, class_) if module.kind[class_] == Kind.CLASS else None

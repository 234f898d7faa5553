"""Unheeded: functions handed to functions of the repository that call them and look at nothing they give back."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, Spot, Symbol
from reviewer.model.settled import is_settled
from reviewer.model.shifted import of_parameter
from reviewer.model.solve import NO, NOTHING, YES, Answer, Equation, Key, Question, answer, join
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

DROPPED: Final = "dropped"
LOOKED_AT: Final = "looked at"
GIVEN_BACK: Final = "given back"
_DEPTH: Final = 4
"""So many functions around a call of a parameter are looked through."""
_SAME: Final = frozenset({Kind.CONDITIONAL, Kind.LOGICAL, Kind.SEQUENCE})


class Unheeded:
    """`heeding` (FUNCTION, index): the calls, here or in other functions, of what it gets as that parameter."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.heeding = Question("calls of a parameter", 1, self._heeding)

    def in_module(self, m: int, may_give: Callable[[Module, int], bool]) -> Iterator[tuple[Closure, Spot, int, Spot]]:
        """The functions of a module that may give a promise, with the arguments that they are, by themselves or by
        their names, the CALL rows of these, and where their promises are dropped (see `by`).
        """
        module = self.model.link.body(m)
        for function in self.model.link.of_kind(m, Kind.FUNCTION):
            binding = module.binding[function]
            uses = (function, *(module.refs(binding) if binding >= 0 else ()))
            arguments = [row for row in uses if _is_argument(module, row)]
            if arguments and may_give(module, function):
                for row in arguments:
                    dropped = self.by(m, module.parent[row], row)
                    if dropped is not None:
                        yield Closure(m, function), Spot(m, row), module.parent[row], dropped

    def by(self, m: int, call: int, argument: int, depth: int = _DEPTH) -> Spot | None:
        """Where the promise of a function is dropped that is an argument of a call: by what the call runs, which is of
        the repository, and looks at it nowhere; None else, and where that is told of the place itself, because it is
        only given such functions, or of the call, which drops what it gives back.
        """
        module = self.model.link.body(m)
        index = module.position(argument) - 1
        if any(module.kind[before] == Kind.SPREAD for before in module.args(call)[: index + 1]):
            return None
        callees = self.model.ask(self.model.calls.callees(m, call)).items
        is_told = self._is_told(Spot(m, call))
        found: list[Spot] = []
        for item in callees:
            if not isinstance(item, Closure) or (is_told and self._gives_back(item, index)):
                return None
            for spot in self.model.ask(self.heeding(item.module, item.row, index)).items:
                body = self.model.link.body(spot.module)
                match self._fate(body, spot.row, depth):
                    case "looked at":
                        return None
                    case "dropped":
                        found.append(spot)
        return min((spot for spot in found if not self._is_told(spot)), default=None)

    def _gives_back(self, function: Closure, index: int) -> bool:
        """Whether a function gives back what a call of that parameter does: then the promise that its caller drops is
        the one of the callback.
        """
        gives = self.model.ask(self.model.promises.gives_promise(function.module, function.row)).items
        return any(isinstance(item, Symbol) and item.index == index for item in gives)

    def _is_told(self, spot: Spot) -> bool:
        """Whether the call is a statement that drops a promise, whatever function it runs."""
        module = self.model.link.body(spot.module)
        if module.kind[_result(module, spot.row)] != Kind.EXPRESSION:
            return False
        yields = self.model.ask(self.model.promises.yields(*spot)).items
        return YES in yields and NO not in yields

    # what calls it

    def _heeding(self, m: int, function: int, index: int) -> Equation:
        module = self.model.link.body(m)
        params = module.params(function)
        target = module.first[params[index]] if index < len(params) else -1
        if target >= 0 and module.kind[target] == Kind.DEFAULT:
            target = module.first[target]
        if target < 0 or module.kind[target] != Kind.IDENT or module.binding[target] < 0:
            return NOTHING
        found = NOTHING
        for ref in module.refs(module.binding[target]):
            found = join(found, (yield from self._at(module, ref)))
        return found

    def _at(self, module: Module, ref: int) -> Generator[Key, Answer, Answer]:
        parent = module.parent[ref]
        if module.kind[parent] == Kind.MEMBER and module.text(parent) in self.model.libraries.applying_names:
            ref, parent = parent, module.parent[parent]
        if module.kind[parent] != Kind.CALL:
            return NOTHING
        if module.first[parent] == ref:
            return answer([Spot(module.index, parent)])
        found = NOTHING
        callees = yield self.model.calls.callees(module.index, parent)
        for item in callees.items:
            if isinstance(item, Closure):
                found = join(found, (yield self.heeding(item.module, item.row, module.position(ref) - 1)))
        return found

    # what becomes of what it gives

    def _fate(self, module: Module, row: int, depth: int) -> str:
        """What becomes of the value of a call of a parameter."""
        at = _result(module, row)
        match module.kind[at]:
            case Kind.EXPRESSION:
                return DROPPED
            case Kind.RETURN:
                return self._given_back(module, module.owner[row], row, depth)
            case Kind.FUNCTION if module.has(at, Flag.EXPRESSION_BODY):
                return self._given_back(module, at, row, depth)
            case _:
                return LOOKED_AT

    def _given_back(self, module: Module, function: int, row: int, depth: int) -> str:
        """What becomes of it where a function gives it back: its caller has it, or what the function is handed to."""
        called = of_parameter(module, module.first[row])
        if called is not None and called[0] == function:
            return GIVEN_BACK
        if module.has(function, Flag.ASYNC) or not depth:
            return LOOKED_AT
        binding = module.binding[function]
        uses = [] if module.has(function, Flag.DECLARATION) else [function]
        uses.extend(module.refs(binding) if binding >= 0 else ())
        fates = {self._used(module, use, depth - 1) for use in uses}
        return fates.pop() if len(fates) == 1 else LOOKED_AT

    def _used(self, module: Module, use: int, depth: int) -> str:
        """What becomes of what a function gives, where it is called or handed over."""
        call = module.parent[use]
        if module.kind[call] not in {Kind.CALL, Kind.NEW}:
            return LOOKED_AT
        if module.first[call] == use:
            return self._fate(module, call, depth)
        if self.model.callbacks.drops(module, call, use):
            return DROPPED
        if YES in self.model.ask(self.model.promises.yields(module.index, call)).items:
            return LOOKED_AT if is_settled(self.model, module, call) else DROPPED
        inner = self.by(module.index, call, use, depth) if depth else None
        return LOOKED_AT if inner is None else DROPPED


def _is_argument(module: Module, row: int) -> bool:
    call = module.parent[row]
    return module.kind[call] == Kind.CALL and module.first[call] != row


def _result(module: Module, row: int) -> int:
    """What gets the value of an expression, behind the operators that only hand it on."""
    at = module.parent[row]
    while module.kind[at] in _SAME:
        at = module.parent[at]
    return at

"""Objects that calls of libraries fill: `Object.assign(module.exports, …)`, `util.inherits(Own, Other)`."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import CANDIDATES_LIMIT, Atom, Closure, Constant, External, Literal, Spot
from reviewer.model.flows import Filling
from reviewer.model.solve import NOTHING, Answer, Equation, Key, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_NAMED: Final = frozenset({Kind.IDENT, Kind.MEMBER})
_ALL: Final = ""


class Fillers:
    """The equations of `model.heap.filled`, `model.heap.fillers` and `model.heap.fills`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._calls: dict[tuple[int, int, str], list[Spot]] | None = None

    def filled(self, atom: Atom, name: str) -> Equation:
        """What calls put into a member of an object."""
        found = NOTHING
        for key in (_ALL, name):
            if not self._candidates(atom, key):
                continue
            fillers = yield self.model.heap.fillers(atom, key)
            for m, call in sorted(fillers.items):
                module = self.model.link.body(m)
                for filling in (yield from self._fillings(module, call)):
                    found = join(found, (yield from self._put(filling, module, call, atom, name)))
        return (yield from self.model.values.close(found))

    def fillers(self, atom: Atom, key: str) -> Equation:
        """The calls that fill an object, as `Spot`s: those that name this member, or with no key all others."""
        found = NOTHING
        for spot in self._candidates(atom, key):
            filled = yield self.model.heap.fills(*spot)
            if atom in filled.items:
                found = join(found, answer([spot]))
        return found

    def fills(self, m: int, call: int) -> Equation:
        """The objects that a call fills, whoever makes it."""
        module = self.model.link.body(m)
        found = NOTHING
        for filling in (yield from self._fillings(module, call)):
            given = yield from self.model.results.argument(module, call, filling.into)
            found = join(found, (yield from self.model.values.follow(given, filling.target)))
        return (yield from self.model.values.close(found))

    def _fillings(self, module: Module, call: int) -> Generator[Key, Answer, list[Filling]]:
        callees = yield self.model.calls.callees(module.index, call)
        states = sorted({item.state for item in callees.items if isinstance(item, External)})
        return [filling for state in states for filling in self.model.libraries.fillings(state)]

    def _put(self, filling: Filling, module: Module, call: int, atom: Atom, name: str) -> Equation:
        if filling.name >= 0:
            named = yield from self.model.results.argument(module, call, filling.name)
            if Constant("string", name) not in named.items:
                return NOTHING
        found = NOTHING
        for index in range(filling.first, min(filling.last + 1, len(module.args(call)))):
            given = yield from self.model.results.argument(module, call, index)
            given = yield from self.model.values.follow(given, filling.source)
            if filling.name < 0:
                given = yield from self.model.values.member_of(Answer(given.items - {atom}, frozenset()), name)
            found = join(found, given)
        return found

    def _candidates(self, atom: Atom, key: str) -> list[Spot]:
        """The calls that may fill the object: those that run once, for all of the program, and those of the function
        that makes it. What others are given to fill, options and results, is there for one call.
        """
        if self._calls is None:
            self._calls = self._by_member()
        found = self._calls.get((-1, 0, key), [])
        if isinstance(atom, Literal | Closure):
            owner = self.model.link.body(atom.module).owner[atom.row]
            found = [*found, *self._calls.get((atom.module, owner, key), ())] if owner else found
        return found if len(found) <= CANDIDATES_LIMIT else []

    def _by_member(self) -> dict[tuple[int, int, str], list[Spot]]:
        """The calls that fill what has a name: by module and function, no module for those that stand in no function,
        and the name of the member that they write.
        """
        found: dict[tuple[int, int, str], list[Spot]] = {}
        for name in sorted(self.model.libraries.filling_names):
            for m, call in self.model.link.spots_named("calls", name):
                body = self.model.link.body(m)
                arguments = body.args(call)
                if len(arguments) > 1 and body.kind[arguments[0]] in _NAMED:
                    key = body.text(arguments[1]) if body.kind[arguments[1]] == Kind.STRING else _ALL
                    owner = body.owner[call]
                    found.setdefault((m, owner, key) if owner else (-1, 0, key), []).append(Spot(m, call))
        return found

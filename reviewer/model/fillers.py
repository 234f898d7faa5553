"""Objects that calls of libraries fill: `Object.assign(module.exports, …)`, `util.inherits(Own, Other)`."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import (
    CANDIDATES_LIMIT,
    Atom,
    ClassValue,
    Closure,
    Constant,
    External,
    Instance,
    Literal,
    Namespace,
    Spot,
)
from reviewer.model.flows import Filling
from reviewer.model.link import ToModule
from reviewer.model.solve import NOTHING, Answer, Equation, Key, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_NAMED: Final = frozenset({Kind.IDENT, Kind.MEMBER})
_OBJECTS: Final = frozenset({Kind.OBJECT, Kind.ARRAY, Kind.FUNCTION, Kind.CLASS})
_ALL: Final = ""


class Fillers:
    """The equations of `model.heap.filled`, `model.heap.fillers` and `model.heap.fills`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._calls: dict[tuple[int, int, str], list[Spot]] | None = None

    def unfilled(self, atom: Atom, name: str) -> Answer | None:
        """The shortcut of `model.heap.filled`: no call fills the object."""
        return None if self._candidates(atom, _ALL) or self._candidates(atom, name) else NOTHING

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
        if isinstance(atom, Literal | Instance | ClassValue | Closure | Namespace):
            found = [*found, *self._calls.get((atom.module, 0, key), ())]
        if isinstance(atom, Literal | Closure):
            owner = self.model.link.body(atom.module).owner[atom.row]
            found = [*found, *self._calls.get((atom.module, owner, key), ())] if owner else found
        return found if len(found) <= CANDIDATES_LIMIT else []

    def _by_member(self) -> dict[tuple[int, int, str], list[Spot]]:
        """The calls that fill what has a name: by module and function, no module for those that stand in no function
        and may fill what another module makes, and the name of the member that they write.
        """
        found: dict[tuple[int, int, str], list[Spot]] = {}
        for name in sorted(self.model.libraries.filling_names):
            for m, call in self.model.link.spots_named("calls", name):
                body = self.model.link.body(m)
                arguments = body.args(call)
                if len(arguments) > 1 and body.kind[arguments[0]] in _NAMED:
                    key = body.text(arguments[1]) if body.kind[arguments[1]] == Kind.STRING else _ALL
                    owner = body.owner[call]
                    maker = m if owner else self._maker(body, arguments[0])
                    found.setdefault((maker, owner, key), []).append(Spot(m, call))
        return found

    def _maker(self, module: Module, row: int) -> int:
        """The module that makes the object which a name stands for, told from declarations and imports; -1 where these
        do not say.
        """
        if module.kind[row] == Kind.MEMBER and module.text(row) == "prototype":
            row = module.first[row]
        if _is_exports(module, row):
            return module.index if _exports_own(module) else -1
        binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
        writes = module.writes(binding) if binding >= 0 else ()
        imported = self.model.link.import_bindings[module.index].get(binding, (None, ""))
        target, name = imported
        if target is None and len(writes) == 1:
            declarator = module.parent[writes[0]]
            is_value = module.kind[declarator] == Kind.DECLARATOR and module.first[declarator] == writes[0]
            value = module.op(declarator, 1) if is_value else writes[0]
            if module.kind[value] in _OBJECTS:
                return module.index
            if _is_exports(module, value):
                return self._maker(module, value)
            target, name = self.model.link.import_calls[module.index].get(value), "*"
        if isinstance(target, ToModule) and name in {"*", "default"}:
            return target.module if _exports_own(self.model.link.body(target.module)) else -1
        return -1


def _is_exports(module: Module, row: int) -> bool:
    """Whether a row is `module.exports` or `exports`."""
    is_member = module.kind[row] == Kind.MEMBER and module.text(row) == "exports"
    held = module.first[row] if is_member else row
    is_free = module.kind[held] == Kind.IDENT and module.binding[held] < 0
    return is_free and module.text(held) == ("module" if is_member else "exports")


def _exports_own(module: Module) -> bool:
    """Whether what a module is, as a whole, is made in it: what it assigns to `module.exports`, or its namespace."""
    whole = [export for export in module.surface.exports if export.name in {"=", "default"}]
    return all(export.row >= 0 and module.kind[export.row] in _OBJECTS for export in whole)

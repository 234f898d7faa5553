"""Names: what an expression stands for, told from imports, exports and declarations alone; no question is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from reviewer.model.domain import External, Spot
from reviewer.model.link import Target, ToModule, ToPackage
from reviewer.source.module import Export, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_FAR: Final = 24
"""How many names and members may stand between an expression and what it stands for."""


class Library(NamedTuple):
    """A place of a package, or a global where that is empty: the names that lead there, and its states."""

    package: str
    name: str
    states: tuple[int, ...]


class Whole(NamedTuple):
    """All that a module exports."""

    module: int


Meaning: TypeAlias = Spot | Whole | Library | None
"""A `Spot` is a CLASS, FUNCTION, ENUM or PROPERTY row, or an expression that is no name and no member."""


class Names:
    """Follows names that are written once; what depends on flow stands for nothing."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, m: int, row: int, left: int = _FAR) -> Meaning:
        """What an expression row stands for; `left` names may still lie on the way."""
        if left <= 0:
            return None
        module = self.model.link.body(m)
        match module.kind[row]:
            case Kind.IDENT:
                if module.binding[row] >= 0:
                    return self.binding(m, module.binding[row], left - 1)
                state = self.model.libraries.global_(module.text(row))
                return Library("", module.text(row), () if state is None else (state,))
            case Kind.MEMBER:
                return self.member(self.of(m, module.first[row], left - 1), module.text(row), left - 1)
            case Kind.ASSIGN if module.text(row) == "=":
                return self.of(m, module.op(row, 1), left - 1)
            case Kind.CALL if row in self.model.link.import_calls[m]:
                return self._imported(self.model.link.import_calls[m][row], "*", left - 1)
            case _:
                return Spot(m, row)

    def binding(self, m: int, binding: int, left: int = _FAR) -> Meaning:
        """What a variable stands for that is written once, or imported."""
        imported = self.model.link.import_bindings[m].get(binding)
        if imported is not None:
            return self._imported(*imported, left)
        module = self.model.link.body(m)
        writes = module.writes(binding)
        if len(writes) != 1:
            return None
        if module.kind[writes[0]] in {Kind.CLASS, Kind.FUNCTION, Kind.ENUM}:
            return Spot(m, writes[0])
        return self._written(module, writes[0], left - 1)

    def _written(self, module: Module, target: int, left: int) -> Meaning:
        parent = module.parent[target]
        match module.kind[parent]:
            case Kind.DECLARATOR:
                return self.of(module.index, module.op(parent, 1), left - 1)
            case Kind.PROPERTY if left > 0 and not module.has(parent, Flag.COMPUTED):
                return self.member(self._written(module, module.parent[parent], left - 1), module.text(parent), left)
            case _:
                return None

    def _imported(self, target: Target, name: str, left: int) -> Meaning:
        match target:
            case ToModule(m):
                return self.whole(m, left) if name == "*" else self.export(m, name, left)
            case ToPackage(package):
                found = self.model.values.package(package, name)
                return Library(package, "" if name == "*" else name, _states(found.items))
            case _:
                return None

    def whole(self, m: int, left: int = _FAR) -> Meaning:
        """What `require` gives: what the module is assigned, else all its exports."""
        if any(export.name == "=" for export in self.model.link.surfaces[m].exports):
            return self.export(m, "=", left)
        return Whole(m)

    def export(self, m: int, name: str, left: int = _FAR) -> Meaning:
        """What a module exports under a name."""
        link = self.model.link
        self.model.solver.touch(("surface", m))
        if left <= 0:
            return None
        named = next((export for export in link.exported(m, name) if not export.type_only), None)
        if named is not None:
            return self._exported(m, named, left - 1)
        assigned = [export for export in link.exported(m, "=") if not export.type_only]
        whole = self._exported(m, assigned[-1], left - 1) if assigned else None
        if whole is not None:
            return whole if name == "default" else self.member(whole, name, left - 1)
        for export in link.exported(m, "*"):
            target = link.reexports[m].get(export.source)
            if isinstance(target, ToModule) and self.model.heap.may_export(target.module, name):
                found = self.export(target.module, name, left - 1)
                if found is not None:
                    return found
        return None

    def _exported(self, m: int, export: Export, left: int) -> Meaning:
        """What one export stands for."""
        target = self.model.link.reexports[m].get(export.source) if export.source else None
        if target is not None:
            return self._imported(target, export.imported, left)
        if export.binding >= 0:
            return self.binding(m, export.binding, left)
        return self.of(m, export.row, left) if export.row >= 0 else None

    # below

    def member(self, holder: Meaning, name: str, left: int = _FAR) -> Meaning:
        """What the member of what is meant stands for."""
        match holder:
            case Whole(m):
                return self.export(m, name, left - 1)
            case Library(package, path, states):
                after = {below for state in states for below in self.model.libraries.member(state, name)}
                return Library(package, f"{path}.{name}".removeprefix("."), tuple(sorted(after)))
            case Spot(m, row):
                module = self.model.link.body(m)
                if module.kind[row] in {Kind.OBJECT, Kind.ENUM, Kind.CLASS}:
                    return self._property(module, row, name, left - 1)
                return self._of_made(module, row, name, left - 1) if module.kind[row] == Kind.CALL else None
            case _:
                return None

    def property(self, literal: Spot, name: str) -> int:
        """The PROPERTY row of this name in an object, enum or class (a static one), or -1."""
        module = self.model.link.body(literal.module)
        is_class = module.kind[literal.row] == Kind.CLASS
        for operand in reversed(module.ops(literal.row)):
            if module.kind[operand] != Kind.PROPERTY or module.has(operand, Flag.COMPUTED):
                continue
            if module.text(operand) == name and module.has(operand, Flag.STATIC) == is_class:
                return operand
        return -1

    def _property(self, module: Module, literal: int, name: str, left: int) -> Meaning:
        found = self.property(Spot(module.index, literal), name)
        if found >= 0:
            value = module.op(found, 1)
            if module.kind[value] == Kind.NONE:
                return Spot(module.index, found)
            return self.of(module.index, value, left)
        for operand in reversed(module.ops(literal)):
            if module.kind[operand] == Kind.SPREAD:
                below = self.member(self.of(module.index, module.first[operand], left), name, left)
                if below is not None:
                    return below
        return None

    def _of_made(self, module: Module, call: int, name: str, left: int) -> Meaning:
        """A member of what a call gives: of a library's, what it is given, as its rows say, or a place of its own; of a
        function of the repository, what that gives back.
        """
        callee = self.callee(module, call, left)
        if callee is None:
            given = self._given_back(module, call, left)
            return None if given is None else self.member(given, name, left - 1)
        arguments = module.args(call)
        for state in callee.states:
            for flow in self.model.libraries.text_flows(state):
                if flow.place == "argument" and not flow.source and flow.first < len(arguments):
                    given = self.of(module.index, arguments[flow.first], left)
                    if flow.target == (name,):
                        return given
                    found = self.member(given, name, left) if not flow.target and flow.keeps == "value" else None
                    if found is not None:
                        return found
        return self.member(self.called(module, call, callee), name, left)

    def _given_back(self, module: Module, call: int, left: int) -> Meaning:
        """What the function gives back that a CALL row runs, where that is written once and it is no promise."""
        function = self.of(module.index, module.first[call], left - 1)
        if not isinstance(function, Spot):
            return None
        body = self.model.link.body(function.module)
        if body.kind[function.row] != Kind.FUNCTION or body.has(function.row, Flag.ASYNC | Flag.GENERATOR):
            return None
        returned = self.model.link.returned(*function)
        return self.of(function.module, returned[0], left - 1) if len(returned) == 1 else None

    # calls

    def callee(self, module: Module, call: int, left: int = _FAR) -> Library | None:
        """The library's function that a CALL row runs, if it is one."""
        found = self.of(module.index, module.first[call], left)
        return found if isinstance(found, Library) else None

    def called(self, module: Module, call: int, callee: Library) -> Library:
        """What a call of a library's function gives."""
        shape = self.model.call_shape(module, call)
        after = {below for state in callee.states for below in self.model.libraries.called(state, shape)}
        return Library(callee.package, f"{callee.name}()", tuple(sorted(after)))


def _states(items: frozenset[External]) -> tuple[int, ...]:
    return tuple(sorted(item.state for item in items if item.state))


def held_as(body: Module, row: int) -> int:
    """The identifier of the constant or variable that holds what is made at a row; below zero elsewhere."""
    while body.kind[body.parent[row]] == Kind.AWAIT:
        row = body.parent[row]
    held = body.first[body.parent[row]]
    is_kept = body.kind[body.parent[row]] == Kind.DECLARATOR and body.kind[held] == Kind.IDENT
    return held if is_kept and body.binding[held] >= 0 else -1

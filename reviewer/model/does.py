"""Does: the calls that play a role, and those that run functions which do, however many calls away."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Closure, External, Spot
from reviewer.model.keyed_names import KeyedNames
from reviewer.model.replaced import Replaced
from reviewer.model.ruled_out import is_ruled_out
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.turns import Turn

_DEPTH: Final = 6
"""So many calls may lie between a call and the one that plays the role."""
_RUNNING: Final = frozenset({"source", "config"})
_WRAPPERS: Final = 3


class Doing(NamedTuple):
    """A CALL, or the name of a function handed to a call that runs it, which does what the role says.

    callee: the function that it runs, None where the call plays the role itself. depth: how many calls away that is.
    """

    module: int
    row: int
    depth: int
    callee: Closure | None = None


class Repetition(NamedTuple):
    """The calls that one thing repeats, by row, and all that repeats them, innermost first."""

    calls: tuple[Doing, ...]
    turns: tuple[Turn, ...]


class _Table:
    def __init__(self) -> None:
        self.rows: dict[int, dict[int, Doing]] = {}
        self.functions: dict[Closure, Doing] = {}


class Does:
    """Built once for a role, from the calls that play it outwards: what nobody could mean by its name is not asked."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._tables: dict[str, _Table] = {}
        self._handed: dict[str, list[Spot]] | None = None
        self._keyed = KeyedNames(self)
        self._replaced = Replaced(self)

    def in_module(self, role: str, m: int) -> list[Doing]:
        """The rows of a module that do it, in their order."""
        found = self._table(role).rows.get(m, {})
        return [found[row] for row in sorted(found)]

    def at(self, role: str, m: int, row: int) -> Doing | None:
        """The same for one row."""
        return self._table(role).rows.get(m, {}).get(row)

    def repeated(self, role: str, m: int) -> list[Repetition]:
        """What is repeated in a module, by what repeats it."""
        found: dict[Turn, list[Doing]] = {}
        around: dict[Turn, tuple[Turn, ...]] = {}
        for doing in self.in_module(role, m):
            turns = tuple(self.model.turns.around(m, doing.row))
            if turns:
                found.setdefault(turns[0], []).append(doing)
                around.setdefault(turns[0], turns)
        return [Repetition(tuple(calls), around[turn]) for turn, calls in found.items()]

    def way(self, role: str, doing: Doing) -> list[Doing]:
        """The calls from a row to the one that plays the role, both included: the shortest way."""
        functions = self._table(role).functions
        way = [doing]
        while way[-1].callee is not None and len(way) <= _DEPTH + 1:
            way.append(functions[way[-1].callee])
        return way

    def taken(self, role: str, call: Doing) -> list[Doing]:
        """The same, where what the call gives leaves out what other calls of the function do; empty where it leaves out
        all of it.
        """
        callee = call.callee
        if callee is None:
            return [call]
        module = self.model.link.body(call.module)
        first = self._table(role).functions[callee]
        inside = [
            doing
            for doing in self.in_module(role, callee.module)
            if doing != first and callee.row in self.model.turns.runners(callee.module, doing.row)
        ]
        for doing in (first, *sorted(inside, key=lambda each: each.depth)):
            is_told = _is_told_what(self.model.link.body(doing.module), doing.row)
            if is_told and not is_ruled_out(self.model, module, call.row, callee, doing.row):
                return [call, *self.way(role, doing)]
        return []

    def _table(self, role: str) -> _Table:
        table = self._tables.get(role)
        if table is None:
            table = self._tables[role] = _Table()
            self._build(role, table)
        return table

    @cached_property
    def modules(self) -> list[int]:
        """The modules that may run in a server: what browsers, tools and tests do is none of its doing."""
        classes = self.model.link.classes
        return [m for m in range(len(classes)) if classes[m] in _RUNNING and not self.model.programs.is_aside(m)]

    def _build(self, role: str, table: _Table) -> None:
        link = self.model.link
        doing = [
            Doing(m, call, 0)
            for m in self.modules
            for call in sorted({*self.model.sites.candidates(role, m), *self._running(role, m)})
            if self._plays(role, link.body(m), call)
        ]
        for depth in range(1, _DEPTH + 1):
            fresh: set[Closure] = set()
            for each in doing:
                table.rows.setdefault(each.module, {}).setdefault(each.row, each)
                if not _is_told_what(link.body(each.module), each.row):
                    continue
                for function in self.model.turns.runners(each.module, each.row):
                    closure = Closure(each.module, function)
                    if function and closure not in table.functions:
                        table.functions[closure] = each
                        fresh.add(closure)
            for closure in sorted(fresh, key=lambda at: (at.module, at.row)):
                for method, at in self._replaced.by(closure):
                    if method not in table.functions:
                        table.functions[method] = Doing(at.module, at.row, depth, closure)
                        fresh.add(method)
            doing = sorted(self._callers(fresh, depth, table), key=lambda at: (at.module, at.row))

    def _running(self, role: str, m: int) -> Iterator[int]:
        """The calls that run the function they are called on, as `call` does, in a file that loads such a library."""
        calls = self.model.link.surfaces[m].calls
        names = self.model.libraries.applying_names & calls.keys()
        if names and not self.model.libraries.role_packages(role).isdisjoint(self.model.link.packages_of(m)):
            for name in names:
                yield from calls[name]

    def _plays(self, role: str, module: Module, call: int) -> bool:
        """Whether a call plays the role, or runs a function that does."""
        if self.model.sites.plays(role, module, call):
            return True
        if module.text(call) not in self.model.libraries.applying_names:
            return False
        found = self.model.ask(self.model.calls.run(module.index, call))
        return any(
            isinstance(item, External) and self.model.libraries.has_role(item.state, role, None) for item in found.items
        )

    def _callers(self, fresh: set[Closure], depth: int, table: _Table) -> Iterator[Doing]:
        """What runs one of these functions: found by their names, then asked."""
        link = self.model.link
        names: set[str] = set()
        for closure in fresh:
            names.update(self._names(closure))
        for m in self.modules:
            surface = link.surfaces[m]
            known = table.rows.get(m, {})
            for name in names & surface.calls.keys():
                for call in surface.calls[name]:
                    if call not in known:
                        found = self.model.ask(self.model.calls.run(m, call))
                        yield from self._doing(found.items, fresh, table, m, call, depth)
        for name in names & self._by_handed().keys():
            for m, row in self._by_handed()[name]:
                if row not in table.rows.get(m, {}):
                    found = self.model.ask(self.model.values.resolved(m, row))
                    yield from self._doing(found.items, fresh, table, m, row, depth)

    @staticmethod
    def _doing(
        items: frozenset[object], fresh: set[Closure], table: _Table, m: int, row: int, depth: int
    ) -> Iterator[Doing]:
        """A call of a function that does it, where not most of the others that it may run don't."""
        functions = [item for item in items if isinstance(item, Closure)]
        closures = [item for item in functions if item in fresh]
        if closures and 2 * sum(item in table.functions for item in functions) >= len(functions):
            yield Doing(m, row, depth, min(closures, key=lambda at: (at.module, at.row)))

    def _by_handed(self) -> dict[str, list[Spot]]:
        """The names and members among the arguments of calls that run such for each element, by name."""
        if self._handed is None:
            table: dict[str, list[Spot]] = {}
            names = self.model.libraries.iterating_names
            for m in self.modules:
                surface = self.model.link.surfaces[m]
                for name in names & surface.calls.keys():
                    body = self.model.link.body(m)
                    for call in surface.calls[name]:
                        for argument in body.args(call):
                            if body.kind[argument] in {Kind.IDENT, Kind.MEMBER}:
                                table.setdefault(body.text(argument), []).append(Spot(m, argument))
            self._handed = table
        return self._handed

    # names

    def _names(self, closure: Closure) -> Iterator[str]:
        """The names under which a function may be called."""
        module = self.model.link.body(closure.module)
        yield from _own_names(module, closure.row)
        yield from self._keyed.of(closure)
        own = set(_own_names(module, closure.row))
        for export in module.surface.exports:
            is_it = export.row == closure.row or (export.binding >= 0 and module.binding_text(export.binding) in own)
            if is_it:
                yield export.name
                yield from self._imported(closure.module, export.name)

    def _imported(self, m: int, name: str) -> Iterator[str]:
        """The names that importers give to an export."""
        for importer in self.model.link.importers.get(m, ()):
            body = self.model.link.body(importer.module)
            for imported, binding in importer.record.names:
                if binding >= 0 and (imported == name or (name in {"=", "default"} and imported in {"*", "default"})):
                    yield body.binding_text(binding)
            row = importer.record.row
            if name in {"=", "default"} and row >= 0 and body.kind[body.parent[row]] == Kind.DECLARATOR:
                yield body.text(body.first[body.parent[row]])


def whole_chain(module: Module, call: int) -> int:
    """The last call of the chain that begins with this one: `knex('t').where(…).first()`."""
    at = call
    while True:
        parent = module.parent[at]
        is_callee = module.kind[parent] == Kind.MEMBER or (
            module.kind[parent] == Kind.CALL and module.first[parent] == at
        )
        if not is_callee:
            return at
        at = parent


def _is_told_what(module: Module, row: int) -> bool:
    """Whether a call may do another thing each time: something of the function around it goes into it. What doesn't is
    most often kept somewhere after the first time.
    """
    call = row if module.kind[row] in {Kind.CALL, Kind.NEW, Kind.TAGGED} else module.parent[row]
    if Kind.DECORATOR in {module.kind[call], module.kind[module.parent[call]]}:
        return True
    pending = [whole_chain(module, call)]
    while pending:
        at = pending.pop()
        kind = module.kind[at]
        if kind == Kind.MEMBER and module.kind[module.parent[at]] != Kind.CALL and _is_of_this(module, at):
            is_receiver = module.kind[module.parent[at]] == Kind.MEMBER
            if not is_receiver:
                return True
            continue
        if kind in {Kind.THIS, Kind.SUPER}:
            return True
        if kind == Kind.IDENT and module.binding[at] >= 0 and module.binding_owner[module.binding[at]]:
            return True
        pending.extend(module.ops(at))
    return False


def _is_of_this(module: Module, member: int) -> bool:
    return module.kind[module.first[member]] == Kind.THIS


def _own_names(module: Module, function: int) -> Iterator[str]:
    """What the code calls a function where it is written: its own name, and what it is put into, through wrappers."""
    if module.text(function):
        yield module.text(function)
    at = function
    for _ in range(_WRAPPERS):
        parent = module.parent[at]
        kind = module.kind[parent]
        if kind in {Kind.DECLARATOR, Kind.ASSIGN}:
            yield module.text(module.first[parent])
            return
        if kind == Kind.PROPERTY:
            if not module.flags[parent] & (Flag.GETTER | Flag.SETTER):
                yield module.text(parent)
            return
        if kind != Kind.CALL:
            return
        at = parent

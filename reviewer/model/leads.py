"""Leads: by names alone, the calls that may lead to one that plays a role; nothing else is ever asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, Spot
from reviewer.model.kept_as import kept_as
from reviewer.model.keyed_names import KeyedNames
from reviewer.model.shifted import of_parameter
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.replaced import Replaced

DEPTH: Final = 6
"""So many calls, the one that plays the role included, may lie on a way to it."""
_WRAPPERS: Final = 3
_NAMES: Final = frozenset({Kind.IDENT, Kind.MEMBER})


class Leads:
    """From the calls whose names could play the role outwards, over the names of the functions around them, in
    `modules`.
    """

    def __init__(self, model: Model, role: str, modules: frozenset[int], replaced: Replaced) -> None:
        self.model = model
        self._modules = modules
        self._replaced = replaced
        self._keyed = KeyedNames(model, modules)
        self._in_module: dict[int, list[int]] = {}
        self._inside: dict[Closure, list[int]] = {}
        self.candidates = {Spot(m, call) for m in modules for call in self._named(role, m)}
        """The calls whose names could play the role themselves."""
        self.spots = self._build()
        """Every one of them."""

    def in_module(self, m: int) -> list[int]:
        """The rows of a module, ascending: calls, and functions named among the arguments of a call."""
        return self._in_module.get(m, [])

    def inside(self, function: Closure) -> list[int]:
        """Those in the text of a function, ascending; what stands in functions within it as well."""
        return self._inside.get(function, [])

    def _named(self, role: str, m: int) -> Iterator[int]:
        yield from self.model.sites.candidates(role, m)
        # `call` and its like run the function that they are called on: in a file that loads such a library.
        calls = self.model.link.surfaces[m].calls
        names = self.model.libraries.applying_names.intersection(calls)
        if names and not self.model.libraries.role_packages(role).isdisjoint(self.model.link.packages_of(m)):
            for name in names:
                yield from calls[name]

    def _build(self) -> set[Spot]:
        found: set[Spot] = set()
        fresh: set[Spot] = self.candidates
        named: set[str] = set()
        for _ in range(DEPTH):
            found |= fresh
            names = {name for function in self._around(fresh) for name in self._names(function)} - named
            names |= {other for name in names for other in self._kept_as(name)} - named
            named |= names
            fresh = {spot for name in names for spot in self._called(name)} - found
        for spot in sorted(found):
            self._in_module.setdefault(spot.module, []).append(spot.row)
        for rows in self._inside.values():
            rows.sort()
        return found

    def _around(self, spots: Iterable[Spot]) -> list[Closure]:
        """The functions in whose text these stand, that were not known to hold any."""
        fresh = []
        for m, row in sorted(spots):
            owners = self.model.link.body(m).owner
            owner = owners[row]
            while owner:
                function = Closure(m, owner)
                rows = self._inside.get(function)
                if rows is None:
                    rows = self._inside[function] = []
                    fresh.append(function)
                rows.append(row)
                owner = owners[owner]
        return fresh

    def _called(self, name: str) -> Iterator[Spot]:
        for m, calls in self._calls(name):
            for call in calls:
                yield Spot(m, call)
        yield from self._handed.get(name, ())
        yield from self._given.get(name, ())

    def _calls(self, name: str) -> Iterator[tuple[int, list[int]]]:
        return (found for found in self.model.link.rows_named("calls", name) if found[0] in self._modules)

    @cached_property
    def _handed(self) -> dict[str, list[Spot]]:
        """The names and members among the arguments of calls that run such for each element, by name; of a call whose
        result is handed over, what is called.
        """
        table: dict[str, list[Spot]] = {}
        names = self.model.libraries.iterating_names
        for m in self._modules:
            surface = self.model.link.surfaces[m]
            for name in names.intersection(surface.calls):
                body = self.model.link.body(m)
                for call in surface.calls[name]:
                    for argument in body.args(call):
                        for handed, row in _handed_as(body, argument):
                            table.setdefault(handed, []).append(Spot(m, row))
        return table

    @cached_property
    def _given(self) -> dict[str, list[Spot]]:
        """The calls of a parameter, by the names of what is given for it where its function is called."""
        parameters: dict[tuple[str, int], list[Spot]] = {}
        for m in self._modules:
            for call, function, index in self._parameter_calls(m):
                for name in self._names(Closure(m, function)):
                    parameters.setdefault((name, index), []).append(Spot(m, call))
        table: dict[str, dict[Spot, None]] = {}
        for (name, index), spots in parameters.items():
            for m, calls in self._calls(name):
                for given in {given for call in calls for given in self._names_given(m, call, index)}:
                    table.setdefault(given, {}).update(dict.fromkeys(spots))
        return {name: list(spots) for name, spots in table.items()}

    def _parameter_calls(self, m: int) -> Iterator[tuple[int, int, int]]:
        """The calls of a parameter, by itself or by its `apply`: with its FUNCTION and its place there."""
        surface = self.model.link.surfaces[m]
        names = self.model.libraries.applying_names.intersection(surface.calls)
        if not names and not surface.parameter_calls:
            return
        module = self.model.link.body(m)
        for call in {*surface.parameter_calls, *(call for name in names for call in surface.calls[name])}:
            callee = module.first[call]
            if module.kind[callee] == Kind.MEMBER:
                callee = module.first[callee]
            parameter = of_parameter(module, callee)
            if parameter is not None:
                yield call, *parameter

    def _names_given(self, m: int, call: int, index: int) -> Iterator[str]:
        module = self.model.link.body(m)
        arguments = module.args(call)
        if index < len(arguments):
            argument = arguments[index]
            yield from (name for name, _ in _handed_as(module, argument))
            if module.kind[argument] == Kind.FUNCTION:
                yield from _own_names(module, argument)

    def _names(self, closure: Closure) -> Iterator[str]:
        """The names under which a function may be called."""
        module = self.model.link.body(closure.module)
        yield from _own_names(module, closure.row)
        for read in _reads(module, closure.row):
            yield from kept_as(module, read)
        yield from self._keyed.of(closure)
        for method in self._replaced.methods(closure):
            yield from _own_names(self.model.link.body(method.module), method.row)
        own = set(_own_names(module, closure.row))
        for export in module.surface.exports:
            is_it = export.row == closure.row or (export.binding >= 0 and module.binding_text(export.binding) in own)
            if is_it:
                yield export.name
                yield from self._imported(closure.module, export.name)

    def _kept_as(self, name: str) -> Iterator[str]:
        """The names of the constants and members in which what is read under a name is kept."""
        for m, row in self.model.link.spots_named("reads", name):
            if m in self._modules:
                yield from kept_as(self.model.link.body(m), row)

    def _imported(self, m: int, name: str) -> Iterator[str]:
        """The names that importers give to an export, and those under which they keep it."""
        for importer in self.model.link.importers.get(m, ()):
            body = self.model.link.body(importer.module)
            for imported, binding in importer.record.names:
                if binding >= 0 and (imported == name or (name in {"=", "default"} and imported in {"*", "default"})):
                    yield body.binding_text(binding)
                    for read in body.refs(binding):
                        yield from kept_as(body, read)
            row = importer.record.row
            if name in {"=", "default"} and row >= 0 and body.kind[body.parent[row]] == Kind.DECLARATOR:
                yield body.text(body.first[body.parent[row]])


def _handed_as(module: Module, argument: int) -> Iterator[tuple[str, int]]:
    """The names by which a function may be among the arguments of a call, each with the row that stands for it: its
    own, that of what makes it (`loader(db)`, also where a constant holds that), of what is bound (`this.load.bind`).
    """
    if module.kind[argument] in _NAMES:
        yield module.text(argument), argument
    made = argument if module.kind[argument] == Kind.CALL else _value_of(module, argument)
    if made < 0 or module.kind[made] != Kind.CALL or module.kind[module.first[made]] not in _NAMES:
        return
    callee = module.first[made]
    row = callee if made == argument else argument
    yield module.text(callee), row
    if module.kind[callee] == Kind.MEMBER and module.kind[module.first[callee]] in _NAMES:
        yield module.text(module.first[callee]), row


def _value_of(module: Module, ident: int) -> int:
    """What a constant is declared with; -1 for anything else."""
    writes = module.writes(module.binding[ident]) if module.binding[ident] >= 0 else ()
    declarator = module.parent[writes[0]] if len(writes) == 1 else -1
    return module.op(declarator, 1) if declarator >= 0 and module.kind[declarator] == Kind.DECLARATOR else -1


def _reads(module: Module, function: int) -> Iterator[int]:
    """Where the name of a function that is declared, or that a constant holds, is read."""
    binding = module.binding[function]
    parent = module.parent[function]
    if module.kind[parent] == Kind.DECLARATOR:
        binding = module.binding[module.first[parent]]
    if binding >= 0:
        yield from module.refs(binding)


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

"""Sites: the calls and arguments of the reviewed code that play a role, through its own wrappers; and look-alikes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.arguments import Argument, Wrapped
from reviewer.model.domain import Adapted, Closure, External, Spot
from reviewer.model.libraries import MANY
from reviewer.model.placeholders import inserted
from reviewer.model.proofs import guarded
from reviewer.model.renamed import renamed_calls
from reviewer.model.ruled_out import Given
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import RoleFact
    from reviewer.model.link import Importer
    from reviewer.model.model import Model
    from reviewer.model.shape import CallShape
    from reviewer.model.use import Use

OTHER: Final = "other"
UNRESOLVED: Final = "unresolved"
_WRAPPED: Final = 5
_ALIASES: Final = 8


class Sites:
    """Where roles are played. A call whose name is in no row costs a look into a table."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._names: dict[str, frozenset[str]] = {}
        self._made: dict[str, frozenset[str]] = {}
        self._importers: dict[str, dict[int, list[Importer]]] = {}
        self._arguments: dict[str, dict[int, list[Argument]]] = {}

    def candidates(self, role: str, m: int) -> list[int]:
        """The CALL, NEW and TAGGED rows of a module whose name could play the role, in a package that is used."""
        surface = self.model.link.surfaces[m]
        names = self._names.get(role)
        if names is None:
            said = self.model.libraries.role_names_of(role, self.model.link.package_importers)
            names = self._names[role] = said | self._begun_by({name[:-1] for name in said if name.endswith(MANY)})
        renamed = renamed_calls(self.model.link, self._importing(role).get(m, []), names)
        begun = self._begun(role, m)
        return sorted(
            {
                *(row for name in names.intersection(surface.calls) for row in surface.calls[name]),
                *renamed,
                *begun,
                *self._tagged(role, m, names),
            }
        )

    def _tagged(self, role: str, m: int, names: frozenset[str]) -> Iterator[int]:
        """The templates whose tag has one of the names, or any where a package makes such tags."""
        tagged = self.model.link.surfaces[m].tagged
        if tagged:
            module = self.model.link.body(m)
            is_made = not self._makers(role).isdisjoint(self.model.link.package_importers)
            yield from (row for row in tagged if is_made or module.text(module.first[row]) in names)

    def _makers(self, role: str) -> frozenset[str]:
        return self.model.libraries.packages_making_for(role)

    def _begun_by(self, starts: set[str]) -> set[str]:
        """The names of calls that begin so."""
        beginnings = tuple(sorted(starts))
        called = (name for surface in self.model.link.surfaces for name in surface.calls if beginnings)
        return {name for name in called if name.startswith(beginnings)}

    def _begun(self, role: str, m: int) -> Iterator[int]:
        """The calls with which chains begin on a function that a package made, whatever its name here: `db('users')` of
        `db('users').where(…)`, where another file says `db = knex(…)`.
        """
        names = self._made.get(role)
        if names is None:
            makers = self._makers(role).intersection(self.model.link.package_importers)
            names = self.model.libraries.role_names_of(role, makers) if makers else frozenset()
            self._made[role] = names
        calls = self.model.link.surfaces[m].calls
        for name in names.intersection(calls):
            module = self.model.link.body(m)
            for call in calls[name]:
                begin = module.first[module.first[call]]
                if module.kind[module.first[call]] == Kind.MEMBER and module.kind[begin] == Kind.CALL:
                    yield begin

    def _importing(self, role: str) -> dict[int, list[Importer]]:
        """By module, where it loads a package from which the role is reached."""
        found = self._importers.get(role)
        if found is None:
            found = self._importers[role] = {}
            for package in sorted(self.model.libraries.role_packages(role)):
                for importer in self.model.link.package_importers.get(package, ()):
                    found.setdefault(importer.module, []).append(importer)
        return found

    def playing(self, role: str, m: int) -> Iterator[Spot]:
        """The calls of a module that play the role, in order."""
        for call in self.candidates(role, m):
            if self.plays(role, self.model.link.body(m), call):
                yield Spot(m, call)

    def surely_playing(self, role: str, m: int) -> Iterator[Spot]:
        """Those of them of which it is known that all holds that their row asks for."""
        return (spot for spot in self.playing(role, m) if self.surely_plays(role, *spot))

    def surely_plays(self, role: str, m: int, call: int) -> bool:
        """Whether a call plays the role, and all is known to hold that a row asks for."""
        libraries = self.model.libraries
        shape = self.model.call_shape(self.model.link.body(m), call)
        return any(
            fact.role == role and libraries.applies(fact, shape) is True
            for item in self.model.ask(self.model.calls.callees(m, call)).items
            if isinstance(item, External)
            for fact in libraries.role_facts(item.state)
        )

    def named(self, role: str, m: int) -> list[int]:
        """Like `candidates`, whatever packages are used."""
        surface = self.model.link.surfaces[m]
        names = self.model.libraries.role_names(role) | self.model.libraries.packages_called_for(role)
        return sorted(row for name in names.intersection(surface.calls) for row in surface.calls[name])

    def arguments(self, role: str, m: int) -> list[Argument]:
        """The arguments that play the role in a module, by row: given to a library, or to a wrapper that hands them on.

        An argument that is itself handed on counts where it comes from.
        """
        table = self._arguments.get(role)
        if table is None:
            table = self._arguments[role] = {}
            for site in self._all(role):
                table.setdefault(site.module, []).append(site)
            for sites in table.values():
                sites.sort(key=lambda site: (site.row, site.argument, site.path))
        return table.get(m, [])

    def _all(self, role: str) -> list[Argument]:
        loaded = self.model.link.package_importers
        if not any(name in loaded for name in self.model.libraries.role_packages(role)):
            return []
        pending = [
            site
            for m in range(len(self.model.link))
            for call in self.candidates(role, m)
            for site in self.arguments_at(role, self.model.link.body(m), call)
        ]
        found: dict[tuple[int, int, int, tuple[str, ...]], Argument] = {}
        for _ in range(_WRAPPED):
            outer: list[Argument] = []
            for site in pending:
                module = self.model.link.body(site.module)
                wrapped = self._wholly(module, site.argument, site.path)
                if wrapped is not None and self.model.settled(guarded(self.model, module, site.argument)):
                    wrapped = None  # not as it is: a condition in force proves something of it
                calls = [] if wrapped is None else self._calls_of(wrapped, site)
                outer.extend(call for call in calls if self._may_lead_on(call))
                key = (site.module, site.row, site.argument, site.path)
                found.setdefault(key, msgspec.structs.replace(site, handed_on=True) if calls else site)
            pending = outer
        return list(found.values())

    def arguments_at(self, role: str, module: Module, call: int, told: CallShape | None = None) -> list[Argument]:
        """The arguments of one call of a library that play the role; the values in a tagged template are none. told:
        what is known of the call, if that is more than its own text says.
        """
        if module.kind[call] == Kind.TAGGED:
            return []
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        found: dict[tuple[int, tuple[str, ...]], Argument] = {}
        shape = told or self.model.call_shape(module, call)
        for callee in sorted((item for item in callees.items if isinstance(item, External)), key=lambda at: at.state):
            for index, argument in enumerate(module.args(call)):
                if module.kind[argument] == Kind.SPREAD:
                    break
                for state in self.model.libraries.argument(callee.state, index, shape, None):
                    for path in self.model.libraries.role_paths(state, role, shape):
                        if self._fits(module, argument, path):
                            found.setdefault(
                                (argument, path), Argument(module.index, call, argument, path, callee.state)
                            )
                    for pattern in self.model.libraries.insertions(state, role, shape):
                        for path in inserted(self.model, module, call, argument, pattern):
                            site = Argument(module.index, call, argument, path, callee.state, inserted=True)
                            found.setdefault((argument, path), site)
        return sorted(found.values(), key=lambda site: (site.argument, site.path))

    def _fits(self, module: Module, argument: int, path: tuple[str, ...]) -> bool:
        """An object literal has the text in a member, any other literal is the text itself."""
        if path:
            return module.kind[argument] not in {Kind.STRING, Kind.TEMPLATE, Kind.BINARY}
        return module.kind[argument] != Kind.OBJECT

    # wrappers

    def _wholly(self, module: Module, row: int, path: tuple[str, ...]) -> Wrapped | None:
        """The parameter that an expression is, as it is: itself, a constant name for it, or a member of it."""
        for _ in range(_ALIASES):
            if module.kind[row] == Kind.MEMBER:
                path = (module.text(row), *path)
                row = module.first[row]
                continue
            if module.kind[row] != Kind.IDENT or module.binding[row] < 0:
                return None
            writes = module.writes(module.binding[row])
            if len(writes) != 1:
                return None
            target = writes[0]
            if module.binding_kind[module.binding[row]] == BindingKind.PARAM:
                return self._of_target(module, target, path)
            parent = module.parent[target]
            if module.kind[parent] != Kind.DECLARATOR or module.kind[target] != Kind.IDENT:
                return None
            row = module.op(parent, 1)
        return None

    def _of_target(self, module: Module, target: int, path: tuple[str, ...]) -> Wrapped | None:
        """The parameter above a target: through patterns and defaults."""
        at = target
        while True:
            parent = module.parent[at]
            kind = module.kind[parent]
            if kind == Kind.PROPERTY:
                path = (module.text(parent), *path)
            elif kind == Kind.PARAM:
                return Wrapped(module.index, module.parent[parent], module.position(parent) - 1, path)
            elif kind not in {Kind.OBJECT_PATTERN, Kind.DEFAULT}:
                return None
            at = parent

    def _calls_of(self, wrapped: Wrapped, inner: Argument) -> list[Argument]:
        uses = self.model.ask(self.model.uses.of(wrapped.module, wrapped.function))
        sites: list[Argument] = []
        for use in uses.items:
            if use.kind != "call":
                continue
            body = self.model.link.body(use.module)
            arguments = body.args(use.row)
            position = wrapped.index + max(use.index, 0)
            if position < len(arguments) and all(
                body.kind[argument] != Kind.SPREAD for argument in arguments[: position + 1]
            ):
                outer = Argument(use.module, use.row, arguments[position], wrapped.path, inner.state, inner)
                wrapper = wrapped.function if self._runs(use, wrapped) else -1
                sites.append(msgspec.structs.replace(outer, wrapper=wrapper, inserted=inner.inserted))
        return sorted(sites, key=lambda site: (site.module, site.row, site.argument))

    def _runs(self, use: Use, wrapped: Wrapped) -> bool:
        """Whether a use calls the wrapper itself, its arguments being the wrapper's."""
        callees = self.model.ask(self.model.calls.callees(use.module, use.row))
        return use.index <= 0 and not use.spread and Closure(wrapped.module, wrapped.function) in callees.items

    def _may_lead_on(self, site: Argument) -> bool:
        """Whether nothing that a call gives beside the argument keeps the wrappers from handing it on: `run({ type:
        'exec', text })` comes to one case of a `switch (job.type)` only.
        """
        given: Given | None = None
        while (inner := site.inner) is not None:
            wrapper = Closure(inner.module, site.wrapper)
            body = self.model.link.body(site.module)
            given = Given(self.model, wrapper, body, site.row, given) if site.wrapper > 0 else None
            if given is not None and self.model.settled(given.rules_out(inner.row)):
                return False
            site = inner
        return True

    # calls

    def plays(self, role: str, module: Module, call: int) -> bool:
        """Whether calling this plays a call role."""
        return self.role_played(role, module, call) is not None

    def role_played(self, role: str, module: Module, call: int) -> RoleFact | None:
        """What the library says of a call that plays a role."""
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        run = (item.value if isinstance(item, Adapted) else item for item in callees.items)
        states = sorted(item.state for item in run if isinstance(item, External))
        shape = self.model.call_shape(module, call)
        return next((fact for at in states if (fact := self.model.libraries.role_fact(at, role, shape))), None)

    def look_alike(self, module: Module, call: int) -> str:
        """What a candidate that plays no role is: something else for certain, or not known."""
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        if callees.items or not callees.open:
            return OTHER
        return UNRESOLVED

"""Measures that calls put before the handlers of a router or a program, as the measure rows of libraries say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import ClassValue, External, Spot
from reviewer.model.given import given, inside, literals
from reviewer.model.handlers import expanded
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.copies import Site
    from reviewer.model.libraries.facts import MeasureFact
    from reviewer.model.libraries.steps import Path
    from reviewer.model.model import Model
    from reviewer.model.ways import Ways


_SPREAD: Final = 3


class Target(NamedTuple):
    """The handlers that a measure is for: those below a path, of a method, or of a class (a CLASS row)."""

    path: str | None
    method: str = "ALL"
    class_: Spot | None = None


class Put(NamedTuple):
    """A call that puts measures before handlers: its row, what it says, the rows of the measures, and for whom.

    targets: None means all handlers; empty, that nothing is known of them. place: the row at which it counts, where
    that is not the call's own.
    """

    call: Spot
    fact: MeasureFact
    rows: tuple[Spot, ...]
    targets: tuple[Target, ...] | None = None
    exceptions: tuple[Target, ...] = ()
    place: Spot | None = None


class Puts:
    """All such calls of the reviewed code, found once."""

    def __init__(self, model: Model, ways: Ways) -> None:
        self.model = model
        self._ways = ways
        self._all: list[tuple[Put, frozenset[Site]]] | None = None
        self._starts: list[int] | None = None

    def on(self, site: Site) -> list[Put]:
        """What is put before the handlers of one router or application, by module and row."""
        family = set(self._ways.copies.family(site))
        return [put for put, sites in self._found() if put.fact.reach == "own" and not family.isdisjoint(sites)]

    def program(self) -> list[Put]:
        """What is put before all handlers of a program, or those that the call chooses, by module and row."""
        return [put for put, _ in self._found() if put.fact.reach in {"program", "chosen", "provided"}]

    def starts(self) -> list[int]:
        """The modules that make an application of which measures of a program are told, ascending."""
        if self._starts is None:
            self._starts = [m for m in range(len(self.model.link)) if self._makes_application(m)]
        return self._starts

    def _makes_application(self, m: int) -> bool:
        surface = self.model.link.surfaces[m]
        names = self.model.libraries.application_names.intersection(surface.calls)
        calls = [row for name in names for row in surface.calls[name]]
        found = [self.model.ask(self.model.calls.callees(m, call)) for call in calls]
        return any(
            isinstance(item, External) and self.model.libraries.makes_application(item.state)
            for callees in found
            for item in callees.items
        )

    def at_call(self, spot: Spot, state: int, reach: str) -> Iterator[Put]:
        """What a call or decorator that stands at the place says with this reach."""
        module = self.model.link.body(spot.module)
        for fact in self.model.libraries.measures(state, self.model.call_shape(module, spot.row)):
            if fact.reach == reach:
                yield Put(spot, fact, self._rows(fact, module, spot.row))

    def _found(self) -> list[tuple[Put, frozenset[Site]]]:
        if self._all is None:
            self._all = []
            for m, surface in enumerate(self.model.link.surfaces):
                names = self.model.libraries.measure_names.intersection(surface.calls)
                for call in sorted(row for name in names for row in surface.calls[name]):
                    self._all += self._of_call(Spot(m, call))
            self._all += [(put, frozenset()) for put in self._provided()]
        return self._all

    def _of_call(self, spot: Spot) -> Iterator[tuple[Put, frozenset[Site]]]:
        module = self.model.link.body(spot.module)
        callees = self.model.ask(self.model.calls.callees(spot.module, spot.row))
        externals = sorted((item for item in callees.items if isinstance(item, External)), key=repr)
        for state in sorted({item.state for item in externals}):
            for fact in self.model.libraries.measures(state, self.model.call_shape(module, spot.row)):
                if fact.reach == "own":
                    made = (self._ways.site(item, spot) for item in externals if item.state == state)
                    sites = frozenset(map(self._ways.copies.told_apart, made))
                    sites = frozenset(self._above(sites)) if fact.late == "whole" else sites
                    yield Put(spot, fact, self._rows(fact, module, spot.row)), sites
                elif fact.reach == "chosen" and fact.pattern:
                    yield self._chosen(fact, module, spot), frozenset()
                elif fact.reach == "program":
                    yield self._of_program(fact, module, spot), frozenset()

    def _above(self, sites: Iterable[Site]) -> set[Site]:
        """The applications on which some servers are mounted, however deep; themselves, where they are not."""
        found: set[Site] = set()
        pending = list(sites)
        passed = set(pending)
        while pending:
            site = pending.pop()
            above = {at for mount in self._ways.mounts_of(site) for at in self._ways.sites(mount)}
            found |= set() if above else {site}
            pending += above - passed
            passed |= above
        return found

    def _of_program(self, fact: MeasureFact, module: Module, spot: Spot) -> Put:
        """A call on the application: `app.use('/path', middleware)`."""
        rows = self._rows(fact, module, spot.row)
        paths = [row for path in fact.pattern for row in given(self.model, module, spot.row, path)]
        if not paths or (fact.path_optional and not self.model.routes.is_path(paths[0])):
            return Put(spot, fact, rows)
        targets = tuple(Target(text) for text in self.model.routes.texts(paths[0]))
        return Put(spot, fact, tuple(row for row in rows if row not in paths), targets)

    # a chain of calls

    def _chosen(self, fact: MeasureFact, module: Module, spot: Spot) -> Put:
        """A call that says for which handlers: the measures stand in the calls before it in the chain."""
        rows: list[Spot] = []
        exceptions: list[Target] = []
        at = spot.row
        while module.kind[at] == Kind.CALL and module.kind[module.first[at]] == Kind.MEMBER:
            parts = list(self._parts(module, at))
            if at != spot.row and any(part.pattern for part in parts):
                break
            for part in parts:
                rows = [*self._rows(part, module, at), *rows]
                places = [row for path in part.exceptions for row in given(self.model, module, at, path)]
                exceptions += [target for row in places for target in self._targets(fact, row)]
            at = module.first[module.first[at]]
        places = [row for path in fact.pattern for row in given(self.model, module, spot.row, path)]
        targets = tuple(target for row in places for target in self._targets(fact, row))
        return Put(spot, fact, tuple(rows), targets, tuple(exceptions))

    def _parts(self, module: Module, call: int) -> Iterator[MeasureFact]:
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        for state in sorted({item.state for item in callees.items if isinstance(item, External)}):
            for fact in self.model.libraries.measures(state, self.model.call_shape(module, call)):
                if fact.reach == "chosen":
                    yield fact

    def _targets(self, fact: MeasureFact, spot: Spot) -> Iterator[Target]:
        """What one argument says: a path, a class of handlers, or an object with a path and a method."""
        for row in expanded(self.model, spot):
            for text in self.model.routes.texts(row):
                yield Target(text)
            for item in self.model.ask(self.model.values.resolved(row.module, row.row)).items:
                if isinstance(item, ClassValue):
                    yield Target(None, class_=Spot(item.module, item.row))
            for literal in literals(self.model, row):
                body = self.model.link.body(literal.module)
                if body.kind[literal.row] == Kind.OBJECT:
                    held = Spot(literal.module, literal.row)
                    methods = [self._method(at) for at in self._member(held, fact.method_member)] or ["ALL"]
                    for at in self._member(held, fact.path_member):
                        for text in self.model.routes.texts(at):
                            yield Target(text, methods[0])

    def _member(self, spot: Spot, name: str) -> list[Spot]:
        body = self.model.link.body(spot.module)
        rows = [row for row in body.ops(spot.row) if body.kind[row] == Kind.PROPERTY and body.text(row) == name]
        return [Spot(spot.module, body.op(row, 1)) for row in rows]

    def _method(self, spot: Spot) -> str:
        """A method as it is named: `RequestMethod.GET`, or the text."""
        body = self.model.link.body(spot.module)
        return (body.text(spot.row) or "ALL").upper()

    # providers

    def _provided(self) -> Iterator[Put]:
        """Objects that give a measure under a library's name for it: `{ provide: APP_GUARD, useClass: Guard }`."""
        for name in sorted(self.model.libraries.measure_tokens):
            for package in self.model.libraries.packages_of_tokens(name):
                for importer in self.model.link.package_importers.get(package, ()):
                    body = self.model.link.body(importer.module)
                    for imported, binding in importer.record.names:
                        if imported == name and binding >= 0:
                            for ref in body.refs(binding):
                                yield from self._at_token(body, ref)

    def _at_token(self, body: Module, ref: int) -> Iterator[Put]:
        property_ = body.parent[ref]
        literal = body.parent[property_]
        if body.kind[property_] != Kind.PROPERTY or body.kind[literal] != Kind.OBJECT:
            return
        held = self.model.ask(self.model.values.of(body.index, ref))
        for item in sorted((item for item in held.items if isinstance(item, External)), key=repr):
            for fact in self.model.libraries.measures_at(item.state):
                if fact.reach == "provided" and body.text(property_) == fact.key:
                    rows = tuple(row for path in fact.sources for row in self._below(Spot(body.index, literal), path))
                    yield Put(Spot(body.index, literal), fact, rows, place=self._listed(Spot(body.index, literal)))

    def _listed(self, spot: Spot) -> Spot:
        """Where an object comes into the list in which it ends up, through lists that are spread into others."""
        body = self.model.link.body(spot.module)
        for _ in range(_SPREAD):
            declarator = next((at for at in body.ancestors(spot.row) if body.kind[at] == Kind.DECLARATOR), -1)
            target = body.first[declarator] if declarator >= 0 else -1
            if target < 0 or body.kind[target] != Kind.IDENT:
                break
            spread = [ref for ref in body.refs(body.binding[target]) if body.kind[body.parent[ref]] == Kind.SPREAD]
            if len(spread) != 1:
                break
            spot = Spot(spot.module, spread[0])
        return spot

    # rows

    def _rows(self, fact: MeasureFact, module: Module, call: int) -> tuple[Spot, ...]:
        """The rows of the measures that a call names, lists looked through; the call itself where it names none."""
        if not fact.sources and fact.reach != "chosen":
            return (Spot(module.index, call),)
        found: list[Spot] = []
        for path in fact.sources:
            ends_in_return = path[-1].kind == "return"
            for row in given(self.model, module, call, path[:-1] if ends_in_return else path):
                found += self._returned(row) if ends_in_return else expanded(self.model, row)
        return tuple(dict.fromkeys(found))

    def _below(self, spot: Spot, path: Path) -> Iterator[Spot]:
        """The rows at a path below an object literal."""
        spots = [spot]
        for step in path:
            if step.kind == "return":
                spots = [found for at in spots for found in self._returned(at)]
            else:
                spots = [found for at in spots for found in inside(self.model, at, step)]
        yield from spots

    def _returned(self, spot: Spot) -> list[Spot]:
        """The rows that a function written here gives back."""
        body = self.model.link.body(spot.module)
        if body.kind[spot.row] != Kind.FUNCTION:
            return [spot]
        return [Spot(spot.module, row) for row in self.model.link.returned(spot.module, spot.row)]

"""Entries: what starts code — requests, timers, jobs, listeners, sockets, commands, and the start of a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.domain import Closure, Constant, External, Spot
from reviewer.model.entry_rows import MOMENTS
from reviewer.model.given import given, inside
from reviewer.model.handlers import expanded, handler
from reviewer.model.libraries.steps import Step
from reviewer.model.reaching import Reached, Reaching
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import CallFact
    from reviewer.model.libraries.steps import Path
    from reviewer.model.model import Model
    from reviewer.model.solve import Answer

_REQUEST: Final = "per-request"
REQUEST: Final = "request"
START_UP: Final = "start-up"
_NAMES: Final = frozenset({"string", "number"})
_NAMING: Final = frozenset({BindingKind.IMPORT, BindingKind.CONST, BindingKind.VAR, BindingKind.LET})


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A registration that is no route: at `row`, a CALL, NEW or decorated member, for the functions it may run.

    kind: request | timer | listener | socket | job | command. name: the constant names of the event, queue, command, or
    the schedule. fate: what becomes of a promise, as in `Handler`. is_once: what registers it goes on there.
    """

    kind: str
    module: int
    row: int
    name: tuple[str, ...]
    functions: tuple[Closure, ...]
    fate: str
    is_once: bool = False


class Entries:
    """All entries of the reviewed code, found once, and which of them reach a function."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._all: list[Entry] | None = None
        self._loading: set[int] | None = None
        self._reaching = Reaching(model)

    def all(self) -> list[Entry]:
        """Every entry that is no route, by module and row."""
        if self._all is None:
            self._all = [entry for m in range(len(self.model.link)) for entry in self.in_module(m)]
        return self._all

    def in_module(self, m: int) -> Iterator[Entry]:
        """The entries that a module registers: by calls, by row, then by decorators."""
        for call in self._candidates(m):
            yield from self._at(self.model.link.body(m), call)
        yield from self._decorated(m)

    def reaching(self, m: int, function: int) -> Answer:
        """What reaches a FUNCTION row, as `Reached`: entries, and the top level of modules (`start-up`). Not asked from
        inside an equation.
        """
        return self._reaching.of(m, function)

    def chain(self, m: int, function: int, reached: Reached) -> list[Spot]:
        """The calls that lead from an entry to a function, the first one first; empty where it is entered itself."""
        return self._reaching.chain(m, function, reached)

    def _candidates(self, m: int) -> list[int]:
        calls = self.model.link.surfaces[m].calls
        names = self.model.libraries.entry_names & calls.keys()
        return sorted({*(row for name in names for row in calls[name]), *self._renamed(m)})

    def _renamed(self, m: int) -> Iterator[int]:
        """The calls by a name of the module's own, where it loads a package that may stand behind it."""
        if self._loading is None:
            importers = self.model.link.package_importers
            packages = self.model.libraries.entry_packages
            self._loading = {one.module for name in packages for one in importers.get(name, ())}
        if m in self._loading:
            module = self.model.link.body(m)
            for rows in self.model.link.surfaces[m].calls.values():
                for row in rows:
                    callee = module.first[row]
                    binding = module.binding[callee] if module.kind[callee] == Kind.IDENT else -1
                    if binding >= 0 and module.binding_kind[binding] in _NAMING:
                        yield row

    def _at(self, module: Module, call: int) -> Iterator[Entry]:
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        shape = self.model.call_shape(module, call)
        told: set[tuple[str, tuple[Closure, ...]]] = set()
        for callee in sorted((item for item in callees.items if isinstance(item, External)), key=_by_state):
            if not callee.state or self.model.libraries.is_route(callee.state):
                continue
            for index, argument in enumerate(module.args(call)):
                if module.kind[argument] == Kind.SPREAD:
                    break
                for state in self.model.libraries.argument(callee.state, index, shape, None):
                    for path, fact in self.model.libraries.entered(state):
                        if self.model.libraries.admits(fact, shape):
                            entry = self._entry(module, call, Spot(module.index, argument), path, fact)
                            if entry is not None and (entry.kind, entry.functions) not in told:
                                told.add((entry.kind, entry.functions))
                                yield entry

    def _entry(self, module: Module, call: int, spot: Spot, path: tuple[str, ...], fact: CallFact) -> Entry | None:
        """The entry that a call makes of what it is given; None where that is no function."""
        spots = [spot]
        for name in path:
            spots = [found for at in spots for found in inside(self.model, at, Step("member", name))]
        handlers = [handler(self.model, one, 0, "") for at in spots for one in expanded(self.model, at)]
        functions = {function for found in handlers for function in found.functions}
        if not functions:
            return None
        return self._made(module.index, call, module, call, fact, functions)

    def _made(self, m: int, row: int, said_in: Module, call: int, fact: CallFact, functions: set[Closure]) -> Entry:
        names = [text for path in fact.name for text in self._names(said_in, call, path)]
        return Entry(
            REQUEST if fact.at == _REQUEST else fact.at,
            m,
            row,
            tuple(dict.fromkeys(names)),
            tuple(sorted(functions, key=lambda item: (item.module, item.row))),
            "lost" if fact.promise == "dropped" else "forwarded",
            self.model.libraries.goes_on(fact),
        )

    def _names(self, module: Module, call: int, path: Path) -> Iterator[str]:
        for spot in given(self.model, module, call, path):
            found = self.model.ask(self.model.values.resolved(*spot))
            constants = {item for item in found.items if isinstance(item, Constant)}
            others = {item.text for item in constants if item.kind not in _NAMES}
            texts = self.model.texts(self.model.link.body(spot.module), spot.row)
            yield from (text for text in texts if text not in others)

    def _decorated(self, m: int) -> Iterator[Entry]:
        """The methods that decorators make entries, those apart that answer requests of a route."""
        for called in self.model.routes.called.in_module(m):
            if called.fact.at in MOMENTS and not self.model.libraries.is_route(called.place):
                body = self.model.link.body(called.decorated_in)
                row = called.decorator if called.decorated_in == m else called.member
                yield self._made(m, row, body, called.decorator, called.fact, {called.function})


def _by_state(callee: External) -> int:
    return callee.state

"""Implementations: promises that a library makes itself, which end no process where nobody handles their rejection."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final

from reviewer.model.bounds import values_written
from reviewer.model.domain import Closure, External
from reviewer.model.libraries.automaton import member
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.domain import Atom
    from reviewer.model.model import Model

_PRINTED: Final = "promise.printed"
_SILENT: Final = "promise.silent"
_MAKER: Final = "promise.maker"
_NOTHING: Final = ", which says nothing,"
_OUTSIDE: Final = ("database.query", "network.request")
_DATA: Final = frozenset({Kind.NONE, Kind.NULL, Kind.UNDEFINED, Kind.FALSE, Kind.TRUE, Kind.STRING, Kind.NUMBER})
_DEPTH: Final = 6
"""So many calls and variables are followed to where a promise is made."""


class Implementations:
    """Asked only for what is reported."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, m: int, row: int) -> str:
        """Who alone hears when the promise that an expression gives is rejected and nobody handles it, for people;
        empty where it is, or may be, a promise of Node.js's own.
        """
        return self._of(self.model.link.body(m), row, _DEPTH)

    def of_functions(self, functions: Iterable[Closure]) -> str:
        """The same of the promises that functions give."""
        return self._one(self._of_function(function, _DEPTH) for function in functions)

    def is_felt(self, m: int, row: int) -> bool:
        """Whether a rejection leaves more undone than the call that fails: it asks a database or another server, or a
        function goes on from what is known to reject, which then does not run.
        """
        module = self.model.link.body(m)
        while module.kind[row] == Kind.CALL:
            if any(self.model.does.at(role, m, row) is not None for role in _OUTSIDE):
                return True
            callee = module.first[row]
            if module.kind[callee] != Kind.MEMBER:
                return False
            is_next = any(
                self.model.libraries.handles(state) for state in self.model.libraries.language(module.text(callee))
            )
            row = module.first[callee]
            if is_next and self.model.ask(self.model.promises.rejects(m, row)).items:
                return True
        return False

    def is_silent(self, own: str) -> bool:
        """Whether who alone hears, as `of` says it, tells nobody: no listener of the process either."""
        return own.endswith(_NOTHING)

    def _one(self, found: Iterable[str]) -> str:
        """What is said of all; the first of which nothing is said is the last that is looked at."""
        first = ""
        for said in found:
            if not said:
                return ""
            first = first or said
        return first

    def _of(self, module: Module, row: int, depth: int) -> str:
        if depth <= 0:
            return ""
        match module.kind[row]:
            case Kind.CALL:
                return self._of_call(module, row, depth)
            case Kind.CONDITIONAL:
                return self._one(self._of(module, module.op(row, each), depth - 1) for each in (1, 2))
            case Kind.LOGICAL:
                return self._of(module, module.op(row, 1), depth - 1)
            case Kind.NEW:
                made = self.model.ask(self.model.values.resolved(module.index, module.first[row])).items
                return self._one(self._of_library(item, module, row) for item in made)
            case Kind.IDENT:
                written = values_written(module, row)
                return self._of(module, written[0], depth - 1) if len(written) == 1 else ""
            case _:
                return ""

    def _of_call(self, module: Module, call: int, depth: int) -> str:
        callees = self.model.ask(self.model.calls.run(module.index, call)).items
        callee = module.first[call]
        # What goes on with the functions that all promises have is like what it goes on from.
        shared = self.model.libraries.language(module.text(callee)) if module.kind[callee] == Kind.MEMBER else ()
        functions = [item for item in callees if isinstance(item, Closure)]
        own = [item for item in callees if isinstance(item, External) and item.state and item.state not in shared]
        found = [self._of_library(item, module, call) for item in own]
        if any(found) or functions:  # what is known of the code speaks for what is not
            return self._one(chain(found, (self._of_function(item, depth - 1) for item in functions)))
        is_continued = any(self.model.libraries.handles(state) for state in shared)
        return self._of(module, module.first[callee], depth - 1) if is_continued else ""

    def _of_function(self, function: Closure, depth: int) -> str:
        """Of the promise that a function gives: an async one gives one of Node.js's own."""
        module = self.model.link.body(function.module)
        if module.has(function.row, Flag.ASYNC):
            return ""
        values = [
            row for row in self.model.link.returned(function.module, function.row) if module.kind[row] not in _DATA
        ]
        return self._one(self._of(module, value, depth - 1) for value in values)

    def _of_library(self, item: Atom, module: Module, call: int) -> str:
        """Of what a call of a library's place gives: the rows speak of that, or of the whole package."""
        if not isinstance(item, External) or not item.state:
            return ""
        libraries, shape = self.model.libraries, self.model.call_shape(module, call)
        package = libraries.package_name(item.state) or libraries.place(item.state).partition(".Member[")[0]
        whole = libraries.package(package)
        states = [at for at in (item.state, whole) if at is not None]
        if any(libraries.has_role(at, _SILENT, shape) for at in states) and whole not in self._given_makers:
            return f"`{package}`{_NOTHING}"
        is_own = any(libraries.has_role(at, _PRINTED, shape) for at in states)
        return f"`{package}`, which prints a warning," if is_own else ""

    @cached_property
    def _given_makers(self) -> frozenset[int]:
        """The packages that are told somewhere to make other promises than their own."""
        found: set[int] = set()
        for name in self.model.libraries.role_names(_MAKER):
            for m, row in self.model.link.spots_named("writes", name):
                receiver = self.model.link.body(m).first[row]
                for held in self.model.ask(self.model.values.resolved(m, receiver)).items:
                    if isinstance(held, External) and any(
                        self.model.libraries.has_role(at, _MAKER, None)
                        for at in self.model.libraries.step(held.state, member(name))
                    ):
                        found.add(held.state)
        return frozenset(found)

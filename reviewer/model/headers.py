"""Headers of answers: the calls that set them, and what runs these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.domain import Closure, Spot
from reviewer.model.entries import REQUEST
from reviewer.model.given import literals
from reviewer.model.paths import before
from reviewer.model.sites import OTHER
from reviewer.model.ways_in import Reached
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_SETS: Final = "response.headers"
_PLAIN: Final = frozenset({Kind.STRING, Kind.TEMPLATE, Kind.SPREAD, Kind.FUNCTION})


class HeaderCall(msgspec.Struct, frozen=True, gc=False):
    """A call that sets headers of an answer, with the names that it may set, in lower case; none: not known."""

    module: int
    row: int
    names: frozenset[str]

    @property
    def spot(self) -> Spot:
        """The CALL row."""
        return Spot(self.module, self.row)


class Headers:
    """The calls that set headers. Looked for when they are asked for, once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._calls: list[HeaderCall] | None = None

    def calls(self) -> list[HeaderCall]:
        """The calls that set headers in running code, by module and row."""
        if self._calls is None:
            aside = self.model.programs.aside()
            self._calls = [
                found
                for m in range(len(self.model.link))
                if m not in aside
                for call in self.model.sites.candidates(_SETS, m)
                for found in self._at(self.model.link.body(m), call)
            ]
        return self._calls

    def requests(self, call: HeaderCall) -> set[Spot]:
        """What registers the functions of requests that come to a call which sets headers."""
        owner = self.model.link.body(call.module).owner[call.row]
        found = self.model.entries.reaching(call.module, owner).items
        return {Spot(item.module, item.row) for item in found if isinstance(item, Reached) and item.kind == REQUEST}

    def is_passed_on(self, call: HeaderCall) -> bool:
        """Whether answers of others may have the headers: the function that sets them is none that runs the next
        handler on other paths only, and answers itself on this one.
        """
        body = self.model.link.body(call.module)
        passing = self.model.routes.passing.calls(Closure(call.module, body.owner[call.row]))
        return not passing or any(
            before(body, first, second) != "no"
            for passed in passing
            for first, second in ((call.row, passed), (passed, call.row))
        )

    def _at(self, module: Module, call: int) -> Iterator[HeaderCall]:
        arguments = module.args(call)
        if not arguments:
            return
        if not self.model.sites.plays(_SETS, module, call):
            # The receiver may be anything: the call counts for what it names.
            names = frozenset(self._names(module, arguments, is_known=False))
            if not names or self.model.sites.look_alike(module, call) == OTHER:
                return
        else:
            names = frozenset(self._names(module, arguments, is_known=True))
        yield HeaderCall(module.index, call, names)

    def _names(self, module: Module, arguments: range, *, is_known: bool) -> Iterator[str]:
        """The constant text of the first argument, or the keys of an object that is given; of a call that may be
        something else, only what is written there.
        """
        for row in arguments:
            kind = module.kind[row]
            if row == arguments[0] and (kind == Kind.STRING or (is_known and kind not in {Kind.OBJECT, Kind.SPREAD})):
                yield from (text.lower() for text in self.model.texts(module, row))
            if kind == Kind.OBJECT or (is_known and kind not in _PLAIN):
                for literal in literals(self.model, Spot(module.index, row)):
                    body = self.model.link.body(literal.module)
                    for at in body.ops(literal.row) if body.kind[literal.row] == Kind.OBJECT else ():
                        if body.kind[at] == Kind.PROPERTY and not body.has(at, Flag.COMPUTED):
                            yield body.text(at).lower()

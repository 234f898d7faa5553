"""Functions that a configuration written in JavaScript or TypeScript lists for a platform: a serverless.ts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.domain import Spot
from reviewer.model.names import Meaning, Whole
from reviewer.source.manifests.starts.functions import Event, listed_event, platform_function
from reviewer.source.manifests.starts.read import run_by_platform
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.source.manifests.starts.start import Start

_FILE = re.compile(r"serverless(?:[.-][\w-]+)*\.[cm]?[jt]s")
_FUNCTIONS: Final = "functions"
_EVENT_KEYS: Final = ("method", "path", "authorizer")


class ListedFunctions:
    """Read by names and literals, so that no question is asked."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def starts(self) -> Iterator[Start]:
        """What all such configurations list."""
        for m in range(len(self.model.link)):
            yield from self.starts_of(m)

    def starts_of(self, m: int) -> Iterator[Start]:
        """What the configuration that a module is lists; of any other module nothing."""
        path = self.model.link.paths[m]
        if _FILE.fullmatch(path.rpartition("/")[2]) is None:
            return
        for row in self.model.link.surfaces[m].keys.get(_FUNCTIONS, ()):
            body = self.model.link.body(m)
            for name, meant in self._members(self.model.names.of(m, body.op(row, 1))):
                yield from self._start(path, name, meant)

    def _start(self, path: str, name: str, meant: Meaning) -> Iterator[Start]:
        members = dict(self._members(meant))
        handler = self._text(members.get("handler"))
        if handler is None or not isinstance(meant, Spot):
            return
        text, is_beside = handler
        events = [event for each in self._elements(members.get("events")) for event in self._event(each)]
        beside = self.model.link.paths[meant.module] if is_beside else path
        found = platform_function(name, "", text.removeprefix("./"), events, {})
        for start in run_by_platform(beside, found):
            yield msgspec.structs.replace(start, said=f"{path}: {name}")

    def _event(self, meant: Meaning) -> Iterator[Event]:
        text = self._text(meant)
        if text is not None:
            yield listed_event(text[0])
        for kind, said in self._members(meant):
            short = self._text(said)
            event = listed_event(f"{kind}: {short[0]}" if short is not None else kind)
            for key, value in self._members(said):
                found = self._text(value) if key in _EVENT_KEYS else None
                if found is not None:
                    event.say(key, found[0])
            yield event

    def _members(self, meant: Meaning) -> Iterator[tuple[str, Meaning]]:
        """The members of a literal, or of all that a module exports, by name."""
        if isinstance(meant, Whole):
            for export in self.model.link.surfaces[meant.module].exports:
                if not export.type_only:
                    yield export.name, self.model.names.export(meant.module, export.name)
        elif isinstance(meant, Spot):
            body = self.model.link.body(meant.module)
            for row in body.ops(meant.row) if body.kind[meant.row] == Kind.OBJECT else ():
                if body.kind[row] == Kind.PROPERTY:
                    yield body.text(row), self.model.names.of(meant.module, body.op(row, 1))
                elif body.kind[row] == Kind.SPREAD:
                    yield from self._members(self.model.names.of(meant.module, body.first[row]))

    def _elements(self, meant: Meaning) -> Iterator[Meaning]:
        if isinstance(meant, Spot):
            body = self.model.link.body(meant.module)
            if body.kind[meant.row] == Kind.ARRAY:
                yield from (self.model.names.of(meant.module, row) for row in body.ops(meant.row))

    def _text(self, meant: Meaning) -> tuple[str, bool] | None:
        """A text, and whether something that is not known stands before it: the path to the folder where it stands."""
        if not isinstance(meant, Spot):
            return None
        body = self.model.link.body(meant.module)
        match body.kind[meant.row]:
            case Kind.STRING:
                return body.text(meant.row), False
            case Kind.TEMPLATE if body.count[meant.row] == 1 and body.kind[body.first[meant.row]] == Kind.STRING:
                return body.text(body.first[meant.row]), False
            case Kind.TEMPLATE | Kind.BINARY:
                parts = list(body.ops(meant.row))
                last = parts[-1]
                is_beside = len(parts) == 2 and body.kind[last] == Kind.STRING and body.text(last).startswith("/")
                return (body.text(last)[1:], True) if is_beside else None
            case _:
                return None

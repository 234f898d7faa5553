"""The order of start-up: which of two places runs first while a program starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Spot
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_FRAMES: Final = 120
_LINKS: Final = 6
_HOISTED: Final = 1 << 40


class Position(NamedTuple):
    """A place in the text of a function or module; `part` tells the modules apart that one call loads."""

    end: int
    part: int = 0


class Reach(NamedTuple):
    """Where one running function or module comes to a place: how many calls away, and between which positions."""

    depth: int
    low: Position
    high: Position


class Link(NamedTuple):
    """A row that runs a function or loads a module. The row of a hoisted import is below zero, in order."""

    spot: Spot
    part: int = 0


class StartUp:
    """Compares places by the function or module that leads to both: there the earlier position runs first.

    A function is followed to the calls that run it, a module to the imports that load it, else to where it is written.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._reached: dict[Spot, dict[Spot, Reach]] = {}

    def is_before(self, first: Spot, second: Spot) -> bool | None:
        """Whether the first row runs before the second; None where that is not known."""
        ours, theirs = self._frames(first), self._frames(second)
        shared = ours.keys() & theirs.keys()
        if not shared:
            return None
        frame = min(shared, key=lambda at: (ours[at].depth + theirs[at].depth, at))
        one, other = ours[frame], theirs[frame]
        if one.high < other.low:
            return True
        return False if other.high < one.low else None

    def position(self, spot: Spot) -> tuple[int, int]:
        """A place by module and position in its text: where it ends, for calls in a chain begin together."""
        return (spot.module, self.model.link.body(spot.module).end[spot.row])

    def _frames(self, spot: Spot) -> dict[Spot, Reach]:
        """The functions and modules, as (module, FUNCTION row or 0), that come to a row while they run."""
        found = self._reached.get(spot)
        if found is None:
            found = self._reached[spot] = {}
            pending = [(Link(spot), 0)]
            for (at, part), depth in pending:
                body = self.model.link.body(at.module)
                position = Position(body.end[at.row] if at.row >= 0 else at.row, part)
                frame = Spot(at.module, body.owner[at.row] if at.row >= 0 else 0)
                known = found.get(frame)
                if known is not None:
                    if known.depth == depth:
                        found[frame] = Reach(depth, min(known.low, position), max(known.high, position))
                    continue
                if len(found) >= _FRAMES:
                    break
                found[frame] = Reach(depth, position, position)
                pending += [(link, depth + 1) for link in self._links(body, frame)]
        return found

    def _links(self, body: Module, frame: Spot) -> list[Link]:
        """What runs a function or loads a module."""
        loading = {Spot(loaded.module, loaded.call) for loaded in self.model.loaded.of(frame.module)}
        if frame.row:
            spots = sorted(set(self._running(body, frame)))[:_LINKS] or [frame]
        else:
            importers = self.model.link.importers.get(frame.module, ())[:_LINKS]
            records = [(importer.module, importer.record) for importer in importers]
            spots = [Spot(m, record.row if record.row >= 0 else record.line - _HOISTED) for m, record in records]
            spots += sorted(loading)
        return [Link(spot, frame.module if spot in loading else 0) for spot in spots]

    def _running(self, body: Module, frame: Spot) -> Iterator[Spot]:
        parent = body.parent[frame.row]
        class_ = body.parent[parent]
        is_member = body.kind[parent] == Kind.PROPERTY and body.kind[class_] == Kind.CLASS
        if is_member and body.text(parent) == "constructor":
            if body.binding[class_] < 0:
                return
            found = self.model.ask(self.model.uses.binding(frame.module, body.binding[class_], frame.module, class_))
        else:
            found = self.model.ask(self.model.uses.of(frame.module, frame.row))
        for use in found.items:
            if (use.module, use.row) != (frame.module, frame.row):
                yield Spot(use.module, use.row)

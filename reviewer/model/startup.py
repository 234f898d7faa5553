"""The order of start-up: which of two places runs first while a program starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Spot
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_FRAMES: Final = 120
_LINKS: Final = 6
_HOISTED: Final = 1 << 40
_LATER: Final = 1 << 32


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
    """A row that runs a function or loads a module. The row of a hoisted import is below zero, in order.

    is_call: it is the repository that calls. is_late: what it runs goes on when the code behind it has run. is_paused:
    that is so for whoever does not await it.
    """

    spot: Spot
    part: int = 0
    is_call: bool = False
    is_late: bool = False
    is_paused: bool = False


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
            for (at, part, _, is_late, is_paused), depth in pending:
                body = self.model.link.body(at.module)
                end = body.end[at.row] if at.row >= 0 else at.row
                position = Position(end + _LATER if is_late else end, part)
                frame = Spot(at.module, body.owner[at.row] if at.row >= 0 else 0)
                known = found.get(frame)
                if known is not None:
                    if known.depth == depth:
                        found[frame] = Reach(depth, min(known.low, position), max(known.high, position))
                    continue
                if len(found) >= _FRAMES:
                    break
                found[frame] = Reach(depth, position, position)
                pending += [
                    (self._timed(link, body, at, is_paused=is_paused), depth + 1) for link in self._links(body, frame)
                ]
        return found

    def _links(self, body: Module, frame: Spot) -> list[Link]:
        """What runs a function or loads a module."""
        loading = {Spot(loaded.module, loaded.call) for loaded in self.model.loaded.of(frame.module)}
        if frame.row:
            running = sorted(set(self._running(body, frame)))[:_LINKS] or [Link(frame)]
            return [link._replace(part=frame.module) if link.spot in loading else link for link in running]
        importers = self.model.link.importers.get(frame.module, ())[:_LINKS]
        records = [(importer.module, importer.record) for importer in importers]
        imports = [Link(Spot(m, record.row if record.row >= 0 else record.line - _HOISTED)) for m, record in records]
        return [*imports, *(Link(spot, frame.module) for spot in sorted(loading))]

    def _timed(self, link: Link, body: Module, at: Spot, *, is_paused: bool) -> Link:
        """The call of a function that has come to a row: what stands behind an `await` runs later where nobody awaits
        the call.
        """
        owner = body.owner[at.row] if at.row >= 0 else 0
        if not link.is_call or not owner or not body.has(owner, Flag.ASYNC):
            return link
        awaits = self.model.link.owned(at.module, Kind.AWAIT, owner)
        is_paused = is_paused or any(body.end[row] <= body.start[at.row] for row in awaits)
        caller = self.model.link.body(link.spot.module)
        is_awaited = caller.kind[caller.parent[link.spot.row]] in {Kind.AWAIT, Kind.RETURN, Kind.MEMBER}
        return link._replace(is_late=is_paused and not is_awaited, is_paused=is_paused and is_awaited)

    def _running(self, body: Module, frame: Spot) -> Iterator[Link]:
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
                yield Link(Spot(use.module, use.row), is_call=use.kind == "call")

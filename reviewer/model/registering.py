"""Registering: the methods, paths and handlers that a registering call names, read as the row of its library says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.domain import External, Spot
from reviewer.model.given import given
from reviewer.model.handlers import expanded
from reviewer.model.joined import joined
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import RouteFact
    from reviewer.model.libraries.steps import Path
    from reviewer.model.listed_rows import ListedRow
    from reviewer.model.model import Model
    from reviewer.model.routes import Routes

_ANY: Final = "*"
_ALL: Final = "ALL"
_TEXTS: Final = frozenset({Kind.STRING, Kind.TEMPLATE, Kind.REGEX})


class Registration(msgspec.Struct, frozen=True, gc=False):
    """What a registering call says of paths and handlers. handlers: (row, index of its argument, path in the row)."""

    paths: tuple[str, ...]
    has_path: bool
    handlers: tuple[tuple[Spot, int, Path], ...]


class Registering:
    """Reads single calls."""

    def __init__(self, model: Model, routes: Routes) -> None:
        self.model = model
        self._routes = routes

    def listed(self, fact: RouteFact, module: Module, call: int) -> list[Spot | None]:
        """The elements of an array where an object belongs that says all of a registration; else the call says it."""
        paths = (*fact.handlers, *fact.pattern, *fact.methods)
        arguments = module.args(call)
        if fact.encapsulates or not arguments or any(len(path) == 1 or path[0].low for path in paths):
            return [None]
        listed = list(expanded(self.model, Spot(module.index, arguments[0])))
        return [*listed] if listed != [Spot(module.index, arguments[0])] else [None]

    def methods(self, fact: RouteFact, module: Module, call: int, instead: Spot | None) -> list[str]:
        """The methods of a registration: as its row says, by the name of the call, or as its arguments say."""
        if not fact.methods:
            return [module.text(call).upper() if fact.method == "name" else fact.method]
        found = {
            _ALL if text == _ANY else text.upper()
            for path in fact.methods
            for spot in given(self.model, module, call, path, instead)
            for text in self._routes.texts(spot)
        }
        return sorted(found) or [fact.method]

    def said(
        self,
        fact: RouteFact,
        module: Module,
        call: int,
        receivers: list[External],
        instead: Spot | None,
        listed: ListedRow | None,
    ) -> Registration:
        """The paths and handlers that a call gives; in one turn of a loop, where it names the row of a list."""
        paths: tuple[str, ...] = ()
        has_path = fact.receiver_path
        first = 0
        for pattern in fact.pattern:
            spots = given(self.model, module, call, pattern, instead)
            is_whole = len(pattern) == 1
            if not spots or (is_whole and fact.path_optional and not self._is_path(spots[0], listed)):
                continue
            spot = spots[0]
            if is_whole:
                first = pattern[0].low + 1
                second = Spot(module.index, spot.row + 1)
                if fact.named and second.row in module.args(call)[:-1] and self._is_text(second):
                    spot, first = second, first + 1
            paths = self._texts(spot, listed)
            has_path = True
            break
        if fact.receiver_path and not paths:
            paths = self._receiver_paths(receivers)
        handlers = [
            (row, index, path)
            for path in fact.handlers
            for index, at in self._handlers_at(module, call, path, first, instead)
            for row in _meant(at, listed)
        ]
        paths = tuple(joined(path, fact.below) for path in paths) if fact.below else paths
        return Registration(paths, has_path, tuple(handlers))

    def _is_path(self, spot: Spot, listed: ListedRow | None) -> bool:
        meant = listed.meant(spot) if listed is not None else None
        return all(isinstance(each, str) or self._routes.is_path(each) for each in ([spot] if meant is None else meant))

    def _texts(self, spot: Spot, listed: ListedRow | None) -> tuple[str, ...]:
        meant = listed.meant(spot) if listed is not None else None
        if meant is None:
            return self._routes.texts(spot)
        return tuple(
            text for each in meant for text in ((each,) if isinstance(each, str) else self._routes.texts(each))
        )

    def _handlers_at(
        self, module: Module, call: int, path: Path, first: int, instead: Spot | None
    ) -> Iterator[tuple[int, Spot]]:
        """The rows at one place of handlers, with the index of their argument; arguments before `first` are none."""
        arguments = module.args(call)
        if path[0].kind != "argument":
            return
        if len(path) > 1:
            for spot in given(self.model, module, call, path, instead):
                yield path[0].low, spot
            return
        if path[0].low < 0:
            at = len(arguments) + path[0].low
            if at >= first:
                yield at, Spot(module.index, arguments[at])
            return
        for index in range(max(path[0].low, first), min(path[0].high + 1, len(arguments))):
            yield index, Spot(module.index, arguments[index])

    def _is_text(self, spot: Spot) -> bool:
        """Whether an argument is a text or pattern for certain, or a list of them."""
        module = self.model.link.body(spot.module)
        return module.kind[spot.row] in _TEXTS or (module.kind[spot.row] == Kind.ARRAY and self._routes.is_path(spot))

    def _receiver_paths(self, receivers: list[External]) -> tuple[str, ...]:
        """The path that was given to the call that made the receiver: `router.route('/path')`."""
        paths: list[str] = []
        for receiver in receivers:
            if receiver.row < 0:
                continue
            module = self.model.link.body(receiver.module)
            arguments = module.args(receiver.row)
            if arguments:
                paths.extend(self._routes.texts(Spot(receiver.module, arguments[0])))
        return tuple(paths)


def _meant(spot: Spot, listed: ListedRow | None) -> list[Spot]:
    """What an expression stands for, in the turn of a loop that names the row of a list; else itself."""
    meant = listed.meant(spot) if listed is not None else None
    return [spot] if meant is None else [each for each in meant if not isinstance(each, str)]

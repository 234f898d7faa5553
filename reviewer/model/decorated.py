"""Measures of decorated methods: those of the program, of the paths that a module chooses, of class and method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.covering import covers
from reviewer.model.domain import ClassValue, External, Spot
from reviewer.model.joined import joined
from reviewer.model.measure import Measure, Measures
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.controllers import Controllers, Decoration
    from reviewer.model.endpoints import Endpoint
    from reviewer.model.put import Put, Target
    from reviewer.model.registered import Parts

_ANCESTORS: Final = 6
_RANKS: Final = {"provided": 0, "program": 1, "chosen": 2}


class Decorated:
    """The measures of endpoints that decorators make."""

    def __init__(self, parts: Parts, controllers: Controllers) -> None:
        self._parts = parts
        self._model = parts.model
        self._controllers = controllers

    def of(self, endpoint: Endpoint) -> Measures:
        """The measures of a decorated method; errors are caught by what is nearest to it, so these come backwards."""
        opened: set[str] = set()
        found = [*self._of_program(endpoint, opened), *self._of_class(endpoint, opened)]
        errors = [measure for measure in found if measure.kind == "error"]
        others = [measure for measure in found if measure.kind != "error"]
        return Measures((*others, *reversed(errors)), frozenset(opened))

    # the program

    def _of_program(self, endpoint: Endpoint, opened: set[str]) -> Iterator[Measure]:
        puts = [put for put in self._parts.puts.program() if self._is_in_program(put, endpoint.module)]
        puts.sort(key=lambda put: (_RANKS[put.fact.reach], self._parts.start_up.position(put.place or put.call)))
        for put in puts:
            chosen = self._is_chosen(put, endpoint)
            if chosen is None:
                opened.add("path")
            elif chosen:
                for row in put.rows:
                    yield self._measure(put.fact.kind, row, put.call, opened)

    def _is_in_program(self, put: Put, m: int) -> bool:
        """Whether what a call puts there is of a program that has the module: both are loaded from one place."""
        reached = self._parts.ways.prefixed.reached_from
        if put.fact.reach == "program":
            return m in reached(put.call.module)
        starts = self._parts.puts.starts()
        return not starts or any({m, put.call.module} <= reached(start) for start in starts)

    def _is_chosen(self, put: Put, endpoint: Endpoint) -> bool | None:
        """Whether the handler is among those that a measure is for; None where that is not known."""
        if put.targets is None:
            return True
        if any(self._is_target(target, endpoint, whole=True) for target in put.exceptions):
            return False
        answers = [self._is_target(target, endpoint, whole=target.method != "ALL") for target in put.targets]
        if True in answers:
            return True
        return None if None in answers or not answers else False

    def _is_target(self, target: Target, endpoint: Endpoint, *, whole: bool) -> bool | None:
        if target.class_ is not None:
            return target.class_ == Spot(endpoint.module, endpoint.route.class_)
        if target.method not in {"ALL", endpoint.method} or target.path is None:
            return False
        programs = self._parts.ways.prefixed.programs()
        prefixes = {text for program in programs if program.form == "path" for text in program.texts}
        answers = [
            covers(joined(prefix, target.path), endpoint.path, whole=whole) for prefix in ("", *sorted(prefixes))
        ]
        return True if True in answers else None if None in answers else False

    # class and method

    def _of_class(self, endpoint: Endpoint, opened: set[str]) -> Iterator[Measure]:
        route = endpoint.route
        module = self._model.link.body(route.module)
        function = route.handlers[0].row
        for m, class_ in self._lineage(route.module, route.class_, opened):
            yield from self._of_decorators(self._model.link.body(m), class_, "class", opened)
        yield from self._of_decorators(module, module.parent[function], "member", opened)
        for param in module.params(function):
            yield from self._of_decorators(module, param, "parameter", opened)

    def _lineage(self, m: int, class_: int, opened: set[str]) -> list[tuple[int, int]]:
        """The class and those that it extends, these first: they hand down what decorates them."""
        found = [(m, class_)]
        while len(found) < _ANCESTORS:
            body = self._model.link.body(found[0][0])
            heritage = body.first[found[0][1]]
            if body.kind[heritage] == Kind.NONE:
                break
            held = self._model.ask(self._model.values.resolved(found[0][0], heritage))
            parents = sorted({(item.module, item.row) for item in held.items if isinstance(item, ClassValue)})
            if not parents and not any(isinstance(item, External) for item in held.items):
                opened.add("extended class")
            if not parents or parents[0] in found:
                break
            found.insert(0, parents[0])
        return found

    def _of_decorators(self, module: Module, row: int, reach: str, opened: set[str]) -> Iterator[Measure]:
        """Decorators are applied from the last to the first, those that one of them combines in their order."""
        rows = [operand for operand in module.ops(row) if module.kind[operand] == Kind.DECORATOR]
        for operand in reversed(rows):
            decorations = list(self._controllers.decorated_by(module, operand))
            if not decorations and not self._controllers.is_known(module, operand):
                opened.add("decorator")
            seen: set[tuple[Spot, int]] = set()
            for decoration in decorations:
                spot = Spot(decoration.module, decoration.call)
                if (spot, decoration.callee) not in seen:
                    seen.add((spot, decoration.callee))
                    yield from self._of_decoration(decoration, spot, reach, opened)

    def _of_decoration(self, decoration: Decoration, spot: Spot, reach: str, opened: set[str]) -> Iterator[Measure]:
        for put in self._parts.puts.at_call(spot, decoration.callee, reach):
            for row in put.rows:
                if reach != "parameter" or not self._model.routes.is_path(row):
                    yield self._measure(put.fact.kind, row, None, opened)

    def _measure(self, kind: str, row: Spot, call: Spot | None, opened: set[str]) -> Measure:
        measure = self._parts.meant.measure(kind, row, call)
        if not measure.values and not measure.package:
            opened.add(kind)
        return measure

"""Route tables: objects that a framework reads from a file, whose members name paths, and the handlers by texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.model.given import inside
from reviewer.model.handlers import Naming, flattened, handler
from reviewer.model.line_site import LineSite
from reviewer.model.route import Handler, Route
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.libraries.load_fact import LoadFact
    from reviewer.model.model import Model

_KEY: Final = re.compile(r"(?:(?P<method>[A-Za-z]+)\s+)?(?P<path>/\S*)")
_ALL: Final = "ALL"


class RouteTables:
    """Reads the tables of files that rows name; what names no handler, such as a redirection, is no route."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def in_module(self, m: int) -> Iterator[Route]:
        """The routes of the tables that a module exports, by row."""
        for state, fact in self.model.conventions.tables.get(m, ()):
            for path in fact.file:
                table = self.model.names.export(m, path[0].name)
                if isinstance(table, Spot):
                    yield from self._of_table(table, state, fact)

    def _of_table(self, table: Spot, state: State, fact: LoadFact) -> Iterator[Route]:
        module = self.model.link.body(table.module)
        for row in module.ops(table.row) if module.kind[table.row] == Kind.OBJECT else ():
            if module.kind[row] != Kind.PROPERTY or module.has(row, Flag.COMPUTED):
                continue
            key = _KEY.fullmatch(module.text(row).strip())
            handlers = tuple(self._handlers(module, module.op(row, 1), state, fact)) if key is not None else ()
            if key is not None and any(each.functions for each in handlers):
                method = (key["method"] or _ALL).upper()
                paths = (key["path"],)
                yield Route(module.index, row, method, paths, handlers, (), is_mount=False, state=state, has_path=True)

    def _handlers(self, module: Module, value: int, state: State, fact: LoadFact) -> Iterator[Handler]:
        fate = self.model.libraries.fate_at([state], LineSite(self.model, module))
        for row in flattened(module, value):
            at = Spot(module.index, row)
            parts = [spot for path in fact.gives for spot in inside(self.model, at, path[0])]
            texts = [text for spot in parts for text in self.model.routes.texts(spot)[:1]]
            yield handler(self.model, at, 0, fate, Naming(state, said=".".join(texts)))

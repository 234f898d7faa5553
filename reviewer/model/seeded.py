"""Seeded: tables that the code reads and never writes, as those of countries: their rows come with a release."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.sources import Source

_RUNNING: Final = frozenset({"source", "config"})
_NAME: Final = r"[\"`\[]?(?:\w+[\"`\]]?\.[\"`\[]?)?(\w+)"
_READ: Final = re.compile(rf"\b(?:from|join)\s+(?:{_NAME})?", re.IGNORECASE)
_WRITER: Final = 5
"""Code whose statements write so many tables is taken for what writes all."""
_WRITTEN: Final = re.compile(
    rf"\b(?:insert\s+(?:ignore\s+)?into|replace\s+into|merge\s+into|update|delete\s+from|copy)\s+(?:only\s+)?{_NAME}",
    re.IGNORECASE,
)


class Seeded:
    """Asked of what would be a warning only. What migrations and tests write is not the code's."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def are_seeded(self, sources: Iterable[Source]) -> bool:
        """Whether rows come out of statements that are texts, about tables that nothing else in the code names."""
        tables: set[str] = set()
        for source in sources:
            module = self.model.link.body(source.module)
            texts = self.model.statements.texts(module, source.row)
            if not texts and not self._runs_own(source):
                return False
            for text in texts:
                tables.update(name.lower() for name in _READ.findall(text))
        return bool(tables and self._named) and "" not in tables and tables.isdisjoint(self._named)

    def _runs_own(self, source: Source) -> bool:
        """Whether the rows are what a function of the reviewed code gives: those that it asks for are told as well."""
        module = self.model.link.body(source.module)
        if module.kind[source.row] != Kind.CALL:
            return False
        callees = self.model.ask(self.model.calls.callees(source.module, source.row)).items
        return bool(callees) and all(isinstance(item, Closure) for item in callees)

    @cached_property
    def _named(self) -> frozenset[str]:
        """The names of tables that statements write, and all texts that may be such a name: `knex('users')`. Of code
        that writes few tables others may write the rest: there are none.
        """
        link = self.model.link
        written: set[str] = set()
        named: set[str] = set()
        for m, class_ in enumerate(link.classes):
            if class_ in _RUNNING and not self.model.programs.is_aside(m):
                for text in link.body(m).strings:
                    if " " in text or "\n" in text:
                        written.update(name.lower() for name in _WRITTEN.findall(text))
                    else:
                        named.add(text.lower())
        return frozenset(written | named) if len(written) >= _WRITER else frozenset()

"""What starts a file, and what it is part of: told on its first line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.root import Root
from reviewer.model.roots import Roots
from reviewer.told.words import words

if TYPE_CHECKING:
    from reviewer.model import Model
    from reviewer.model.libraries.load_fact import LoadFact

PROGRAM: Final = "program"
_ASIDE: Final = "aside"


class Starts:
    """Tells of a module which row makes it the beginning of a program; of what programs, only where asked."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @cached_property
    def _roots(self) -> list[Root]:
        return Roots(self._model).found()

    def of(self, m: int, said: Iterable[str]) -> Iterator[tuple[LoadFact | None, str]]:
        """Statements, with the row that they come from."""
        for root in self._roots:
            if root.module == m and root.row is not None:
                yield from ((root.row, statement) for statement in words(root.row))
        if any(statement == _ASIDE or statement.startswith(PROGRAM) for statement in said):
            yield from ((None, f"{PROGRAM} {kind}") for kind in sorted(self._model.programs.kinds(m)))
            if self._model.programs.is_aside(m):
                yield None, _ASIDE

"""Names made of others, under which functions may be called: those that a computed key fits and nothing declares."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from reviewer.model.domain import CANDIDATES_LIMIT, Closure
from reviewer.model.patterns import may_be_same, name_pattern
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.does import Does


class KeyedNames:
    """The names under which functions may be called that are put into objects under computed keys."""

    def __init__(self, does: Does) -> None:
        self.model = does.model
        self._does = does

    def of(self, closure: Closure) -> Iterator[str]:
        """The names that the keys are known to be, else those that they may be."""
        module = self.model.link.body(closure.module)
        for at in self.model.link.of_kind(module.index, Kind.INDEX):
            assign = module.parent[at]
            is_write = module.kind[assign] == Kind.ASSIGN and module.first[assign] == at
            if is_write and self._is_given(module, module.op(assign, 1), closure):
                yield from self.model.texts(module, module.op(at, 1))
                pattern = name_pattern(module, module.op(at, 1))
                yield from (name for name in self._undeclared if may_be_same(name, pattern))

    def _is_given(self, module: Module, value: int, closure: Closure) -> bool:
        if module.kind[value] != Kind.IDENT:
            return value == closure.row
        return closure in self.model.ask(self.model.values.resolved(module.index, value)).items

    @cached_property
    def _undeclared(self) -> list[str]:
        """The names that are called in few places, and that neither an object or class of the code has nor the
        language.
        """
        link = self.model.link
        surfaces = [link.surfaces[m] for m in self._does.modules]
        called = {name for surface in surfaces for name in surface.calls if name}
        declared = {name for surface in surfaces for name in (*surface.keys, *surface.writes)}
        return [
            name
            for name in sorted(called - declared)
            if link.count_named("calls", name) <= CANDIDATES_LIMIT and not self.model.libraries.language(name)
        ]

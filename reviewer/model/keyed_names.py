"""Names made of others, under which functions may be called: those that a computed key fits and nothing declares."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from reviewer.model.copied import keyed_writes
from reviewer.model.domain import CANDIDATES_LIMIT, Closure
from reviewer.model.patterns import may_be_same, name_pattern
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class KeyedNames:
    """The names under which functions of `modules` may be called that are put into objects under computed keys."""

    def __init__(self, model: Model, modules: frozenset[int]) -> None:
        self.model = model
        self._modules = modules

    def of(self, closure: Closure) -> Iterator[str]:
        """The names that the keys are known to be, else those that they may be."""
        module = self.model.link.body(closure.module)
        for at in keyed_writes(module):
            assign = module.parent[at]
            if self._is_given(module, module.op(assign, 1), closure):
                known = [text for text in self.model.texts(module, module.op(at, 1)) if ":" not in text]
                pattern = name_pattern(module, module.op(at, 1))
                yield from known or (name for name in self._undeclared if may_be_same(name, pattern))

    def _is_given(self, module: Module, value: int, closure: Closure) -> bool:
        if module.kind[value] != Kind.IDENT:
            return value == closure.row
        return closure in self.model.ask(self.model.values.resolved(module.index, value)).items

    @cached_property
    def _undeclared(self) -> list[str]:
        """The names that are called in few places, and that no object or class of the code has, or not that of a method
        which calls them on `this`; none that the language has.
        """
        link = self.model.link
        surfaces = [link.surfaces[m] for m in self._modules]
        called = {name for surface in surfaces for name in surface.calls if name}
        declared = {name for surface in surfaces for name in (*surface.keys, *surface.writes)}
        inherited = {name for m in self._modules for name in self._inherited(m)}
        return [
            name
            for name in sorted((called - declared) | inherited)
            if link.count_named("calls", name) <= CANDIDATES_LIMIT and not self.model.libraries.language(name)
        ]

    def _inherited(self, m: int) -> Iterator[str]:
        """The names that methods of classes call on `this` or `super`, and that nothing in the file has."""
        surface, module = self.model.link.surfaces[m], self.model.link.body(m)
        if any(module.kind[module.first[class_]] != Kind.NONE for class_ in surface.classes):
            for name in surface.calls.keys() - surface.keys.keys() - surface.writes.keys():
                callees = (module.first[call] for call in surface.calls[name])
                held = (module.first[callee] for callee in callees if module.kind[callee] == Kind.MEMBER)
                if any(module.kind[row] in {Kind.SUPER, Kind.THIS} for row in held):
                    yield name

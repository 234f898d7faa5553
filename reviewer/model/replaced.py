"""Replaced methods: the functions that decorators put in the place of those that they decorate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.model.domain import Closure, Spot
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.does import Does


class Replaced:
    """Which methods a function stands for; found when first asked."""

    def __init__(self, does: Does) -> None:
        self.model = does.model
        self._does = does
        self._decorated: dict[Closure, list[tuple[Closure, Spot]]] | None = None

    def by(self, closure: Closure) -> list[tuple[Closure, Spot]]:
        """The methods that run a function when they are called, each with the row of the decorator that sees to it."""
        decorator = _decorator_around(self.model.link.body(closure.module), closure.row)
        if decorator < 0:
            return []
        if self._decorated is None:
            self._decorated = {}
            for m in self._does.modules:
                for method, row in self._methods(self.model.link.body(m)):
                    found = self.model.ask(self.model.values.resolved(m, row))
                    for item in found.items:
                        if isinstance(item, Closure):
                            self._decorated.setdefault(item, []).append((Closure(m, method), Spot(m, row)))
        return self._decorated.get(Closure(closure.module, decorator), [])

    def _methods(self, module: Module) -> Iterator[tuple[int, int]]:
        """The methods of a module, each with what stands in one of its decorators."""
        for decorator in self.model.link.of_kind(module.index, Kind.DECORATOR):
            property_ = module.parent[decorator]
            if module.kind[property_] == Kind.PROPERTY and module.kind[module.op(property_, 1)] == Kind.FUNCTION:
                yield module.op(property_, 1), module.first[decorator]


def _decorator_around(module: Module, function: int) -> int:
    """The function that gives this one for what it decorates: `descriptor.value = function`, or by its return; -1 where
    there is none.
    """
    parent = module.parent[function]
    if module.kind[parent] == Kind.RETURN:
        return module.owner[function]
    if module.kind[parent] == Kind.FUNCTION and module.has(parent, Flag.EXPRESSION_BODY):
        return parent
    target = module.first[parent]
    if module.kind[parent] != Kind.ASSIGN or module.kind[target] != Kind.MEMBER or module.text(target) != "value":
        return -1
    held = module.first[target]
    writes = (
        module.writes(module.binding[held]) if module.kind[held] == Kind.IDENT and module.binding[held] >= 0 else ()
    )
    params = (module.parent[write] for write in writes if module.kind[module.parent[write]] == Kind.PARAM)
    return next((module.parent[param] for param in params), -1)

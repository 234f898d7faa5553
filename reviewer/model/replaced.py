"""Replaced methods: the functions that decorators put in the place of those that they decorate."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from reviewer.model.domain import Closure, Spot
from reviewer.model.names import Library
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Replaced:
    """Which methods a function stands for, by decorators that the reviewed code itself writes."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._in_module: dict[int, dict[int, list[int]]] = {}
        self._by: dict[Spot, list[Closure]] = {}

    def decorators(self, method: Closure) -> list[int]:
        """The rows of what decorates a method, without what comes from libraries."""
        return self._decorated(method.module).get(method.row, [])

    def by(self, decorator: Spot) -> list[Closure]:
        """The functions that a decorator puts in the place of what it decorates."""
        found = self._by.get(decorator)
        if found is None:
            given = self.model.ask(self.model.values.resolved(*decorator))
            makers = sorted({(item.module, item.row) for item in given.items if isinstance(item, Closure)})
            found = self._by[decorator] = [
                Closure(m, function)
                for m, maker in makers
                for function in self.model.link.surfaces[m].functions
                if _decorator_around(self.model.link.body(m), function) == maker
            ]
        return found

    def methods(self, function: Closure) -> list[Closure]:
        """The methods in whose place a function is put."""
        if _decorator_around(self.model.link.body(function.module), function.row) < 0:
            return []
        return self._methods.get(function, [])

    @cached_property
    def _methods(self) -> dict[Closure, list[Closure]]:
        found: dict[Closure, list[Closure]] = {}
        for m in range(len(self.model.link)):
            for method, rows in self._decorated(m).items():
                for function in {function for row in rows for function in self.by(Spot(m, row))}:
                    found.setdefault(function, []).append(Closure(m, method))
        return found

    def _decorated(self, m: int) -> dict[int, list[int]]:
        """The methods of a module that have decorators of the reviewed code, with these."""
        found = self._in_module.get(m)
        if found is None:
            found = self._in_module[m] = {}
            for decorator in self.model.link.of_kind(m, Kind.DECORATOR):
                module = self.model.link.body(m)
                property_ = module.parent[decorator]
                method = module.op(property_, 1) if module.kind[property_] == Kind.PROPERTY else -1
                if (
                    method >= 0
                    and module.kind[method] == Kind.FUNCTION
                    and self._is_own(module, module.first[decorator])
                ):
                    found.setdefault(method, []).append(module.first[decorator])
        return found

    def _is_own(self, module: Module, row: int) -> bool:
        made = module.first[row] if module.kind[row] == Kind.CALL else row
        return not isinstance(self.model.names.of(module.index, made), Library)


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

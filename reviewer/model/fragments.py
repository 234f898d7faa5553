"""Fragments: what a query builder gives that is never sent by itself, and becomes part of another statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.chains import whole_chain
from reviewer.model.domain import External
from reviewer.model.solve import YES
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_STEPS: Final = 6
_CALLERS: Final = 8
_PASSING: Final = frozenset(
    {Kind.ARRAY, Kind.CONDITIONAL, Kind.LOGICAL, Kind.OBJECT, Kind.PROPERTY, Kind.SEQUENCE, Kind.SPREAD}
)
_STORES: Final = frozenset({Kind.ASSIGN, Kind.DECLARATOR})
_FILLING: Final = frozenset({"push", "unshift"})
_KEEPING: Final = frozenset({"concat", "filter", "flat", "reverse", "slice", "sort"})
"""Methods of lists that give a list of the same things."""
_GIVING: Final = frozenset({"flatMap", "map"})
"""Methods of lists that give a list of what a callback gives."""


class Fragments:
    """Follows one value from the builder on."""

    def __init__(self, model: Model, package: str) -> None:
        self.model = model
        self.package = package
        self._is_part = False
        self._seen: set[tuple[int, int]] = set()

    def are_parts(self, module: Module, query: int) -> bool:
        """Whether what the chain of a query gives goes into other statements of its package, and nowhere else."""
        top = whole_chain(module, query)
        if not self.package or self.model.ask(self.model.promises.yields(module.index, top)).items != {YES}:
            return False  # it is sent where it stands: only what is lazy waits to be awaited
        return self._only_in_statements(module, top, _STEPS) and self._is_part

    def _only_in_statements(self, module: Module, row: int, steps: int) -> bool:
        """Whether nothing but statements is known to get a value; False where it may be awaited."""
        if steps <= 0 or (module.index, row) in self._seen:
            return steps > 0
        self._seen.add((module.index, row))
        while module.kind[module.parent[row]] in _PASSING:
            row = module.parent[row]
        parent = module.parent[row]
        match module.kind[parent]:
            case Kind.CALL if module.first[parent] != row:
                return self._given(module, parent, steps)
            case Kind.MEMBER:
                call = module.parent[parent]
                is_called = module.kind[call] == Kind.CALL and module.first[call] == parent
                if is_called and module.text(parent) in _KEEPING:
                    return self._only_in_statements(module, call, steps - 1)
                return is_called and module.text(parent) in _FILLING  # the list is filled with more
            case Kind.INDEX if module.first[parent] == row:
                return self._only_in_statements(module, parent, steps - 1)
            case Kind.DECLARATOR | Kind.ASSIGN:
                return self._kept(module, module.first[parent], steps)
            case Kind.RETURN:
                return self._returned(module, module.owner[parent], steps)
            case Kind.FUNCTION if module.has(parent, Flag.EXPRESSION_BODY):
                return self._returned(module, parent, steps)
            case _:
                return False

    def _given(self, module: Module, call: int, steps: int) -> bool:
        """Of what is an argument of a call: it is put into a list, or into a statement."""
        callee = module.first[call]
        if module.kind[callee] == Kind.MEMBER and module.text(callee) in _FILLING:
            return self._kept(module, module.first[callee], steps)
        if module.kind[callee] == Kind.MEMBER and module.text(callee) in _KEEPING:
            return self._only_in_statements(module, call, steps - 1)
        found = self.model.ask(self.model.calls.run(module.index, call))
        known = [item for item in found.items if not isinstance(item, External) or item.state]
        if known:
            is_part = all(
                isinstance(item, External) and self.model.libraries.package_name(item.state) == self.package
                for item in known
            )
            # what is no statement itself sends those that it is given: `$transaction(updates)`
            is_part = is_part and self.model.ask(self.model.promises.yields(module.index, call)).items == {YES}
        else:
            libraries = self.model.libraries
            is_part = module.text(call) in libraries.promise_names([self.package]) - libraries.promise_names(())
        self._is_part |= is_part
        return is_part

    def _kept(self, module: Module, target: int, steps: int) -> bool:
        binding = module.binding[target] if module.kind[target] == Kind.IDENT else -1
        if binding < 0:
            return False
        return all(
            (module.first[module.parent[ref]] == ref and module.kind[module.parent[ref]] in _STORES)
            or self._only_in_statements(module, ref, steps - 1)
            for ref in module.refs(binding)
        )

    def _returned(self, module: Module, function: int, steps: int) -> bool:
        """Of what a function gives: by a list's method that collects it, or to each of those that call it."""
        if module.has(function, Flag.ASYNC):
            return False
        call = module.parent[function]
        if module.kind[call] == Kind.CALL and module.first[call] != function:
            return module.text(call) in _GIVING and self._only_in_statements(module, call, steps - 1)
        uses = self.model.ask(self.model.uses.of(module.index, function))
        if uses.open or not 0 < len(uses.items) <= _CALLERS or any(use.kind != "call" for use in uses.items):
            return False
        return all(self._only_in_statements(self.model.link.body(use.module), use.row, steps - 1) for use in uses.items)

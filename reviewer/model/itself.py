"""Objects that give themselves to others by their own functions: `init() { …; return this }`."""

from __future__ import annotations

from typing import Final

from reviewer.source.module import Kind, Module

_THIS: Final = bytes((Kind.THIS,))
_GIVEN: Final = frozenset({Kind.RETURN, Kind.CALL, Kind.NEW, Kind.PROPERTY, Kind.FUNCTION})


class Itself:
    """Looked for once in each object literal."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], bool] = {}

    def is_given(self, module: Module, literal: int) -> bool:
        """Whether `this` is a value in a function of an OBJECT: returned, an argument, or kept in another object."""
        key = (module.index, literal)
        if key not in self._found:
            self._found[key] = _is_given(module, module.start[literal], module.end[literal])
        return self._found[key]


def _is_given(module: Module, start: int, end: int) -> bool:
    at = module.kind.find(_THIS)
    while at >= 0:
        parent = module.parent[at]
        is_callee = module.kind[parent] in {Kind.CALL, Kind.NEW} and module.first[parent] == at
        if start <= module.start[at] < end and module.kind[parent] in _GIVEN and not is_callee:
            return True
        at = module.kind.find(_THIS, at + 1)
    return False

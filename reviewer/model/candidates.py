"""Candidates: the calls that may run a library's function, told from names and imports alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.source.module import BindingKind, Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.rows import Rows

_NAMING: Final = frozenset({BindingKind.IMPORT, BindingKind.CONST, BindingKind.VAR, BindingKind.LET})


class Candidates:
    """The calls by one of some names, and those by a name of a module's own where it loads one of some packages."""

    def __init__(self, model: Model, wanted: Callable[[Rows], tuple[frozenset[str], frozenset[str]]]) -> None:
        """`wanted`: the names, and the packages whose module object or a member of it is called."""
        self.model = model
        self._wanted = wanted

    def in_module(self, m: int) -> list[int]:
        """The CALL and NEW rows of a module, ascending."""
        calls = self.model.link.surfaces[m].calls
        names = self._wanted(self.model.libraries)[0] & calls.keys()
        return sorted({*(row for name in names for row in calls[name]), *self._renamed(m)})

    def _renamed(self, m: int) -> Iterator[int]:
        if m in self._loading:
            module = self.model.link.body(m)
            for rows in self.model.link.surfaces[m].calls.values():
                for row in rows:
                    callee = module.first[row]
                    binding = module.binding[callee] if module.kind[callee] == Kind.IDENT else -1
                    if binding >= 0 and module.binding_kind[binding] in _NAMING:
                        yield row

    @cached_property
    def _loading(self) -> frozenset[int]:
        """The modules that load one of the packages."""
        importers = self.model.link.package_importers
        packages = self._wanted(self.model.libraries)[1]
        return frozenset(one.module for name in packages for one in importers.get(name, ()))

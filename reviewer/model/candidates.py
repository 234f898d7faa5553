"""Candidates: the calls that may run a library's function, told from names and imports alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

from reviewer.source.module import BindingKind, Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.rows import Rows

_NAMING: Final = frozenset({BindingKind.IMPORT, BindingKind.CONST, BindingKind.VAR, BindingKind.LET})


_Wanted: TypeAlias = tuple[Mapping[str, frozenset[str]], frozenset[str]]


class Candidates:
    """The calls by one of some names, and those by a name of a module's own where it loads one of some packages."""

    def __init__(self, model: Model, wanted: Callable[[Rows], _Wanted]) -> None:
        """`wanted`: the names by the packages that lead to them, and the packages whose module object or a member of it
        is called.
        """
        self.model = model
        self._wanted = wanted

    def in_module(self, m: int) -> list[int]:
        """The CALL and NEW rows of a module, ascending."""
        calls = self.model.link.surfaces[m].calls
        names = self._names.intersection(calls)
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
    def _names(self) -> frozenset[str]:
        """The names, where some module loads what leads to them."""
        libraries = self.model.libraries
        return libraries.calls_in_use(self._wanted(libraries)[0], self.model.link.package_importers)

    @cached_property
    def _loading(self) -> frozenset[int]:
        """The modules that load one of the packages."""
        importers = self.model.link.package_importers
        packages = self._wanted(self.model.libraries)[1]
        return frozenset(one.module for name in packages for one in importers.get(name, ()))

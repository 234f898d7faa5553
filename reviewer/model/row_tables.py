"""Tables that follow from the library rows alone: made once where there is a cache, whatever is reviewed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar, get_type_hints, overload

import msgspec

_Rows = TypeVar("_Rows", bound="Tables")
_T = TypeVar("_T")

NONE_KEPT: Final[Mapping[str, bytes]] = MappingProxyType({})


class Tables:
    """What has tables. `kept` are those that an earlier run has made, encoded, by name."""

    def __init__(self, kept: Mapping[str, bytes]) -> None:
        self.kept = kept

    def made(self) -> dict[str, bytes]:
        """All tables, encoded, for the next run."""
        names = {
            name for kind in type(self).__mro__ for name, value in vars(kind).items() if isinstance(value, kept_table)
        }
        return {name: msgspec.msgpack.encode(getattr(self, name)) for name in sorted(names)}


class kept_table(Generic[_Rows, _T]):  # noqa: N801 - a decorator, like `property`
    """A `cached_property` that is taken from what was kept. Its type has to be annotated, as msgspec reads types."""

    def __init__(self, make: Callable[[_Rows], _T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, rows: None, owner: type[Any]) -> kept_table[_Rows, _T]: ...

    @overload
    def __get__(self, rows: _Rows, owner: type[Any]) -> _T: ...

    def __get__(self, rows: _Rows | None, owner: type[Any]) -> kept_table[_Rows, _T] | _T:
        if rows is None:
            return self
        kept = rows.kept.get(self._name)
        value: _T = self._make(rows) if kept is None else msgspec.msgpack.decode(kept, type=self._type())
        rows.__dict__[self._name] = value  # found before this is asked again
        return value

    def _type(self) -> Any:  # noqa: ANN401 - what msgspec takes
        return get_type_hints(self._make)["return"]

"""A written value: an expression that a name stands for where one call is looked at, and what is known of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.tested import Tested, is_function, is_given, may_be_function
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.stands_for import Called

FALSE: Final = frozenset({Kind.FALSE, Kind.NULL, Kind.UNDEFINED})
TRUE: Final = frozenset({Kind.TRUE, Kind.OBJECT, Kind.ARRAY, Kind.FUNCTION, Kind.CLASS, Kind.NEW, Kind.REGEX})
WRITTEN: Final = FALSE | TRUE | {Kind.STRING, Kind.NUMBER}
ABSENT: Final = -1
_FUNCTION: Final = "function"
_TYPES: Final = {
    Kind.FUNCTION: _FUNCTION,
    Kind.CLASS: _FUNCTION,
    Kind.OBJECT: "object",
    Kind.ARRAY: "object",
    Kind.NEW: "object",
    Kind.REGEX: "object",
    Kind.NULL: "object",
    Kind.FALSE: "boolean",
    Kind.TRUE: "boolean",
    Kind.STRING: "string",
    Kind.TEMPLATE: "string",
    Kind.NUMBER: "number",
    Kind.UNDEFINED: "undefined",
}


class Value(NamedTuple):
    """An expression in the function where it stands, called as `at` says; the row is `ABSENT` for what is left out.

    told: what the tests say that were passed on the way from there to where it is asked for.
    """

    at: Called
    row: int
    told: Tested = Tested()

    @property
    def kind(self) -> int:
        return Kind.UNDEFINED if self.row == ABSENT else self.at.module.kind[self.row]

    @property
    def type(self) -> str | None:
        """What `typeof` gives (ECMAScript 13.5.3), where the expression, a test before it or an annotation says so."""
        found = _TYPES.get(self.kind) or self.told.type
        module = self.at.module
        if found is None and self.kind == Kind.CALL:  # ECMAScript 20.2.3.2
            is_bound = module.kind[module.first[self.row]] == Kind.MEMBER and module.text(self.row) == "bind"
            return _FUNCTION if is_bound else None
        if found is not None or self.kind != Kind.IDENT:
            return found
        return _FUNCTION if is_function(self.at.model, module, self.row) else None

    @property
    def truth(self) -> bool | None:
        if self.kind in FALSE or self.kind in TRUE:
            return self.kind in TRUE
        module = self.at.module
        if self.kind in {Kind.STRING, Kind.NUMBER}:
            return module.text(self.row) not in {"", "0"} if self.kind == Kind.NUMBER else bool(module.text(self.row))
        return True if self.told.truth is None and self.type == _FUNCTION else self.told.truth

    def under(self, told: Tested) -> Value | None:
        """The value where tests have said this; None where it is another one than these have found."""
        is_other = self.kind in WRITTEN and (told.truth not in {None, self.truth} or told.type not in {None, self.type})
        return None if is_other else self._replace(told=self.told.beside(told))

    def is_typed(self, wanted: str, asked: tuple[Module, int]) -> bool | None:
        """Whether `typeof` gives this, where it is asked of a name: a parameter that may be one thing or nothing, as
        its declared type says, is that thing where it is there.
        """
        said = self.type
        if said is not None:
            return said == wanted
        model, module = self.at.model, self.at.module
        if wanted != _FUNCTION or self.told.truth is False:
            return None if wanted != _FUNCTION else False
        if self.kind != Kind.IDENT:
            return None
        if may_be_function(model, module, self.row) is False:
            return False
        is_there = may_be_function(model, *asked) and (self.truth or is_given(model, module, self.row))
        return True if is_there else None

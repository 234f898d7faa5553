"""A call as the conditions of library rows see it: how many arguments, of what kinds, with which constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.libraries.steps import OPEN
from reviewer.model.said import says
from reviewer.source.module import Flag, Kind, Module
from reviewer.source.specifiers import fold

if TYPE_CHECKING:
    from reviewer.model.libraries.conditions import Literal
    from reviewer.model.model import Model

_KINDS: Final = {
    Kind.STRING: "string",
    Kind.TEMPLATE: "string",
    Kind.NUMBER: "number",
    Kind.TRUE: "boolean",
    Kind.FALSE: "boolean",
    Kind.NULL: "null",
    Kind.UNDEFINED: "undefined",
    Kind.OBJECT: "object",
    Kind.ARRAY: "array",
    Kind.FUNCTION: "function",
    Kind.CLASS: "function",
    Kind.REGEX: "regex",
}


class CallShape:
    """What the text of a call says by itself; where it says nothing, not known. No question is asked for it."""

    def __init__(self, model: Model, module: Module, call: int) -> None:
        self._model = model
        self._module = module
        self._tagged = module.kind[call] == Kind.TAGGED
        self._arguments = module.args(call)
        self._spread = any(module.kind[argument] == Kind.SPREAD for argument in self._arguments)
        self.handler_parameters: int | None = None

    def arity(self) -> tuple[int, int] | None:
        """The smallest and the largest number of arguments."""
        count = len(self._arguments)
        return (count - 1, OPEN) if self._spread else (count, count)

    def parameters(self) -> int | None:
        """How many parameters the function at hand declares."""
        return self.handler_parameters

    def row(self, argument: int, members: tuple[str, ...]) -> int | None:
        """The row of an argument, or of a member of an object literal given there; -1: there is none; None: unknown."""
        module = self._module
        position = argument if argument >= 0 else len(self._arguments) + argument
        if self._spread:
            return None
        if not 0 <= position < len(self._arguments):
            return -1
        row = self._local(self._arguments[position])
        for member in members:
            if module.kind[row] != Kind.OBJECT:
                return None
            found = -1
            for operand in module.ops(row):
                if module.kind[operand] != Kind.PROPERTY or module.has(operand, Flag.COMPUTED):
                    return None
                if module.text(operand) == member:
                    found = self._local(module.op(operand, 1))
            if found < 0:
                return -1
            row = found
        return row

    def _local(self, row: int) -> int:
        """The expression that a constant local stands for."""
        module = self._module
        if module.kind[row] == Kind.IDENT and module.binding[row] >= 0:
            writes = module.writes(module.binding[row])
            if len(writes) == 1:
                if module.kind[writes[0]] in {Kind.FUNCTION, Kind.CLASS}:
                    return writes[0]
                parent = module.parent[writes[0]]
                if module.kind[parent] == Kind.DECLARATOR and module.first[parent] == writes[0]:
                    value = module.op(parent, 1)
                    return value if module.kind[value] != Kind.NONE else row
        return row

    def kinds(self, argument: int, members: tuple[str, ...]) -> frozenset[str] | None:
        """All kinds that the value may have, None where its text does not tell."""
        row = self.row(argument, members)
        if row is None:
            return None
        if row < 0:
            return frozenset({"undefined"})
        kind = _KINDS.get(self._module.kind[row])
        if kind is None and self._is_called(row):
            kind = "function"
        return frozenset({kind}) if kind is not None else None

    def _is_called(self, row: int) -> bool:
        """Whether the code calls what a variable holds: the `callback` that one hands on, and calls with an error."""
        module = self._module
        if module.kind[row] != Kind.IDENT or module.binding[row] < 0:
            return False
        calls = (module.parent[ref] for ref in module.refs(module.binding[row]))
        return any(
            module.kind[call] == Kind.CALL and module.binding[module.first[call]] == module.binding[row]
            for call in calls
        )

    def literals(self, argument: int, members: tuple[str, ...]) -> frozenset[Literal] | None:
        """The constants that the value may be; empty where it is none for certain."""
        row = self.row(argument, members)
        if row is None:
            return None
        if row < 0:
            return frozenset()
        module = self._module
        match module.kind[row]:
            case Kind.STRING:
                return frozenset({module.text(row)})
            case Kind.NUMBER:
                try:
                    return frozenset({float(module.text(row))})
                except ValueError:
                    return None
            case Kind.TRUE:
                return frozenset({True})
            case Kind.FALSE:
                return frozenset({False})
            case Kind.NULL:
                return frozenset({None})
            case Kind.OBJECT | Kind.ARRAY | Kind.FUNCTION | Kind.CLASS | Kind.REGEX:
                return frozenset()
            case Kind.IDENT:
                return self._elements(row)
            case _:
                return None

    def _elements(self, row: int) -> frozenset[Literal] | None:
        """The texts over which a loop goes, of the name that holds each: `for (const signal of ['a', 'b'])`, or
        `['a', 'b'].forEach((signal) => …)`.
        """
        module = self._module
        over = self._model.gathered.over(module, row)
        items = self._local(over) if over >= 0 else -1
        if items < 0 or module.kind[items] != Kind.ARRAY:
            return None
        found = [fold(module, item) for item in module.ops(items)]
        return frozenset(each.text for each in found) if all(each.whole for each in found) else None

    def has(self, argument: int, members: tuple[str, ...]) -> bool | None:
        """Whether the object given as that argument has the member."""
        row = self.row(argument, members)
        return None if row is None else row >= 0

    def says(self, argument: int, members: tuple[str, ...], words: tuple[Literal, ...]) -> bool | None:
        """Whether one of the words stands in the value's text, or in that of a constant local which stands there."""
        row = self.row(argument, members)
        return row if row is None else row >= 0 and says(self._module, row, frozenset(words))

    def tagged(self) -> bool | None:
        """Whether the call is the tag of a template."""
        return self._tagged

    def loaded(self, role: str) -> bool | None:
        """Whether the repository loads a module that plays the role."""
        return self._model.loads_role(role)

    def version(self, package: str) -> str | None:
        """The version of a package in the light of the file that holds the call."""
        return self._model.version(self._module.path, package)

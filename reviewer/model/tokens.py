"""Tokens: the keys under which containers keep what they give, known without asking what a program computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.declarations import Bound, Exported, Packaged
from reviewer.model.domain import Spot
from reviewer.model.names import Library
from reviewer.model.type_text import type_head
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_FAR: Final = 6


class Token(NamedTuple):
    """A key. kind: `text`, `class` (a CLASS row), `made` (what is equal to itself alone, such as a symbol, by the row
    that makes it once for its module), `package` (what one exports, `package#name`), `derived` (made of another key).
    """

    kind: str
    text: str = ""
    module: int = -1
    row: int = -1


class Tokens:
    """Reads the keys that the code gives to containers."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, m: int, row: int, left: int = _FAR) -> Token | None:
        """The key that an expression row is; None where that is not known. A function stands for what it returns: a
        class that is declared further down.
        """
        module = self.model.link.body(m)
        if left <= 0:
            return None
        if module.kind[row] == Kind.FUNCTION:
            returned = self.model.link.returned(m, row)
            return self.of(m, returned[0], left - 1) if len(returned) == 1 else None
        found = self.model.names.of(m, row)
        match found:
            case Library(package, name, _):
                return Token("package", f"{package}#{name}")
            case Spot():
                return self._at(found, Spot(m, row), left)
            case _:
                return self._class_name(module, row)

    def _at(self, found: Spot, asked: Spot, left: int) -> Token | None:
        module = self.model.link.body(found.module)
        match module.kind[found.row]:
            case Kind.STRING:
                return Token("text", module.text(found.row))
            case Kind.TEMPLATE if all(module.kind[chunk] == Kind.STRING for chunk in module.ops(found.row)):
                return Token("text", "".join(module.text(chunk) for chunk in module.ops(found.row)))
            case Kind.CLASS:
                return Token("class", "", *found)
            case Kind.PROPERTY:
                return Token("made", "", *found)
            case Kind.CALL | Kind.NEW:
                passed = self._passed(module, found.row, left)
                if passed is not None or found == asked:
                    return passed
                return Token("made", "", *found)
            case _:
                return None

    def _passed(self, module: Module, call: int, left: int) -> Token | None:
        """The key that a library's call gives back: what it is given, as its rows say."""
        callee = self.model.names.callee(module, call)
        arguments = module.args(call)
        if callee is None or not len(arguments):
            return None
        if callee.package == "" and callee.name == "Symbol.for":  # the same for the same text (ECMAScript 20.4.2.2)
            return self.of(module.index, arguments[0], left - 1)
        for state in callee.states:
            for flow in self.model.libraries.value_flows(state):
                if flow.place in {"argument", "returned"} and not flow.source and flow.at < len(arguments):
                    return self.of(module.index, arguments[flow.at], left - 1)
            for made in self.model.libraries.text_flows(state):
                if made.keeps == "text" and made.place == "argument" and made.first < len(arguments):
                    return derived(self.of(module.index, arguments[made.first], left - 1))
        return None

    def _class_name(self, module: Module, row: int) -> Token | None:
        """The `name` of a class (ECMAScript 20.2.4.2)."""
        if module.kind[row] != Kind.MEMBER or module.text(row) != "name":
            return None
        found = self.model.names.of(module.index, module.first[row])
        if not isinstance(found, Spot) or self.model.link.body(found.module).kind[found.row] != Kind.CLASS:
            return None
        return Token("text", self.model.link.body(found.module).text(found.row))

    def of_type(self, module: Module, text: str) -> Token | None:
        """The class that an annotation names, as a key."""
        name, _, member = type_head(text)[0].partition(".")
        match self.model.types.declarations.leads(module.index, name, member):
            case Bound(m, binding):
                found = self.model.names.binding(m, binding)
            case Exported(m, given):
                found = self.model.names.export(m, given)
            case Packaged(package, given):
                return Token("package", f"{package}#{given}")
            case _:
                return None
        if isinstance(found, Spot) and self.model.link.body(found.module).kind[found.row] == Kind.CLASS:
            return Token("class", "", *found)
        return None


def derived(token: Token | None) -> Token | None:
    """The key that a library makes of another one: of a class that for its repository."""
    return None if token is None else Token("derived", f"{token.kind} {token.text}", token.module, token.row)

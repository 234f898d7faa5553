"""Generics: what the type parameters of a function say of how its result comes from what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import AWAIT, NEW, Atom, Promised, Symbol
from reviewer.model.type_text import element_type, returned_type, split_type, type_head
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.declarations import Declarations

_PROMISES: Final = frozenset({"Promise", "PromiseLike"})
_CONSTRUCTOR: Final = "new "
_CALL: Final = "call"


def given_back(module: Module, function: int, declarations: Declarations) -> list[Atom]:
    """What a function gives by its signature, in terms of its parameters: of `<T>(make: () => T): T`, what calling its
    first argument gives. A result type that is declared anywhere is none of its type parameters.
    """
    text = module.annotations.get(function, "")
    inner = _inside_promise(text)
    wanted = inner or text.strip()
    if not wanted.isidentifier() or declarations.leads(module.index, wanted) is not None:
        return []
    found: list[Atom] = []
    for index, param in enumerate(module.params(function)):
        target = module.first[param]
        if module.kind[target] == Kind.DEFAULT:
            target = module.first[target]
        if module.kind[target] == Kind.IDENT:
            for steps in _ways(module.annotations.get(param, ""), wanted):
                held = Symbol(module.index, function, index, steps)
                found.append(Promised(held) if inner else held)
    return found


def _ways(text: str, wanted: str) -> Iterator[tuple[str, ...]]:
    """The steps that lead from a value of one type to values of another."""
    for part in split_type(text, "|"):
        if part == wanted:
            yield ()
        elif _inside_promise(part) == wanted:
            yield (AWAIT,)
        elif element_type(part, "*") == wanted:
            yield ("e:*",)
        elif part.startswith(_CONSTRUCTOR) and returned_type(part.removeprefix(_CONSTRUCTOR)) == wanted:
            yield (NEW,)
        else:
            for result in split_type(returned_type(part) or "", "|"):
                if result == wanted:
                    yield (_CALL,)
                elif _inside_promise(result) == wanted:
                    yield (_CALL, AWAIT)


def _inside_promise(text: str) -> str:
    """What a promise of this type is fulfilled with; empty for other types."""
    head, arguments = type_head(text.strip())
    return arguments[0] if head in _PROMISES and len(arguments) == 1 else ""

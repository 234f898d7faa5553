"""Generics: what the type parameters of a function say of how its result comes from what it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from reviewer.model.domain import AWAIT, NEW, Atom, Promised, Symbol
from reviewer.model.type_text import element_type, returned_type, split_type, type_head
from reviewer.source.module import Kind, Module

_PROMISES: Final = frozenset({"Promise", "PromiseLike"})
_CONSTRUCTOR: Final = "new "
_CALL: Final = "call"
_PARAMETER: Final = re.compile(r"(?:const\s+)?([\w$]+)")


def given_back(module: Module, function: int) -> list[Atom]:
    """What a function gives by its signature, in terms of its parameters: of `<T>(make: () => T): T`, what calling its
    first argument gives.
    """
    text = module.annotations.get(function, "")
    inner = _inside_promise(text)
    wanted = inner or text.strip()
    if wanted not in _type_parameters(module.generics.get(function, "")):
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


@lru_cache(maxsize=1 << 10)
def _type_parameters(text: str) -> frozenset[str]:
    """The names that `<T, const U extends string = 'a'>` declares."""
    parts = split_type(text[1:-1], ",")
    return frozenset(found[1] for part in parts if (found := _PARAMETER.match(part)) is not None)


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

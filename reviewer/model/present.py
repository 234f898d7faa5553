"""Present: values that are surely there, where nothing but the code that makes or takes them says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Atom, ClassValue, Closure, External, Namespace
from reviewer.model.type_text import split_type
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_RELEASE: Final = "connection.release"
_TAKE: Final = "connection.take"
_NOTHING: Final = frozenset({"null", "undefined", "any", "unknown"})


def takes_connection(model: Model, atom: Atom) -> bool:
    """Whether calls of a value give a connection, which is taken, not looked for."""
    return isinstance(atom, External) and model.libraries.has_role(atom.state, _TAKE, None)


def is_object(model: Model, atom: Atom, *, is_call: bool) -> bool:
    """Whether a value is surely an object: of libraries only a connection. is_call: it is what a call gives."""
    match atom:
        case Closure() | ClassValue() | Namespace():
            return not is_call
        case External(state) if state:
            return any(
                model.libraries.has_role(below, _RELEASE, None)
                for name in model.libraries.role_names(_RELEASE) & model.libraries.members(state)
                for below in model.libraries.member(state, name)
            )
        case _:
            return False


def must_be_given(module: Module, row: int) -> bool | None:
    """Whether callers must give a parameter, which only annotations say; None for other names, False for those that
    are given several values.
    """
    targets = module.writes(module.binding[row]) if module.kind[row] == Kind.IDENT and module.binding[row] >= 0 else ()
    for target in targets:
        param = module.parent[target]
        if module.kind[param] in {Kind.PARAM, Kind.DEFAULT}:
            text = module.annotations.get(param) or module.annotations.get(target) or "undefined"
            is_optional = module.has(param, Flag.OPTIONAL)
            return not is_optional and not _NOTHING.intersection(split_type(text, "|"))
    return None if len(targets) <= 1 else False

"""What callers hand in: what an expression stands for where it is a parameter, told by names alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.model.link import ToFolder
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.names import Meaning

_FAR: Final = 3
"""Through so many functions something is handed in."""
_CALLS: Final = 12
"""A function with more calls is no place where an application is put together."""


def meanings(model: Model, m: int, row: int, left: int = _FAR) -> Iterator[Meaning]:
    """What an expression stands for; of a parameter, or a member that its pattern takes, what each call gives to it."""
    found = model.names.of(m, row)
    module = model.link.body(m)
    listed = model.link.import_calls[m].get(row) if found is None and row not in module.surface.loads else None
    if isinstance(listed, ToFolder):  # a list of what files export
        yield from (model.names.export(each, "default") or model.names.whole(each) for each in listed.modules)
        return
    if found is not None or left <= 0 or module.kind[row] != Kind.IDENT or module.binding[row] < 0:
        yield found
        return
    writes = module.writes(module.binding[row])
    if len(writes) == 1 and module.kind[module.parent[writes[0]]] == Kind.DECLARATOR:
        yield from meanings(model, m, module.op(module.parent[writes[0]], 1), left - 1)
        return
    at = module.parent[writes[0]] if len(writes) == 1 else 0
    member = ""
    if module.kind[at] == Kind.PROPERTY and module.kind[module.parent[at]] == Kind.OBJECT_PATTERN:
        member, at = module.text(at), module.parent[module.parent[at]]
    if module.kind[at] != Kind.PARAM or module.kind[module.parent[at]] != Kind.FUNCTION:
        return
    function, index = Spot(m, module.parent[at]), module.position(at) - 1
    for call in _calls(model, function):
        arguments = model.link.body(call.module).args(call.row)
        for meant in meanings(model, call.module, arguments[index], left - 1) if index < len(arguments) else ():
            yield model.names.member(meant, member) if member else meant


def _calls(model: Model, function: Spot) -> list[Spot]:
    """The calls of a function that has a name, by that name; none where there are many."""
    name = model.function_name(model.link.body(function.module), function.row)
    found: list[Spot] = []
    for m, surface in enumerate(model.link.surfaces) if name else ():
        for row in surface.calls.get(name, ()):
            body = model.link.body(m)
            if body.kind[row] == Kind.CALL and model.names.of(m, body.first[row]) == function:
                found.append(Spot(m, row))
    return found if len(found) <= _CALLS else []

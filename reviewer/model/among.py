"""Among: whether a list that is written down holds what is asked for: `KINDS.includes(kind)`."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from reviewer.model.domain import Constant, Literal
from reviewer.model.solve import Answer, Key
from reviewer.model.written_value import ABSENT
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.stands_for import Called


def is_among(at: Called, call: int, steps: int) -> Generator[Key, Answer, bool | None]:
    """Whether the list on which a CALL row is made holds what that is given; None where one of them is not known, or
    the call asks for something else.
    """
    model, module = at.model, at.module
    callee, arguments = module.first[call], module.args(call)
    if module.kind[callee] != Kind.MEMBER or len(arguments) != 1:
        return None
    if not _asks_for_element(model, module.text(callee)):
        return None
    value = at.value(arguments[0], steps)
    if value.row == ABSENT:
        return None
    wanted = yield from texts_of(model, value.at.module.index, value.row)
    if not wanted:
        return None
    lists = yield model.values.resolved(module.index, module.first[callee])
    held = [item for item in lists.items if isinstance(item, Literal)]
    if lists.open or len(lists.items) != 1 or not held:
        return None
    body = model.link.body(held[0].module)
    if body.kind[held[0].row] != Kind.ARRAY:
        return None
    listed: set[str] = set()
    is_whole = not (yield model.heap.put(held[0].module, held[0].row)).items
    for element in body.ops(held[0].row):
        texts = None if body.kind[element] == Kind.SPREAD else (yield from texts_of(model, body.index, element))
        is_whole = is_whole and texts is not None
        listed |= texts or set()
    if wanted <= listed:
        return True
    return False if is_whole and wanted.isdisjoint(listed) else None


def _asks_for_element(model: Model, name: str) -> bool:
    """Whether a method of the language tells whether its argument is among the elements of its receiver."""
    return any(
        [step.kind for step in path] == ["receiver", "element"]
        for state in model.libraries.language(name)
        for fact in model.libraries.guards(state, 0, says=True)
        for path in fact.against
    )


def texts_of(model: Model, m: int, row: int) -> Generator[Key, Answer, set[str] | None]:
    """The constant texts of which a value is one; None where it may be another."""
    found = yield model.values.resolved(m, row)
    texts = {item.text for item in found.items if isinstance(item, Constant)}
    return None if found.open or not texts or len(texts) < len(found.items) else texts

"""Chosen elements: what is proved of the elements of a list that a function has chosen."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from reviewer.model.domain import Closure
from reviewer.model.proofs import proved_by_answer
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import Path, is_element
from reviewer.source.module import Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


def proved_of_elements(
    model: Model, module: Module, call: int, at: int, path: Path
) -> Generator[Key, Answer, frozenset[str]]:
    """What is proved of what lies `path` below a list by a function, the argument `at` of a CALL row, that has said yes
    to the element: `names.filter((name) => LIST.includes(name))`.
    """
    arguments = module.args(call)
    if not 0 <= at < len(arguments) or not path or not is_element(path[0]):
        return frozenset()
    asked = yield model.values.resolved(module.index, arguments[at])
    common: frozenset[str] | None = None
    for item in asked.items:
        proved: frozenset[str] = frozenset()
        if isinstance(item, Closure):
            proved = yield from proved_by_answer(model, item, 0, says=True, path=path[1:])
        common = proved if common is None else common & proved
    return common or frozenset()

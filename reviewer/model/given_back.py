"""What a library's call gives back of a function that it runs at once: `storage.run(store, work)`."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from reviewer.model.solve import Answer, Key, join

if TYPE_CHECKING:
    from reviewer.model.domain import External
    from reviewer.model.model import Model
    from reviewer.source.module import Module


def given_back(model: Model, callee: External, module: Module, call: int) -> Generator[Key, Answer, Answer | None]:
    """The functions of which one gives what the call gives; None where the rows say so of no argument."""
    found: Answer | None = None
    for argument in given_back_arguments(model, callee, module, call):
        held = yield model.values.resolved(module.index, argument)
        found = held if found is None else join(found, held)
    return found


def given_back_arguments(model: Model, callee: External, module: Module, call: int) -> list[int]:
    """The rows of the arguments that stand for such functions."""
    libraries = model.libraries
    if callee.state not in libraries.giving_back:
        return []
    shape = model.call_shape(module, call)
    return [
        argument
        for index, argument in enumerate(module.args(call))
        if any(
            libraries.is_given_back(fact)
            for state in libraries.argument(callee.state, index, shape, None)
            for fact in libraries.callings(state, shape)
        )
    ]

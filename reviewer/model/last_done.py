"""Last done: what a function does right before it ends the process, when nobody waits any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.source.module import Module

_ENDS: Final = "process.exit"


def is_last_done(model: Model, m: int, row: int) -> bool:
    """Whether the function of a row goes on to end the process, on each way that does not leave it before. Told by the
    names of calls, so that no question is asked meanwhile.
    """
    module = model.link.body(m)
    function = module.owner[row]
    return function > 0 and any(
        module.owner[call] == function
        and module.region[call] == function
        and module.start[call] > module.start[row]
        and _ends(model, module, call)
        for call in model.sites.candidates(_ENDS, m)
    )


def _ends(model: Model, module: Module, call: int) -> bool:
    callee = model.names.callee(module, call)
    return callee is not None and any(model.libraries.has_role(state, _ENDS, None) for state in callee.states)

"""Together: whether the turns of a repetition all begin before the first of them waits for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.does import Doing
    from reviewer.model.model import Model
    from reviewer.model.turns import Turn

_AT_ONCE: Final = frozenset({"flatMap", "forEach", "map"})
_WAITING: Final = frozenset({Kind.AWAIT, Kind.YIELD})


class Together:
    """Asked of what is reported only."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def are_begun(self, turn: Turn) -> bool:
        """Whether no turn waits for the one before: callbacks of a list, `list.map(async …)`, or a loop without
        `await`.
        """
        module = self.model.link.body(turn.module)
        if module.kind[turn.row] != Kind.CALL:
            return not any(module.kind[at] in _WAITING for at in module.descend_owned(turn.body))
        callee = module.first[turn.row]
        return (
            module.text(turn.row) in _AT_ONCE
            and module.kind[callee] == Kind.MEMBER
            and module.first[callee] == turn.over
        )

    def are_in_one_tick(self, turn: Turn, way: list[Doing]) -> bool:
        """Whether the last call of a way is made in all turns before anything else happens: nothing on the way to it
        waits first.
        """
        if not self.are_begun(turn):
            return False
        function = turn.body
        for at in way:
            module = self.model.link.body(at.module)
            if not self._is_reached_at_once(module, function, at.row):
                return False
            if at.callee is not None:
                function = at.callee.row
        return True

    def _is_reached_at_once(self, module: Module, function: int, row: int) -> bool:
        """Whether a row runs before the code around it, from a function or body on, waits for anything; and once."""
        if row == function:
            return True
        runs_with = set(module.descend_owned(function))
        is_function = module.kind[function] == Kind.FUNCTION
        if row not in runs_with or (is_function and self._is_repeated(module, row, function)):
            return False
        return not any(
            module.kind[at] in _WAITING
            and module.start[at] < module.start[row]
            and not module.start[at] <= module.start[row] < module.end[at]
            for at in runs_with
        )

    def _is_repeated(self, module: Module, row: int, function: int) -> bool:
        return any(
            module.start[function] <= module.start[turn.row] < module.end[function]
            for turn in self.model.turns.around(module.index, row)
        )

"""Uses: the places where a function ends up."""

from __future__ import annotations

from typing import Final

import msgspec

HELD: Final = "held by an object"
"""The function goes on inside an object or list: the calls of parameters may run it."""


class Use(msgspec.Struct, frozen=True, gc=False):
    """One place where a function ends up.

    kind: `call` (the CALL or NEW at `row` runs it; its arguments begin at `index` where that is not -1, or, where
    `spread`, the array of them stands there) · `argument` (passed to a library's call as argument `index`) ·
    `member argument` (below an object passed there, by `names`) · `element argument` (in an array passed there) ·
    `read` (the MEMBER at `row` runs it: a getter).
    """

    kind: str
    module: int
    row: int
    index: int = -1
    names: tuple[str, ...] = ()
    spread: bool = False

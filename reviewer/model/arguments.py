"""Arguments: what a call is given that plays a role, and the parameters that wrappers hand on to such a call."""

from __future__ import annotations

import msgspec


class Argument(msgspec.Struct, frozen=True, gc=False):
    """An argument that plays a role: of the CALL or NEW at `row`, the expression at `argument`, or what lies `path`
    below it where an object is given (`{ text }`).

    `state` is the place of the library that is called in the end; `inner` the site in the wrapper that hands the
    argument on, None where the library is called right here, and `wrapper` the FUNCTION row of that wrapper, which the
    call runs with its own arguments (-1 where that is not so plain). `handed_on`: the argument is a parameter of the
    function around it, as it is, and the callers' arguments are sites of their own.
    """

    module: int
    row: int
    argument: int
    path: tuple[str, ...]
    state: int
    inner: Argument | None = None
    wrapper: int = -1
    handed_on: bool = False
    inserted: bool = False


class Wrapped(msgspec.Struct, frozen=True, gc=False):
    """A parameter, and what lies below it, that a function hands on as it is."""

    module: int
    function: int
    index: int
    path: tuple[str, ...]

"""A registration of handlers, as rules and reports see it."""

from __future__ import annotations

import msgspec

from reviewer.model.domain import Closure, External, Spot


class Handler(msgspec.Struct, frozen=True, gc=False):
    """One handler of a registration: the row that gives it, the functions it may be, and what becomes of its promise.

    fate: `lost` (nobody handles a rejection), `forwarded` (the framework does), `unknown` (one or the other, as its
    version is), `unsaid` (no row of the library says, or the code registers it in a way of its own).
    is_member_of_unknown: it is read from a value of a library that no row describes, which may be the application's
    own: `container.get('x').show`.
    """

    module: int
    row: int
    functions: tuple[Closure, ...]
    externals: tuple[External, ...]
    is_error_handler: bool
    fate: str
    open: bool
    is_member_of_unknown: bool = False

    @property
    def spot(self) -> Spot:
        """The row that gives it."""
        return Spot(self.module, self.row)


class Route(msgspec.Struct, frozen=True, gc=False):
    """One registration: `router.get('/path', middleware, handler)`, a mount (`use`), or a decorated method.

    `module`, `row`: the CALL. `paths`: as written, empty where none was given or it is unknown; `receivers`: the
    creation sites of what it is registered on. has_path: whether a path was given at all. encapsulates: its handlers
    register routes on what the call hands to them. before: the handlers that run first, such as hooks and guards.
    class_: the CLASS row whose method a decorator made a handler, or -1. around: what a manifest names, the handler or
    what the code makes around it, and the functions that the platform asks before it. turn: for which row of a list it
    is, where a loop over that registers each. sealed: the router runs what is registered here only for requests that
    one of its routes answers.
    """

    module: int
    row: int
    method: str
    paths: tuple[str, ...]
    handlers: tuple[Handler, ...]
    receivers: tuple[External, ...]
    is_mount: bool
    state: int
    has_path: bool = False
    encapsulates: bool = False
    before: tuple[Handler, ...] = ()
    class_: int = -1
    turn: int = 0
    sealed: bool = False
    around: tuple[Spot, ...] = ()

    @property
    def spot(self) -> Spot:
        """The CALL, or what stands for it."""
        return Spot(self.module, self.row)

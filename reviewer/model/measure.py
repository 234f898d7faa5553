"""A measure: what stands before the handler of an endpoint, or catches what it lets out."""

from __future__ import annotations

import msgspec

from reviewer.model.domain import Atom, Spot


class Measure(msgspec.Struct, frozen=True, gc=False):
    """One measure in force, by the row that names it.

    kind: `middleware`, `param` (for a parameter of the path), `plugin`, `on-request`, `pre-parsing`, `pre-validation`,
    `schema`, `pre-handler`, `guard`, `interceptor`, `pipe`, `reply` (hooks behind the handler), `error` (it gets what
    the handler lets out). values: the functions, classes and library places that it may be, empty where that is not
    known; a function or class of the repository stands for itself, a class also for its instance. package: the package
    that its expression comes from, empty where it is the repository's own. sure: no branch stands before it.
    """

    kind: str
    module: int
    row: int
    values: tuple[Atom, ...]
    package: str = ""
    sure: bool = True

    @property
    def spot(self) -> Spot:
        """The expression that names it."""
        return Spot(self.module, self.row)


class Measures(msgspec.Struct, frozen=True, gc=False):
    """The measures of an endpoint in the order in which a request meets them, those of kind `error` at the end in the
    order in which they catch. open: why there may be others, or why one of them is not known; empty: the list is whole.
    """

    items: tuple[Measure, ...]
    open: frozenset[str]

    @property
    def complete(self) -> bool:
        """Whether the list is whole and each measure in it known."""
        return not self.open

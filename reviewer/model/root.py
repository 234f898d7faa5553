"""Root: a module with which a program begins, and who says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from reviewer.model.domain import Spot
from reviewer.source.manifests.starts.start import Starting

if TYPE_CHECKING:
    from reviewer.model.libraries.load_fact import LoadFact


class Root(NamedTuple):
    """A module with which a program begins, for what it is started, who says so, and the library row that knows.
    caller: the module that calls for it, as a process or thread of its own; -1 where none does. for_development: what
    starts it is no way in which it runs in production. rejections: what Node.js is told of rejections that nobody
    handles. is_script: a script says so, which production may start in another way. only: the names under which the
    module gives away what a server runs of it; empty for all. threads: the calls that start it as a thread of the
    caller's process.
    """

    module: int
    starting: Starting
    said: str
    row: LoadFact | None = None
    caller: int = -1
    for_development: bool = False
    rejections: str = ""
    is_script: bool = False
    only: tuple[str, ...] = ()
    threads: tuple[Spot, ...] = ()


def merged(same: list[Root]) -> Root:
    """What is started in several ways: in production where one of them is, and then as images and the files of process
    managers say, which alone know of scripts what is done there.
    """
    used = [root for root in same if not root.for_development] or same
    used = [root for root in used if not root.is_script] or used
    modes = {root.rejections for root in used}
    return same[0]._replace(
        for_development=all(root.for_development for root in same),
        rejections=modes.pop() if len(modes) == 1 else "",
        only=same[0].only if all(root.only for root in same) else (),
        threads=threads_of(same),
    )


def threads_of(roots: Iterable[Root]) -> tuple[Spot, ...]:
    """The calls that start a program, where each of them starts a thread."""
    calls = [root.threads for root in roots]
    return tuple(call for each in calls for call in each) if all(calls) else ()

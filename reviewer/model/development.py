"""Development: which of the modules that programs begin with are started only by those who develop."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from reviewer.model.program import ASIDE, ProgramKind
from reviewer.model.root import Root


def developing(
    roots: Iterable[tuple[ProgramKind, Root]],
    package: Callable[[int], str],
    missed: Collection[str],
    reach: Callable[[Iterable[int]], set[int]],
) -> frozenset[int]:
    """The modules that no production begins with: scripts such as `dev` start them, or what these start does.

    Only in packages of which it is known what runs in production: not in those that are `missed`, or that nothing else
    is known to start or to load.
    """
    started: dict[int, list[Root]] = {}
    for kind, root in roots:
        if kind not in ASIDE:
            started.setdefault(root.module, []).append(root)
    found: set[int] = set()
    while True:
        more = {m for m, by in started.items() if all(root.for_development or root.caller in found for root in by)}
        if more == found:
            break
        found = more
    produced = {package(m) for m in reach(m for m in started if m not in found)} - set(missed)
    return frozenset(m for m in found if package(m) in produced)

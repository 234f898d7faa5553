"""What is still to be done in a component: its members that have read too little."""

from __future__ import annotations

from heapq import heappop, heappush

from reviewer.model.solve.answers import Key


class Agenda:
    """Members that are to be evaluated again, each once, the earliest found first.

    A question is found after what it reads, loops aside: taken in this order, most of what a member reads has come to
    rest when its turn comes (the weak topological order of Bourdoncle, 1993, as far as a search gives it for nothing).
    """

    __slots__ = ("_added", "_heap", "_keys")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Key]] = []
        self._keys: set[Key] = set()
        self._added = 0

    def __bool__(self) -> bool:
        return bool(self._heap)

    def add(self, order: int, key: Key) -> None:
        """Put a member down that was found as the `order`th."""
        if key not in self._keys:
            self._added += 1  # different for each, so that no keys are compared
            heappush(self._heap, (order, self._added, key))
            self._keys.add(key)

    def add_all(self, other: Agenda) -> None:
        """Take over what another agenda holds."""
        for order, _, key in other._heap:
            self.add(order, key)

    def pop(self) -> Key:
        """The earliest found, taken off. Raises IndexError where nothing is left."""
        _, _, key = heappop(self._heap)
        self._keys.discard(key)
        return key

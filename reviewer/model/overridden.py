"""Overridden: the methods of applications and routers in whose place the reviewed code puts functions of its own."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from reviewer.model.domain import Closure, External, Spot
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.model.model import Model


class Overridden:
    """Told from what is written to members of that name: `app.get = (path, ...handlers) => …`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def is_own(self, name: str, receivers: Iterable[External]) -> bool:
        """Whether the method of this name is the code's own on some of these applications and routers."""
        own = self._receivers.get(name)
        return own is not None and any(Spot(each.module, each.row) in own for each in receivers)

    @cached_property
    def _receivers(self) -> dict[str, set[Spot]]:
        """Where applications and routers are made of which a method that registers is replaced, by its name."""
        found: dict[str, set[Spot]] = {}
        link = self.model.link
        for name in sorted(self.model.libraries.route_names):
            for m, row in link.spots_named("writes", name):
                module = link.body(m)
                parent = module.parent[row]
                if module.kind[parent] != Kind.ASSIGN or module.first[parent] != row:
                    continue
                put = self.model.ask(self.model.values.resolved(m, module.op(parent, 1)))
                if any(isinstance(item, Closure) for item in put.items):
                    held = self.model.ask(self.model.values.resolved(m, module.first[row]))
                    made = {Spot(item.module, item.row) for item in held.items if isinstance(item, External)}
                    found.setdefault(name, set()).update(spot for spot in made if spot.row >= 0)
        return found

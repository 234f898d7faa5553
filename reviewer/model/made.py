"""Objects that library calls make of what they are given: what lies at a path below them, as the rows say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import External, Made
from reviewer.model.solve import Equation, answer, join

if TYPE_CHECKING:
    from reviewer.model.model import Model


class MadeObjects:
    """The equation of `model.heap.element_made`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def below(self, m: int, call: int, path: tuple[str, ...]) -> Equation:
        """What lies at a path below what a library's CALL row makes."""
        module = self.model.link.body(m)
        callees = yield self.model.calls.callees(module.index, call)
        found = yield from self.model.injection.below(m, call, path)
        for callee in callees.items:
            if not isinstance(callee, External):
                continue
            for flow in self.model.libraries.text_flows(callee.state):
                if flow.keeps in {"text", "formatted", "content"} or (not flow.target and flow.keeps == "value"):
                    continue
                below = flow.remaining(path)
                if below is None or "#" in below:
                    continue
                if len(path) < len(flow.target):
                    found = join(found, answer([Made(module.index, call, path)]))
                    continue
                for index in range(flow.first, min(flow.last, flow.first + len(module.args(call))) + 1):
                    given = yield from self.model.results.held(flow.place, index, module, call)
                    if flow.awaits:
                        given = self.model.values.awaited((yield from self.model.values.follow(given, flow.source)))
                    rest = below[len(flow.source) :] if flow.awaits else below
                    found = join(found, (yield from self.model.values.follow(given, rest)))
        # What is made may be asked for anywhere: the parameters it is written in terms of are those of its own place.
        return (yield from self.model.values.close(found))

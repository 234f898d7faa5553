"""Objects that library calls make of what they are given: what lies at a path below them, as the rows say."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import UNDEFINED, Atom, Constant, External, Made
from reviewer.model.solve import Answer, Equation, Key, answer, join

if TYPE_CHECKING:
    from reviewer.model.model import Model

_NOTHING_THERE: Final[frozenset[Atom]] = frozenset({Constant("null", "null"), UNDEFINED})
"""What has no members to pass on: `Object.create(null)`."""


class MadeObjects:
    """The equation of `model.heap.element_made`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def is_object(self, m: int, call: int) -> Generator[Key, Answer, bool]:
        """Whether what a library's CALL row makes is a plain object, `Object.create(…)`, to which members are added."""
        callees = yield self.model.calls.callees(m, call)
        flows = self.model.libraries.text_flows
        return bool(callees.items) and all(
            isinstance(callee, External)
            and any(flow.keeps == "members" and not flow.target for flow in flows(callee.state))
            for callee in callees.items
        )

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
                    if flow.keeps == "members":
                        given = Answer(given.items - _NOTHING_THERE, given.open)
                    found = join(found, (yield from self.model.values.follow(given, rest)))
        # What is made may be asked for anywhere: the parameters it is written in terms of are those of its own place.
        return (yield from self.model.values.close(found))

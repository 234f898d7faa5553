"""Routes of functions that a platform runs for requests, as manifests say, and what is put around such a function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, External, Literal, Spot
from reviewer.model.given import given
from reviewer.model.handlers import expanded
from reviewer.model.made_around import Made, handed_on
from reviewer.model.measure import Measure, Measures
from reviewer.model.route import Handler, Route
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.endpoints import Endpoint
    from reviewer.model.libraries.facts import MeasureFact
    from reviewer.model.meant import Meant
    from reviewer.model.model import Model

_REQUEST: Final = "per-request"
_AROUND: Final = "handler"
_CATCHES: Final = "http.error-handler"
_FAR: Final = 24
"""So many calls may stand around a function."""


class PlatformRoutes:
    """The routes that manifests give to functions."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def in_module(self, m: int) -> Iterator[Route]:
        """The routes of the functions that a module holds, by row."""
        found: dict[tuple[int, str, str], Route] = {}
        for function, named in self.model.standing.named(m):
            facts = self.model.libraries.callings(named.state, None)
            if named.start is None or not any(fact.at == _REQUEST for fact in facts):
                continue
            fate = "lost" if all(fact.promise == "dropped" for fact in facts) else "forwarded"
            closure = Closure(*function)
            handler = Handler(m, closure.row, (closure,), (), is_error_handler=False, fate=fate, open=False)
            for method, path, authorizer in named.start.routes:
                found[closure.row, method, path] = Route(
                    m,
                    closure.row,
                    method,
                    (path,),
                    (handler,),
                    (),
                    is_mount=False,
                    state=named.state,
                    has_path=True,
                    around=(named.at, *self._asked(authorizer, named.start.folder)),
                )
        yield from (found[key] for key in sorted(found))

    def _asked(self, authorizer: str, folder: str) -> Iterator[Spot]:
        """The function that the platform asks first, of the same manifest."""
        for m in range(len(self.model.link)) if authorizer else ():
            for function, named in self.model.standing.named(m):
                if named.start is not None and (named.start.name, named.start.folder) == (authorizer, folder):
                    yield function
                    return


class Around:
    """The measures of such functions: what the platform asks first, and what the code puts around them."""

    def __init__(self, model: Model, meant: Meant) -> None:
        self.model = model
        self._meant = meant

    def of(self, endpoint: Endpoint) -> Measures:
        """The measures of the endpoint of such a function, in the order in which they are put around it."""
        outermost, *asked = endpoint.route.around
        first = [self._meant.measure("guard", function) for function in asked]
        found = list(self._around(outermost))
        is_known = all(one.values or one.package or self._meant.is_known(one.spot) for one in found)
        return Measures((*first, *reversed(found)), frozenset() if is_known else frozenset({"measure"}))

    def _around(self, spot: Spot) -> Iterator[Measure]:
        """The measures of the calls that make the exported function, the last ones first."""
        pending: list[tuple[Spot, tuple[Made, ...]]] = [(spot, ())]
        seen: set[Spot] = set()
        while pending and len(seen) < _FAR:
            at, made = pending.pop(0)
            meant = self.model.names.of(*at)
            if not isinstance(meant, Spot) or meant in seen:
                continue
            seen.add(meant)
            module = self.model.link.body(meant.module)
            if module.kind[meant.row] == Kind.CALL:
                yield from reversed(list(self._of_call(meant)))
                pending += handed_on(self.model, meant, made)

    def _of_call(self, call: Spot) -> Iterator[Measure]:
        module = self.model.link.body(call.module)
        callee = self.model.names.callee(module, call.row)
        shape = self.model.call_shape(module, call.row)
        facts = [
            fact
            for state in (callee.states if callee is not None else ())
            for fact in self.model.libraries.measures(state, shape)
            if fact.reach == _AROUND
        ]
        sources = dict.fromkeys(path for fact in facts for path in fact.sources)
        for path in sources:
            for at in given(self.model, module, call.row, path):
                for spot in expanded(self.model, at):
                    kind = self._kind(spot, [fact for fact in facts if path in fact.sources])
                    yield self._meant.measure(kind, spot, call)

    def _kind(self, spot: Spot, facts: list[MeasureFact]) -> str:
        """What something that is put around a function is, by its members; the first where none is known."""
        values = self.model.ask(self.model.values.resolved(*spot)).items
        if any(isinstance(item, External) and _CATCHES in self.model.libraries.roles(item.state) for item in values):
            return "error"
        members = {
            name for item in values if isinstance(item, Literal) for name in self._members(Spot(item.module, item.row))
        }
        return next((fact.kind for fact in facts if fact.key in members), facts[0].kind)

    def _members(self, literal: Spot) -> Iterator[str]:
        module = self.model.link.body(literal.module)
        for row in module.ops(literal.row):
            if module.kind[row] == Kind.PROPERTY:
                yield module.text(row)

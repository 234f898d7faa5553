"""Controllers: classes whose methods decorators make handlers of requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Closure, External, Spot
from reviewer.model.given import given
from reviewer.model.joined import joined
from reviewer.model.route import Handler, Route
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import PrefixFact, RouteFact
    from reviewer.model.model import Model


_AROUND: Final = "interceptor"
_COMBINED: Final = 3
"""How many functions that combine decorators may call each other."""


class Decoration(NamedTuple):
    """A decorator that is a library's: its row in its module, a CALL where it is called, and the places that it is and
    that it calls, the same for one that decorates without a call, `@GET`.
    """

    module: int
    call: int
    state: int
    callee: int


class Controllers:
    """The routes that decorators of methods make."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._packages_loaded: bool | None = None

    def in_module(self, m: int) -> Iterator[Route]:
        """The routes of the classes of a module, by class and method."""
        if self._packages_loaded is None:
            packages = self.model.libraries.decorating_packages
            self._packages_loaded = any(name in self.model.link.package_importers for name in packages)
        surface = self.model.link.surfaces[m]
        if not self._packages_loaded or not surface.classes:
            return
        module = self.model.link.body(m)
        for class_ in surface.classes:
            for member in module.ops(class_):
                if module.kind[member] == Kind.PROPERTY and module.kind[module.op(member, 1)] == Kind.FUNCTION:
                    yield from self._of_method(module, class_, member)

    def _of_method(self, module: Module, class_: int, member: int) -> Iterator[Route]:
        for decoration in self.decorations(module, member):
            places = self.model.libraries.decorated_member(decoration.state)
            shape = self.model.call_shape(self.model.link.body(decoration.module), decoration.call)
            for place in places:
                fact = self.model.libraries.route(place, shape)
                if fact is not None:
                    fate = self.model.libraries.fate_at(places, shape)
                    fate = "unsaid" if fate == "lost" and self._is_wrapped(module, class_, member) else fate
                    for method in self._methods(decoration, fact):
                        yield self._route(module, class_, member, decoration, place, fact, fate, method)

    def _is_wrapped(self, module: Module, class_: int, member: int) -> bool:
        """Whether a decorator puts a function around the method, which gets its promise: `@Wrapper(forwarding)`."""
        return any(
            fact.kind == _AROUND and fact.reach == reach
            for row, reach in ((class_, "class"), (member, "member"))
            for decoration in self.decorations(module, row)
            for fact in self.model.libraries.facts(decoration.callee).measures
        )

    def _methods(self, decoration: Decoration, fact: RouteFact) -> list[str]:
        """The methods that a decorator says as its row tells: texts, or members of a library's enum."""
        body = self.model.link.body(decoration.module)
        found: set[str] = set()
        for path in fact.methods:
            for spot in given(self.model, body, decoration.call, path):
                said = self.model.link.body(spot.module)
                is_member = said.kind[spot.row] == Kind.MEMBER
                found.update(self.model.routes.texts(spot) or ([said.text(spot.row)] if is_member else []))
        return sorted(text.upper() for text in found) or [fact.method]

    def _route(
        self,
        module: Module,
        class_: int,
        member: int,
        decoration: Decoration,
        place: int,
        fact: RouteFact,
        fate: str,
        method: str,
    ) -> Route:
        body = self.model.link.body(decoration.module)
        spots = [spot for path in fact.pattern for spot in given(self.model, body, decoration.call, path)]
        paths = tuple(text for spot in spots for text in self.model.routes.texts(spot))
        function = Closure(module.index, module.op(member, 1))
        row = decoration.call if decoration.module == module.index else member
        return Route(
            module.index,
            row,
            method,
            paths if paths or spots else ("",),
            (Handler(module.index, function.row, (function,), (), is_error_handler=False, fate=fate, open=False),),
            (),
            is_mount=False,
            state=place,
            has_path=True,
            class_=class_,
        )

    def decorations(self, module: Module, row: int) -> Iterator[Decoration]:
        """The decorators of a CLASS, PROPERTY or PARAM row that libraries give, in order; those that a function of the
        repository combines are looked through.
        """
        for operand in module.ops(row):
            if module.kind[operand] == Kind.DECORATOR:
                yield from self.decorated_by(module, operand)

    def decorated_by(self, module: Module, decorator: int) -> Iterator[Decoration]:
        """The decorators of libraries that one DECORATOR row stands for; none where it is not known."""
        yield from self._decoration(module, module.first[decorator], depth=0)

    def is_known(self, module: Module, decorator: int) -> bool:
        """Whether it is known which function a DECORATOR row stands for."""
        expression = module.first[decorator]
        if module.kind[expression] == Kind.CALL:
            return bool(self.model.ask(self.model.calls.callees(module.index, expression)).items)
        return bool(self.model.ask(self.model.values.resolved(module.index, expression)).items)

    def _decoration(self, module: Module, call: int, depth: int) -> Iterator[Decoration]:
        if module.kind[call] != Kind.CALL:
            held = self.model.ask(self.model.values.resolved(module.index, call))
            states = sorted({item.state for item in held.items if isinstance(item, External) and item.state})
            yield from (Decoration(module.index, call, state, state) for state in states)
            return
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        shape = self.model.call_shape(module, call)
        for callee in sorted(callees.items, key=repr):
            if isinstance(callee, External) and callee.state:
                for state in self.model.libraries.called(callee.state, shape) or (0,):
                    yield Decoration(module.index, call, state, callee.state)
                if self.model.libraries.passes_arguments(callee.state):
                    for argument in module.args(call):
                        yield from self._decoration(module, argument, depth)
            elif isinstance(callee, Closure) and depth < _COMBINED:
                for returned in self.model.link.returned(callee.module, callee.row):
                    yield from self._decoration(self.model.link.body(callee.module), returned, depth + 1)

    def prefixes(self, route: Route, form: str) -> list[str] | None:
        """The texts of one form that the decorators of a route's class and method put before its path; None where
        neither says any. A method's path stands behind its class's, its version instead of it.
        """
        module = self.model.link.body(route.module)
        member = module.parent[route.handlers[0].row]
        of_member = self._said(module, member, "member", form)
        of_class = self._said(module, route.class_, "class", form)
        if of_member is None or of_class is None or form != "path":
            return of_class if of_member is None else of_member
        return [joined(outer, inner) for outer in of_class for inner in of_member]

    def _said(self, module: Module, row: int, reach: str, form: str) -> list[str] | None:
        found: list[str] = []
        said = False
        for decoration in self.decorations(module, row):
            for fact in self._prefix_facts(decoration):
                if fact.reach == reach and fact.form == form:
                    body = self.model.link.body(decoration.module)
                    for path in fact.pattern:
                        for spot in given(self.model, body, decoration.call, path):
                            said = True
                            found += self._texts(spot)
        return found if said else None

    def _texts(self, spot: Spot) -> list[str]:
        """The texts of a path or version, or of those in a list; what is no text says nothing."""
        if self.model.routes.is_path(spot):
            return list(self.model.routes.texts(spot))
        body = self.model.link.body(spot.module)
        return list(self.model.routes.texts(spot)) if body.kind[spot.row] == Kind.ARRAY else []

    def _prefix_facts(self, decoration: Decoration) -> tuple[PrefixFact, ...]:
        body = self.model.link.body(decoration.module)
        return self.model.libraries.prefixes(decoration.callee, self.model.call_shape(body, decoration.call))

"""What the library rows say of registrations: the calls that give handlers and routers to a server or router."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reviewer.model.libraries import AWAIT, CALL, DECORATED_CLASS, DECORATED_MEMBER, NEW, Label, State, argument, member
from reviewer.model.libraries.conditions import Site
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.facts import CallFact, Facts, MeasureFact, PrefixFact, RoleFact, RouteFact
from reviewer.model.libraries.steps import Path, labels
from reviewer.model.row_tables import kept_table
from reviewer.model.shape import CallShape
from reviewer.model.site_rows import SiteRows

_ALL: Final = "ALL"


class RouteRows(SiteRows):
    """The questions about registrations. States are those of the automaton."""

    # what is stated

    def facts(self, state: State) -> Facts:
        """All that rows state of a place, by kind."""
        return self._libraries.facts(state)

    def role_facts(self, state: State) -> tuple[RoleFact, ...]:
        """The roles of a place, as rows give them."""
        return self._libraries.roles(state)

    def applies(self, fact: Fact, site: Site | None) -> bool | None:
        """Whether what a row states holds at a site; None: it may."""
        return self._libraries.applies(fact, site)

    def type_name(self, state: State) -> str | None:
        """`package/Type` where every value of the place is of that type."""
        return self._libraries.type_name(state)

    def step(self, state: State, label: Label) -> tuple[State, ...]:
        """The places that a step without conditions leads to."""
        return tuple(after for after in self._libraries.step(state, label) if after)

    # names and packages

    def _names_leading_to(self, wanted: Iterable[State]) -> frozenset[str]:
        """The names of the members that lead to one of these places."""
        return frozenset(name for _, name in self._naming.members_at(frozenset(wanted)))

    @kept_table
    def route_names(self) -> frozenset[str]:
        """The names of the calls that may register handlers."""
        return self._names_leading_to(self._route_states)

    @kept_table
    def mount_names(self) -> frozenset[str]:
        """The names of the calls that may mount routers."""
        facts = self._libraries.automaton.facts
        return self._names_leading_to(state for state, found in facts.items() if any(one.mount for one in found.routes))

    @kept_table
    def prefix_names(self) -> frozenset[str]:
        """The names of the calls on a router or application that put something before its paths."""
        facts = self._libraries.automaton.facts
        return self._names_leading_to(
            state for state, found in facts.items() if any(one.reach in {"own", "program"} for one in found.prefixes)
        )

    @kept_table
    def measure_names(self) -> frozenset[str]:
        """The names of the calls that put measures before handlers elsewhere."""
        facts = self._libraries.automaton.facts
        calling = {"own", "program", "chosen"}
        return self._names_leading_to(
            state for state, found in facts.items() if any(one.reach in calling for one in found.measures)
        )

    @kept_table
    def _applications(self) -> frozenset[State]:
        """The calls that make, at once or later, what has measures for all of its program."""
        tables = self._libraries.automaton.tables
        facts = self._libraries.automaton.facts
        with_measures = {
            state for state, found in facts.items() if any(one.reach == "program" for one in found.measures)
        }
        applications = {
            state
            for state, table in enumerate(tables)
            if any(label[0] == "." and not with_measures.isdisjoint(targets) for label, targets in table.items())
        }
        awaited = {state for state, table in enumerate(tables) if not applications.isdisjoint(table.get(AWAIT, ()))}
        return frozenset(
            state
            for state, table in enumerate(tables)
            if state not in with_measures and not (applications | awaited).isdisjoint(table.get(CALL, ()))
        )

    @kept_table
    def application_names(self) -> frozenset[str]:
        """The names of the calls that make an application with measures for all of its program."""
        return self._names_leading_to(self._applications)

    def makes_application(self, state: State) -> bool:
        """Whether a call of the place makes such an application."""
        return state in self._applications

    @kept_table
    def measure_tokens(self) -> frozenset[str]:
        """The names of the members that stand for measures of a program where an object holds them."""
        facts = self._libraries.automaton.facts
        return self._names_leading_to(
            state for state, found in facts.items() if any(one.reach == "provided" for one in found.measures)
        )

    @kept_table
    def decorating_packages(self) -> frozenset[str]:
        """The packages with decorators that make methods handlers."""
        tables = self._libraries.automaton.tables
        decorators = {
            state
            for state, table in enumerate(tables)
            if not self._route_states.isdisjoint(table.get(DECORATED_MEMBER, ()))
        }
        made_by = {state for state, table in enumerate(tables) if not decorators.isdisjoint(table.get(CALL, ()))}
        members = decorators | made_by
        return frozenset(
            name
            for name, root in self._libraries.automaton.modules.items()
            if any(not members.isdisjoint(targets) for targets in tables[root].values())
        )

    def route_packages(self) -> frozenset[str]:
        """The packages whose servers and routers have such calls."""
        return self._libraries.role_packages("http.app") | self._libraries.role_packages("http.router")

    # facts

    def any_method(self, state: State) -> State | None:
        """What a member of the place is whose name is not known, `router[method](path, handler)`, where its members
        register handlers for the methods of requests that they are named after: the one that does for all of them.
        """
        return self._any_methods.get(state)

    @kept_table
    def _any_methods(self) -> dict[State, State]:
        found: dict[State, dict[str, State]] = {}
        for place, name in self._naming.members_at(self._route_states):
            for after in self._route_states.intersection(self._libraries.automaton.tables[place]["." + name]):
                for fact in self._libraries.facts(after).routes:
                    if fact.pattern and not fact.mount and fact.method.lower() == name:
                        found.setdefault(place, {})[fact.method] = after
        return {place: methods[_ALL] for place, methods in found.items() if _ALL in methods and len(methods) > 1}

    def route(self, state: State, shape: CallShape) -> RouteFact | None:
        """How a call of the place registers handlers, if it does."""
        for fact in self._libraries.facts(state).routes:
            if self._libraries.applies(fact, shape) is not False:
                return fact
        return None

    def registrations(self, state: State, shape: CallShape) -> list[RouteFact]:
        """How a call of the place registers handlers: at once, and each by itself where these are members of what it is
        given.
        """
        found: list[RouteFact] = []
        for fact in self._libraries.facts(state).routes:
            is_answered = not fact.member and any(not one.member for one in found)
            if not is_answered and self._libraries.applies(fact, shape) is not False:
                found.append(fact)
        return found

    def decorated_member(self, state: State) -> tuple[State, ...]:
        """The place of a method that what stands here decorates."""
        return tuple(after for after in self._libraries.step(state, DECORATED_MEMBER) if after)

    def decorated_class(self, state: State) -> tuple[State, ...]:
        """The place of the instances of a class that what stands here decorates."""
        classes = self._libraries.step(state, DECORATED_CLASS)
        return tuple(after for at in classes if at for after in self._libraries.step(at, NEW) if after)

    def is_typed(self, state: State) -> bool:
        """Whether what stands here has the type that the code declares for it."""
        return any(fact.typed for fact in self._libraries.roles(state))

    def callings(self, state: State, shape: Site | None) -> tuple[CallFact, ...]:
        """How a library calls a function that stands at the place."""
        found = self._libraries.facts(state).calls
        return tuple(fact for fact in found if self._libraries.applies(fact, shape) is not False)

    def prefixes(self, state: State, shape: CallShape) -> tuple[PrefixFact, ...]:
        """What a call of the place puts before the paths of routes."""
        found = self._libraries.facts(state).prefixes
        return tuple(fact for fact in found if self._libraries.applies(fact, shape) is not False)

    def measures(self, state: State, shape: CallShape) -> tuple[MeasureFact, ...]:
        """What a call of the place puts before handlers, or behind them."""
        found = self._libraries.facts(state).measures
        return tuple(fact for fact in found if self._libraries.applies(fact, shape) is not False)

    def measures_at(self, state: State) -> tuple[MeasureFact, ...]:
        """What the place itself stands for in an object."""
        return self._libraries.facts(state).measures

    def packages_of_tokens(self, name: str) -> list[str]:
        """The packages whose member of this name stands for measures."""
        facts = self._libraries.automaton.facts
        tables = self._libraries.automaton.tables
        return sorted(
            package
            for package, root in self._libraries.automaton.modules.items()
            if any(
                one.reach == "provided"
                for state in tables[root].get(member(name), ())
                if state in facts
                for one in facts[state].measures
            )
        )

    def takes(self, state: State, index: int, role: str) -> bool:
        """Whether the argument `index` of a call of the place plays the role."""
        places = self._libraries.step(state, argument(index))
        return any(fact.role == role for at in places for fact in self._libraries.roles(at))

    def is_loader(self, state: State) -> bool:
        """Whether the place loads a folder of plugins where it is registered."""
        return any(fact.kind == "plugins" for fact in self._libraries.facts(state).loads)

    def is_route(self, state: State) -> bool:
        """Whether the place is such a call's callee."""
        return state in self._route_states

    def fate(self, state: State, path: Path, index: int, shape: CallShape) -> str:
        """What becomes of the promise of a handler at `path` from a call's callee, at argument `index`."""
        states: tuple[State, ...] = (state,)
        for step in path:
            label = argument(index) if step.kind == "argument" else labels(step)[0]
            states = tuple(after for at in states for after in self._libraries.step(at, label, shape))
        return self.fate_at(states, shape)

    def fate_at(self, states: Iterable[State], shape: Site) -> str:
        """What becomes of the promise of a function at these places."""
        fates: set[str] = set()
        for at in states:
            for fact in self._libraries.facts(at).calls:
                applies = self._libraries.applies(fact, shape)
                if applies is not False:
                    fate = "lost" if fact.promise == "dropped" else "forwarded"
                    fates.add(fate if applies else "unknown")
        if not fates:
            return "unsaid"
        return fates.pop() if len(fates) == 1 else "unknown"

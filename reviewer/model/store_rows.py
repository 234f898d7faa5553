"""What the library rows say of values that a library keeps under a key and gives back."""

from __future__ import annotations

from collections.abc import Callable, Container

from reviewer.model.convention_rows import ConventionRows
from reviewer.model.libraries import (
    ANY_MEMBER,
    CALL,
    DECORATED_MEMBER,
    DECORATED_PARAMETER,
    ELEMENT,
    State,
    member,
    parameter,
)
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.facts import BarrierFact, Facts, InjectFact, ProvideFact
from reviewer.model.libraries.load_fact import LoadFact
from reviewer.model.libraries.steps import Path, Step, labels
from reviewer.model.row_tables import kept_table
from reviewer.model.shape import CallShape


class StoreRows(ConventionRows):
    """The questions about kept values, about those of the language, and about barriers. States are those of the
    automaton.
    """

    def language_member(self, kind: str, name: str) -> tuple[State, ...]:
        """The member of a value of one of the language's own types."""
        state = self._libraries.language_type(kind)
        return () if state is None else tuple(each for each in self._libraries.step(state, member(name)) if each)

    def untold_member(self, state: State, name: str) -> tuple[State, ...]:
        """What the language gives under a name that no row tells of a value: what runs it (`call`) where rows say that
        it is called, what every array has where they say what its elements are.
        """
        step = self._libraries.step
        is_run = any(not fact.value for fact in self._libraries.facts(state).promise) or any(step(state, CALL))
        if is_run and name in self.applying_names:
            return self.language_member("Function", name)
        return self.language_member("Array", name) if any(step(state, ELEMENT)) else ()

    @kept_table
    def applying_names(self) -> frozenset[str]:
        """The names under which every function has what runs it: `call`, `apply`."""
        state = self._libraries.language_type("Function")
        names = self._libraries.members(state) if state is not None else ()
        return frozenset(
            name
            for name in names
            for below in self.language_member("Function", name)
            if any(fact.how in {"call", "apply"} for fact in self._libraries.facts(below).adapts)
        )

    @kept_table
    def promise_states(self) -> tuple[State, ...]:
        """The place of the language's promises."""
        state = self._libraries.automaton.language_types.get("Promise")
        return () if state is None else (state,)

    @kept_table
    def function_states(self) -> tuple[State, ...]:
        """The place of the language's functions."""
        state = self._libraries.automaton.language_types.get("Function")
        return () if state is None else (state,)

    def providing_facts(self, used: Container[str]) -> dict[str, list[ProvideFact]]:
        """How calls give a library of the packages in use a value under a key, by the names of the calls."""
        found: dict[str, list[ProvideFact]] = {}
        for state, name in self._named(lambda facts: bool(facts.provides)):
            known = found.setdefault(name, [])
            known += [
                fact
                for fact in self._libraries.facts(state).provides
                if not fact.shape and fact not in known and self._is_used(fact, used)
            ]
        return found

    def shaped_facts(self, used: Container[str]) -> dict[str, list[ProvideFact]]:
        """The rows about literals of a shape, by the member that is the key."""
        found: dict[str, list[ProvideFact]] = {}
        facts = self._libraries.automaton.facts
        for state in [state for state, stated in facts.items() if any(fact.shape for fact in stated.provides)]:
            for fact in self._libraries.facts(state).provides:
                if fact.shape and self._is_used(fact, used):
                    for path in fact.key:
                        known = found.setdefault(path[0].name, [])
                        known += [] if fact in known else [fact]
        return found

    def service_facts(self, used: Container[str]) -> dict[str, list[tuple[State, LoadFact]]]:
        """The calls that load files as services, by their names."""
        found: dict[str, list[tuple[State, LoadFact]]] = {}
        for state, name in self._named(lambda facts: any(fact.kind == "services" for fact in facts.loads)):
            for fact in self._libraries.facts(state).loads:
                if fact.kind == "services" and self._is_used(fact, used):
                    found.setdefault(name, []).append((state, fact))
        return found

    def _named(self, wanted: Callable[[Facts], bool]) -> list[tuple[State, str]]:
        """The places whose facts are wanted, and the names of the members that lead there."""
        states = {state for state, facts in self._libraries.automaton.facts.items() if wanted(facts)}
        return sorted(
            {
                (state, label[1:])
                for table in self._libraries.automaton.tables
                for label, targets in table.items()
                if label[0] == "."
                for state in targets
                if state in states
            }
        )

    def admits(self, fact: Fact, shape: CallShape | None) -> bool:
        """Whether a row may be about a call of this shape."""
        return self._libraries.applies(fact, shape) is not False

    def provides(self, state: State, shape: CallShape) -> tuple[ProvideFact, ...]:
        """How a call of the place provides values."""
        found = self._libraries.facts(state).provides
        return tuple(fact for fact in found if self._libraries.applies(fact, shape) is not False)

    def injects(self, state: State, shape: CallShape) -> tuple[InjectFact, ...]:
        """How a call of the place gives back provided values."""
        found = self._libraries.facts(state).injects
        return tuple(fact for fact in found if self._libraries.applies(fact, shape) is not False)

    def all_injects(self, state: State) -> tuple[InjectFact, ...]:
        """How calls of the place give back provided values, whatever their shape."""
        return self._libraries.facts(state).injects

    def decorator_injects(self, state: State, *, is_parameter: bool) -> tuple[InjectFact, ...]:
        """What a parameter or field gets that is decorated by what stands here."""
        label = DECORATED_PARAMETER if is_parameter else DECORATED_MEMBER
        after = (below for below in self._libraries.step(state, label) if below)
        return tuple(fact for below in after for fact in self._libraries.facts(below).injects)

    def decorated_parameter(self, state: State, shape: CallShape | None) -> tuple[State, ...]:
        """What a parameter holds that what stands here, made by a call, decorates, beside what is injected."""
        after = (below for below in self._libraries.step(state, DECORATED_PARAMETER, shape) if below)
        return tuple(below for below in after if not self._libraries.facts(below).injects)

    # what containers give by names

    @kept_table
    def _cradles(self) -> frozenset[State]:
        """The places every member of which is what is provided under its name."""
        tables = self._libraries.automaton.tables
        return frozenset(
            holder
            for holder, table in enumerate(tables)
            if any(self._is_injected(state, "member-name") for state in table.get(ANY_MEMBER, ()))
        )

    def is_cradle(self, state: State) -> bool:
        """Whether every member of what stands here is what is provided under its name."""
        return state in self._cradles

    def is_injected_by_name(self, state: State) -> bool:
        """Whether a parameter that stands here is what is provided under its own name."""
        return self._is_injected(state, "parameter-name")

    def gives_named(self, place: State, index: int, *, is_part: bool) -> bool:
        """Whether a function that stands here gets as this parameter what is provided under the parameter's name, or
        under those of its members.
        """
        after = self._libraries.step(place, parameter(index))
        return any(self.is_cradle(state) if is_part else self.is_injected_by_name(state) for state in after if state)

    def _is_injected(self, state: State, kind: str) -> bool:
        return any(path[0].kind == kind for fact in self._libraries.facts(state).injects for path in fact.key)

    @kept_table
    def _injected_into(self) -> frozenset[State]:
        """The places whose functions get what is provided."""
        tables = self._libraries.automaton.tables
        return frozenset(
            state
            for state, table in enumerate(tables)
            if any(
                target in self._cradles or self.is_injected_by_name(target)
                for label, targets in table.items()
                if label.startswith("param:")
                for target in targets
            )
        )

    def is_injected_into(self, state: State) -> bool:
        """Whether a function or class that stands here gets what is provided as its parameters."""
        return state in self._injected_into

    def taking_names(self, used: Container[str]) -> frozenset[str]:
        """The names of the calls that are given such functions; none where no library with such calls is in use."""
        return self._taking_names if any(name in used for name in self._taking_packages) else frozenset()

    @kept_table
    def _taking(self) -> frozenset[State]:
        return frozenset(
            state
            for state, steps in enumerate(self._libraries.automaton.tables)
            for label, targets in steps.items()
            if label.startswith("arg:") and not self._injected_into.isdisjoint(targets)
        )

    @kept_table
    def _taking_names(self) -> frozenset[str]:
        return self._names_leading_to(self._taking)

    @kept_table
    def _taking_packages(self) -> frozenset[str]:
        packages = {self._libraries.place(state).partition(".Member[")[0].rpartition("/")[0] for state in self._taking}
        modules = self._libraries.automaton.modules
        roots = {modules[name] for name in packages if name in modules}
        return frozenset(name for name, state in modules.items() if state in roots)

    def after(self, state: State, path: Path) -> tuple[State, ...]:
        """The places that a path leads to."""
        found: tuple[State, ...] = (state,)
        for step in path:
            label = labels(step)[0]
            found = tuple(below for at in found for below in self._libraries.step(at, label) if below)
        return found

    # members that calls add

    @kept_table
    def _members_given(self) -> dict[State, frozenset[State]]:
        """For each call that adds members: the places whose values get them, those that it is called on, or of the type
        that its row names.
        """
        tables, facts = self._libraries.automaton.tables, self._libraries.automaton.facts
        giving = {
            state for state, stated in facts.items() if any(fact.member and not fact.of for fact in stated.provides)
        }
        found: dict[State, set[State]] = {}
        for state, stated in facts.items():
            for fact in stated.provides:
                if fact.of:
                    found.setdefault(state, set()).add(self._libraries.automaton.types[fact.of])
        for holder, table in enumerate(tables):
            for label, targets in table.items():
                if label[0] == ".":
                    for state in giving.intersection(targets):
                        found.setdefault(state, set()).add(holder)
        return {state: frozenset(holders) for state, holders in found.items()}

    def given_members(self, state: State) -> frozenset[State]:
        """The places whose values get the members that a call of this place adds."""
        return self._members_given.get(state, frozenset())

    @kept_table
    def _member_places(self) -> dict[State, tuple[tuple[State, str, State], ...]]:
        """For each type: the places at which its members are put, with the member that leads there and from where."""
        tables, facts = self._libraries.automaton.tables, self._libraries.automaton.facts
        placed = {state: self._types_named(stated) for state, stated in facts.items()}
        found: dict[State, set[tuple[State, str, State]]] = {}
        for holder, table in enumerate(tables):
            for label, targets in table.items():
                for place in targets if label[0] == "." else ():
                    for state in placed.get(place, ()):
                        found.setdefault(state, set()).add((holder, label[1:], place))
        return {state: tuple(sorted(places)) for state, places in found.items()}

    def _types_named(self, stated: Facts) -> set[State]:
        """The types whose members are those that are put at a place."""
        named = (fact for fact in stated.provides if fact.of and [step.kind for step in fact.key[0]] == ["member-name"])
        return {self._libraries.automaton.types[fact.of] for fact in named}

    def member_places(self, state: State) -> tuple[tuple[State, str, State], ...]:
        """Where the code puts members of values at this place: a holder, a member of it, and what stands there."""
        return self._member_places.get(state, ())

    def given_anything(self) -> frozenset[State]:
        """The places whose values get members by calls, or by what is put at other places."""
        return frozenset(self._member_places).union(*self._members_given.values())

    # barriers

    def barrier(self, state: State, shape: CallShape | None) -> str | None:
        """What a call of the place makes of what it is given, if that is harmless for someone."""
        for fact in self._libraries.facts(state).barriers:
            if fact.guard is None and self._libraries.applies(fact, shape) is not False:
                return fact.makes
        return None

    def guards(self, state: State, at: int, *, says: bool | str) -> tuple[BarrierFact, ...]:
        """What a call of the place that gives this truth, or an `index`, proves of an argument; of the receiver: -1."""
        return tuple(
            fact
            for fact in self._libraries.facts(state).barriers
            if fact.guard == says and any(path and _is_at(path[0], at) for path in fact.sources)
        )


def _is_at(step: Step, at: int) -> bool:
    return step.kind == "receiver" if at < 0 else step.kind == "argument" and step.low <= at <= step.high

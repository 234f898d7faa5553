"""Libraries that note what is asked of them, so that it can be told which rows nobody asked about."""

from __future__ import annotations

from collections.abc import Container
from typing import cast

from reviewer.model.libraries.automaton import ANY_MEMBER, Automaton, Label, Libraries, State
from reviewer.model.libraries.conditions import Admits, Site
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.facts import Facts, RoleFact


class Recording(Libraries):
    """Answers as `Libraries` does, and keeps notes for as long as it lives.

    reached: the places that answers gave. taken: (place, label) → the places it led to. read: (place, kind) of the
    facts that were looked at. applied: identity of a fact → whether it was ever said to apply, or that it may. roles:
    those that were asked for by name.
    """

    __slots__ = ("applied", "reached", "read", "roles_asked", "taken")

    def __init__(self, automaton: Automaton, admits: Admits) -> None:
        super().__init__(automaton, admits)
        self.reached: set[State] = set()
        self.taken: dict[tuple[State, Label], set[State]] = {}
        self.read: set[tuple[State, str]] = set()
        self.applied: dict[int, bool] = {}
        self.roles_asked: set[str] = set()

    def package(self, name: str) -> State | None:
        return self._given(super().package(name))

    def global_(self, name: str) -> State | None:
        return self._given(super().global_(name))

    def type_state(self, package: str, name: str) -> State | None:
        return self._given(super().type_state(package, name))

    def language_type(self, name: str) -> State | None:
        return self._given(super().language_type(name))

    def language(self, name: str) -> tuple[State, ...]:
        found = super().language(name)
        self.reached.update(found)
        return found

    def step(self, state: State, label: Label, site: Site | None = None) -> tuple[State, ...]:
        found = super().step(state, label, site)
        self.reached.update(found)
        self.taken.setdefault((state, label), set()).update(found)
        if label[0] == ".":
            self.taken.setdefault((state, ANY_MEMBER), set()).update(found)
            self.taken.setdefault((state, self.begun_as(state, label)), set()).update(found)
        return found

    def facts(self, state: State) -> Facts:
        # what reads them asks for one kind; only that one was looked at
        return cast("Facts", _Noted(super().facts(state), state, self.read))

    def roles(self, state: State) -> tuple[RoleFact, ...]:
        self.read.add((state, "roles"))
        return super().roles(state)

    def applies(self, fact: Fact, site: Site | None) -> bool | None:
        answer = super().applies(fact, site)
        self.applied[id(fact)] = self.applied.get(id(fact), False) or answer is not False
        if isinstance(fact, RoleFact):
            self.roles_asked.add(fact.role)
        return answer

    def role_names(self, role: str) -> frozenset[str]:
        self.roles_asked.add(role)
        return super().role_names(role)

    def role_names_of(self, role: str, packages: Container[str]) -> frozenset[str]:
        self.roles_asked.add(role)
        return super().role_names_of(role, packages)

    def role_packages(self, role: str) -> frozenset[str]:
        self.roles_asked.add(role)
        return super().role_packages(role)

    def _given(self, state: State | None) -> State | None:
        if state is not None:
            self.reached.add(state)
        return state


class _Noted:
    """The facts of a place; each kind that is read is noted."""

    __slots__ = ("_facts", "_read", "_state")

    def __init__(self, facts: Facts, state: State, read: set[tuple[State, str]]) -> None:
        self._facts = facts
        self._state = state
        self._read = read

    def __getattr__(self, kind: str) -> object:
        self._read.add((self._state, kind))
        return getattr(self._facts, kind)

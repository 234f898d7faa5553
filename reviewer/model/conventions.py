"""Conventions: modules that a library loads because of the folders in which they lie, in packages that depend on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from reviewer.model.link import OUTSIDE
from reviewer.source.manifests.workspaces import matches
from reviewer.source.paths import is_below

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.libraries.load_fact import LoadFact
    from reviewer.model.model import Model


class Conventions:
    """Told from manifests and paths, so that no question is asked."""

    def __init__(self, model: Model) -> None:
        self.model = model
        model.link.note_used(self.used)

    @cached_property
    def used(self) -> frozenset[str]:
        """The packages with conventions of which some package of the tree says that it depends on them."""
        return frozenset(name for name in self.model.libraries.convention_packages if self._homes([name]))

    @cached_property
    def exports(self) -> list[tuple[State, int]]:
        """The places at which exports of modules stand because of their files, and the modules."""
        return [
            (state, m)
            for state in sorted(self.model.libraries.exported_by_file)
            for m in self._fitting(state, "functions")
        ]

    def extending(self, state: State) -> list[int]:
        """The modules whose exports have the members that values at a place have."""
        return self._fitting(state, "members")

    @cached_property
    def tables(self) -> dict[int, list[tuple[State, LoadFact]]]:
        """The modules that export tables of routes, with the place of the handlers and the rows that say so."""
        found: dict[int, list[tuple[State, LoadFact]]] = {}
        for state in sorted(self.model.libraries.routed_by_file):
            for fact in self._facts(state, "routes"):
                for m, inside in self._inside(fact):
                    if any(matches(pattern, inside) for pattern in fact.files):
                        found.setdefault(m, []).append((state, fact))
        return found

    def _fitting(self, state: State, kind: str) -> list[int]:
        return [
            m
            for fact in self._facts(state, kind)
            for m, inside in self._inside(fact)
            if any(matches(pattern, inside) for pattern in fact.files)
        ]

    def below(self, state: State) -> Iterator[tuple[LoadFact, int, str, str]]:
        """The modules that lie in the folders of which a place is an object, with their paths from the folder, and the
        folder of the package.
        """
        for fact in self._facts(state, "modules"):
            for m, inside in self._inside(fact):
                home = self.model.link.paths[m].removesuffix(inside).rstrip("/")
                for folder in fact.files:
                    if is_below(inside, folder):
                        yield fact, m, inside[len(folder) + 1 :], home

    def home(self, m: int) -> str:
        """The folder of the package around a module, where that depends on a library with conventions."""
        path = self.model.link.paths[m]
        homes = [home for home in self._homes(sorted(self.used)) if is_below(path, home)]
        return max(homes, key=len, default="")

    def _facts(self, state: State, kind: str) -> list[LoadFact]:
        facts = self.model.libraries.facts(state).loads
        return [fact for fact in facts if fact.kind == kind and fact.files and not fact.chooses]

    def _inside(self, fact: LoadFact) -> Iterator[tuple[int, str]]:
        """The modules of the packages that depend on the library of a row, with the path from the package's folder."""
        link = self.model.link
        homes = self._homes(self.model.libraries.names_of(fact.package)) if self.used else []
        for m, path in enumerate(link.paths) if homes else ():
            for home in homes if link.classes[m] not in OUTSIDE else ():
                if is_below(path, home):
                    yield m, path[len(home) + 1 if home else 0 :]

    def _homes(self, names: Sequence[str]) -> list[str]:
        packages = self.model.manifests.packages
        return [folder for folder, package in packages.items() if any(map(package.declared, names))]

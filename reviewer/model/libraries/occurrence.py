"""Where a role, or a call that gives a promise, can occur at all: by which names, and which packages lead there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from reviewer.model.libraries.steps import MANY, Place

_NAMING: Final = frozenset({"member", "any-member", "other-member"})


class Source(NamedTuple):
    """A place whose type names are full keys, and whose packages are written out."""

    place: Place
    specifiers: tuple[str, ...]


class Occurrence(NamedTuple):
    """names: of members and globals (`get*` any that begins so), by the specifier of a package that leads to them;
    those that need none under the empty text. packages: specifiers.
    """

    names: dict[str, frozenset[str]]
    packages: frozenset[str]


def occurrences(
    roles: Mapping[str, Iterable[Source]],
    types: Mapping[str, Iterable[Source]],
    subtypes: Mapping[str, Iterable[str]],
    annotated: Mapping[str, Iterable[str]],
) -> dict[str, Occurrence]:
    """For each role, where its places can be met. `types`: the places of each type; `subtypes`: what inherits its
    rows; `annotated`: the packages that give out a type of another one for annotations.
    """
    search = _Search(types, subtypes, annotated)
    found: dict[str, Occurrence] = {}
    for role, sources in roles.items():
        by_package: dict[str, set[str]] = {}
        for source in sources:
            names, packages = search.met(source)
            for package in packages or {""}:
                by_package.setdefault(package, set()).update(names)
        named = {package: frozenset(names) for package, names in by_package.items()}
        found[role] = Occurrence(named, frozenset(named.keys() - {""}))
    return found


class _Search:
    """What leads to places, remembered by type: thousands of places begin at some hundred types."""

    def __init__(
        self,
        types: Mapping[str, Iterable[Source]],
        subtypes: Mapping[str, Iterable[str]],
        annotated: Mapping[str, Iterable[str]],
    ) -> None:
        self._types = types
        self._subtypes = subtypes
        self._annotated = annotated
        self._named: dict[str, tuple[set[str], set[str]]] = {}
        self._based: dict[str, set[str]] = {}

    def met(self, source: Source) -> tuple[set[str], set[str]]:
        """The names under which one place can be met, and the packages that lead to it; the empty text where none is
        needed.
        """
        name = _name_of(source.place)
        names = {name} if name else set()
        packages = {*_leading(source)}
        if source.place.base == "type":
            key = source.place.name
            if not name:
                own_names, own_packages = self._naming(key)
                names |= own_names
                packages |= own_packages
            packages |= self._leading_to(key)
        return names, packages

    def _naming(self, key: str) -> tuple[set[str], set[str]]:
        """The names of the places of a type, and the packages at which these begin."""
        found = self._named.get(key)
        if found is None:
            sources = [one for each in self._closure(key, named=False) for one in self._types.get(each, ())]
            names = {name for one in sources if (name := _name_of(one.place))}
            found = self._named[key] = names, {package for one in sources for package in _leading(one)}
        return found

    def _leading_to(self, key: str) -> set[str]:
        """The packages through which values of a type are reached."""
        found = self._based.get(key)
        if found is None:
            found = self._based[key] = set()
            for each in self._closure(key, named=True):
                found.update(self._annotated.get(each, ()))
                for one in self._types.get(each, ()):
                    found.update(_leading(one))
        return found

    def _closure(self, key: str, *, named: bool) -> set[str]:
        """The types that values of a type come from: subtypes, and the bases of their places (`named`: of all their
        places, else only of those without a member).
        """
        seen: set[str] = set()
        pending = [key]
        while pending:
            at = pending.pop()
            if at in seen:
                continue
            seen.add(at)
            pending += self._subtypes.get(at, ())
            for source in self._types.get(at, ()):
                steps = source.place.steps
                if source.place.base == "type" and (named or not any(step.kind == "member" for step in steps)):
                    pending.append(source.place.name)
        return seen


def _name_of(place: Place) -> str:
    """The last name in a place, of a member or global; else the empty text."""
    last = next((step.name or MANY for step in reversed(place.steps) if step.kind in _NAMING), "")
    return place.name if not last and place.base == "global" else last


def _leading(source: Source) -> tuple[str, ...]:
    """The packages at which a place begins; the empty text for a global, which everybody has."""
    return ("",) if source.place.base == "global" else source.specifiers

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
    found: dict[str, Occurrence] = {}
    for role, sources in roles.items():
        by_package: dict[str, set[str]] = {}
        for source in sources:
            names, packages = _met(source, types, subtypes, annotated)
            for package in packages or {""}:
                by_package.setdefault(package, set()).update(names)
        named = {package: frozenset(names) for package, names in by_package.items()}
        found[role] = Occurrence(named, frozenset(named.keys() - {""}))
    return found


def _met(
    source: Source,
    types: Mapping[str, Iterable[Source]],
    subtypes: Mapping[str, Iterable[str]],
    annotated: Mapping[str, Iterable[str]],
) -> tuple[set[str], set[str]]:
    """The names under which one place can be met, and the packages that lead to it; the empty text where none is
    needed.
    """
    names: set[str] = set()
    packages: set[str] = set()
    unnamed: list[str] = []  # types whose own places name it
    based: list[str] = []  # types through whose places it is reached
    _note(source, names, packages, unnamed, based)
    for key in _closure(unnamed, types, subtypes, named=False):
        for one in types.get(key, ()):
            _note(one, names, packages, [], [])
    for key in _closure(based, types, subtypes, named=True):
        packages.update(annotated.get(key, ()))
        for one in types.get(key, ()):
            packages.update(_leading(one))
    return names, packages


def _note(source: Source, names: set[str], packages: set[str], unnamed: list[str], based: list[str]) -> None:
    place = source.place
    last = next((step.name or MANY for step in reversed(place.steps) if step.kind in _NAMING), "")
    if not last and place.base == "global":
        last = place.name
    if last:
        names.add(last)
    elif place.base == "type":
        unnamed.append(place.name)
    packages.update(_leading(source))
    if place.base == "type":
        based.append(place.name)


def _leading(source: Source) -> tuple[str, ...]:
    """The packages at which a place begins; the empty text for a global, which everybody has."""
    return ("",) if source.place.base == "global" else source.specifiers


def _closure(
    keys: list[str], types: Mapping[str, Iterable[Source]], subtypes: Mapping[str, Iterable[str]], *, named: bool
) -> set[str]:
    """The types that values of `keys` come from: subtypes, and the bases of their places (`named`: of all their places,
    else only of those without a member).
    """
    seen: set[str] = set()
    pending = list(keys)
    while pending:
        key = pending.pop()
        if key in seen:
            continue
        seen.add(key)
        pending += subtypes.get(key, ())
        for source in types.get(key, ()):
            steps = source.place.steps
            if source.place.base == "type" and (named or not any(step.kind == "member" for step in steps)):
                pending.append(source.place.name)
    return seen

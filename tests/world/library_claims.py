"""What the rows of library files claim of the real packages: the members, globals, modules and types that they name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from reviewer.model.libraries.conditions import RECEIVER_POSITION, Condition
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.facts import CallFact, MeasureFact, RoleFact
from reviewer.model.libraries.library_file import LibraryFile
from reviewer.model.libraries.steps import Path, Place, Step

REMOVED: Final = "removed"
_TYPES_OF: Final = "@types/"


class Claim(NamedTuple):
    """One row and what it names. Type names in `places` are full keys, packages are written out.

    named: (specifier, name of a TypeScript type), for annotations. versions: the range that the row is about. declared:
    whether the package names what the row names.
    """

    file: str
    line: int
    section: str
    path: str
    versions: str
    places: tuple[Place, ...]
    named: tuple[tuple[str, str], ...] = ()
    declared: bool = True


class Names(NamedTuple):
    """What the types of a file are, by full key: places with the versions that they are about; all subtypes; of the
    supertypes, those of other files. What is of this file is not what other files know of their types.
    """

    places: dict[str, list[tuple[str, Place]]]
    subtypes: dict[str, list[str]]
    foreign: dict[str, list[str]]


def claims_of(file: LibraryFile) -> list[Claim]:
    """The rows that name something which may not exist, in the order of the file."""
    rows: dict[tuple[int, str, str, str, bool], list[Place]] = {}
    for at in file.type_places:
        rows.setdefault((at.line, f"types.{at.type}", at.at, at.versions, at.declared), []).append(at.place)
    for one in file.statements:
        section = f"roles.{one.fact.role}" if isinstance(one.fact, RoleFact) else one.kind
        key = one.line, section, one.at, one.fact.versions, one.declared
        rows.setdefault(key, []).extend([one.place, *_below(one.place, one.fact)])
    claims = [
        Claim(file.path, line, section, path, versions, tuple(dict.fromkeys(named)), declared=declared)
        for (line, section, path, versions, declared), places in rows.items()
        if (named := [_full(place, file) for place in places if names_of(place)])
    ]
    claims += [Claim(file.path, 0, "builtins", name, "", (Place("package", name, ()),)) for name in file.builtins]
    for specifier, name, _, line in file.annotations:
        named_type = (specifier.removeprefix(_TYPES_OF), name)
        claims.append(Claim(file.path, line, "annotations", f"{specifier}: {name}", "", (), (named_type,)))
    return sorted(claims, key=lambda claim: claim.line)


def types_of(file: LibraryFile) -> Names:
    """Where values of the file's types come from."""
    places: dict[str, list[tuple[str, Place]]] = {_key(name, file): [] for name in file.types}
    for at in file.type_places:
        places[_key(at.type, file)].append((at.versions, _full(at.place, file)))
    below: dict[str, set[str]] = {}
    above: dict[str, set[str]] = {}
    for sub, supertype, _ in file.supertypes:
        below.setdefault(_key(supertype, file), set()).add(_key(sub, file))
        above.setdefault(_key(sub, file), set()).add(_key(supertype, file))
    return Names(
        places,
        {key: sorted(_closure(key, below)) for key in below if key in places},
        {key: sorted(_closure(key, above) - places.keys()) for key in above},
    )


def annotated_of(file: LibraryFile) -> list[tuple[str, str, str]]:
    """Specifier and name of the TypeScript types that the file knows, and the full key of the type that each is."""
    return [(specifier.removeprefix(_TYPES_OF), name, _key(of, file)) for specifier, name, of, _ in file.annotations]


def needs_of(file: LibraryFile) -> list[str]:
    """The other packages that rows of the file begin at: those of types in other files, and of annotations."""
    bases = [place for at in file.type_places for place in [at.place]] + [one.place for one in file.statements]
    named = [place.name.rpartition("/")[0] for place in bases if place.base == "type" and "/" in place.name]
    named += [_package(place.name) for place in bases if place.base == "package" and place.name]
    named += [_package(specifier) for specifier, *_ in file.annotations if not specifier.startswith(_TYPES_OF)]
    return [name for name in dict.fromkeys(named) if name not in file.packages]


def _package(specifier: str) -> str:
    return "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])


def names_of(place: Place) -> list[str]:
    """What a place names that may not exist, from the left: a global or a module, then members."""
    first = [place.name] if place.base == "global" or (place.base == "package" and place.name) else []
    return [*first, *members_of(place)]


def members_of(place: Place) -> list[str]:
    """The names of the members on the way to a place."""
    return [step.name for step in place.steps if step.kind == "member"]


def _below(place: Place, fact: Fact) -> Iterator[Place]:
    """The places with members that a fact speaks of beside its own: where a flow ends, what a condition looks into."""
    if isinstance(fact, CallFact) or (isinstance(fact, MeasureFact) and fact.reach == "provided"):
        return  # its other paths begin at the call that was given the function, or at the literal that holds the place
    paths = [path for value in msgspec.structs.astuple(fact) for path in _paths(value)]
    paths += [_looked_at(condition) for condition in (*fact.when, *fact.unless) if condition.kind != "version"]
    for path in paths:
        if any(step.kind == "member" for step in path):
            yield Place(place.base, place.name, place.steps + path)


def _paths(value: object) -> Iterator[Path]:
    """The paths in a field of a fact, which holds paths, pairs of paths or something else."""
    if isinstance(value, tuple) and value and all(isinstance(item, Step) for item in value):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _paths(item)


def _looked_at(condition: Condition) -> Path:
    at = condition.argument
    argument = Step("receiver") if at == RECEIVER_POSITION else Step("argument", "", at, at)
    return (argument, *(Step("member", name) for name in condition.members)) if condition.members else ()


def _full(place: Place, file: LibraryFile) -> Place:
    match place.base:
        case "type":
            return msgspec.structs.replace(place, name=_key(place.name, file))
        case "package":
            return msgspec.structs.replace(place, name=place.name or file.packages[0])
        case _:
            return place


def _key(name: str, file: LibraryFile) -> str:
    return name if "/" in name else f"{file.packages[0]}/{name}"


def _closure(key: str, steps: dict[str, set[str]]) -> set[str]:
    """All that one or more steps lead to from `key`."""
    found: set[str] = set()
    pending = [key]
    while pending:
        new = steps.get(pending.pop(), set()) - found
        found |= new
        pending += new
    return found

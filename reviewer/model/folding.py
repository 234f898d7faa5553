"""Folding: the normal form of an answer about origins while it grows, with few names, few places and few paths.

What is left of a union is what is left of what is left of its parts: this does not depend on the order of asking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

import msgspec

from reviewer.model.solve import Answer
from reviewer.model.sources import DEEP, NAMES, FromParameter, Source, somewhere

ORIGINS_LIMIT: Final = 48
"""A final answer about origins that holds more is given up as open."""
PLACES_LIMIT: Final = 6
"""Of so many places of one kind an answer tells: a helper that a whole application uses has hundreds of callers."""
NAMES_LIMIT: Final = 4
"""So many names below one thing are told apart."""
PATHS_LIMIT: Final = 8
"""So many names below one parameter are told apart: a function that calls itself on the parts of a value has no end."""
_HEAD: Final = re.compile(r"[^.\[…]*(?:\.[^.\[…]*)?")
_BELOW: Final = "…"
_CALLER: Final = "caller"


def widen_origins(found: Answer) -> Answer:
    """The final answer, or none but a reason where it holds too much."""
    if len(found.items) <= ORIGINS_LIMIT:
        return found
    return Answer(frozenset(), found.open | {"cap"})


@lru_cache(maxsize=1 << 12)
def normal_origins(found: Answer) -> Answer:
    """The answer with few paths below each parameter, few places of each kind and few names below each.

    What is left of a union is what is left of what is left of its parts: this does not depend on the order of asking.
    """
    items, opened = found
    if len(items) <= 1:
        return found
    sources = [item for item in items if isinstance(item, Source)]
    if len(sources) < len(items):
        items = frozenset(sources) | _few_paths(item for item in items if isinstance(item, FromParameter))
    if len(sources) <= 1:
        return Answer(items, opened)
    places, is_cut = _few_places(sources)
    few = _few_names(places)
    if len(few) < len(sources):
        items = frozenset(item for item in items if isinstance(item, FromParameter)) | few
    return Answer(items, opened | {"cap"} if is_cut else opened)


def _few_paths(items: Iterable[FromParameter]) -> set[FromParameter]:
    """Parameters with few paths below each: where there are many below one name, it is somewhere below that name; where
    there are many names, it is somewhere below the parameter. Values and names of members are told apart.
    """
    parameters: dict[FromParameter, dict[str, set[FromParameter]]] = {}
    for item in items:
        whole = msgspec.structs.replace(item, path=somewhere((), item.path))
        parameters.setdefault(whole, {}).setdefault(item.path[0] if item.path else "", set()).add(item)
    kept: set[FromParameter] = set()
    for whole, names in parameters.items():
        if DEEP in names or len(names) > PATHS_LIMIT:
            kept.add(whole)
            kept |= names.get("", set())
            continue
        for name, below in names.items():
            inside = msgspec.structs.replace(whole, path=somewhere((name,), whole.path))
            itself = {item for item in below if item.path in {(), (name,), (name, NAMES)}}
            is_many = len(below) - len(itself) > NAMES_LIMIT or inside in below
            kept |= {inside, *itself} if is_many else below
    return kept


def _few_places(sources: list[Source]) -> tuple[list[Source], bool]:
    """The sources at few places of each kind, and whether there were more unknown callers than that.

    Places are counted, not names: what is folded below a place must not change the count.
    """
    if len(sources) <= PLACES_LIMIT:
        return sources, False
    places: dict[tuple[str, tuple[str, ...]], set[tuple[int, int]]] = {}
    for item in sources:
        key = (item.kind, item.passed)
        found = places.get(key)
        if found is None:
            places[key] = {(item.module, item.row)}
        else:
            found.add((item.module, item.row))
    kept = {key: frozenset(sorted(found)[:PLACES_LIMIT]) for key, found in places.items() if len(found) > PLACES_LIMIT}
    if not kept:
        return sources, False
    few = [
        item
        for item in sources
        if (item.kind, item.passed) not in kept or (item.module, item.row) in kept[item.kind, item.passed]
    ]
    return few, any(kind == _CALLER for kind, _ in kept)


def _few_names(sources: list[Source]) -> frozenset[Source]:
    """The sources with few names of what lies below one place: where there are many, it is somewhere below."""
    for fold in (_somewhere, _anywhere):
        names: dict[tuple[object, ...], list[Source]] = {}
        for item in sources:
            # What the folded source would be made of: to make each of them costs ten times as much.
            key = (item.kind, item.module, item.row, item.passed, item.part, fold(item.name))
            found = names.get(key)
            if found is None:
                names[key] = [item]
            else:
                found.append(item)
        if len(names) < len(sources):
            sources = [item for parts in names.values() for item in _folded(parts, fold)]
    return frozenset(sources)


def _folded(parts: list[Source], fold: Callable[[str], str]) -> list[Source]:
    """What lies below one place, as it is, or as somewhere below."""
    if len(parts) == 1:
        return parts
    name = fold(parts[0].name)
    is_many = len(parts) > NAMES_LIMIT or any(item.name == name for item in parts)
    return [msgspec.structs.replace(parts[0], name=name)] if is_many else parts


@lru_cache(maxsize=1 << 14)
def _somewhere(name: str) -> str:
    """The name as far as its second part: `req.body…` for `req.body.filter.where[]`."""
    match = _HEAD.match(name)
    return (match[0] if match is not None else name) + _BELOW


@lru_cache(maxsize=1 << 14)
def _anywhere(name: str) -> str:
    """The name as far as its first part: `req…`."""
    return name.partition(".")[0].rstrip(_BELOW).partition("[")[0] + _BELOW


def is_fold(folded: Source | FromParameter, item: Source | FromParameter) -> bool:
    """Whether an answer may say `folded` where it was made from an answer that says `item`."""
    if folded == item:
        return True
    if not isinstance(folded, Source) or not isinstance(item, Source) or not folded.name.endswith(_BELOW):
        return False
    return any(folded == msgspec.structs.replace(item, name=fold(item.name)) for fold in (_somewhere, _anywhere))

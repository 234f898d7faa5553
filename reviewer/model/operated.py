"""Operated: routes that only those who run the application may call, by the names of the measures in force."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.measure import Measure
    from reviewer.model.model import Model
    from reviewer.model.route import Route

_WORDS: Final = "measure.operator"
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_EITHER: Final = frozenset({"or", "not", "non", "no"})
_NAMES: Final = frozenset({Kind.IDENT, Kind.MEMBER, Kind.STRING})


def is_operated(model: Model, route: Route) -> bool:
    """Whether each endpoint of a route is behind a measure that says in its name who passes: `ensureAdmin`,
    `authorise(Roles.Admin)`.
    """
    endpoints = model.routes.endpoints_of(route)
    return bool(endpoints) and all(
        any(_is_of_operators(model, measure) for measure in model.routes.measures(endpoint).items)
        for endpoint in endpoints
    )


def _is_of_operators(model: Model, measure: Measure) -> bool:
    if not measure.sure:
        return False
    module = model.link.body(measure.module)
    names = [module.text(row) for row in module.descend_owned(measure.row) if module.kind[row] in _NAMES]
    return any(_is_of_words(model, [word.lower() for word in _WORD.findall(name)]) for name in names)


def _is_of_words(model: Model, words: list[str]) -> bool:
    return not model.libraries.words(_WORDS).isdisjoint(words) and _EITHER.isdisjoint(words)

"""Rules that are data: the subjects of each shape, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.model.domain import Spot
from reviewer.rulebook.absent import find_absent
from reviewer.rulebook.absent import subjects as given
from reviewer.rulebook.finder import Report
from reviewer.rulebook.flow import find_flow
from reviewer.rulebook.forms import Absent, Flow, Manifest, Match, Path, Reach, Shape
from reviewer.rulebook.manifest import find_manifest
from reviewer.rulebook.match import find_match
from reviewer.rulebook.match import subjects as matching
from reviewer.rulebook.path import find_path
from reviewer.rulebook.path import subjects as on_paths
from reviewer.rulebook.reach import Called, find_reach
from reviewer.rulebook.subjects import OF_DOCUMENTS

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.rulebook.card import Card


def subjects(shape: Shape | None, model: Model, m: int) -> Iterator[tuple[Spot, object]]:
    """What a shape looks at in a module, and where it stands."""
    match shape:
        case Flow():
            for role in shape.sinks:
                yield from ((Spot(m, site.row), site) for site in model.sites.arguments(role, m))
        case Absent():
            yield from given(shape, model, m)
        case Match():
            yield from matching(shape, model, m)
        case Path():
            yield from on_paths(shape, model, m)
        case Reach():
            for role in shape.to:
                yield from ((spot, Called(role, spot)) for spot in model.sites.playing(role, m))


def find(shape: Shape | None, subject: object, model: Model, report: Report) -> None:
    """What a shape says of one of its subjects."""
    match shape:
        case Flow():
            find_flow(shape, subject, model, report)
        case Absent():
            find_absent(shape, subject, model, report)
        case Match():
            find_match(shape, subject, model, report)
        case Path():
            find_path(shape, subject, model, report)
        case Manifest():
            find_manifest(shape, subject, model, report)
        case Reach() if isinstance(subject, Called):
            find_reach(shape, subject, model, report)


def roles(shape: Shape | None) -> tuple[str, ...]:
    """The roles whose names make a call one that the shape may look at."""
    match shape:
        case Flow():
            return shape.sinks
        case Absent():
            return shape.given
        case Match():
            return shape.what
        case Path():
            return shape.after + shape.at_most_once
        case Reach():
            return shape.to
        case _:
            return ()


def documents(card: Card) -> list[str]:
    """The kinds of documents that a rule looks at."""
    shape = card.front.shape
    if isinstance(shape, Manifest):
        return [shape.looks_at]
    return [subjects.of for subjects in card.front.subjects if subjects.kind in OF_DOCUMENTS]

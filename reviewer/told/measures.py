"""Which measure rows speak of a call or an object's member, each with those of its paths at which something stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from reviewer.model.domain import External, Spot
from reviewer.model.given import given, inside
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model import Model
    from reviewer.model.libraries import State
    from reviewer.model.libraries.facts import MeasureFact
    from reviewer.model.libraries.steps import Path

_DECORATED: Final = {"class": Kind.CLASS, "member": Kind.PROPERTY, "parameter": Kind.PARAM}


def of_call(model: Model, module: Module, call: int, state: State) -> Iterator[tuple[MeasureFact, MeasureFact]]:
    """The rows of what a call calls; of a decorator's, those whose reach is what it decorates."""
    for fact in model.libraries.facts(state).measures:
        if fact.reach != "provided" and _is_for(module, call, fact):
            said = _given(model, module, call, fact)
            if said.sources or said.exceptions or said.pattern or not (fact.sources or fact.exceptions or fact.pattern):
                yield fact, said


def _is_for(module: Module, call: int, fact: MeasureFact) -> bool:
    decorator = module.parent[call]
    if module.kind[decorator] != Kind.DECORATOR:
        return True
    decorated = module.kind[module.parent[decorator]]
    return _DECORATED.get(fact.reach, decorated) == decorated


def _given(model: Model, module: Module, call: int, fact: MeasureFact) -> MeasureFact:
    """The row without the paths at which nothing stands; the name of what a parameter takes is no pipe."""

    def stands(path: Path, *, text: bool = True, other: bool = True) -> bool:
        spots = given(model, module, call, path)
        return any(text if model.routes.is_path(spot) else other for spot in spots)

    return replace(
        fact,
        sources=tuple(path for path in fact.sources if stands(path, text=fact.reach != "parameter")),
        exceptions=tuple(path for path in fact.exceptions if stands(path)),
        pattern=tuple(path for path in fact.pattern if stands(path, other=not fact.path_optional)),
    )


def of_member(model: Model, module: Module, row: int) -> Iterator[tuple[MeasureFact, MeasureFact]]:
    """The rows of what an object's member (a PROPERTY row) holds: names under which the object gives measures."""
    literal = module.parent[row]
    if module.kind[literal] != Kind.OBJECT or not module.text(row):
        return
    for item in model.ask(model.values.resolved(module.index, module.op(row, 1))).items:
        if isinstance(item, External) and item.state:
            for fact in model.libraries.facts(item.state).measures:
                if fact.reach == "provided" and fact.key == module.text(row):
                    spot = Spot(module.index, literal)
                    sources = tuple(path for path in fact.sources if any(inside(model, spot, path[0])))
                    yield fact, replace(fact, sources=sources)

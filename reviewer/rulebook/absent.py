"""The shape `absent`: a thing that is there without another that belongs to it, or without it coming before a third."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from reviewer.model.apps import App
from reviewer.model.domain import External, Spot
from reviewer.model.sites import OTHER
from reviewer.rulebook.finder import Report
from reviewer.rulebook.forms import Absent

if TYPE_CHECKING:
    from reviewer.model.model import Model

APPLICATION = "http.app"
"""The given role whose things are applications: what belongs to one is registered on it. All others are calls."""


def subjects(absent: Absent, model: Model, m: int) -> Iterator[tuple[Spot, object]]:
    """The given things of a module: applications, where they are created, and calls."""
    for role in absent.given:
        if role == APPLICATION:
            yield from ((app.spot, app) for app in model.routes.apps.in_module(m))
        else:
            yield from ((spot, spot) for spot in _calls([role], model, [m]))


def find_absent(absent: Absent, subject: object, model: Model, report: Report) -> None:
    """Report the given thing where nothing of the roles that it lacks is there, or where that comes too late."""
    if isinstance(subject, App):
        placed = model.routes.placed.on(subject)
        whole = [one for one in placed if one.whole is not False and _plays(one.measure.values, absent.lacks, model)]
        found = [one.place for one in whole]
        is_open = [unsure.why for unsure in model.routes.placed.unsure(subject)]
        spared = any(_plays(one.measure.values, absent.unless, model) for one in placed)
        modules = sorted(m for m in range(len(model.link)) if model.routes.apps.is_with(subject, m))
    elif isinstance(subject, Spot):
        modules = _together(subject.module, model)
        found, is_open, spared = [], [], False
    else:
        return
    modules = [m for m in modules if not model.programs.is_aside(m)]
    found += _calls(absent.lacks, model, modules)
    thirds = list(_calls(absent.before, model, modules)) if found else []
    late = [at for at in found if any(model.routes.apps.is_before(third, at) is True for third in thirds)]
    unknown = [] if found else list(_unresolved(absent.lacks, model, modules))
    if spared or any(True for _ in _calls(absent.unless, model, modules)):
        report.silent("something is there that makes it needless")
    elif found and len(late) < len(found):
        report.silent("what belongs to it is there")
    elif not found and is_open:
        report.open(is_open[0])
    elif unknown:
        report.open("a call that may be what it lacks is not resolved")
    else:
        module = model.link.body(report.subject.module)
        steps = [(at, "this comes too late") for at in late]
        report.at(report.subject, steps=steps, given=model.source_text(module, report.subject.row))


def _together(m: int, model: Model) -> list[int]:
    """The modules that run together with a module: those of its programs; where none is known, all."""
    files = [model.programs.files(program) for program in model.programs.of(m)]
    return sorted(frozenset[int]().union(*files)) if files else list(range(len(model.link)))


def _calls(roles: Iterable[str], model: Model, modules: Iterable[int]) -> Iterator[Spot]:
    """The calls of these modules that play one of the roles, by role."""
    modules = list(modules)
    for role in roles:
        for m in modules:
            for call in model.sites.candidates(role, m):
                if model.sites.plays(role, model.link.body(m), call):
                    yield Spot(m, call)


def _unresolved(roles: Iterable[str], model: Model, modules: Iterable[int]) -> Iterator[Spot]:
    modules = list(modules)
    for role in roles:
        for m in modules:
            for call in model.sites.candidates(role, m):
                if model.sites.look_alike(model.link.body(m), call) != OTHER:
                    yield Spot(m, call)


def _plays(values: Iterable[object], roles: Iterable[str], model: Model) -> bool:
    states = [value.state for value in values if isinstance(value, External)]
    return any(model.libraries.has_role(state, role, None) for state in states for role in roles)

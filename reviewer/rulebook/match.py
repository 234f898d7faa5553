"""The shape `match`: a call or argument of a role whose arguments are as said, wherever or inside what is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from reviewer.model.arguments import Argument
from reviewer.model.domain import Constant, Spot
from reviewer.model.given import inside
from reviewer.model.libraries.steps import Step
from reviewer.model.ways_in import Reached
from reviewer.rulebook.finder import Report
from reviewer.rulebook.forms import ITSELF, Match, Where
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model

_JOBS: Final = frozenset({"timer", "job", "loop", "command"})
_PRIMITIVES: Final = {"true": True, "false": False, "null": None}


class Holds(Enum):
    """Whether a condition holds."""

    YES = auto()
    NO = auto()
    UNKNOWN = auto()


def subjects(match: Match, model: Model, m: int) -> Iterator[tuple[Spot, object]]:
    """The calls of a module that play one of the roles, and the arguments that do."""
    for role in match.what:
        for site in model.sites.arguments(role, m):
            yield Spot(m, site.row), site
        yield from ((call, call) for call in model.sites.playing(role, m))


def find_match(match: Match, subject: object, model: Model, report: Report) -> None:
    """Report the call where all conditions hold."""
    is_argument = isinstance(subject, Argument)
    if isinstance(subject, Argument) and subject.handed_on:
        report.silent("the argument is handed on as it is: its callers are looked at")
        return
    answers = [_holds(where, subject, report.subject, model) for where in match.where]
    answers.append(_is_inside(match, report.subject, model))
    if Holds.NO in answers:
        report.silent("the arguments are others" if match.where else "nothing of what is said runs it")
    elif Holds.UNKNOWN in answers:
        report.open("not known what the arguments are, or what runs the call")
    else:
        module = model.link.body(report.subject.module)
        call = report.subject.row
        names = ".".join(subject.path) if isinstance(subject, Argument) and is_argument else ""
        report.at(
            _told_at(subject, report.subject, model),
            facts=_facts(match, subject, model),
            what=names or model.source_text(module, module.first[call]),
        )


def _facts(match: Match, subject: object, model: Model) -> dict[str, str]:
    """What the severity may depend on: the role of the argument, and whether any page is near."""
    if not isinstance(subject, Argument):
        return {}
    played = [role for role in match.what if subject in model.sites.arguments(role, subject.module)]
    data = {"answers": "data"} if model.routes.pages.is_data(subject.module) else {}
    return data | ({"argument": played[0]} if played else {})


def _told_at(subject: object, spot: Spot, model: Model) -> Spot:
    """The call; of an argument inside an object, the place of its value."""
    if isinstance(subject, Argument) and subject.path:
        found = _inside([Spot(subject.module, subject.argument)], subject.path, model)
        if len(found) == 1 and found[0].module == spot.module:
            return found[0]
    return spot


def _holds(where: Where, subject: object, call: Spot, model: Model) -> Holds:
    """Whether the argument that a condition names is as it says."""
    if where.argument == ITSELF:
        if not isinstance(subject, Argument):
            return Holds.NO
        spots, names = [Spot(subject.module, subject.argument)], list(subject.path)
    else:
        index, *names = where.argument.split(".")
        module = model.link.body(call.module)
        rows = module.args(call.row)
        if any(module.kind[row] == Kind.SPREAD for row in rows):
            return Holds.UNKNOWN
        at = int(index) + (len(rows) if int(index) < 0 else 0)
        spots = [Spot(call.module, rows[at])] if 0 <= at < len(rows) else []
        if not spots:
            return Holds.YES if where.state == "missing" else Holds.NO
    found = _inside(spots, names, model)
    if where.state == "missing":
        return Holds.NO if found else Holds.YES if all(_is_whole(at, model) for at in spots) else Holds.UNKNOWN
    if not found:
        return Holds.NO if all(_is_whole(at, model) for at in spots) else Holds.UNKNOWN
    return _is_as_said(where, found, model)


def _inside(spots: list[Spot], names: Sequence[str], model: Model) -> list[Spot]:
    for name in names:
        spots = [found for at in spots for found in inside(model, at, Step("member", name))]
    return spots


def _is_whole(spot: Spot, model: Model) -> bool:
    """Whether an object is written here with all of its members."""
    module = model.link.body(spot.module)
    if module.kind[spot.row] != Kind.OBJECT:
        return False
    return all(module.kind[row] != Kind.SPREAD for row in module.ops(spot.row))


def _is_as_said(where: Where, spots: list[Spot], model: Model) -> Holds:
    """A literal: every value is one of those; dynamic: none is a constant."""
    for spot in spots:
        found = model.ask(model.values.resolved(*spot))
        constants = [_scalar(item) for item in found.items if isinstance(item, Constant)]
        if where.state == "dynamic":
            return Holds.NO if constants and len(constants) == len(found.items) and not found.open else Holds.YES
        wanted = [(type(literal), literal) for literal in where.literals]
        if any((type(value), value) not in wanted for value in constants) or len(constants) < len(found.items):
            return Holds.NO
        if found.open or not constants:
            return Holds.UNKNOWN
    return Holds.YES


def _scalar(constant: Constant) -> object:
    if constant.kind == "number":
        return float(constant.text) if "." in constant.text else int(constant.text, 0)
    return constant.text if constant.kind == "string" else _PRIMITIVES.get(constant.text, constant.text)


def _is_inside(match: Match, call: Spot, model: Model) -> Holds:
    """Whether a request, a job or the start of a program runs the call, as asked."""
    if not match.inside:
        return Holds.YES
    found = model.entries.reaching_row(*call)
    kinds = {at.kind for at in found.items if isinstance(at, Reached)}
    if kinds & _JOBS:
        kinds.add("job")
    if kinds & set(match.inside):
        return Holds.YES
    return Holds.UNKNOWN if found.open else Holds.NO

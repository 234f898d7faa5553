"""Middleware of libraries that refuses requests: what it proves of the data that reach the handlers behind it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, Constant, External, Spot
from reviewer.model.libraries.check_facts import RefusalFact
from reviewer.model.own_refusals import refused_by_own
from reviewer.model.schemas import STEPS, chain, elements, member_spots, proved_by, spots_at
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import Path
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.use import Use

_PART: Final = "request.part"
_ASKED_WITHIN: Final = 3
"""Over so many calls a handler may ask what a chain before it has found."""


def refused(
    model: Model, use: Use, handler: Spot, above: Path, path: Path, part: str
) -> Generator[Key, Answer, frozenset[str]]:
    """The barriers that data has passed which lies `path` below a part of the request (read as `above`), where a
    function, the handler, is registered behind middleware that refuses other data.
    """
    module = model.link.body(use.module)
    found: frozenset[str] = frozenset()
    last = use.index if use.index >= 0 else len(module.args(use.row))
    behind = [handler]
    for row in reversed(module.args(use.row)[:last]):
        for spot in reversed(list(_listed(model, Spot(use.module, row), STEPS))):
            found |= yield from _by(model, spot, path, part, behind)
            found |= yield from refused_by_own(model, spot, above, path)
            behind.append(spot)
        behind.append(Spot(use.module, row))
    return found


def _listed(model: Model, spot: Spot, left: int) -> Iterator[Spot]:
    """An expression, or what stands in the list that it is."""
    meant = model.names.of(*spot)
    if not isinstance(meant, Spot) or left <= 0:
        return
    module = model.link.body(meant.module)
    if module.kind[meant.row] == Kind.ARRAY:
        for element in elements(model, meant):
            yield from _listed(model, element, left - 1)
    elif module.kind[meant.row] in {Kind.CALL, Kind.FUNCTION}:
        yield meant


def _by(
    model: Model, middleware: Spot, path: Path, part: str, behind: Sequence[Spot]
) -> Generator[Key, Answer, frozenset[str]]:
    """What one middleware proves, a chain of calls; behind: what the request comes to after it."""
    module = model.link.body(middleware.module)
    found: frozenset[str] = frozenset()
    for call in chain(module, middleware.row):
        callees = yield model.calls.callees(middleware.module, call)
        shape = model.call_shape(module, call)
        for state in sorted({item.state for item in callees.items if isinstance(item, External)}):
            for fact in model.libraries.refusals(state, shape):
                proven: frozenset[str] = frozenset()
                if fact.schema and fact.part == part:
                    proven |= yield from _by_schema(model, Spot(middleware.module, call), fact, path)
                for place in fact.listed:
                    for listed in (yield from spots_at(model, module, call, place)):
                        proven |= yield from _by_list(model, listed, state, fact, path, part)
                if fact.field and fact.part in {"", part}:
                    proven |= yield from _by_field(model, middleware, call, fact, path)
                if proven and (not fact.asked or (yield from _asks(model, fact.asked, behind))):
                    found |= proven
    return found


def _asks(model: Model, role: str, behind: Sequence[Spot]) -> Generator[Key, Answer, bool]:
    """Whether one of these functions plays a role, or what it runs."""
    pending: set[Closure] = set()
    for spot in behind if model.imported.plays(role) else ():
        held = yield model.values.resolved(*spot)
        pending.update(item for item in held.items if isinstance(item, Closure))
    seen: set[Closure] = set()
    for _ in range(_ASKED_WITHIN):
        inner: set[Closure] = set()
        for function in sorted(pending, key=repr):
            for call in _calls_in(model.link.body(function.module), function.row):
                callees = yield model.calls.callees(function.module, call)
                states = [item.state for item in callees.items if isinstance(item, External)]
                if any(model.libraries.has_role(state, role, None) for state in states):
                    return True
                inner.update(item for item in callees.items if isinstance(item, Closure))
        seen |= pending
        pending = inner - seen
    return False


def _calls_in(module: Module, function: int) -> Iterator[int]:
    """The CALL rows in the text of a function, also in those that are written inside it."""
    start, end = module.start[function], module.end[function]
    call = module.kind.find(Kind.CALL, function + 1)
    while call >= 0:
        if start <= module.start[call] < end:
            yield call
        call = module.kind.find(Kind.CALL, call + 1)


def _by_schema(model: Model, call: Spot, fact: RefusalFact, path: Path) -> Generator[Key, Answer, frozenset[str]]:
    module = model.link.body(call.module)
    found: frozenset[str] = frozenset()
    for place in fact.schema:
        schemas = yield from spots_at(model, module, call.row, place)
        for holder in (yield from spots_at(model, module, call.row, place[:-1])):
            schemas += yield from _under_keys(model, holder, fact.part)
        for schema in schemas:
            found |= (yield from proved_by(model, schema, path)) or frozenset()
    return found


def _under_keys(model: Model, holder: Spot, part: str) -> Generator[Key, Answer, list[Spot]]:
    """What a literal has under computed keys that libraries have for a part of the request."""
    meant = model.names.of(*holder)
    module = model.link.body(meant.module if isinstance(meant, Spot) else holder.module)
    found: list[Spot] = []
    if isinstance(meant, Spot) and module.kind[meant.row] == Kind.OBJECT:
        for row in module.ops(meant.row):
            if module.kind[row] == Kind.PROPERTY and module.has(row, Flag.COMPUTED):
                key = yield model.values.resolved(meant.module, module.op(row, 0))
                states = [item.state for item in key.items if isinstance(item, External)]
                roles = [role for state in states for role in model.libraries.role_facts(state)]
                if any(role.role == _PART and role.part == part for role in roles):
                    found.append(Spot(meant.module, module.op(row, 1)))
    return found


def _by_field(
    model: Model, middleware: Spot, call: int, fact: RefusalFact, path: Path
) -> Generator[Key, Answer, frozenset[str]]:
    """What the whole chain says of the members that one of its calls names."""
    module = model.link.body(middleware.module)
    for place in fact.field:
        for spot in (yield from spots_at(model, module, call, place)):
            for name in elements(model, spot) or [spot]:
                said = yield model.values.resolved(*name)
                if any(isinstance(item, Constant) and _is_path(item.text, path) for item in said.items):
                    made = yield model.values.resolved(*middleware)
                    states = [item.state for item in made.items if isinstance(item, External) and item.state]
                    return frozenset(makes for state in states if (makes := model.libraries.barrier(state, None)))
    return frozenset()


def _by_list(
    model: Model, listed: Spot, state: int, fact: RefusalFact, path: Path, part: str
) -> Generator[Key, Answer, frozenset[str]]:
    """What an object says of the members that it names: calls by their names, as of a chain."""
    chains = [
        below for at in model.libraries.argument(state, 0, None, None) for below in model.libraries.any_member(at)
    ]
    found: set[str] = set()
    for name, value in _members(model, listed):
        if not _is_path(name, path):
            continue
        parts: set[str] = set()
        for within in (yield from member_spots(model, value, fact.within)):
            for each in elements(model, within) or [within]:
                said = yield model.values.resolved(*each)
                parts.update(item.text for item in said.items if isinstance(item, Constant))
        if part not in parts and parts:
            continue
        for option, given in _members(model, value):
            is_off = model.link.body(given.module).kind[given.row] == Kind.FALSE
            calls = [call for at in chains for call in model.libraries.member(at, option) if not is_off]
            made = [
                model.libraries.barrier(after, None) for call in calls for after in model.libraries.called(call, None)
            ]
            found.update(makes for makes in made if makes)
    return frozenset(found)


def _members(model: Model, holder: Spot) -> Iterator[tuple[str, Spot]]:
    """The names in the object literal that an expression stands for, and what they hold."""
    meant = model.names.of(*holder)
    if isinstance(meant, Spot):
        module = model.link.body(meant.module)
        for row in module.ops(meant.row) if module.kind[meant.row] == Kind.OBJECT else ():
            if module.kind[row] == Kind.PROPERTY and not module.has(row, Flag.COMPUTED):
                yield module.text(row), Spot(meant.module, module.op(row, 1))


def _is_path(text: str, path: Path) -> bool:
    """Whether a text means a path: `page`, `user.name`, `ids.*`, `rows[0].id`."""
    steps = tuple(text.replace("[", ".").replace("]", "").split("."))
    return steps == tuple("*" if step.isdigit() and "*" in steps else step for step in path)

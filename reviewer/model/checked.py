"""Data that calls hold against schemas: what they give back, and what the code goes on with where all fits."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import External, Spot
from reviewer.model.flows import meets, steps_below
from reviewer.model.guards import EQUAL, Subject, conjuncts, is_target, reads
from reviewer.model.paths import Truth, before, conditions
from reviewer.model.schemas import proved_by, spots_at
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import Edge, Local, Locally, Path
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.check_facts import CheckFact
    from reviewer.model.model import Model

_FAR: Final = 24
"""How many names and members may stand between a test and the check that it looks at."""
_SAID: Final = {Truth.TRUE: True, Truth.FALSE: False}
_NO: Final = frozenset({Kind.FALSE, Kind.NULL, Kind.UNDEFINED})


class _Candidate(NamedTuple):
    """A call that is given what lies above the subject: the position of that, and the rest of the way."""

    call: int
    position: int
    below: Path


def given_back(model: Model, module: Module, call: int, state: int, path: Path) -> Locally:
    """What a call gives back that fits a schema, with what the schema proves of the part that lies at `path`."""
    parts: list[Edge] = []
    for fact in model.libraries.checks(state, model.call_shape(module, call)):
        for target in fact.to:
            rest = _remaining(steps_below(target[1:]), path)
            if rest is None:
                continue
            proven = yield from _proof(model, module, call, fact, rest)
            if proven is None:
                return Local(open=frozenset({"library"}))
            for place in fact.of:
                spots = yield from spots_at(model, module, call, place)
                parts += [Edge(model.origins.of(*spot, rest), tuple(sorted(proven))) for spot in spots]
    return Local(edges=tuple(parts))


def _remaining(target: Path, path: Path) -> Path | None:
    """The rest of a path behind where a call gives something back; None where it leads elsewhere."""
    if len(path) < len(target) or not all(meets(step, wanted) for step, wanted in zip(target, path, strict=False)):
        return None
    return path[len(target) :]


def passed(model: Model, module: Module, row: int, path: Path) -> Generator[Key, Answer, tuple[str, ...]]:
    """The barriers that a value has passed which lies `path` below an IDENT or MEMBER row, by the checks before."""
    found: set[str] = set()
    if not model.imported.checks:
        return ()
    for candidate in _candidates(model, module, row, path):
        callees = yield model.calls.callees(module.index, candidate.call)
        shape = model.call_shape(module, candidate.call)
        for state in sorted({item.state for item in callees.items if isinstance(item, External)}):
            for fact in model.libraries.checks(state, shape):
                is_given = any(len(at) == 1 and at[0].low == candidate.position for at in fact.of)
                if is_given and is_told(model, module, candidate.call, state, fact, row):
                    proven = yield from _proof(model, module, candidate.call, fact, candidate.below)
                    found.update(proven or ())
    return tuple(sorted(found))


def _candidates(model: Model, module: Module, row: int, path: Path) -> Iterator[_Candidate]:
    """The calls elsewhere that are given the variable which a row reads, or a member on the way to what is read; none
    where one of these is written to, as the check may have seen what was there before.
    """
    names: list[str] = []
    base = row
    while module.kind[base] == Kind.MEMBER:
        names.append(module.text(base))
        base = module.first[base]
    binding = module.binding[base] if module.kind[base] == Kind.IDENT else -1
    if binding < 0 or len(module.writes(binding)) > 1:
        return
    wanted = (*reversed(names), *path)
    ways = (Subject(binding, wanted[:steps]) for steps in range(1, len(wanted) + 1))
    if any(is_target(module, at) for way in ways for at in reads(module, way)):
        return
    for ref in module.refs(binding):
        at, below = ref, wanted
        while True:
            parent = module.parent[at]
            if module.kind[parent] == Kind.CALL and at in module.args(parent) and _may_check(model, module, parent):
                yield _Candidate(parent, list(module.args(parent)).index(at), below)
            if not below or module.kind[parent] != Kind.MEMBER or module.text(parent) != below[0]:
                break
            at, below = parent, below[1:]


def _may_check(model: Model, module: Module, call: int) -> bool:
    callee = module.first[call]
    if module.kind[callee] == Kind.MEMBER:
        return module.text(callee) in model.libraries.check_names
    return module.kind[callee] == Kind.IDENT


def _proof(
    model: Model, module: Module, call: int, fact: CheckFact, path: Path
) -> Generator[Key, Answer, frozenset[str] | None]:
    """What the schema of a check proves."""
    schemas: list[Spot] = []
    for place in fact.schema:
        schemas += yield from spots_at(model, module, call, place)
    found: frozenset[str] | None = None
    for spot in schemas:
        proven = yield from proved_by(model, spot, path)
        if proven is not None:
            found = proven | (found or frozenset())
    return found


def is_told(model: Model, module: Module, call: int, state: int, fact: CheckFact, row: int) -> bool:
    """Whether a row is only reached where the check has found that all fits."""
    if not fact.told:
        is_awaited = module.kind[module.parent[call]] == Kind.AWAIT
        if model.libraries.promise(state, model.call_shape(module, call)) and not is_awaited:
            return False
        return before(module, call, row) == "yes"
    ways = [steps_below(place[1:]) for place in fact.told]
    for condition, truth in conditions(module, row):
        for test, holds in conjuncts(module, condition, holds=_SAID[truth]) if truth in _SAID else ():
            said = _compared(module, test, holds=holds)
            if said is not None and said[1] is fact.fits and _read(module, said[0]) in [(call, way) for way in ways]:
                return True
    return False


def _compared(module: Module, test: int, *, holds: bool) -> tuple[int, bool] | None:
    """What a test looks at, and whether that is true where it holds, or false or nothing."""
    if module.kind[test] != Kind.BINARY:
        return test, holds
    equal = EQUAL.get(module.text(test))
    if equal is None or module.count[test] != 2:
        return None
    left, right = module.ops(test)
    is_true = module.kind[right] == Kind.TRUE
    if is_true or module.kind[right] in _NO:
        return left, (equal is holds) is is_true
    return None


def _read(module: Module, row: int) -> tuple[int, Path]:
    """The call whose result a row reads, and the way from there; that of a variable written once too."""
    way: list[str] = []
    for _ in range(_FAR):
        kind = module.kind[row]
        if kind == Kind.MEMBER:
            way.append(module.text(row))
            row = module.first[row]
        elif kind == Kind.AWAIT:
            row = module.first[row]
        elif kind == Kind.IDENT and module.binding[row] >= 0 and len(module.writes(module.binding[row])) == 1:
            target = module.writes(module.binding[row])[0]
            while module.kind[module.parent[target]] in {Kind.PROPERTY, Kind.OBJECT_PATTERN}:
                target = module.parent[target]
                if module.kind[target] == Kind.PROPERTY:
                    way.append(module.text(target))
            declarator = module.parent[target]
            if module.kind[declarator] != Kind.DECLARATOR or module.first[declarator] != target:
                break
            row = module.op(declarator, 1)
        else:
            break
    return row, tuple(reversed(way))

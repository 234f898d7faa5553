"""What a call of a library passes on of what it is given, read off the flow rows of its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from reviewer.model.libraries.facts import AdaptFact, Facts, FlowFact
from reviewer.model.libraries.steps import Path as AccessPath
from reviewer.model.libraries.steps import Step
from reviewer.model.sources import DEEP, NAMES, Path

_ANY_MEMBER: Final = ".*"
RESULT: Final = "()"
"""The step from a function to what it gives."""
_BUILDING: Final = frozenset({"concatenated", "joined", "formatted"})
_PARTS: Final = frozenset({"element", "any-member", "member-name"})
_UNBOUNDED: Final = 1 << 20


class Flow(NamedTuple):
    """One way a call passes on what it is given. place: `argument` (first to last), `receiver`, `returned` (what the
    callback at `first` gives back) or `made` (what `new` makes of the class at `first`). `source` and `target` are the
    steps below the place and below the call's result. keeps: as in `FlowFact`, or `formatted`. builds: the result is a
    longer text. awaits: the source is awaited. where: the argument that is asked of each element if it goes on, or -1.
    """

    place: str
    first: int
    last: int
    source: Path
    target: Path
    keeps: str
    builds: bool
    awaits: bool
    where: int = -1

    def remaining(self, path: Path) -> Path | None:
        """Where below the place the value stands that lies `path` below the result; None where nothing of it does."""
        rest = path
        for step in self.target:
            if not rest:
                break
            if not meets(step, rest[0]):
                return None
            rest = rest[1:]
        if self.keeps == "element" and rest and not (rest[0] in {"*", DEEP} or rest[0].isdigit()):
            return None
        if self.keeps == "text":
            return self.source if path[-1:] != (NAMES,) else None
        return (*self.source, DEEP) if self.keeps in {"formatted", "content"} else (*self.source, *rest)


def meets(step: str, wanted: str) -> bool:
    """Whether a step of a row's target (`*` an element, `.*` any member) is the wanted step (`*` either)."""
    if wanted in {step, "*", DEEP}:
        return True
    return wanted.isdigit() if step == "*" else step == _ANY_MEMBER and wanted != NAMES


def text_flows(facts: Facts) -> tuple[Flow, ...]:
    """How a call passes on values and texts to its result."""
    return tuple(flow for fact in facts.flows for flow, _ in _to_result(fact))


class ValueFlow(NamedTuple):
    """A value that a call gives back unchanged: what stands `source` below a place (as in `Flow`). promised: as what
    its promise is fulfilled with. fact: what has to apply, where that depends on the call. inner: for the place
    `passed`: what the function at `at` gives to which of its parameters, as which argument.
    """

    place: str
    at: int
    source: Path
    promised: bool
    fact: FlowFact | None = None
    inner: tuple[int, int] = (-1, -1)


class Filling(NamedTuple):
    """Members that a call puts into what lies `target` below argument `into`: those of what stands `source` below its
    arguments from `first` to `last`; or that itself, under the name that argument `name` says, where there is one.
    """

    into: int
    target: Path
    first: int
    last: int
    source: Path
    name: int


def value_flows(facts: Facts) -> tuple[ValueFlow, ...]:
    """Which values a call gives back unchanged."""
    found: list[ValueFlow] = []
    for fact in facts.flows:
        if fact.keeps == "value":
            condition = fact if fact.when or fact.unless or fact.versions else None
            for flow, target in _to_result(fact):
                below = {step.kind for step in target}
                if flow.first == flow.last and below <= {"return", "awaited"} and NAMES not in flow.source:
                    found.append(ValueFlow(flow.place, flow.first, flow.source, "awaited" in below, condition))
    for adapted in facts.adapts:
        found.extend(ValueFlow(place, index, (), promised) for place, index, promised in _adapted(adapted))
    return tuple(found)


def passed_flows(facts: Facts) -> tuple[ValueFlow, ...]:
    """What `new` of the place makes a promise of: what its callback gives to one of its parameters."""
    found: list[ValueFlow] = []
    for fact in facts.flows:
        promised = any([step.kind for step in target] == ["instance", "awaited"] for target in fact.targets)
        for source in fact.sources if promised else ():
            if [step.kind for step in source[:3]] == ["argument", "parameter", "argument"]:
                inner = (source[1].low, source[2].low)
                found.append(ValueFlow("passed", source[0].low, steps_below(source[3:]), promised=True, inner=inner))
    return tuple(found)


def gifts(facts: Facts, index: int, parameter: int) -> tuple[ValueFlow, ...]:
    """What a callback given as argument `index` receives as its parameter."""
    found: list[ValueFlow] = []
    for fact in facts.flows:
        for target in fact.targets if fact.keeps == "value" else ():
            if [step.kind for step in target] != ["argument", "parameter"]:
                continue
            given, received = target
            if not (given.low <= index <= given.high and received.low <= parameter <= received.high):
                continue
            for source in fact.sources:
                place, first, last, below = _place(source[0], source[1:])
                first += parameter - received.low if last > first else 0
                if place and first <= last:
                    found.append(ValueFlow(place, first, _read(below), any(step.kind == "awaited" for step in below)))
    return tuple(found)


def runs(facts: Facts) -> tuple[tuple[str, int, str], ...]:
    """The functions that a call runs as if it were theirs, and how they get their arguments: `call` or `apply`."""
    return tuple(
        ("receiver" if path[0].kind == "receiver" else "argument", max(path[0].low, 0), fact.how)
        for fact in facts.adapts
        if fact.how in {"call", "apply"}
        for path in fact.function
        if path and path[0].kind in {"receiver", "argument"}
    )


def promisified(facts: Facts) -> tuple[int, ...]:
    """The arguments that a call makes functions of which give a promise instead of taking a callback."""
    return tuple(
        path[0].low
        for fact in facts.adapts
        if fact.how == "promise" and any(target and target[0].kind == "return" for target in fact.to)
        for path in fact.function
        if path and path[0].kind == "argument"
    )


def fillings(facts: Facts) -> tuple[Filling, ...]:
    """What a call puts into the members of an object that it is given."""
    found: list[Filling] = []
    for fact in facts.flows:
        name = next((path[0].low for path in fact.name if path and path[0].kind == "argument"), -1)
        for target in fact.targets:
            if not target or target[0].kind != "argument":
                continue
            into = target[1:-1] if name >= 0 else target[1:]
            if any(step.kind != "member" for step in into) or (name < 0 and fact.keeps != "members"):
                continue
            for source in fact.sources:
                place, first, last, below = _place(source[0], source[1:])
                if place == "argument":
                    found.append(Filling(target[0].low, steps_below(into), first, last, _read(below), name))
    return tuple(found)


def callback_flows(facts: Facts, index: int) -> tuple[tuple[str, int], ...]:
    """What a callback given as argument `index` receives of the receiver: (`element` or `awaited`, parameter)."""
    return tuple(
        (source[1].kind, target[1].low)
        for fact in facts.flows
        for target in fact.targets
        if len(target) > 1 and target[0].kind == "argument" and target[1].kind == "parameter"
        if target[0].low <= index <= target[0].high
        for source in fact.sources
        if len(source) > 1 and source[0].kind == "receiver" and source[1].kind in {"element", "awaited"}
    )


class Iterated(NamedTuple):
    """A collection of which a callback gets each element: the argument at `at`, or the receiver where that is -1; and
    the parameter that gets it.
    """

    at: int
    parameter: int


def iterated(facts: Facts, index: int) -> Iterated | None:
    """What a callback given as argument `index` is run for, where that is each element of something."""
    for fact in facts.flows:
        for target in fact.targets:
            if len(target) < 2 or [target[0].kind, target[1].kind] != ["argument", "parameter"]:
                continue
            if not target[0].low <= index <= target[0].high or target[1].low != target[1].high:
                continue
            for source in fact.sources:
                below = [step.kind for step in source[1:] if step.kind != "awaited"]
                if below and below[0] in _PARTS and source[0].kind in {"receiver", "argument"}:
                    at = source[0].low if source[0].kind == "argument" else -1
                    if at != index:
                        return Iterated(at, target[1].low)
    return None


def puts(facts: Facts) -> frozenset[int]:
    """From which arguments on a call puts what it is given into its receiver, as elements."""
    return frozenset(
        source[0].low
        for fact in facts.flows
        for target in fact.targets
        if target and target[0].kind == "receiver" and any(step.kind == "element" for step in target)
        for source in fact.sources
        if source and source[0].kind == "argument"
    )


def _to_result(fact: FlowFact) -> Iterator[tuple[Flow, AccessPath]]:
    """The flows of a row to the result of the call, each with the row's path to it."""
    keeps = "formatted" if fact.text == "formatted" else fact.keeps
    for source in fact.sources:
        for target in fact.targets:
            if source and target and target[0].kind in {"return", "instance"} and not _decorates(target):
                place, first, last, below = _place(source[0], source[1:])
                if place:
                    builds, awaits = fact.text in _BUILDING, any(step.kind == "awaited" for step in below)
                    where = fact.where[0][0].low if fact.where else -1
                    to = steps_below(target[1:])
                    yield Flow(place, first, last, _read(below), to, keeps, builds, awaits, where), target


def supplying(facts: Facts) -> tuple[int, ...]:
    """The arguments of a call that give their value to the parameters which the decorator that it makes decorates."""
    return tuple(
        source[0].low
        for fact in facts.flows
        if any(map(_decorates, fact.targets))
        for source in fact.sources
        if [step.kind for step in source[:2]] == ["argument", "return"]
    )


def _decorates(target: AccessPath) -> bool:
    return target[-1].kind == "decorated-parameter"


def _adapted(fact: AdaptFact) -> Iterator[tuple[str, int, bool]]:
    """The functions that a call gives back as they are, or with some arguments already given."""
    if fact.how in {"same", "bind"} and any(path and path[0].kind == "return" for path in fact.to):
        for path in fact.function:
            if path and path[0].kind == "receiver":
                yield "receiver", 0, False
            elif path and path[0].kind == "argument":
                yield "argument", path[0].low, False


def _read(steps: AccessPath) -> Path:
    """The steps below a place from which a row reads: any member is read as any element is."""
    return tuple("*" if step == _ANY_MEMBER else step for step in steps_below(steps))


def steps_below(steps: AccessPath) -> Path:
    """The steps below a place as the paths of origins write them; awaiting changes no path."""
    labels = []
    for step in steps:
        if step.kind == "element":
            labels.append("*")
        elif step.kind == "member":
            labels.append(step.name)
        elif step.kind == "any-member":
            labels.append(_ANY_MEMBER)
        elif step.kind == "member-name":
            labels.append(NAMES)
        elif step.kind == "return":
            labels.append(RESULT)
    return tuple(labels)


def _place(first: Step, below: AccessPath) -> tuple[str, int, int, AccessPath]:
    """Where a flow begins: its place, the first and the last argument, and the steps below; no place where unknown."""
    if first.kind == "receiver":
        return "receiver", 0, 0, below
    if first.kind == "argument" and first.low >= 0:
        if below and below[0].kind == "parameter":
            return "", 0, 0, below
        if below and below[0].kind in {"return", "instance"}:
            return "returned" if below[0].kind == "return" else "made", first.low, first.low, below[1:]
        return "argument", first.low, min(first.high, _UNBOUNDED), below
    return "", 0, 0, below

"""Facts of library rows in words, each path short: `0.text`, `this[]`, `1..`, `0(1)`, `result.await[]`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from reviewer.model.libraries.check_facts import CheckFact, RefusalFact, SchemaFact
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.facts import (
    AdaptFact,
    BarrierFact,
    CallFact,
    ChannelFact,
    FlowFact,
    HandlesFact,
    InjectFact,
    MeasureFact,
    PrefixFact,
    PromiseFact,
    RemovedFact,
    RoleFact,
)
from reviewer.model.libraries.load_fact import LoadFact
from reviewer.model.libraries.steps import OPEN, Path, Step

INJECTS_TYPE: Final = "injects type"
"""Under the class that the type names."""

_FIRST: Final = {"return": "result", "instance": "new", "receiver": "this"}
_STEPS: Final = {
    "return": "()",
    "instance": ".new",
    "awaited": ".await",
    "element": "[]",
    "any-member": ".*",
    "member-name": ".#",
    "parameter-this": "(this)",
    "parameter-name": "(#)",
    "decorated-class": ".class",
    "decorated-parameter": ".parameter",
}


def path(steps: Path) -> str:
    """A path from a call, short."""
    parts = [_first(steps[0])] if steps else []
    parts += [_step(step) for step in steps[1:]]
    return "".join(parts)


def _first(step: Step) -> str:
    return _range(step) if step.kind == "argument" else _FIRST.get(step.kind) or _step(step).removeprefix(".")


def _step(step: Step) -> str:
    match step.kind:
        case "member":
            return f".{step.name}"
        case "parameter" | "argument":
            return f"({_range(step)})"
        case kind:
            return _STEPS[kind]


def _range(step: Step) -> str:
    if step.low == step.high:
        return str(step.low)
    return f"{step.low}.." if step.high == OPEN else f"{step.low}..{step.high}"


def role(fact: RoleFact) -> str:
    """The role, the part of the request, and the kinds of value it can be."""
    return " ".join(word for word in (fact.role, fact.part, "|".join(fact.kinds)) if word)


def words(fact: Fact, at: str = "") -> Iterator[str]:
    """What a fact states of a call; `at` is the short path of the function that a row of `calls` is about."""
    match fact:
        case PromiseFact():
            yield from _promise(fact)
        case HandlesFact():
            for name in ("fulfilment", "rejection", "anyway"):
                for where in getattr(fact, name):
                    yield f"handles {name} {path(where)}"
        case FlowFact():
            yield from _flow(fact)
        case CallFact():
            said = [at, fact.at, "once" if fact.once else ""]
            said += [
                "" if fact.promise == "dropped" else fact.promise,
                "" if fact.throw == "propagates" else fact.throw,
            ]
            said += [f"through {path(where)}" for where in fact.through]
            said += [f"named {path(where)}" for where in fact.name]
            said += [f"done ({fact.done})"] if fact.done >= 0 else []
            said += [f"tells {fact.tells}"] if fact.tells else []
            yield " ".join(["calls", *filter(None, said)])
        case AdaptFact():
            for given, made in product(fact.function, fact.to):
                yield f"adapts {path(given)} -> {path(made)} {fact.how}"
        case BarrierFact():
            for where in fact.sources:
                if fact.guard is None:
                    yield from (f"makes {path(where)} {fact.makes}" + _unless_result(to) for to in fact.targets)
                else:
                    against = "".join(f" against {path(held)}" for held in fact.against)
                    yield f"proves {path(where)} {fact.makes}{against} if {str(fact.guard).lower()}"
        case _:
            yield from _rest(fact)


def _rest(fact: Fact) -> Iterator[str]:
    match fact:
        case LoadFact():
            yield from (f"loads {path(where)} {fact.kind}" for where in fact.file)
            if fact.command or (fact.files and fact.kind == "program"):
                yield f"started by {fact.command or fact.package}"
        case PrefixFact():
            form = "" if fact.form == "path" else f" {fact.form}"
            yield from (f"prefix {path(where)} {fact.reach}{form}" for where in fact.pattern)
            yield from (f"no prefix {path(where)}" for where in fact.exceptions)
        case MeasureFact():
            yield from _measures(fact)
        case SchemaFact() | CheckFact() | RefusalFact():
            yield from _of_schemas(fact)
        case InjectFact():
            how = (" derived" if fact.derived else "") + "".join(f" -> {path(to)}" for to in fact.to)
            yield from (f"injects {path(key)}{how}" for key in fact.key)
            if not fact.key:
                yield INJECTS_TYPE
        case ChannelFact():
            for key in fact.key:
                if fact.listener:
                    yield from (f"receives {path(key)} {path(by)}" for by in fact.listener)
                else:
                    yield from (f"sends {path(key)} {path(sent)} -> {path(got)}" for sent, got in fact.payload)
        case RemovedFact():
            yield f"removed: {fact.use}"
        case _:
            raise AssertionError(fact)


def _of_schemas(fact: SchemaFact | CheckFact | RefusalFact) -> Iterator[str]:
    match fact:
        case SchemaFact():
            for name in ("members", "elements", "same", "either", "pattern"):
                yield from (f"schema {name} {path(where)}" for where in getattr(fact, name))
        case CheckFact():
            said = [f"against {path(where)}" for where in fact.schema if where[0].kind != "receiver"]
            said += [f"if {'' if fact.fits else 'not '}{path(where)}" for where in fact.told]
            said += [f"-> {path(where)}" for where in fact.to]
            yield from (" ".join([f"checks {path(where)}", *said]) for where in fact.of)
        case RefusalFact():
            said = [*filter(None, [fact.part]), *(f"against {path(where)}" for where in fact.schema)]
            said += [f"in {path(where)}" for where in (*fact.field, *fact.listed)] + (
                [f"asked {fact.asked}"] if fact.asked else []
            )
            yield " ".join(["refuses", *said])


def _measures(fact: MeasureFact) -> Iterator[str]:
    how = [fact.reach, f"late {fact.late}" if fact.late else "", *(f"below {path(where)}" for where in fact.pattern)]
    how += [f"of {fact.part}" if fact.part else "", f"by {fact.converts}" if fact.converts else ""]
    for where in fact.sources or ((),) * (not fact.exceptions):
        yield " ".join(filter(None, ["measures", fact.kind, path(where), *how]))
    yield from (f"no measures {path(where)}" for where in fact.exceptions)


def _promise(fact: PromiseFact) -> Iterator[str]:
    said = ["lazy promise" if fact.lazy else "promise"]
    if fact.rejects == "with":
        said.append(f"with {'|'.join(map(path, fact.of))}")
    elif fact.rejects != "may":
        said.append(fact.rejects)
    said += [f"resolver {path(where)}" for where in fact.resolver]
    said += [f"rejector {path(where)}" for where in fact.rejector]
    yield " ".join(said)


def _flow(fact: FlowFact) -> Iterator[str]:
    how = "" if fact.keeps == "value" else f" {fact.text or fact.keeps}"
    how += "".join(f" by {path(where)}" for where in fact.separator)
    how += "".join(f" where {path(asked)}" for asked in fact.where)
    for source, target in product(fact.sources, fact.targets):
        yield f"{path(source)} -> {path(target)}{how}"


def _unless_result(target: Path) -> str:
    return "" if target[0].kind == "return" else f" in {path(target)}"

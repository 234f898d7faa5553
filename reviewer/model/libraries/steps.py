"""Steps, paths and places: what a text of the path language stands for."""

from __future__ import annotations

from functools import cache
from typing import Final, TypeAlias

import msgspec

MANY: Final = "*"  # at the end of a member's name: all names that begin so
OPEN: Final = 1 << 30  # the upper end of a range without one
OTHER_MEMBER: Final = ".?*"  # the label of a member that no row names
INDEX_LIMIT: Final = 15  # positions from here on share one label


class Step(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One step. `name` belongs to members, `low` and `high` (inclusive) to positions and counts, `values` to texts.

    kind: member | any-member | other-member (one that no row names) | argument | receiver | parameter | parameter-this
    | return | instance | awaited | element | member-name (of any member; read by flows, and by what is kept under
    names) | parameter-name (of the parameter that stands there; likewise) | decorated-class | decorated-member |
    decorated-parameter | with-arity | with-parameters | with-string-argument | with-true-argument (`name` is the member
    that is `true`, or the argument itself is). A negative position (low == high < 0) counts from the end. The `with-`
    kinds stay where they are and filter. A member's name may end in `*`: all names that begin so, and go on with no
    small letter.
    """

    kind: str
    name: str = ""
    low: int = 0
    high: int = 0
    values: tuple[str, ...] = ()


Path: TypeAlias = tuple[Step, ...]


class Place(msgspec.Struct, frozen=True, gc=False):
    """A base and the steps from it. base: `package` (name empty: the file's own), `global` or `type`."""

    base: str
    name: str
    steps: Path


PLAIN: Final = {
    "AnyMember": "any-member",
    "OtherMember": "other-member",
    "ReturnValue": "return",
    "Instance": "instance",
    "Awaited": "awaited",
    "ArrayElement": "element",
    "MemberName": "member-name",
    "ParameterName": "parameter-name",
    "DecoratedClass": "decorated-class",
    "DecoratedMember": "decorated-member",
    "DecoratedParameter": "decorated-parameter",
}
GUARDS: Final = frozenset({"with-arity", "with-parameters", "with-string-argument", "with-true-argument"})


_RENDERED: Final = {kind: word for word, kind in PLAIN.items()} | {
    "receiver": "Argument[this]",
    "parameter-this": "Parameter[this]",
}


def render_step(step: Step) -> str:
    """The step as it is written in a library file."""
    match step.kind:
        case "member":
            return f"Member[{step.name}]"
        case "argument":
            return f"Argument[{_render_range(step)}]"
        case "parameter":
            return f"Parameter[{_render_range(step)}]"
        case "with-arity":
            return f"WithArity[{_render_range(step)}]"
        case "with-parameters":
            return f"WithParameters[{_render_range(step)}]"
        case "with-string-argument":
            return f"WithStringArgument[{step.low}={','.join(step.values)}]"
        case "with-true-argument":
            return f"WithTrueArgument[{step.low}{f'.{step.name}' if step.name else ''}]"
        case kind:
            return _RENDERED[kind]


def _render_range(step: Step) -> str:
    if step.low == step.high:
        return str(step.low)
    return f"{step.low}.." if step.high == OPEN else f"{step.low}..{step.high}"


def labels(step: Step) -> tuple[str, ...]:
    """The automaton's labels that a step other than a guard answers to; see `automaton`. None for a position from the
    end.
    """
    if step.kind == "member":
        return ("." + step.name,)
    match step.kind:
        case "any-member":
            return (".*",)
        case "other-member":
            return (OTHER_MEMBER,)
        case "argument" | "parameter":
            prefix = "arg:" if step.kind == "argument" else "param:"
            return _positions(prefix, min(step.low, INDEX_LIMIT), min(step.high, INDEX_LIMIT))
        case "receiver":
            return ("arg:this",)
        case "parameter-this":
            return ("param:this",)
        case kind:
            return (_LABELS.get(kind, kind),)


_LABELS: Final = {"return": "()", "instance": "new", "awaited": "await", "element": "[]"}


@cache
def _positions(prefix: str, low: int, high: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{index}" for index in range(low, high + 1))

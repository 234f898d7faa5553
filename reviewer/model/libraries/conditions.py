"""Conditions of rows: what must hold at a call, a function or an installed version for a fact to apply.

Three-valued throughout: True, False, and None for "not known, may hold".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Protocol, TypeAlias

import msgspec

from reviewer.diagnosis import quoted, unknown
from reviewer.model.libraries.paths import PathError, parse_range
from reviewer.model.libraries.steps import OPEN, Step

Literal: TypeAlias = str | int | float | bool | None
Admits: TypeAlias = Callable[
    [str, str], bool | None
]  # (range of the row, version as known) → whether the row holds for it

RECEIVER_POSITION: Final = -1000
VALUE_KINDS: Final = ("string", "number", "boolean", "null", "undefined", "object", "array", "function", "regex")


class Condition(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing that must hold. kind says which fields count:

    `arity`, `parameters`: number of arguments, of parameters, in low..high · `kind`: argument `argument` (negative:
    from the end), or its member, is of one of the kinds in `values` · `literal`: it is one of the constants `values` ·
    `has`: argument `argument` has the member · `says`: one of the words `values` stands in the text of that argument,
    or of its member, as a constant or a key · `tagged`: it is the tag of a template · `loaded`: a module that plays
    the role `values[0]` is loaded by the program · `callback`: the last argument is a function, and where its text
    leaves that open, it stands at `low` or behind it · `version`: the version of the package `members[0]` lies in the
    range `values[0]` · `argument-from-end`, `parameter-from-end`: position `argument` is the `low`th from the end.
    """

    kind: str
    argument: int = 0
    members: tuple[str, ...] = ()
    values: tuple[Literal, ...] = ()
    low: int = 0
    high: int = OPEN
    negated: bool = False


class Site(Protocol):
    """A call (or a function value, for `parameters`) as conditions ask about it. None always means: not known.

    `argument` may be negative: -1 is the last one; `RECEIVER_POSITION` is the receiver. `members` is the way into an
    object literal, often empty.
    """

    def arity(self) -> tuple[int, int] | None:
        """The smallest and the largest number of arguments it may have; the largest is `OPEN` after a spread."""

    def parameters(self) -> int | None:
        """How many parameters the function value at hand declares; None where it has a rest or uses `arguments`."""

    def kinds(self, argument: int, members: tuple[str, ...]) -> frozenset[str] | None:
        """All kinds (`VALUE_KINDS`) that the value may have; `undefined` alone where there is no such argument."""

    def literals(self, argument: int, members: tuple[str, ...]) -> frozenset[Literal] | None:
        """All constants that the value may be; empty where it is no constant for certain."""

    def has(self, argument: int, members: tuple[str, ...]) -> bool | None:
        """Whether the object given as that argument has the member."""

    def says(self, argument: int, members: tuple[str, ...], words: tuple[Literal, ...]) -> bool | None:
        """Whether one of the words stands in the value's text, as a constant or a key."""

    def tagged(self) -> bool | None:
        """Whether it is the tag of a template."""

    def loaded(self, role: str) -> bool | None:
        """Whether the program loads a module that plays the role."""

    def version(self, package: str) -> str | None:
        """The version of the package as the nearest manifest or lock file tells it."""


def holds(condition: Condition, site: Site, admits: Admits) -> bool | None:
    """Whether the condition holds at `site`."""
    answer = _holds(condition, site, admits)
    return answer if answer is None or not condition.negated else not answer


def all_hold(conditions: Iterable[Condition], site: Site | None, admits: Admits) -> bool | None:
    """Whether every condition holds; without a site any condition is unknown."""
    answer: bool | None = True
    for condition in conditions:
        held = None if site is None else holds(condition, site, admits)
        if held is False:
            return False
        if held is None:
            answer = None
    return answer


def _holds(condition: Condition, site: Site, admits: Admits) -> bool | None:
    match condition.kind:
        case "arity":
            arity = site.arity()
            return None if arity is None else _within(arity, condition.low, condition.high)
        case "parameters":
            count = site.parameters()
            return None if count is None else condition.low <= count <= condition.high
        case "kind":
            return _among(site.kinds(condition.argument, condition.members), condition.values)
        case "callback":
            arity = site.arity()
            found = _among(site.kinds(condition.argument, ()), condition.values)
            return False if found is None and arity is not None and arity[1] <= condition.low else found
        case "literal":
            return _among(site.literals(condition.argument, condition.members), condition.values)
        case "has":
            return site.has(condition.argument, condition.members)
        case "says":
            return site.says(condition.argument, condition.members, condition.values)
        case "tagged":
            return site.tagged()
        case "loaded":
            return site.loaded(str(condition.values[0]))
        case "version":
            version = site.version(condition.members[0])
            return None if version is None else admits(str(condition.values[0]), version)
        case "argument-from-end":
            arity = site.arity()
            if arity is None:
                return None
            return _within((condition.argument - arity[1], condition.argument - arity[0]), condition.low, condition.low)
        case _:
            count = site.parameters()
            return None if count is None else condition.argument - count == condition.low


def _within(possible: tuple[int, int], low: int, high: int) -> bool | None:
    if low <= possible[0] and possible[1] <= high:
        return True
    return False if possible[1] < low or high < possible[0] else None


def _among(possible: Iterable[Literal] | None, wanted: tuple[Literal, ...]) -> bool | None:
    """Whether all, none or only some of the possible values are wanted. `1` and `true` are different constants."""
    if possible is None:
        return None
    keys = {(type(value), value) for value in wanted}
    found = {(type(value), value) in keys for value in possible}
    return None if len(found) > 1 else found == {True}


def guard(step: Step) -> Condition:
    """The condition that a `With…` step stands for."""
    match step.kind:
        case "with-arity":
            return Condition("arity", low=step.low, high=step.high)
        case "with-parameters":
            return Condition("parameters", low=step.low, high=step.high)
        case "with-true-argument":
            return Condition("literal", argument=step.low, members=(step.name,) if step.name else (), values=(True,))
        case _:
            return Condition("literal", argument=step.low, values=step.values)


def read_conditions(raw: Mapping[str, object]) -> tuple[Condition, ...]:
    """The conditions of a `when:` or `unless:`; every one must hold.

    arity: a number or range · callback: whether the last argument is a function; a position: that it is, and from
    where on it is one that nothing is known of · argument: position → list of constants · kind: position → list of
    `VALUE_KINDS` · member: position → {dotted name: list of constants} · has: position → list of dotted names, all
    of which the object has · says: position → list of words, or {dotted name: list of
    words} · tagged: whether it is the tag of a template · loaded: a role. Raises `ConditionError`
    with a sentence.
    """
    found: list[Condition] = []
    for key, value in raw.items():
        match key:
            case "arity":
                low, high = _range(value)
                found.append(Condition("arity", low=low, high=high))
            case "callback":
                found.append(_callback(value))
            case "argument":
                found += [Condition("literal", at, (), _literals(wanted)) for at, wanted in _by_position(key, value)]
            case "kind":
                found += [Condition("kind", at, (), _kinds(wanted)) for at, wanted in _by_position(key, value)]
            case "member":
                found += [Condition("literal", *named) for named in _by_member(key, value)]
            case "says":
                found += [Condition("says", *named) for named in _by_member(key, value, whole=True)]
            case "has":
                for at, names in _by_position(key, value):
                    found += [Condition("has", at, tuple(str(name).split("."))) for name in _list(names)]
            case "tagged":
                if not isinstance(value, bool):
                    raise ConditionError("`tagged` wants true or false")
                found.append(Condition("tagged", negated=not value))
            case "loaded":
                found.append(Condition("loaded", values=(str(value),)))
            case _:
                raise ConditionError(unknown("condition", key, CONDITION_KEYS))
    return tuple(found)


CONDITION_KEYS: Final = ("arity", "callback", "argument", "kind", "member", "has", "says", "tagged", "loaded")


class ConditionError(ValueError):
    """Data that is no condition; the message is a sentence."""


def _callback(value: object) -> Condition:
    if isinstance(value, bool):
        return Condition("kind", argument=-1, values=("function",), negated=not value)
    if not isinstance(value, int) or value < 0:
        raise ConditionError("`callback` wants true, false or a position")
    return Condition("callback", argument=-1, values=("function",), low=value)


def _range(value: object) -> tuple[int, int]:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ConditionError("`arity` wants a number or a range")
    try:
        return parse_range(str(value))
    except PathError as error:
        raise ConditionError(error.message) from error


def _by_position(key: str, value: object) -> list[tuple[int, object]]:
    if not isinstance(value, dict):
        raise ConditionError(f"`{key}` wants a mapping from positions of arguments")
    return [(_position(position), wanted) for position, wanted in value.items()]


def _by_member(
    key: str, value: object, *, whole: bool = False
) -> Iterator[tuple[int, tuple[str, ...], tuple[Literal, ...]]]:
    """What is wanted of which member of which argument, or of the `whole` argument where no member is named."""
    for at, members in _by_position(key, value):
        if whole and not isinstance(members, dict):
            yield at, (), _literals(members)
            continue
        if not isinstance(members, dict):
            raise ConditionError(f"`{key}` wants a mapping of names for each position")
        for name, wanted in members.items():
            yield at, tuple(str(name).split(".")), _literals(wanted)


def _position(text: object) -> int:
    if text == "this":
        return RECEIVER_POSITION
    if not _POSITION.fullmatch(str(text)):
        raise ConditionError(f"{quoted(str(text))} is no position of an argument")
    return int(str(text))


_POSITION: Final = re.compile(r"-?\d{1,3}")


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _literals(value: object) -> tuple[Literal, ...]:
    literals: list[Literal] = []
    for item in _list(value):
        if item is not None and not isinstance(item, str | int | float | bool):
            raise ConditionError("a list of constants holds something else")
        literals.append(item)
    return tuple(literals)


def _kinds(value: object) -> tuple[str, ...]:
    kinds = tuple(str(item) for item in _list(value))
    for kind in kinds:
        if kind not in VALUE_KINDS:
            raise ConditionError(unknown("kind of value", kind, VALUE_KINDS))
    return kinds

"""Conditions of rows: how they are written, and what they answer where a call does not tell."""

from __future__ import annotations

import pytest

from reviewer.model.libraries.conditions import (
    RECEIVER_POSITION,
    Condition,
    ConditionError,
    Literal,
    all_hold,
    holds,
    read_conditions,
)
from reviewer.model.libraries.steps import OPEN


class Call:
    """A call that knows what it is given here, and nothing else."""

    def __init__(
        self,
        arity: tuple[int, int] | None = None,
        parameters: int | None = None,
        kinds: dict[int, frozenset[str]] | None = None,
        literals: dict[tuple[int, tuple[str, ...]], frozenset[Literal]] | None = None,
        version: str | None = None,
    ) -> None:
        self._arity = arity
        self._parameters = parameters
        self._kinds = kinds or {}
        self._literals = literals or {}
        self._version = version

    def arity(self) -> tuple[int, int] | None:
        return self._arity

    def parameters(self) -> int | None:
        return self._parameters

    def kinds(self, argument: int, members: tuple[str, ...]) -> frozenset[str] | None:
        return None if members else self._kinds.get(argument)

    def literals(self, argument: int, members: tuple[str, ...]) -> frozenset[Literal] | None:
        return self._literals.get((argument, members))

    def has(self, argument: int, members: tuple[str, ...]) -> bool | None:
        return (argument, members) in self._literals or None

    def says(self, *_: object) -> bool | None:
        return None

    def tagged(self) -> bool | None:
        return True

    def loaded(self, role: str) -> bool | None:
        return role == "http.handler-patch"

    def version(self, package: str) -> str | None:
        return self._version if package == "express" else None


def admits(versions: str, version: str) -> bool | None:
    return {("<5", "4.18.2"): True, ("<5", "5.0.0"): False}.get((versions, version))


def judged(condition: Condition, call: Call) -> bool | None:
    return holds(condition, call, admits)


@pytest.mark.parametrize(
    ("arity", "expected"),
    [((2, 2), True), ((3, 3), True), ((1, 1), False), ((0, OPEN), None), ((2, OPEN), True), (None, None)],
)
def test_arity(arity: tuple[int, int] | None, *, expected: bool | None) -> None:
    assert judged(Condition("arity", low=2), Call(arity=arity)) is expected


@pytest.mark.parametrize(("count", "expected"), [(4, True), (3, False), (None, None)])
def test_parameters(count: int | None, *, expected: bool | None) -> None:
    assert judged(Condition("parameters", low=4, high=4), Call(parameters=count)) is expected


@pytest.mark.parametrize(
    ("kinds", "expected"), [({"function"}, True), ({"object"}, False), ({"object", "function"}, None), (None, None)]
)
def test_callback(kinds: set[str] | None, *, expected: bool | None) -> None:
    call = Call(kinds={} if kinds is None else {-1: frozenset(kinds)})
    (present,) = read_conditions({"callback": True})
    (missing,) = read_conditions({"callback": False})
    assert judged(present, call) is expected
    assert judged(missing, call) is (None if expected is None else not expected)


@pytest.mark.parametrize(
    ("arity", "kinds", "expected"),
    [(2, None, False), (3, None, None), (2, {"function"}, True), (3, {"object"}, False)],
)
def test_what_nothing_is_known_of_is_a_callback_at_its_place(
    arity: int, kinds: set[str] | None, *, expected: bool | None
) -> None:
    call = Call((arity, arity), kinds={} if kinds is None else {-1: frozenset(kinds)})
    (behind,) = read_conditions({"callback": 2})
    assert judged(behind, call) is expected


def test_a_literal_is_compared_with_its_type() -> None:
    condition = Condition("literal", argument=0, members=("rejectUnauthorized",), values=(False,))
    at = (0, ("rejectUnauthorized",))
    assert judged(condition, Call(literals={at: frozenset({False})})) is True
    assert judged(condition, Call(literals={at: frozenset({0})})) is False
    assert judged(condition, Call(literals={at: frozenset({False, True})})) is None
    assert judged(condition, Call(literals={at: frozenset()})) is False
    assert judged(condition, Call()) is None


@pytest.mark.parametrize(
    ("arity", "index", "expected"), [((3, 3), 2, True), ((3, 3), 1, False), ((2, OPEN), 1, None), ((2, OPEN), 0, False)]
)
def test_a_position_from_the_end(arity: tuple[int, int], index: int, *, expected: bool | None) -> None:
    assert judged(Condition("argument-from-end", argument=index, low=-1), Call(arity=arity)) is expected


def test_versions_and_loaded_modules() -> None:
    condition = Condition("version", 0, ("express",), ("<5",))
    assert judged(condition, Call(version="4.18.2")) is True
    assert judged(condition, Call(version="5.0.0")) is False
    assert judged(condition, Call(version="latest")) is None
    assert judged(condition, Call()) is None
    assert judged(Condition("loaded", values=("http.handler-patch",)), Call()) is True
    assert judged(Condition("has", 0, ("sql",)), Call(literals={(0, ("sql",)): frozenset()})) is True


def test_all_hold_without_a_site() -> None:
    assert all_hold((), None, admits) is True
    assert all_hold((Condition("arity", low=2),), None, admits) is None


def test_how_conditions_are_written() -> None:
    raw = {
        "arity": "2..",
        "argument": {"0": ["hex", 1, None]},
        "kind": {"-1": "function", "this": ["string"]},
        "member": {"0": {"tls.rejectUnauthorized": [False]}},
        "has": {"1": ["sql", "values.list"]},
        "says": {"0": ["handleExceptions"], "1": {"integrations": ["OnUnhandledRejection"]}},
        "loaded": "http.handler-patch",
    }
    assert read_conditions(raw) == (
        Condition("arity", low=2),
        Condition("literal", 0, (), ("hex", 1, None)),
        Condition("kind", -1, (), ("function",)),
        Condition("kind", RECEIVER_POSITION, (), ("string",)),
        Condition("literal", 0, ("tls", "rejectUnauthorized"), (False,)),
        Condition("has", 1, ("sql",)),
        Condition("has", 1, ("values", "list")),
        Condition("says", 0, (), ("handleExceptions",)),
        Condition("says", 1, ("integrations",), ("OnUnhandledRejection",)),
        Condition("loaded", values=("http.handler-patch",)),
    )


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"arrity": 2}, "unknown condition `arrity`; did you mean `arity`?"),
        ({"arity": "two"}, "`two` is no number or range such as 0, 1.. or 0..2"),
        ({"arity": True}, "`arity` wants a number or a range"),
        ({"callback": "yes"}, "`callback` wants true, false or a position"),
        ({"argument": ["hex"]}, "`argument` wants a mapping from positions of arguments"),
        ({"argument": {"first": ["hex"]}}, "`first` is no position of an argument"),
        ({"argument": {"0": [["hex"]]}}, "a list of constants holds something else"),
        ({"member": {"0": ["a"]}}, "`member` wants a mapping of names for each position"),
        ({"kind": {"0": ["func"]}}, "unknown kind of value `func`; did you mean `function`?"),
    ],
)
def test_a_wrong_condition_is_told_why(raw: dict[str, object], message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        read_conditions(raw)
    assert str(caught.value) == message


@pytest.mark.parametrize(("wanted", "expected"), [(True, True), (False, False)])
def test_the_tag_of_a_template(*, wanted: bool, expected: bool) -> None:
    (condition,) = read_conditions({"tagged": wanted})
    assert judged(condition, Call()) is expected

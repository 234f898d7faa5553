"""Where a value comes from: request data, configuration, a database, or an unknown caller; with the way it took.

An origin is asked of an expression row and a path of member names below its value (`*` is any element). Answers are
written in terms of the parameters of the enclosing functions and closed at the end, so that what a helper gives back
goes only to the call it came from. Every equation is a list of edges to other questions; the evidence of a finding is
the shortest walk over the same edges.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import wraps
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from reviewer.model import quotes
from reviewer.model.branches import is_in_branch
from reviewer.model.call_origins import CallOrigins
from reviewer.model.domain import Closure, External, Primitive
from reviewer.model.expression_origins import ExpressionOrigins
from reviewer.model.folding import normal_origins, widen_origins
from reviewer.model.member_origins import MemberOrigins
from reviewer.model.read_below import read_below
from reviewer.model.ruled_out import Given
from reviewer.model.solve import Answer, Equation, Key, Question, answer, join
from reviewer.model.sources import (
    GIVEN,
    NOWHERE,
    UNCHECKED,
    Edge,
    FromParameter,
    Local,
    Locally,
    Path,
    Source,
    shortened,
    together,
)
from reviewer.model.supplied import Supplied
from reviewer.model.write_origins import WriteOrigins
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.use import Use

__all__ = ["FromParameter", "Local", "Origins", "Source"]

_Rule: TypeAlias = Callable[..., Locally]
_MODE: Final = "mode"
_POSITION: Final = 1  # the parameter that holds the index, of a callback of an array


class Origins:
    """`closed(module, row, path)`: the sources of a value; `of` the same in terms of the parameters around it.

    `target(module, row, path)`: of what a write gives to its target row. `returned(module, function, path)`: of what a
    function gives back; `given_back(function's module, function, module, call, path)`: of what this call gets back from
    it; `made(class's module, row in its constructor, module, NEW row, path)`: of what this `new` puts into a field.
    `parameter(module, function, index, path)`: of a parameter, closed; `chosen` (with a row) as that row reads it.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._rules: dict[Question, _Rule] = {}
        self._members = MemberOrigins(model)
        self._calls = CallOrigins(model, self._members)
        self.supplied = Supplied(model, self._members)
        self.of = self._question("origins", ExpressionOrigins(model, self._members, self._calls).of)
        self.target = self._question("origins of a write", WriteOrigins(model).target)
        self.returned = self._question("returned origins", self._calls.returned)
        self.given_back = self._question("origins given back", self._calls.given_back)
        self.made = self._question("origins of a field made", self._calls.made)
        self.closed = self._question("closed origins", self._closed)
        self.parameter = self._question("origins of a parameter", self._parameter)
        self.chosen = self._question("origins of a parameter for a row", self._parameter)

    def _question(self, name: str, rule: _Rule) -> Question:
        @wraps(rule)
        def equation(*arguments: object) -> Equation:
            return self._evaluate(rule(*arguments))

        question = Question(name, 4, equation, widen_origins, normal_origins)
        self._rules[question] = rule
        return question

    def local(self, key: Key) -> Locally:
        """The edges of a key's equation."""
        question, arguments = key
        return self._rules[question](*arguments)

    def _evaluate(self, locally: Locally) -> Equation:
        found = yield from locally
        items = set(found.direct)
        opened = set(found.open)
        for edge in found.edges:
            below = yield edge.key
            if UNCHECKED in edge.passes:
                items.update(item for item in below.items if isinstance(item, Source) and item.is_body)
                continue
            opened |= below.open
            if edge.passes:
                items.update(self.passed(item, edge.passes) for item in below.items)
            else:
                items |= below.items
        return Answer(frozenset(items), frozenset(opened))

    def passed(self, item: Source | FromParameter, barriers: tuple[str, ...]) -> Source | FromParameter:
        """The item after some more barriers."""
        if all(barrier in item.passed for barrier in barriers) or UNCHECKED in barriers:
            return item
        passed = quotes.passed(item.passed, barriers, is_source=isinstance(item, Source))
        return msgspec.structs.replace(item, passed=tuple(sorted(passed)))

    # closing

    def _closed(self, m: int, row: int, path: Path) -> Locally:
        """The sources of a value, and of a path below it, with parameters replaced by what callers give."""
        inner = yield self.of(m, row, path)
        module = self.model.link.body(m)
        direct: list[Source | FromParameter] = []
        edges: list[Edge] = []
        for item in inner.items:
            if isinstance(item, FromParameter):
                parameter = (item.module, item.function, item.index, item.path)
                is_chosen = (m, module.owner[row]) == parameter[:2] and is_in_branch(module, row)
                key = self.chosen(*parameter, row) if is_chosen else self.parameter(*parameter)
                edges.append(Edge(key, item.passed))
            else:
                direct.append(item)
        return Local(tuple(direct), tuple(edges), inner.open)

    def _parameter(self, m: int, function: int, index: int, path: Path, row: int = -1) -> Locally:
        """The sources of a parameter, or a path below it: what a library hands over, and what each caller passes. Of a
        row that reads it in a branch, not what calls pass that do not lead there.
        """
        module = self.model.link.body(m)
        position, below = _in_rest(module, function, index, path)
        held = yield self.model.calls.handed(m, function, position)
        passes: tuple[str, ...] = ()
        if _is_plain_number(held):
            if not _is_only_declared(module, function, index):
                return NOWHERE
            passes = (UNCHECKED,)
        edges: list[Edge] = []
        uses = yield self.model.uses.of(m, function)
        elements = False
        left: set[str] = set()
        for use in uses.items:
            body = self.model.link.body(use.module)
            if row >= 0 and use.kind == "call" and use.index <= 0 and not use.spread:
                call = Given(self.model, Closure(m, function), body, use.row)
                if (yield from call.rules_out(row)):
                    continue
                if call.is_by_mode(row):
                    left.add(_MODE)
                    continue
            if use.kind == "call" and use.spread:
                rest, lists = shortened((str(index), *path)), body.args(use.row)[use.index : use.index + 1]
                edges.extend(Edge(self.closed(use.module, at, rest), passes) for at in lists)
            elif use.kind == "call":
                given = FromParameter(m, function, index + max(use.index, 0), path)
                edges.extend(
                    Edge(self.closed(use.module, at, rest), passes)
                    for at, rest in self._calls.bound(body, use.row, given)
                )
            elif passes:
                continue
            elif use.kind == "argument" and index == _POSITION and (yield from self._is_counted(body, use)):
                return NOWHERE
            elif use.kind == "argument" and index == 0:
                received = yield from self._from_receiver(body, use.row, use.index, path)
                elements = elements or bool(received)
                edges.extend(received)
        if passes:
            return Local(edges=tuple(edges))
        # Of an element of a list, the list tells more.
        # Who calls it asks nobody what the parameter is declared to be.
        held = join(held, answer(self.model.standing.given(m, function, position)))
        supplied = None if elements else (yield from self.supplied.to(module, function, position, below, held))
        # What runs it because it is decorated gives it what the library says.
        opened = uses.open if supplied is None else uses.open - {"decorated"}
        parts = [Local(edges=tuple(edges), open=opened | left)]
        if supplied is not None:
            parts.append(supplied)
        elif self.model.standing.places(m, function):
            parts.append(Local(open=frozenset({"library"})))  # who calls it is known, not what that hands over
        elif path[:1] == (GIVEN,):
            parts.append(Local(open=frozenset({"callee"}) if uses.open or not uses.items else frozenset()))
        elif not edges and (uses.open or not uses.items):
            parts.append(Local((read_below("caller", "", module, function, index, path),)))
        return together(parts)

    def _from_receiver(
        self, module: Module, call: int, argument: int, path: Path
    ) -> Generator[Key, Answer, list[Edge]]:
        """A callback of `map`, `forEach` …, given by name: its parameter is an element of the receiver."""
        states = yield from self._methods(module, call)
        callee = module.first[call]
        sources = {source for state in states for source, _ in self.model.libraries.callback_flows(state, argument)}
        held = module.first[callee]
        below = {"element": shortened(("*", *path)), "awaited": shortened(path)}
        return [Edge(self.closed(module.index, held, below[source])) for source in sorted(sources & below.keys())]

    def _is_counted(self, module: Module, use: Use) -> Generator[Key, Answer, bool]:
        """Whether the second parameter of a callback is the position of the element that is the first."""
        states = yield from self._methods(module, use.row)
        flows = {flow for state in states for flow in self.model.libraries.callback_flows(state, use.index)}
        return ("element", 0) in flows and ("element", _POSITION) not in flows

    def _methods(self, module: Module, call: int) -> Generator[Key, Answer, list[int]]:
        """The places of a method call; of what is not known, the methods of the language that have its name."""
        callees = yield self.model.calls.callees(module.index, call)
        callee = module.first[call]
        if module.kind[callee] != Kind.MEMBER:
            return []
        states = [item.state for item in callees.items if isinstance(item, External)]
        if callees.open or External(0) in callees.items:
            states.extend(self.model.libraries.language(module.text(callee)))
        return states


def _is_only_declared(module: Module, function: int, index: int) -> bool:
    """Whether nothing but its annotation says what a parameter holds: the compiler lets anything of a body pass."""
    params = module.params(function)
    if not 0 <= index < len(params) or module.count[params[index]] != 1:
        return False
    return params[index] in module.annotations or module.first[params[index]] in module.annotations


def _in_rest(module: Module, function: int, index: int, path: Path) -> tuple[int, Path]:
    """The position that a numbered element of a list of all further arguments has among the arguments, and the path
    below it; any other parameter as it is.
    """
    params = module.params(function)
    if not path or not path[0].isdigit() or not 0 <= index < len(params):
        return index, path
    is_rest = module.kind[module.first[params[index]]] == Kind.REST
    return (index + int(path[0]), path[1:]) if is_rest else (index, path)


def _is_plain_number(held: Answer) -> bool:
    """Whether these values can carry no text of anybody's."""
    return (
        held.complete
        and bool(held.items)
        and all(isinstance(item, Primitive) and item.kind in {"number", "boolean"} for item in held.items)
    )

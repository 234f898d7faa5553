"""Where the result of a call comes from: what the functions it may run give back, and what library rows pass on."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from reviewer.model.checked import given_back
from reviewer.model.chosen_elements import proved_of_elements
from reviewer.model.declared_numbers import declared_number, of_entity
from reviewer.model.domain import Closure, External
from reviewer.model.fulfilled import fulfilled
from reviewer.model.makers import made_by
from reviewer.model.member_origins import MemberOrigins
from reviewer.model.pieces import is_one_text
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import (
    BUILT,
    GIVEN,
    NOWHERE,
    Edge,
    FromParameter,
    Local,
    Locally,
    Path,
    Source,
    shortened,
    together,
)
from reviewer.model.stripped import STRIPPED, stripped
from reviewer.model.type_text import is_plain
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.flows import Flow
    from reviewer.model.model import Model


class CallOrigins:
    """The edges from a call, and a path below its result, through the callees to the arguments."""

    def __init__(self, model: Model, members: MemberOrigins) -> None:
        self.model = model
        self._members = members

    def call(self, module: Module, call: int, path: Path) -> Locally:
        """Of what a CALL or NEW row gives."""
        m = module.index
        if call in self.model.link.import_calls[m]:
            return (yield from self._members.held(module, call, path))
        callees = yield self.model.calls.callees(m, call)
        parts: list[Local] = []
        given = _of_parameter(module, call)
        functions = [item for item in callees.items if isinstance(item, Closure)]
        is_own = not any(isinstance(item, External) for item in callees.items)
        if given is not None and is_own and len(functions) > 1:
            # Which of them it runs, the caller of this function says: another's result does not come back to it.
            return Local((FromParameter(m, *given, shortened((GIVEN, *path))),), open=callees.open)
        for callee in callees.items:
            if isinstance(callee, Closure):
                if module.kind[call] == Kind.CALL:
                    key = self.model.origins.given_back(callee.module, callee.row, m, call, shortened(path))
                    parts.append(Local(edges=(Edge(key),)))
            elif isinstance(callee, External):
                parts.append((yield from self._of_library(callee.state, module, call, path)))
                parts.append((yield from given_back(self.model, module, call, callee.state, path)))
        unknown = callees.open or External(0) in callees.items
        language: tuple[int, ...] = ()
        if unknown and module.kind[module.first[call]] == Kind.MEMBER:
            # No row speaks of the receiver: what the language says of a method of this name.
            language = self.model.libraries.language(module.text(module.first[call]))
            for state in language:
                guessed = yield from self._of_library(state, module, call, path, is_guess=True)
                parts.append(guessed)
        if module.kind[call] == Kind.NEW:
            spots = yield from fulfilled(self.model, module, call)
            parts.append(Local(edges=tuple(Edge(self.model.origins.of(*spot, path)) for spot in spots)))
        if callees.open and not language:
            parts.append(Local(open=frozenset({"callee"})))
        if not functions or not is_own or callees.open or module.kind[call] == Kind.NEW:
            # What functions of the code give back is told above, with what it has passed on its way through them.
            made = yield self.model.values.resolved(m, call)
            supplied = self._members.of_libraries(made.items, module, call, path)
            entity = (yield from of_entity(self.model, module, call, path)) if supplied.direct else ()
            direct = tuple(self.model.origins.passed(item, entity) for item in supplied.direct)
            parts.append(supplied._replace(direct=direct))
        return together(parts)

    def _of_library(self, state: int, module: Module, call: int, path: Path, *, is_guess: bool = False) -> Locally:
        """What the callee's rows pass on; a barrier that no flow speaks of lets everything through, made harmless. Of a
        guess by the method's name: not the members that only values of one type have.
        """
        barrier = self.model.libraries.barrier(state, self.model.call_shape(module, call))
        passes: tuple[str, ...] = (barrier,) if barrier else ()
        if barrier == STRIPPED:
            passes = yield from stripped(self.model, module, call)
        edges: list[Edge] = []
        flows = self.model.libraries.text_flows(state)
        for flow in flows:
            copied = (yield from self._copied(flow, module, call)) if flow.keeps == "content" else []
            if copied:
                edges.extend(Edge(self.model.origins.of(module.index, row, path), passes) for row in copied)
                continue
            rest = flow.remaining(path)
            if rest is not None and not (is_guess and _is_of_member(flow)):
                builds = flow.builds and not is_one_text(self.model, module, call)
                chosen = yield from proved_of_elements(self.model, module, call, flow.where, rest)
                edges.extend(self._through(flow, module, call, rest, (*passes, *chosen, *(BUILT if builds else ()))))
        if barrier and not flows:
            edges.extend(Edge(self.model.origins.of(module.index, given, ()), passes) for given in module.args(call))
        return Local(edges=tuple(edges))

    def _copied(self, flow: Flow, module: Module, call: int) -> Generator[Key, Answer, list[int]]:
        """What has been written out as a text that the call reads: `JSON.parse(JSON.stringify(value))` copies a value
        with its members.
        """
        found: list[int] = []
        for row in module.args(call)[flow.first : flow.last + 1] if flow.place == "argument" else ():
            if module.kind[row] != Kind.CALL:
                continue
            for item in (yield self.model.calls.callees(module.index, row)).items:
                for inner in self.model.libraries.text_flows(item.state) if isinstance(item, External) else ():
                    if inner.keeps == "formatted" and inner.place == "argument":
                        found += module.args(row)[inner.first : inner.last + 1]
        return found

    def _through(self, flow: Flow, module: Module, call: int, path: Path, passes: tuple[str, ...]) -> Iterator[Edge]:
        origins, m = self.model.origins, module.index
        arguments = module.args(call)
        callee = module.first[call]
        if flow.place == "receiver":
            if module.kind[callee] == Kind.MEMBER:
                yield Edge(origins.of(m, module.first[callee], path), passes)
        elif flow.place == "argument":
            for argument in arguments[flow.first : flow.last + 1]:
                yield Edge(origins.of(m, argument, path), passes)
        elif flow.place == "returned" and flow.first < len(arguments):
            callback = arguments[flow.first]
            if module.kind[callback] == Kind.FUNCTION:
                yield Edge(origins.given_back(m, callback, m, call, shortened(path)), passes)

    def returned(self, m: int, function: int, path: Path) -> Locally:
        """What a function gives back, in terms of its parameters."""
        yield from ()  # a rule that has to ask nothing before it knows its edges
        declared = self.model.link.body(m).annotations.get(function)
        if declared is not None and is_plain(declared, path):
            return NOWHERE
        passes = declared_number(self.model, m, declared, path)
        rows = self.model.link.returned(m, function)
        return Local(edges=tuple(Edge(self.model.origins.of(m, row, path), passes) for row in rows))

    def given_back(self, gm: int, g: int, m: int, call: int, path: Path) -> Locally:
        """What a call gets back: what the function returns, with the call's arguments in place of its parameters."""
        inner = yield self.model.origins.returned(gm, g, path)
        body = self.model.link.body(gm)
        is_from_around = any(
            isinstance(item, FromParameter) and item.module == gm and item.function != g for item in inner.items
        )
        made = (yield from made_by(self.model, body, g, m, call)) if is_from_around and body.owner[g] > 0 else None
        if made is None:
            return self._substituted(inner, gm, g, m, call)
        own = frozenset(item for item in inner.items if isinstance(item, Source) or not made.is_within(body, item))
        parts = [self._substituted(Answer(own, inner.open), gm, g, m, call)]
        for item in sorted(inner.items - own, key=repr):
            given = yield from made.given(self.model, item)
            edges = (
                Edge(self.model.origins.closed(at.index, row, rest), item.passed)
                for at, use in given
                for row, rest in self.bound(at, use, item)
            )
            parts.append(Local(edges=tuple(edges)))
        return together(parts)

    def made(self, gm: int, value: int, m: int, new: int, path: Path) -> Locally:
        """What a constructor puts into the object that a NEW row makes: the value at a row of the constructor, with the
        arguments in place of its parameters.
        """
        constructor = self.model.link.body(gm).owner[value]
        return self._substituted((yield self.model.origins.of(gm, value, path)), gm, constructor, m, new)

    def _substituted(self, inner: Answer, gm: int, g: int, m: int, call: int) -> Local:
        module = self.model.link.body(m)
        direct: list[Source | FromParameter] = []
        edges: list[Edge] = []
        for item in inner.items:
            if isinstance(item, FromParameter) and item.module == gm and item.function == g:
                for row, rest in self.bound(module, call, item):
                    edges.append(Edge(self.model.origins.of(m, row, rest), item.passed))
            else:
                direct.append(item)
        return Local(tuple(direct), tuple(edges), inner.open)

    def bound(self, module: Module, call: int, item: FromParameter) -> Iterator[tuple[int, Path]]:
        """The expression rows that give the parameter its value at this call, with the path below each."""
        arguments = module.args(call)
        if item.module == module.index and item.function in arguments:
            # A callback written at the call: its parameter is an element of the receiver.
            callee = module.first[call]
            if module.kind[callee] == Kind.MEMBER and item.index == 0:
                yield module.first[callee], shortened(("*", *item.path))
            return
        body = self.model.link.body(item.module)
        params = body.params(item.function)
        if item.index < len(params) and body.kind[body.first[params[item.index]]] == Kind.REST:
            # What is called by its number is one argument.
            first = item.index + int(item.path[0]) if item.path and item.path[0].isdigit() else -1
            for argument in arguments[first : first + 1] if first >= 0 else arguments[item.index :]:
                yield argument, shortened(item.path[1:] if first >= 0 or item.path[:1] == ("*",) else item.path)
            return
        given = arguments[: item.index + 1]
        spread = next((at for at, argument in enumerate(given) if module.kind[argument] == Kind.SPREAD), -1)
        if spread >= 0:
            yield given[spread], shortened((str(item.index - spread), *item.path))
        elif item.index < len(arguments):
            yield arguments[item.index], shortened(item.path)


def _of_parameter(module: Module, call: int) -> tuple[int, int] | None:
    """The function, and which of its parameters it is, that a call runs as it was given."""
    callee = module.first[call]
    binding = module.binding[callee] if module.kind[callee] == Kind.IDENT else -1
    if module.kind[call] != Kind.CALL or binding < 0 or len(module.writes(binding)) != 1:
        return None
    param = module.parent[module.writes(binding)[0]]
    function = module.parent[param]
    if module.kind[param] != Kind.PARAM or module.kind[function] != Kind.FUNCTION:
        return None
    return function, list(module.params(function)).index(param)


def _is_of_member(flow: Flow) -> bool:
    """Whether it is a member of the receiver that goes on, by its name."""
    return flow.place == "receiver" and bool(flow.source) and flow.source[0].isidentifier()

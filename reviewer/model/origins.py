"""Where a value comes from: request data, configuration, a database, or an unknown caller; with the way it took.

An origin is asked of an expression row and a path of member names below its value (`*` is any element). Answers are written
in terms of the parameters of the enclosing functions and closed at the end, so that what a helper gives back goes only to
the call it came from. Every equation is a list of edges to other questions; the evidence of a finding is the shortest walk
over the same edges.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from reviewer.model.domain import ClassValue, Closure, External, Instance, Literal, Namespace, Primitive, Promised
from reviewer.model.guards import guarded
from reviewer.model.solve import Answer, Equation, Key, Question
from reviewer.source.module import BindingKind, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

PATH_LIMIT: Final = 4
DEEP: Final = "**"
"""The last step of a path that means anything inside a value: what a formatter such as JSON.stringify writes out."""
BUILT: Final = ("built",)
"""What a value has passed that has become part of a longer text."""
NAMES: Final = "#"
"""The step from an object to the names of its members."""
ORIGINS_LIMIT: Final = 48
_NUMERIC: Final = frozenset({"-", "*", "/", "%", "**", "|", "&", "^", "<<", ">>", ">>>"})
_PASSING: Final = frozenset({Kind.AWAIT, Kind.SPREAD})


class Source(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Where a value comes from.

    kind: a role of the libraries (`request.data`, `process.environment`, `database.row` …) or `caller`: a parameter of a
    function that code out of sight calls. part: which part of the request. `module`, `row`: where the value is read;
    `name` how it is written there (`req.query.name`). passed: barriers on the way, sorted.
    """

    kind: str
    part: str
    module: int
    row: int
    name: str
    passed: tuple[str, ...] = ()


class FromParameter(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A value that lies `path` below parameter `index` of a function."""

    module: int
    function: int
    index: int
    path: tuple[str, ...]
    passed: tuple[str, ...] = ()


class Edge(NamedTuple):
    """Another question whose origins are also this one's, after passing these barriers."""

    key: Key
    passes: tuple[str, ...] = ()


class Local(NamedTuple):
    """What one expression says by itself."""

    direct: tuple[Source | FromParameter, ...] = ()
    edges: tuple[Edge, ...] = ()
    open: frozenset[str] = frozenset()


_NOTHING: Final = Local()


def _join(parts: list[Local]) -> Local:
    return Local(
        tuple(item for part in parts for item in part.direct),
        tuple(edge for part in parts for edge in part.edges),
        frozenset(reason for part in parts for reason in part.open),
    )


_Locally = Generator[Key, Answer, Local]


def _widen(found: Answer) -> Answer:
    if len(found.items) <= ORIGINS_LIMIT:
        return found
    return Answer(frozenset(), found.open | {"cap"})


class Origins:
    """`closed(module, row, path)`: the sources of a value; `of` the same in terms of the parameters around it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.of = Question("origins", 4, self._of, _widen)
        self.target = Question("origins of a write", 4, self._target, _widen)
        self.returned = Question("returned origins", 4, self._returned, _widen)
        self.given_back = Question("origins given back", 4, self._given_back, _widen)
        self.closed = Question("closed origins", 4, self._closed, _widen)
        self.parameter = Question("origins of a parameter", 4, self._parameter, _widen)

    def local(self, key: Key) -> _Locally:
        """The edges of a key's equation."""
        question, arguments = key
        rules: dict[Question, Callable[..., _Locally]] = {
            self.of: self.edges_of,
            self.target: self.edges_of_target,
            self.returned: self.edges_of_returned,
            self.given_back: self.edges_of_given_back,
            self.closed: self.edges_of_closed,
            self.parameter: self.edges_of_parameter,
        }
        return rules[question](*arguments)

    def _evaluate(self, locally: _Locally) -> Equation:
        found = yield from locally
        items = set(found.direct)
        opened = set(found.open)
        for edge in found.edges:
            below = yield edge.key
            opened |= below.open
            items.update(self.passed(item, edge.passes) for item in below.items)
        return Answer(frozenset(items), frozenset(opened))

    def _of(self, m: int, row: int, path: tuple[str, ...]) -> Equation:
        return self._evaluate(self.edges_of(m, row, path))

    def _target(self, m: int, row: int, path: tuple[str, ...]) -> Equation:
        return self._evaluate(self.edges_of_target(m, row, path))

    def _returned(self, m: int, function: int, path: tuple[str, ...]) -> Equation:
        return self._evaluate(self.edges_of_returned(m, function, path))

    def _given_back(self, gm: int, g: int, m: int, call: int, path: tuple[str, ...]) -> Equation:
        return self._evaluate(self.edges_of_given_back(gm, g, m, call, path))

    def _closed(self, m: int, row: int, path: tuple[str, ...]) -> Equation:
        return self._evaluate(self.edges_of_closed(m, row, path))

    def _parameter(self, m: int, function: int, index: int, path: tuple[str, ...]) -> Equation:
        return self._evaluate(self.edges_of_parameter(m, function, index, path))

    # expressions

    def edges_of(self, m: int, row: int, path: tuple[str, ...]) -> _Locally:
        """Of an expression and a path below it."""
        if len(path) > PATH_LIMIT:
            return Local(open=frozenset({"path"}))
        module = self.model.link.body(m)
        kind = module.kind[row]
        match kind:
            case Kind.IDENT:
                return (yield from self._identifier(module, row, path))
            case Kind.MEMBER:
                return (yield from self._member(module, row, path))
            case Kind.INDEX:
                return Local(edges=(Edge(self.of(m, module.first[row], ("*", *path))),))
            case Kind.CALL | Kind.NEW:
                return (yield from self._call(module, row, path))
            case Kind.TEMPLATE:
                holes = self._holes(module, row)
                built = BUILT if len(holes) < module.count[row] or len(holes) > 1 else ()
                return Local(edges=tuple(Edge(self.of(m, hole, ()), built) for hole in holes))
            case Kind.BINARY:
                return self._binary(module, row)
            case Kind.CONDITIONAL:
                return Local(edges=tuple(Edge(self.of(m, module.op(row, i), path)) for i in (1, 2)))
            case Kind.LOGICAL:
                operands: tuple[int, ...] = (1,) if module.text(row) == "&&" else (0, 1)
                return Local(edges=tuple(Edge(self.of(m, module.op(row, i), path)) for i in operands))
            case Kind.ASSIGN:
                operands = (1,) if module.text(row) == "=" else (0, 1)
                return Local(edges=tuple(Edge(self.of(m, module.op(row, i), path)) for i in operands))
            case Kind.SEQUENCE:
                return Local(edges=(Edge(self.of(m, module.first[row] + module.count[row] - 1, path)),))
            case Kind.OBJECT:
                return self._object(module, row, path)
            case Kind.ARRAY:
                return self._array(module, row, path)
            case Kind.THIS:
                return (yield from self._held(module, row, path))
            case _ if kind in _PASSING:
                return Local(edges=(Edge(self.of(m, module.first[row], path)),))
            case _:
                return _NOTHING

    def _holes(self, module: Module, template: int) -> list[int]:
        return [part for part in module.ops(template) if module.kind[part] != Kind.STRING]

    def _binary(self, module: Module, row: int) -> Local:
        if module.text(row) != "+":
            return _NOTHING
        left, right = module.ops(row)
        return Local(edges=(Edge(self.of(module.index, left, ()), BUILT), Edge(self.of(module.index, right, ()), BUILT)))

    def _object(self, module: Module, row: int, path: tuple[str, ...]) -> Local:
        """An object itself has no text: only what lies below it, and its names, come from somewhere."""
        if not path:
            return _NOTHING
        m = module.index
        step, rest = path[0], path[1:]
        below = path if step == DEEP else rest
        edges: list[Edge] = []
        for operand in module.ops(row):
            if module.kind[operand] == Kind.SPREAD:
                edges.append(Edge(self.of(m, module.first[operand], path)))
                continue
            computed = module.has(operand, Flag.COMPUTED)
            if step == NAMES:
                if computed:
                    edges.append(Edge(self.of(m, module.first[operand], ())))
            elif module.kind[module.op(operand, 1)] != Kind.FUNCTION and (
                computed or step in {"*", DEEP} or module.text(operand) == step
            ):
                edges.append(Edge(self.of(m, module.op(operand, 1), below)))
        return Local(edges=tuple(edges))

    def _array(self, module: Module, row: int, path: tuple[str, ...]) -> Local:
        edges: list[Edge] = []
        for index, operand in enumerate(module.ops(row)):
            if module.kind[operand] == Kind.SPREAD:
                edges.append(Edge(self.of(module.index, module.first[operand], path)))
            elif path[:1] == (DEEP,):
                edges.append(Edge(self.of(module.index, operand, path)))
            elif not path or path[0] in {"*", str(index)}:
                edges.append(Edge(self.of(module.index, operand, path[1:])))
        return Local(edges=tuple(edges))

    def _identifier(self, module: Module, row: int, path: tuple[str, ...]) -> _Locally:
        binding = module.binding[row]
        if binding < 0 or module.binding_kind[binding] == BindingKind.IMPORT:
            return (yield from self._held(module, row, path))
        passes = yield from guarded(self.model, module, row)
        targets = module.writes(binding)
        edges = [Edge(self.target(module.index, target, path), passes) for target in targets]
        if path:
            for ref in module.refs(binding):
                edges.extend(Edge(key, passes) for key in self._mutations(module, ref, path))
        return Local(edges=tuple(edges))

    def _mutations(self, module: Module, held: int, path: tuple[str, ...]) -> Iterator[Key]:
        """What is put into the object at an expression row: `list.push(x)`, `object.name = x`, `list[i] = x`."""
        m = module.index
        member = module.parent[held]
        if module.first[member] != held or module.kind[member] not in {Kind.MEMBER, Kind.INDEX}:
            return
        parent = module.parent[member]
        if module.first[parent] != member:
            return
        rest = path if path[0] == DEEP else path[1:]
        if module.kind[parent] == Kind.ASSIGN:
            if module.kind[member] == Kind.INDEX:
                yield self.of(m, module.op(member, 1), ()) if path[0] == NAMES else self.of(m, module.op(parent, 1), rest)
            elif path[0] in {module.text(member), "*", DEEP}:
                yield self.of(m, module.op(parent, 1), rest)
        elif module.kind[parent] == Kind.CALL and module.kind[member] == Kind.MEMBER and path[0] in {"*", DEEP}:
            for index in self.model.libraries.puts(module.text(member)):
                for argument in module.args(parent)[index:]:
                    yield self.of(m, argument, rest)

    def _member(self, module: Module, row: int, path: tuple[str, ...]) -> _Locally:
        name = module.text(row)
        below = (name, *path)
        held = module.first[row]
        if module.kind[held] in {Kind.IDENT, Kind.MEMBER, Kind.CALL, Kind.NEW, Kind.AWAIT, Kind.INDEX, Kind.OBJECT}:
            found = Local(edges=(Edge(self.of(module.index, held, below)),))
            return _join([found, (yield from self._fields(module, held, below))])
        return (yield from self._fields(module, held, below))

    def _held(self, module: Module, row: int, path: tuple[str, ...]) -> _Locally:
        """An import, a global or `this`: what the value itself says, then its fields."""
        held = yield self.model.values.of(module.index, row)
        parts = [self._of_externals(held, path, module, row)]
        if path:
            parts.append((yield from self._fields(module, row, path)))
        return _join(parts)

    def _fields(self, module: Module, row: int, path: tuple[str, ...]) -> _Locally:
        """What is written to the members of the objects that an expression may be."""
        held = yield self.model.values.of(module.index, row)
        edges: list[Edge] = []
        for atom in held.items:
            match atom:
                case Literal(m, at):
                    if not (m == module.index and at == row):
                        edges.append(Edge(self.of(m, at, path)))
                case Instance(m, at) | ClassValue(m, at):
                    edges.extend((yield from self._fields_of_class(m, at, path)))
                case Namespace(m):
                    edges.extend(self._exports(m, path))
                case _:
                    pass
        return Local(edges=tuple(edges))

    def _fields_of_class(self, m: int, at: int, path: tuple[str, ...]) -> Generator[Key, Answer, list[Edge]]:
        body = self.model.link.body(m)
        edges: list[Edge] = []
        if body.kind[at] == Kind.CLASS:
            for member in body.ops(at):
                if body.kind[member] == Kind.PROPERTY and body.text(member) == path[0]:
                    value = body.op(member, 1)
                    if body.kind[value] not in {Kind.NONE, Kind.FUNCTION}:
                        edges.append(Edge(self.closed(m, value, path[1:])))
        for read in body.surface.reads.get(path[0], ()) if path[1:] else ():
            if body.kind[body.first[read]] == Kind.THIS:
                this = yield self.model.values.of(m, body.first[read])
                if any(isinstance(item, Instance | ClassValue) and item.row == at for item in this.items):
                    for key in self._mutations(body, read, path[1:]):
                        edges.append(Edge(self.closed(*key[1])))
        for write in body.surface.writes.get(path[0], ()):
            parent = body.parent[write]
            if body.kind[parent] != Kind.ASSIGN or body.kind[body.first[write]] != Kind.THIS:
                continue
            this = yield self.model.values.of(m, body.first[write])
            if any(isinstance(item, Instance | ClassValue) and item.row == at for item in this.items):
                edges.append(Edge(self.closed(m, body.op(parent, 1), path[1:])))
        return edges

    def _exports(self, m: int, path: tuple[str, ...]) -> list[Edge]:
        edges: list[Edge] = []
        module = self.model.link.body(m)
        for export in self.model.link.surfaces[m].exports:
            if export.name == path[0] and not export.source:
                if export.binding >= 0:
                    edges.extend(Edge(self.target(m, target, path[1:])) for target in module.writes(export.binding))
                elif export.row >= 0:
                    edges.append(Edge(self.of(m, export.row, path[1:])))
        return edges

    def _of_externals(self, held: Answer, path: tuple[str, ...], module: Module, row: int) -> Local:
        """What the library rows say of these values and the path below them."""
        direct: list[Source | FromParameter] = []
        for atom in held.items:
            inner = atom.value if isinstance(atom, Promised) else atom
            if isinstance(inner, External):
                found = self.external(inner.state, path)
                if found is not None:
                    name = ".".join((self.model.source_text(module, row), *path))
                    direct.append(Source(found[0], found[1], module.index, row, name))
        return Local(tuple(direct), open=held.open)

    def external(self, state: int, path: tuple[str, ...]) -> tuple[str, str] | None:
        """The role that makes a place of a library, or one below it, a source; with the part of the request."""
        states: tuple[int, ...] = tuple({state: None, **dict.fromkeys(self.model.libraries.awaited(state))})
        for step in (None, *path):
            if step in {DEEP, NAMES}:
                continue
            if step is not None:
                libraries = self.model.libraries
                states = tuple(
                    after
                    for at in states
                    for after in (
                        libraries.element(at) if step == "*" or step.isdigit() else libraries.member(at, step)
                    )
                )
            for at in states:
                role = self.model.libraries.source_role(at)
                if role is not None:
                    return role
        return None

    # calls

    def _call(self, module: Module, call: int, path: tuple[str, ...]) -> _Locally:
        m = module.index
        if call in self.model.link.import_calls[m]:
            return (yield from self._held(module, call, path))
        callees = yield self.model.calls.callees(m, call)
        parts: list[Local] = []
        for callee in callees.items:
            if isinstance(callee, Closure):
                if module.kind[call] == Kind.CALL:
                    parts.append(Local(edges=(Edge(self.given_back(callee.module, callee.row, m, call, path)),)))
            elif isinstance(callee, External):
                parts.append(self._external_call(callee.state, module, call, path))
        unknown = callees.open or External(0) in callees.items
        language: tuple[int, ...] = ()
        if unknown and module.kind[module.first[call]] == Kind.MEMBER:
            # No row speaks of the receiver: what the language says of a method of this name.
            language = self.model.libraries.language(module.text(module.first[call]))
            parts.extend(self._external_call(state, module, call, path) for state in language)
        if callees.open and not language:
            parts.append(Local(open=frozenset({"callee"})))
        made = yield self.model.values.resolved(m, call)
        parts.append(self._of_externals(Answer(made.items, frozenset()), path, module, call))
        return _join(parts)

    def _external_call(self, state: int, module: Module, call: int, path: tuple[str, ...]) -> Local:
        m = module.index
        shape = self.model.call_shape(module, call)
        barrier = self.model.libraries.barrier(state, shape)
        edges: list[Edge] = []
        passes = (barrier,) if barrier else ()
        arguments = module.args(call)
        flows = self.model.libraries.text_flows(state)
        for flow in flows:
            rest = flow.remaining(path)
            if rest is None:
                continue
            passes = ((barrier,) if barrier else ()) + (BUILT if flow.builds else ())
            if flow.place == "receiver":
                callee = module.first[call]
                if module.kind[callee] == Kind.MEMBER:
                    edges.append(Edge(self.of(m, module.first[callee], rest), passes))
            elif flow.place == "argument":
                edges.extend(
                    Edge(self.of(m, argument, rest), passes)
                    for index, argument in enumerate(arguments)
                    if flow.first <= index <= flow.last
                )
            elif flow.place == "returned" and flow.first < len(arguments):
                argument = arguments[flow.first]
                if module.kind[argument] == Kind.FUNCTION:
                    edges.append(Edge(self.given_back(m, argument, m, call, rest), passes))
        if barrier and not flows:
            edges.extend(Edge(self.of(m, argument, ()), passes) for argument in arguments)
        return Local(edges=tuple(edges))

    def edges_of_returned(self, m: int, function: int, path: tuple[str, ...]) -> _Locally:
        """What a function gives back, in terms of its parameters."""
        yield from ()
        module = self.model.link.body(m)
        if module.has(function, Flag.EXPRESSION_BODY):
            return Local(edges=(Edge(self.of(m, module.first[function], path)),))
        rows = self.model.link.owned(m, Kind.RETURN, function)
        return Local(edges=tuple(Edge(self.of(m, module.first[row], path)) for row in rows))

    def edges_of_given_back(self, gm: int, g: int, m: int, call: int, path: tuple[str, ...]) -> _Locally:
        """What a call gets back: what the function returns, with the call's arguments in the place of its parameters."""
        inner = yield self.returned(gm, g, path)
        module = self.model.link.body(m)
        direct: list[Source | FromParameter] = []
        edges: list[Edge] = []
        for item in inner.items:
            if isinstance(item, FromParameter) and item.module == gm and item.function == g:
                for row, rest in self._bound(module, call, item, gm, g):
                    edges.append(Edge(self.of(m, row, rest), item.passed))
            else:
                direct.append(item)
        return Local(tuple(direct), tuple(edges), inner.open)

    def _bound(
        self, module: Module, call: int, item: FromParameter, gm: int, g: int
    ) -> Generator[tuple[int, tuple[str, ...]], None, None]:
        """The expression rows that give the parameter its value at this call, with the path below each."""
        arguments = module.args(call)
        if gm == module.index and g in arguments:
            # A callback written at the call: its parameter is an element of the receiver.
            callee = module.first[call]
            if module.kind[callee] == Kind.MEMBER and item.index == 0:
                yield module.first[callee], ("*", *item.path)
            return
        body = self.model.link.body(gm)
        params = body.params(g)
        if item.index < len(params) and body.kind[body.first[params[item.index]]] == Kind.REST:
            for argument in arguments[item.index :]:
                yield argument, item.path[1:] if item.path[:1] == ("*",) else item.path
            return
        if item.index < len(arguments) and all(
            module.kind[argument] != Kind.SPREAD for argument in arguments[: item.index + 1]
        ):
            yield arguments[item.index], item.path

    # writes

    def edges_of_target(self, m: int, row: int, path: tuple[str, ...]) -> _Locally:
        """Of what a write gives to its target row."""
        yield from ()
        module = self.model.link.body(m)
        if module.kind[row] in {Kind.FUNCTION, Kind.CLASS, Kind.ENUM, Kind.NAMESPACE}:
            return _NOTHING
        parent = module.parent[row]
        match module.kind[parent]:
            case Kind.DECLARATOR:
                value = module.op(parent, 1)
                return _NOTHING if module.kind[value] == Kind.NONE else Local(edges=(Edge(self.of(m, value, path)),))
            case Kind.ASSIGN:
                if module.text(parent) == "+=":
                    return Local(edges=(Edge(self.of(m, module.op(parent, 1), ()), BUILT),))
                if module.text(parent) in {"=", "||=", "&&=", "??="}:
                    return Local(edges=(Edge(self.of(m, module.op(parent, 1), path)),))
                return _NOTHING
            case Kind.PARAM:
                function = module.parent[parent]
                return Local(direct=(FromParameter(m, function, module.position(parent) - 1, path),))
            case Kind.PROPERTY:
                pattern = module.parent[parent]
                name = "*" if module.has(parent, Flag.COMPUTED) else module.text(parent)
                return Local(edges=(Edge(self.target(m, pattern, (name, *path))),))
            case Kind.ARRAY_PATTERN:
                return Local(edges=(Edge(self.target(m, parent, (str(module.position(row)), *path))),))
            case Kind.DEFAULT:
                return Local(edges=(Edge(self.target(m, parent, path)), Edge(self.of(m, module.op(parent, 1), path))))
            case Kind.REST:
                if module.kind[module.parent[parent]] == Kind.PARAM:
                    function = module.owner[row]
                    position = module.position(module.parent[parent]) - 1
                    return Local(direct=(FromParameter(m, function, position, path),))
                return Local(edges=(Edge(self.target(m, module.parent[parent], path)),))
            case Kind.FOR_OF:
                return Local(edges=(Edge(self.of(m, module.op(parent, 1), ("*", *path))),))
            case Kind.FOR_IN:
                return Local(edges=(Edge(self.of(m, module.op(parent, 1), (NAMES,))),))
            case _:
                return _NOTHING

    # closing

    def edges_of_closed(self, m: int, row: int, path: tuple[str, ...]) -> _Locally:
        """Of an expression, with parameters replaced by what callers give."""
        inner = yield self.of(m, row, path)
        direct: list[Source | FromParameter] = []
        edges: list[Edge] = []
        for item in inner.items:
            if isinstance(item, FromParameter):
                key = self.parameter(item.module, item.function, item.index, item.path)
                edges.append(Edge(key, item.passed))
            else:
                direct.append(item)
        return Local(tuple(direct), tuple(edges), inner.open)

    def edges_of_parameter(self, m: int, function: int, index: int, path: tuple[str, ...]) -> _Locally:
        """Of a path below a parameter: what a library hands to the callback, and what each caller passes."""
        held = yield self.model.calls.handed(m, function, index)
        module = self.model.link.body(m)
        if (
            held.complete
            and held.items
            and all(isinstance(item, Primitive) and item.kind in {"number", "boolean"} for item in held.items)
        ):
            return _NOTHING
        direct: list[Source | FromParameter] = []
        edges: list[Edge] = []
        for atom in held.items:
            if isinstance(atom, External):
                found = self.external(atom.state, path)
                if found is not None:
                    direct.append(self._read_below(found[0], found[1], module, function, index, path))
        uses = yield self.model.uses.of(m, function)
        for use in uses.items:
            body = self.model.link.body(use.module)
            if use.kind == "call":
                given = FromParameter(m, function, index + max(use.index, 0), path)
                edges.extend(
                    Edge(self.closed(use.module, row, rest))
                    for row, rest in self._bound(body, use.row, given, m, function)
                )
            elif use.kind == "argument" and index == 0:
                edges.extend((yield from self._from_receiver(body, use.row, use.index, path)))
        if not edges and not direct and (uses.open or not uses.items):
            direct.append(self._read_below("caller", "", module, function, index, path))
        return Local(tuple(direct), tuple(edges), uses.open)

    def _from_receiver(
        self, module: Module, call: int, argument: int, path: tuple[str, ...]
    ) -> Generator[Key, Answer, list[Edge]]:
        """A callback of `map`, `forEach` …, given by name: its parameter is an element of the receiver."""
        callees = yield self.model.calls.callees(module.index, call)
        callee = module.first[call]
        if module.kind[callee] != Kind.MEMBER:
            return []
        states = [item.state for item in callees.items if isinstance(item, External)]
        if callees.open or External(0) in callees.items:
            states.extend(self.model.libraries.language(module.text(callee)))
        sources = {source for state in states for source, _ in self.model.libraries.callback_flows(state, argument)}
        held = module.first[callee]
        below = {"element": ("*", *path), "awaited": path}
        return [Edge(self.closed(module.index, held, below[source])) for source in sorted(sources & below.keys())]

    def _read_below(
        self, kind: str, part: str, module: Module, function: int, index: int, path: tuple[str, ...]
    ) -> Source:
        """A source that is read below a parameter, named as the code would write it: `req.query.name`."""
        params = module.params(function)
        row = params[index] if index < len(params) else function
        target = row if row == function else module.first[row]
        while module.kind[target] in {Kind.DEFAULT, Kind.REST}:
            target = module.first[target]
        names = [*path] if module.kind[target] != Kind.IDENT else [module.text(target), *path]
        names = [name for name in names if name not in {DEEP, NAMES}]
        text = "".join(f"[{name}]" if name == "*" or name.isdigit() else f".{name}" for name in names).lstrip(".")
        return Source(kind, part, module.index, row, text.replace("[*]", "[]"))

    def passed(self, item: Source | FromParameter, barriers: tuple[str, ...]) -> Source | FromParameter:
        """The item after some more barriers."""
        if not barriers or all(barrier in item.passed for barrier in barriers):
            return item
        return msgspec.structs.replace(item, passed=tuple(sorted({*item.passed, *barriers})))

"""Request data on its way into a parameter: decorators ask for it, pipes convert it, classes and schemas refuse it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

from reviewer.model.declared_arguments import proved_by_declarations
from reviewer.model.domain import Atom, ClassValue, Closure, External, Instance, Literal, Spot
from reviewer.model.field_arguments import proved_by_types
from reviewer.model.json_schema import proved
from reviewer.model.libraries.steps import Path as AccessPath
from reviewer.model.read_below import read_below
from reviewer.model.refusing import refused
from reviewer.model.schemas import proved_by, proved_by_calls, spots_at
from reviewer.model.solve import NOTHING, Answer, Equation, Key, join
from reviewer.model.sources import NOWHERE, Edge, FromParameter, Local, Locally, Path, Source, together
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import MeasureFact
    from reviewer.model.member_origins import MemberOrigins
    from reviewer.model.model import Model
    from reviewer.model.use import Use

_VALIDATING: Final = "request.validation"
_CHECKED: Final = "request.checked"
_FAMILY: Final = 4
"""So many classes above a declared one are looked at."""


class Pipe(NamedTuple):
    """What converts a value: a method of the repository, or a library's, which makes what it gets harmless."""

    method: Closure | None = None
    makes: str = ""


class _Place(NamedTuple):
    """A path below a parameter of a function, and the places of libraries that the parameter holds."""

    module: Module
    function: int
    at: int
    states: tuple[int, ...]

    @property
    def param(self) -> int:
        return self.module.params(self.function)[self.at]


_Locals: TypeAlias = Generator[Key, Answer, tuple[str, ...]]


class Supplied:
    """The part of an origin's equation that tells what libraries hand to a parameter."""

    def __init__(self, model: Model, members: MemberOrigins) -> None:
        self.model = model
        self._members = members

    def to(
        self, module: Module, function: int, index: int, path: Path, held: Answer
    ) -> Generator[Key, Answer, Local | None]:
        """Where what lies `path` below a parameter comes from that libraries supply; None where they say nothing of it.

        held: what libraries give to the parameter.
        """
        states = tuple(sorted({atom.state for atom in held.items if isinstance(atom, External)}))
        place = _Place(module, function, index, states)
        if not 0 <= index < len(module.params(function)):
            return (yield from self._raw(place, path))
        made = yield from self.decorated_by_own(module, place.param)
        if made is not None:
            bodies = sorted((item.module, item.row) for item in made.items if isinstance(item, Closure))
            rows = [(m, row) for m, made_by in bodies for row in self.model.link.returned(m, made_by)]
            edges = tuple(Edge(self.model.origins.closed(m, row, path)) for m, row in rows)
            return Local(edges=edges, open=made.open)
        pipes = yield from self._pipes(module, place.param)
        raw = yield from self._raw(place, path)
        return raw if raw is None or not pipes else (yield from self._piped(pipes, place, path))

    # decorators of the repository's own

    def decorated_by_own(self, module: Module, param: int) -> Generator[Key, Answer, Answer | None]:
        """The functions that give a parameter its value, where a library made its decorator out of them."""
        for row in module.ops(param):
            call = module.first[row] if module.kind[row] == Kind.DECORATOR else -1
            if call < 0 or module.kind[call] != Kind.CALL:
                continue
            made = self.model.names.of(module.index, module.first[call])
            body = self.model.link.body(made.module) if isinstance(made, Spot) else None
            if not isinstance(made, Spot) or body is None or body.kind[made.row] != Kind.CALL:
                continue
            callees = yield self.model.calls.callees(made.module, made.row)
            found = NOTHING
            said = False
            for callee in callees.items:
                for at in self.model.libraries.supplying(callee.state) if isinstance(callee, External) else ():
                    if at < len(body.args(made.row)):
                        said = True
                        found = join(found, (yield self.model.values.resolved(made.module, body.args(made.row)[at])))
            if said:
                return found
        return None

    # pipes

    def _pipes(self, module: Module, param: int) -> Generator[Key, Answer, list[Pipe]]:
        """What converts the value of a parameter, in order, as far as it is known."""
        found: list[Pipe] = []
        for fact, call in (yield from self._measures(module, param)):
            for source in fact.sources if fact.converts else ():
                for argument in module.args(call)[source[0].low : source[0].high + 1]:
                    held = yield self.model.values.resolved(module.index, argument)
                    found += yield from self._converting(held, fact.converts)
        return found

    def _measures(self, module: Module, param: int) -> Generator[Key, Answer, list[tuple[MeasureFact, int]]]:
        """What the decorators of a parameter put before it, with their CALL rows; the last is applied first."""
        found: list[tuple[MeasureFact, int]] = []
        for row in module.ops(param):
            call = module.first[row] if module.kind[row] == Kind.DECORATOR else -1
            if call < 0 or module.kind[call] != Kind.CALL:
                continue
            callees = yield self.model.calls.callees(module.index, call)
            shape = self.model.call_shape(module, call)
            for state in sorted(callee.state for callee in callees.items if isinstance(callee, External)):
                facts = self.model.libraries.measures(state, shape)
                found += [(fact, call) for fact in facts if fact.reach == "parameter"]
        return found

    def _converting(self, held: Answer, name: str) -> Generator[Key, Answer, list[Pipe]]:
        found: list[Pipe] = []
        made = self.model.results.instances(held)
        own = frozenset(item for item in (*made.items, *held.items) if isinstance(item, Instance))
        if own:
            methods = yield from self.model.values.member_of(Answer(own, frozenset()), name)
            closures = sorted((item.module, item.row) for item in methods.items if isinstance(item, Closure))
            found += [Pipe(method=Closure(m, row)) for m, row in closures]
        for item in sorted((item for item in made.items | held.items if isinstance(item, External)), key=repr):
            for state in self.model.libraries.member(item.state, name):
                makes = self.model.libraries.barrier(state, None)
                if makes:
                    found.append(Pipe(makes=makes))
        return found[:1]

    def _piped(self, pipes: Sequence[Pipe], place: _Place, path: Path) -> Locally:
        """What the last pipe makes of what the others make of what the request holds."""
        if not pipes:
            return (yield from self._raw(place, path)) or NOWHERE
        *before, last = pipes
        if last.method is None:
            return self._passing((yield from self._piped(before, place, path)), (last.makes,))
        method = last.method
        inner = yield self.model.origins.returned(method.module, method.row, path)
        parts = [Local(open=inner.open)]
        for item in sorted(inner.items, key=repr):
            if isinstance(item, Source):
                parts.append(Local((item,)))
            elif (item.module, item.function, item.index) == (method.module, method.row, 0):
                parts.append(self._passing((yield from self._piped(before, place, item.path)), item.passed))
            else:
                key = self.model.origins.parameter(item.module, item.function, item.index, item.path)
                parts.append(Local(edges=(Edge(key, item.passed),)))
        return together(parts)

    def _passing(self, local: Local, barriers: tuple[str, ...]) -> Local:
        direct = tuple(self.model.origins.passed(item, barriers) for item in local.direct)
        edges = tuple(Edge(edge.key, (*edge.passes, *barriers)) for edge in local.edges)
        return Local(direct, edges, local.open)

    # what the request holds

    def _raw(self, place: _Place, path: Path) -> Generator[Key, Answer, Local | None]:
        direct: list[Source | FromParameter] = []
        for state in place.states:
            role = self._members.role_below(state, path)
            if role is not None:
                kind, part = role
                passed = yield from self._refused(place, path, state, part)
                if passed is None:  # what a schema lets pass that nobody has read
                    return Local(open=frozenset({"library"}))
                source = read_below(kind, part, place.module, place.function, place.at, path)
                direct.append(msgspec.structs.replace(source, passed=tuple(sorted(set(passed)))))
        return Local(tuple(direct)) if direct else None

    def _refused(
        self, place: _Place, path: Path, state: int, part: str
    ) -> Generator[Key, Answer, tuple[str, ...] | None]:
        """What is proved of the data by what refuses requests with other data; None where that is not known."""
        above = next(size for size in range(len(path) + 1) if self._members.role_below(state, path[:size]) is not None)
        below = path[above:]
        if self.model.libraries.has_role(state, _CHECKED, None):
            found = yield from proved_by_calls(self.model, place.module.index, place.function, below, part)
            return None if found is None else tuple(sorted(found))
        declared: frozenset[str] = frozenset()
        if not above and 0 <= place.at < len(place.module.params(place.function)):
            declared = yield from proved_by_declarations(self.model, place.module, place.param, below)
        if declared or not below:
            return tuple(sorted(declared))
        if not above:
            typed = yield from proved_by_types(self.model, place.module.index, place.function, below)
            return (*(yield from self._declared(place, below)), *sorted(typed))
        return (yield from self._by_schema(place, path[:above], below, part))

    # declared classes

    def _declared(self, place: _Place, path: Path) -> _Locals:
        """What the decorators of a field prove, of the class that the annotation of the parameter names."""
        if place.at >= len(place.module.params(place.function)):
            return ()
        module, param = place.module, place.param
        text = module.annotations.get(param) or module.annotations.get(module.first[param])
        if text is None or not self.model.imported.plays(_VALIDATING):
            return ()
        declared = yield self.model.types.named(module.index, text)
        found: list[str] = []
        for item in sorted((item for item in declared.items if isinstance(item, Instance)), key=repr):
            found += yield from self._of_field(ClassValue(item.module, item.row), path[0])
        return tuple(found)

    def _of_field(self, class_: ClassValue, name: str) -> Generator[Key, Answer, list[str]]:
        pending, seen = [class_], set[ClassValue]()
        while pending and len(seen) < _FAMILY:
            at = pending.pop(0)
            if at in seen:
                continue
            seen.add(at)
            body = self.model.link.body(at.module)
            for member in body.ops(at.row):
                if body.kind[member] == Kind.PROPERTY and body.text(member) == name:
                    return (yield from self._proved_by_decorators(body, member))
            heritage = body.first[at.row]
            if body.kind[heritage] != Kind.NONE:
                held = yield self.model.values.resolved(at.module, heritage)
                pending += sorted((item for item in held.items if isinstance(item, ClassValue)), key=repr)
        return []

    def _proved_by_decorators(self, module: Module, member: int) -> Generator[Key, Answer, list[str]]:
        found: list[str] = []
        for row in module.ops(member):
            if module.kind[row] == Kind.DECORATOR:
                held = yield self.model.values.of(module.index, module.first[row])
                for item in sorted((item for item in held.items if isinstance(item, External)), key=repr):
                    for state in self.model.libraries.decorated_member(item.state):
                        makes = self.model.libraries.barrier(state, None)
                        if makes:
                            found.append(makes)
        return found

    # schemas

    def _by_schema(self, place: _Place, above: Path, path: Path, part: str) -> _Locals:
        """What the schemas prove that stand in all registrations of the function, for one part of the request."""
        uses = yield self.model.uses.of(place.module.index, place.function)
        found: frozenset[str] | None = None
        for use in sorted((use for use in uses.items if use.kind in {"argument", "member argument"}), key=repr):
            proven = yield from self._of_registration(use, place, above, path, part)
            found = proven if found is None else found & proven
        return tuple(sorted(found or ()))

    def _of_registration(
        self, use: Use, place: _Place, above: Path, path: Path, part: str
    ) -> Generator[Key, Answer, frozenset[str]]:
        module = self.model.link.body(use.module)
        callees = yield self.model.calls.callees(use.module, use.row)
        shape = self.model.call_shape(module, use.row)
        for callee in sorted((item for item in callees.items if isinstance(item, External)), key=repr):
            for fact in self.model.libraries.measures(callee.state, shape):
                if fact.part != part:
                    continue
                for source in fact.sources:
                    schema = yield from self._below(module, use.row, source)
                    if schema.items and (found := (yield from proved(self.model, schema, path))):
                        return found
                    for spot in (yield from spots_at(self.model, module, use.row, source)):
                        return (yield from proved_by(self.model, spot, path)) or frozenset()
        return (yield from refused(self.model, use, Spot(place.module.index, place.function), above, path, part))

    def _below(self, module: Module, call: int, path: AccessPath) -> Equation:
        """The objects that stand at a path of a call."""
        at = path[0].low
        if at >= len(module.args(call)):
            return NOTHING
        held = yield self.model.values.resolved(module.index, module.args(call)[at])
        for step in path[1:]:
            literals: frozenset[Atom] = frozenset(item for item in held.items if isinstance(item, Literal))
            held = yield from self.model.values.member_of(Answer(literals, frozenset()), step.name)
        return Answer(frozenset(item for item in held.items if isinstance(item, Literal)), held.open)

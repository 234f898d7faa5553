"""Standing functions: those that a library or platform enters because of where they are written, or what names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.candidates import Candidates
from reviewer.model.domain import External, Spot
from reviewer.model.handed_in import meanings
from reviewer.model.libraries import PARAMETER_THIS
from reviewer.model.link import OUTSIDE
from reviewer.model.made_around import Made, handed_on
from reviewer.model.members import own_constructor
from reviewer.model.names import Library, Whole
from reviewer.model.platform_functions import Named, PlatformFunctions
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.model import Model
    from reviewer.model.names import Meaning

_FAR: Final = 12
"""So many literals, calls and names may lie between a call and a function."""
_NAMED: Final = 2
"""So many of the members above a function are its name: `Query.users`."""
_START_UP: Final = "start-up"
_CONSTRUCTOR: Final = "constructor"
_PASSED_THROUGH: Final = frozenset({Kind.AWAIT, Kind.CONDITIONAL, Kind.LOGICAL, Kind.SPREAD})
_MADE: Final = frozenset({Kind.CALL, Kind.NEW})


class Stands(NamedTuple):
    """A function that stands at a place; `row`, in its own module or that of the literal, is where that is written."""

    function: Spot
    state: State
    at: Spot
    name: tuple[str, ...]


class _Step(NamedTuple):
    """An expression or module on the way, with the place that it stands at and the names above it; made: the calls of
    functions of the repository that lead there.
    """

    meant: Meaning
    state: State
    at: Spot
    name: tuple[str, ...]
    left: int
    made: tuple[Made, ...] = ()


class Standing:
    """The index of these functions, found once, from names, literals and manifests alone: no question is asked."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._is_known = False
        self._by_function: dict[Spot, dict[State, Spot]] = {}
        self._by_module: dict[int, list[Stands]] = {}
        self._platform = PlatformFunctions(model)
        self._named: dict[int, list[tuple[Spot, Named]]] = {}

    def places(self, m: int, function: int) -> list[State]:
        """The places at which a function stands, or which its declared type names."""
        self._find()
        return sorted({*self._by_function.get(Spot(m, function), ()), *self._platform.declared(m, function)})

    def is_entered(self, m: int, function: int) -> bool:
        """Whether a function stands at a place."""
        self._find()
        return Spot(m, function) in self._by_function

    def is_started(self, m: int, function: int) -> bool:
        """Whether a function runs while a program starts because of where it stands: a plugin."""
        self._find()
        states = self._by_function.get(Spot(m, function), ())
        return any(fact.at == _START_UP for state in states for fact in self.model.libraries.callings(state, None))

    def given(self, m: int, function: int, index: int) -> Iterator[External]:
        """What libraries give to a parameter of a function because of the places at which it stands."""
        libraries, arity = self.model.libraries, len(self.model.link.body(m).params(function))
        for state in self.places(m, function):
            site = self._by_function.get(Spot(m, function), {}).get(state)
            for after in libraries.parameter(state, index, arity):
                is_apart = site is not None and libraries.is_sited(after)
                yield External(after, *site) if is_apart and site is not None else External(after)

    def in_module(self, m: int) -> list[Stands]:
        """What is written in a module, by row; what manifests name comes first."""
        self._find()
        return sorted(self._by_module.get(m, ()), key=lambda one: one.at.row)

    def named(self, m: int) -> list[tuple[Spot, Named]]:
        """The functions of a module that manifests name, and what they say of each."""
        self._find()
        return self._named.get(m, [])

    def this(self, m: int, function: int) -> Iterator[External]:
        """What libraries make `this` of a function because of the places at which it stands."""
        for state in self.places(m, function):
            yield from (External(after) for after in self.model.libraries.step(state, PARAMETER_THIS))

    # finding

    def _find(self) -> None:
        if self._is_known:
            return
        self._is_known = True
        link, libraries = self.model.link, self.model.libraries
        for named in (*self._platform.named(), *self._platform.exported(), *self._platform.filed()):
            for function in self._follow(*named.at, named.state, named.name):
                if named.start is not None:
                    self._named.setdefault(function.module, []).append((function, named))
        for state, m in self.model.conventions.exports:
            self._of_file(state, m)
        if not libraries.standing_packages.isdisjoint(link.package_importers):
            candidates = Candidates(self.model, lambda rows: ({"": rows.standing_names}, rows.standing_packages))
            for m in range(len(link)):
                if link.classes[m] not in OUTSIDE:
                    for call in candidates.in_module(m):
                        self._of_call(link.body(m), call)

    def _note(self, found: Stands, call: Spot) -> None:
        known = self._by_function.setdefault(found.function, {})
        if self.model.libraries.is_of_others(found.state) and known.keys() - {found.state}:
            return
        noted = self._by_module.setdefault(found.at.module, [])
        noted += [] if found in noted else [found]
        if found.state not in known:
            known[found.state] = call
            self._of_parameters(*found.function, found.state)

    # what calls are given

    def _of_call(self, module: Module, call: int) -> None:
        callee = self.model.names.callee(module, call)
        self._of_callee(module, call, callee.states if callee is not None else ())

    def _of_callee(self, module: Module, call: int, callees: tuple[State, ...]) -> None:
        shape = self.model.call_shape(module, call)
        libraries = self.model.libraries
        for index, argument in enumerate(module.args(call)):
            if module.kind[argument] == Kind.SPREAD:
                return
            states = {
                place
                for state in (*callees, *self._registered(module, call, index))
                for place in libraries.argument(state, index, shape, None)
                if libraries.leads_to_standing(place)
            }
            for state in sorted(states):
                self._follow(module.index, argument, state, call=Spot(module.index, call))

    def _of_parameters(self, m: int, function: int, state: State) -> None:
        """What a function does with what it is given at a place: a plugin registers others."""
        module, libraries = self.model.link.body(m), self.model.libraries
        for index, param in enumerate(module.params(function)):
            given = libraries.parameter(state, index, len(module.params(function)))
            binding = module.binding[module.first[param]] if module.kind[module.first[param]] == Kind.IDENT else -1
            for ref in module.refs(binding) if given and binding >= 0 else ():
                at, held = ref, tuple(given)
                while module.kind[module.parent[at]] == Kind.MEMBER and module.first[module.parent[at]] == at:
                    at = module.parent[at]
                    held = tuple(after for state in held for after in libraries.member(state, module.text(at)))
                call = module.parent[at]
                is_callee = at != ref and module.kind[call] == Kind.CALL and module.first[call] == at
                if is_callee and module.text(call) in libraries.standing_names:
                    self._of_callee(module, call, held)

    def _registered(self, module: Module, call: int, index: int) -> tuple[State, ...]:
        """A plugin that is registered with its options is called with a server and these."""
        if not index or module.text(call) not in self.model.libraries.encapsulating_names:
            return ()
        first = self.model.names.of(module.index, module.args(call)[0])
        return first.states if isinstance(first, Library) else ()

    def _of_file(self, state: State, m: int) -> None:
        """What a module exports that a library loads because of where it lies."""
        names = self.model.names
        exported = names.export(m, "default") or names.whole(m)
        at = exported if isinstance(exported, Spot) else Spot(m, 0)
        self._walk([_Step(exported, state, at, (), _FAR)], at)

    def _follow(
        self, m: int, row: int, state: State, name: tuple[str, ...] = (), call: Spot | None = None
    ) -> list[Spot]:
        """Find the functions inside an expression that stands at a place, where a call is given it."""
        steps = [_Step(meant, state, Spot(m, row), name, _FAR) for meant in meanings(self.model, m, row)]
        return self._walk(steps, call or Spot(m, row))

    def _walk(self, pending: list[_Step], call: Spot) -> list[Spot]:
        found: list[Spot] = []
        seen: set[tuple[Meaning, State, Spot]] = set()
        while pending:
            step = pending.pop()
            key = (step.meant, step.state, step.at)
            if step.left and key not in seen:
                seen.add(key)
                if isinstance(step.meant, Spot):
                    found += self._noted(step, step.meant, call)
                pending += self._inside(step)
        return found

    def _noted(self, step: _Step, meant: Spot, call: Spot) -> Iterator[Spot]:
        body, libraries = self.model.link.body(meant.module), self.model.libraries
        # What is called while a program starts is its constructor; for what happens then, a library makes an object.
        started = any(fact.at == _START_UP for fact in libraries.callings(step.state, None))
        if body.kind[meant.row] == Kind.CLASS and started:
            meant = Spot(meant.module, own_constructor(body, meant.row))
        if meant.row >= 0 and body.kind[meant.row] == Kind.FUNCTION and libraries.is_standing(step.state):
            is_member = self.model.link.body(step.at.module).kind[step.at.row] == Kind.PROPERTY
            self._note(Stands(meant, step.state, step.at if is_member else meant, step.name), call)
            yield meant

    def _inside(self, step: _Step) -> Iterator[_Step]:
        match step.meant:
            case Whole(m):
                for export in self.model.link.surfaces[m].exports:
                    if export.name not in {"*", "=", "default"} and not export.type_only:
                        below = self.model.names.export(m, export.name)
                        yield from self._member(step, export.name, below, Spot(m, max(export.row, 0)))
            case Spot(m, row):
                yield from self._below(step, self.model.link.body(m), row)
            case _:
                return

    def _member(self, step: _Step, name: str, meant: Meaning, at: Spot) -> Iterator[_Step]:
        for state in self.model.libraries.member(step.state, name):
            if self.model.libraries.leads_to_standing(state):
                yield _Step(meant, state, at, (*step.name, name)[-_NAMED:], step.left - 1)

    def _may_hold(self, state: State, name: str) -> bool:
        libraries = self.model.libraries
        return any(map(libraries.leads_to_standing, libraries.member(state, name)))

    def _below(self, step: _Step, module: Module, row: int) -> Iterator[_Step]:
        libraries, names, m = self.model.libraries, self.model.names, module.index
        kind = module.kind[row]
        if kind == Kind.FUNCTION:
            given = libraries.called(step.state, None)
            awaited = [state for at in given for state in libraries.awaited(at)]
            after = sorted({state for state in (*given, *awaited) if libraries.leads_to_standing(state)})
            for value in self.model.link.returned(m, row) if after else ():
                for state in after:
                    yield _Step(names.of(m, value), state, step.at, step.name, step.left - 1)
        elif kind == Kind.CLASS:
            for state in filter(libraries.leads_to_standing, libraries.constructed(step.state)):
                yield from self._methods(step._replace(state=state), module, row)
        elif kind == Kind.OBJECT:
            for property_ in module.ops(row):
                if module.kind[property_] == Kind.SPREAD:
                    yield step._replace(meant=names.of(m, module.first[property_]), left=step.left - 1)
                elif module.kind[property_] == Kind.PROPERTY and not module.has(property_, Flag.COMPUTED):
                    value = module.op(property_, 1)
                    name = module.text(property_)
                    for meant in meanings(self.model, m, value) if self._may_hold(step.state, name) else ():
                        yield from self._member(step, name, meant, Spot(m, property_))
            for meant in self.model.gathered.into(Spot(m, row)):
                yield step._replace(meant=meant, left=step.left - 1)
        elif kind == Kind.CLASS:
            for state in libraries.constructed(step.state):
                yield from self._methods(step._replace(state=state), module, row)
        elif kind == Kind.ARRAY:
            for element in module.ops(row):
                is_spread = module.kind[element] == Kind.SPREAD
                meant = names.of(m, module.first[element] if is_spread else element)
                for state in (step.state,) if is_spread else libraries.element(step.state):
                    if module.kind[element] != Kind.NONE and libraries.leads_to_standing(state):
                        yield step._replace(meant=meant, state=state, left=step.left - 1)
        elif kind in _PASSED_THROUGH:
            for operand in module.ops(row):
                yield step._replace(meant=names.of(m, operand), left=step.left - 1)
        elif kind in _MADE:
            made = names.of(m, module.first[row]) if kind == Kind.NEW else None
            if isinstance(made, Spot) and self.model.link.body(made.module).kind[made.row] == Kind.CLASS:
                yield from self._methods(step, self.model.link.body(made.module), made.row)
            for spot, through in handed_on(self.model, Spot(m, row), step.made):
                for meant in meanings(self.model, *spot):
                    yield step._replace(meant=meant, left=step.left - 1, made=through)

    def _methods(self, step: _Step, module: Module, class_: int) -> Iterator[_Step]:
        """The methods of what is made of a class, which stands at a place."""
        for member in module.ops(class_):
            if module.kind[member] == Kind.PROPERTY and _is_method(module, member):
                method = Spot(module.index, module.op(member, 1))
                yield from self._member(step, module.text(member), method, Spot(module.index, member))


def _is_method(module: Module, member: int) -> bool:
    """Whether a PROPERTY of a class is a method of its instances."""
    is_function = module.kind[module.op(member, 1)] == Kind.FUNCTION and module.text(member) != _CONSTRUCTOR
    return is_function and not any(module.has(member, flag) for flag in (Flag.STATIC, Flag.GETTER, Flag.SETTER))

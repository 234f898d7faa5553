"""What library rows state of a line: of its calls, their arguments, its decorators, and the names that it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from reviewer.model.domain import Atom, External, Promised, Spot, Symbol
from reviewer.model.libraries import DECORATED_CLASS, State
from reviewer.model.libraries.conditions import Site
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.facts import CallFact
from reviewer.model.line_site import LineSite
from reviewer.model.origins import Source
from reviewer.model.quotes import is_internal
from reviewer.model.route import Handler, Route
from reviewer.model.sources import BUILT, KEPT
from reviewer.program import Program
from reviewer.source.module import Kind, Module
from reviewer.told.containers import Containers
from reviewer.told.functions import arity, is_function, loading, named
from reviewer.told.measures import of_call, of_member
from reviewer.told.starts import PROGRAM, Starts
from reviewer.told.words import role, words

_OF_CALLS: Final = (
    "promise", "handles", "flows", "adapts", "barriers", "injects", "channels", "prefixes",
    "removed", "schemas", "checks", "refusals",
)  # fmt: skip
_CALLS: Final = frozenset({Kind.CALL, Kind.NEW, Kind.TAGGED})
_DEPTH: Final = 4
_ORIGIN: Final = " from "

_INHERITED: Final = {"event.emitter": "EventEmitter"}
"""Roles of a type that are not told of its subtypes: each server, stream and connection is an emitter."""


class Teller:
    """Tells what the rows state of the lines of one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._model = program.model
        self._rows = program.model.libraries
        self._kinds = program.rulebook.vocabulary.kinds()
        self._argument_roles = sorted(name for name, kind in self._kinds.items() if kind == "argument")
        self._containers = Containers(program.model)
        self._starts = Starts(program.model)
        self._on_line: dict[tuple[int, int], list[int]] = {}
        for m in range(len(self._model.link)):
            module = self._model.link.body(m)
            for row in range(len(module)):
                self._on_line.setdefault((m, program.places.of(m, row).line), []).append(row)

    def told(self, file: str, line: int, said: Iterable[str] = ()) -> set[str]:
        """All that is stated of the line; where its values come from, only where `said` speaks of that."""
        m = self._model.link.index_of[file]
        module = self._model.link.body(m)
        told: set[str] = set()
        origins = any(_ORIGIN in statement for statement in said)
        for row in self._on_line.get((m, line), ()):
            kind = module.kind[row]
            if kind in _CALLS:
                told.update(self._of_call(module, row))
                if origins:
                    told.update(self._origins(module, row))
            elif kind == Kind.FUNCTION:
                told.update(self._of_started(module, row))
            elif kind == Kind.DECORATOR:
                told.update(self._of_decorator(module, row))
            elif kind == Kind.OBJECT:
                told.update(self._containers.of_literal(module, row))
            elif kind == Kind.MEMBER:
                told.update(self._containers.of_member(module, row))
            elif kind == Kind.PARAM:
                told.update((*self._containers.named(module, row), *self._containers.wished(module, row)))
            if kind in {Kind.IDENT, Kind.CLASS} and self._is_written(module, row):
                told.update(self._of_name(module, row))
            if kind == Kind.PROPERTY and module.kind[module.parent[row]] == Kind.CLASS:
                told.update((*self._of_field(module, row), *self._containers.wished(module, row)))
                told.update(self._of_method(module, row))
            elif kind == Kind.PROPERTY:
                told.update(self._of_member(module, row))
        if line == 1:
            for fact, statement in self._starts.of(m, said):
                told.update([statement] if fact is None else self._if_applies(fact, None, [statement]))
        for route in self._model.routes.in_module(m):
            if self._program.places.of(m, route.row).line == line:
                told.add(self._route(route))
        return told

    # calls

    def _of_call(self, module: Module, call: int) -> Iterator[str]:
        callees = self._model.ask(self._model.calls.callees(module.index, call))
        shape = self._model.call_shape(module, call)
        for callee in callees.items:
            if isinstance(callee, External) and callee.state:
                yield from self._stated(callee.state, _OF_CALLS, shape)
                for loads in self._rows.facts(callee.state).loads:
                    if loads.kind != PROGRAM:
                        yield from self._if_applies(loads, shape, words(loading(self._model, module, call, loads)))
                for given in self._rows.facts(callee.state).provides:
                    provided = self._containers.provided(given, Spot(module.index, call))
                    yield from self._if_applies(given, shape, provided)
                for played in self._rows.role_facts(callee.state):
                    if self._kinds[played.role] == "call":
                        yield from self._if_applies(played, shape, [role(played)])
                yield from self._of_functions(module, call, callee.state)
                for fact, said in of_call(self._model, module, call, callee.state):
                    yield from self._if_applies(fact, shape, words(said))
        if module.kind[call] != Kind.TAGGED:
            for name in self._argument_roles:
                for site in self._model.sites.arguments_at(name, module, call):
                    at = str(site.argument - module.first[call] - 1)
                    yield f"{name} {'.'.join([at, *site.path])}"

    def _stated(self, state: State, kinds: Iterable[str], site: Site | None) -> Iterator[str]:
        facts = self._rows.facts(state)
        for kind in kinds:
            for fact in getattr(facts, kind):
                if not (kind == "promise" and fact.value):
                    yield from self._if_applies(fact, site, words(fact))

    def _if_applies(self, fact: Fact, site: Site | None, said: Iterable[str]) -> Iterator[str]:
        applies = self._rows.applies(fact, site)
        if applies is not False:
            yield from (statement if applies else f"{statement}?" for statement in said)

    # functions given to calls

    def _of_functions(self, module: Module, call: int, state: State) -> Iterator[str]:
        if module.kind[call] == Kind.TAGGED:
            return
        for index, argument in enumerate(module.args(call)):
            if module.kind[argument] == Kind.SPREAD:
                return
            yield from self._of_argument(module, call, argument, state, index)

    def _of_argument(self, module: Module, call: int, argument: int, state: State, index: int) -> Iterator[str]:
        """What is done with the functions in an argument: itself one, or in the literal that it is; what it loads."""
        shape = self._model.call_shape(module, call)
        yield from self._of_loader(module, argument, shape)
        states = self._rows.argument(state, index, shape, arity(self._model, module, argument))
        pending = [(argument, states, str(index), 0)]
        while pending:
            row, states, at, depth = pending.pop()
            if not states or depth > _DEPTH:
                continue
            if is_function(self._model, module, row):
                shape.handler_parameters = arity(self._model, module, row)
                for each in states:
                    for fact in self._rows.facts(each).calls:
                        yield from self._if_applies(fact, shape, words(named(self._model, module, call, fact), at))
            elif module.kind[row] == Kind.OBJECT:
                for entry in module.ops(row):
                    if module.kind[entry] == Kind.PROPERTY and module.text(entry):
                        name = module.text(entry)
                        below = tuple(after for each in states for after in self._rows.member(each, name))
                        pending.append((module.op(entry, 1), below, f"{at}.{name}", depth + 1))
            elif module.kind[row] == Kind.ARRAY:
                below = tuple(after for each in states for after in self._rows.element(each))
                pending.extend((entry, below, f"{at}[]", depth + 1) for entry in module.ops(row))

    def _of_loader(self, module: Module, argument: int, shape: Site) -> Iterator[str]:
        """What a call loads because of what it is given: a plugin that loads a folder."""
        for item in self._model.ask(self._model.values.resolved(module.index, argument)).items:
            if isinstance(item, External) and item.state:
                yield from self._stated(item.state, ["loads"], shape)

    def _of_started(self, module: Module, function: int) -> Iterator[str]:
        for state in self._model.loaded.started(module.index, function):
            yield from self._stated(state, ["loads"], None)
        for state in self._model.standing.places(module.index, function):
            if self._rows.is_standing(state):
                for fact in self._rows.facts(state).calls:
                    yield from self._if_applies(fact, LineSite(self._model, module), words(fact, "here"))

    # decorators

    def _of_decorator(self, module: Module, row: int) -> Iterator[str]:
        made = self._model.ask(self._model.values.resolved(module.index, module.first[row]))
        is_method = module.kind[module.parent[row]] == Kind.PROPERTY
        site = self._site_of_decorator(module, row)
        for item in made.items:
            if isinstance(item, External) and item.state and is_method:
                for state in self._rows.decorated_member(item.state):
                    for fact in self._rows.facts(state).calls:
                        yield from self._if_applies(fact, site, self._of_decorated(module, row, fact))
                    for barrier in self._rows.facts(state).barriers:
                        yield from self._if_applies(barrier, site, [f"makes member {barrier.makes}"])
            elif isinstance(item, External) and item.state:
                for state in self._rows.step(item.state, DECORATED_CLASS):
                    for found in self._rows.role_facts(state):
                        yield from self._if_applies(found, site, [f"class {role(found)}"])

    def _of_method(self, module: Module, member: int) -> Iterator[str]:
        """How a library calls a method by its name, because of what decorates the class."""
        for row in module.ops(module.parent[member]):
            if module.kind[row] == Kind.DECORATOR:
                site = self._site_of_decorator(module, row)
                made = self._model.ask(self._model.values.resolved(module.index, module.first[row]))
                states = [item.state for item in made.items if isinstance(item, External) and item.state]
                places = [place for state in states for place in self._rows.decorated_class(state)]
                for below in (after for place in places for after in self._rows.member(place, module.text(member))):
                    for fact in self._rows.facts(below).calls:
                        yield from self._if_applies(fact, site, self._of_decorated(module, row, fact))

    def _of_decorated(self, module: Module, row: int, fact: CallFact) -> Iterator[str]:
        return words(named(self._model, module, module.first[row], fact), "method")

    def _site_of_decorator(self, module: Module, row: int) -> Site:
        call = module.first[row]
        return self._model.call_shape(module, call) if module.kind[call] == Kind.CALL else LineSite(self._model, module)

    # names

    def _is_written(self, module: Module, row: int) -> bool:
        return module.binding[row] >= 0 and row in module.writes(module.binding[row])

    def _of_name(self, module: Module, row: int) -> Iterator[str]:
        found = self._model.ask(self._model.values.target(module.index, row)).items
        yield from self._of_values(module, self._closed(found), module.text(row))

    def _of_field(self, module: Module, row: int) -> Iterator[str]:
        value = module.op(row, 1)
        if module.kind[value] not in {Kind.NONE, Kind.FUNCTION}:
            found = self._model.ask(self._model.values.resolved(module.index, value)).items
            yield from self._of_values(module, found, module.text(row))

    def _of_member(self, module: Module, row: int) -> Iterator[str]:
        site = LineSite(self._model, module)
        for fact, said in of_member(self._model, module, row):
            yield from self._if_applies(fact, site, words(said))

    def _closed(self, found: Iterable[Atom]) -> Iterator[Atom]:
        for item in found:
            inner = item.value if isinstance(item, Promised) else item
            if isinstance(inner, Symbol):
                for each in self._model.ask(self._model.values.closed(inner)).items:
                    yield Promised(each) if isinstance(item, Promised) else each
            else:
                yield item

    def _of_values(self, module: Module, found: Iterable[Atom], name: str) -> Iterator[str]:
        for item in found:
            inner = item.value if isinstance(item, Promised) else item
            if isinstance(inner, External) and inner.state:
                is_promised = isinstance(item, Promised)
                for facet in self._facets(module, inner.state):
                    yield f"{name}: Promise<{facet}>" if is_promised else f"{name}: {facet}"

    def _facets(self, module: Module, state: State) -> Iterator[str]:
        """The type of a value, the roles it plays, and whether it is itself a promise."""
        site = LineSite(self._model, module)
        type_name = self._rows.type_name(state)
        if type_name is not None:
            yield type_name.rpartition("/")[2]
        for fact in self._rows.role_facts(state):
            own = type_name is None or type_name.endswith(_INHERITED.get(fact.role, ""))
            if self._kinds[fact.role] == "value" and own:
                yield from self._if_applies(fact, site, [role(fact)])
        for promise in self._rows.facts(state).promise:
            if promise.value:
                yield from self._if_applies(promise, site, words(promise))

    # origins

    def _origins(self, module: Module, call: int) -> Iterator[str]:
        """Where the arguments of a call come from."""
        for index, argument in enumerate(module.args(call)):
            found = self._model.ask(self._model.origins.closed(module.index, argument, ()))
            for item in found.items:
                if isinstance(item, Source):
                    passed = (barrier for barrier in item.passed if not is_internal(barrier))
                    made = [barrier for barrier in passed if barrier not in {*BUILT, *KEPT}]
                    yield " ".join(filter(None, [str(index), "from", item.kind, item.part, *made]))

    # routes

    def _route(self, route: Route) -> str:
        handlers = [self._handler(each) for each in (*route.before, *route.handlers)]
        method = "MOUNT" if route.is_mount else route.method
        return f"{method} {' '.join(route.paths) or '*'} by {', '.join(handlers)}"

    def _handler(self, handler: Handler) -> str:
        module = self._model.link.body(handler.module)
        names = sorted(
            {
                self._model.function_name(self._model.link.body(each.module), each.row) or "=>"
                for each in handler.functions
            }
        )
        name = "|".join(names) or self._model.source_text(module, handler.row)
        return f"{name} on error" if handler.is_error_handler else name

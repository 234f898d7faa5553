"""What the library rows say, in the form in which the model's questions ask it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.libraries.automaton import AWAIT, CALL, ELEMENT, NEW, OTHER, argument, member, parameter

if TYPE_CHECKING:
    from reviewer.model.libraries.automaton import Libraries, State
    from reviewer.model.libraries.conditions import Literal
    from reviewer.model.libraries.facts import HandlesFact, RouteFact
    from reviewer.model.libraries.steps import Path, Step
    from reviewer.model.shape import CallShape

SOURCE_ROLES: Final = (
    "request.data",
    "process.environment",
    "process.arguments",
    "network.response",
    "file.content",
    "database.row",
)
"""Roles of values that come from outside the program, gravest first."""
_BUILDING: Final = frozenset({"concatenated", "joined", "formatted"})
_UNBOUNDED: Final = 1 << 20


class Flow(NamedTuple):
    """One way a call passes on what it is given. place: `argument` (first to last), `receiver`, or `returned` (what the
    callback at `first` gives back). `source` and `target` are the steps below the place and below the call's result.
    """

    place: str
    first: int
    last: int
    source: tuple[str, ...]
    target: tuple[str, ...]
    keeps: str
    builds: bool = False

    def remaining(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """Where below the place the value stands that lies `path` below the result; None where nothing of it does."""
        rest = path
        for step in self.target:
            if not rest:
                break
            if not _meets(step, rest[0]):
                return None
            rest = rest[1:]
        if self.keeps == "text":
            return self.source
        return (*self.source, "**") if self.keeps in {"formatted", "content"} else (*self.source, *rest)


_ANY_MEMBER: Final = ".*"


def _meets(step: str, wanted: str) -> bool:
    """Whether a step of a row's target is the wanted step: `*` is an element, `.*` any member, or either where wanted."""
    if wanted in {step, "*", "**"}:
        return True
    return wanted.isdigit() if step == "*" else step == _ANY_MEMBER and wanted != "#"


class RouteInfo(NamedTuple):
    """How a call registers handlers: positions of the path (None: none is given) and of the first handler."""

    method: str
    path_argument: int | None
    path_optional: bool
    first_handler: int
    receiver_path: bool
    mount: bool
    error_arity: int


class _FunctionSite:
    """A function with so many parameters, for steps that depend on their number; all else is not known."""

    def __init__(self, count: int) -> None:
        self._count = count

    def arity(self) -> tuple[int, int] | None:
        return None

    def parameters(self) -> int | None:
        return self._count

    def kinds(self, argument: int, members: tuple[str, ...]) -> frozenset[str] | None:  # noqa: ARG002
        return None

    def literals(self, argument: int, members: tuple[str, ...]) -> frozenset[Literal] | None:  # noqa: ARG002
        return None

    def has(self, argument: int, members: tuple[str, ...]) -> bool | None:  # noqa: ARG002
        return None

    def constant(self, argument: int) -> bool | None:  # noqa: ARG002
        return None

    def pattern(self, argument: int) -> bool | None:  # noqa: ARG002
        return None

    def loaded(self, role: str) -> bool | None:  # noqa: ARG002
        return None

    def version(self, package: str) -> str | None:  # noqa: ARG002
        return None


class Rows:
    """The questions about libraries. States are those of the automaton; results leave out `OTHER`."""

    def __init__(self, libraries: Libraries) -> None:
        self._libraries = libraries
        self._flows: dict[State, tuple[Flow, ...]] = {}
        self._sited: dict[State, bool] = {}
        self._promises: dict[State, bool] = {}

    # steps

    def package(self, name: str) -> State | None:
        """The module object of a package or built-in module."""
        return self._libraries.package(name)

    def global_(self, name: str) -> State | None:
        """A global variable."""
        return self._libraries.global_(name)

    def type_state(self, package: str, name: str) -> State | None:
        """The value that a TypeScript annotation names."""
        return self._libraries.type_state(package, name)

    def language(self, name: str) -> tuple[State, ...]:
        """Members of this name on the language's own types."""
        return self._libraries.language(name)

    def _known(self, states: tuple[State, ...]) -> tuple[State, ...]:
        return () if states == (OTHER,) else tuple(state for state in states if state)

    def member(self, state: State, name: str) -> tuple[State, ...]:
        """The member `name` of a value."""
        return self._known(self._libraries.step(state, member(name)))

    def element(self, state: State) -> tuple[State, ...]:
        """An element of a value."""
        return self._known(self._libraries.step(state, ELEMENT))

    def awaited(self, state: State) -> tuple[State, ...]:
        """What awaiting a value gives."""
        return self._known(self._libraries.step(state, AWAIT))

    def constructed(self, state: State) -> tuple[State, ...]:
        """What `new` of a value makes."""
        return self._known(self._libraries.step(state, NEW))

    def called(self, state: State, shape: CallShape | None) -> tuple[State, ...]:
        """What calling a value gives."""
        return self._known(self._libraries.step(state, CALL, shape))

    def argument(self, state: State, index: int, shape: CallShape | None, arity: int | None) -> tuple[State, ...]:
        """The place of an argument of a call; `arity` is the number of parameters of the function given there."""
        if shape is not None:
            shape.handler_parameters = arity
        return self._known(self._libraries.step(state, argument(index), shape))

    def parameter(self, state: State, index: int, arity: int) -> tuple[State, ...]:
        """What a function with `arity` parameters that is given at this place receives as parameter `index`."""
        return self._known(self._libraries.step(state, parameter(index), _FunctionSite(arity)))

    # roles

    def role_names(self, role: str) -> frozenset[str]:
        """The names under which the role can occur in code."""
        return self._libraries.role_names(role)

    def role_packages(self, role: str) -> frozenset[str]:
        """The packages from which a place that plays the role can be reached."""
        return self._libraries.role_packages(role)

    def loading_packages(self, role: str) -> frozenset[str]:
        """The packages that play the role by being loaded."""
        found = set()
        for name in self._libraries.role_packages(role):
            state = self._libraries.package(name)
            if state is not None and any(fact.role == role for fact in self._libraries.roles(state)):
                found.add(name)
        return frozenset(found)

    def has_role(self, state: State, role: str, shape: CallShape | None) -> bool:
        """Whether the place plays the role, at this call."""
        return any(
            fact.role == role and self._libraries.applies(fact, shape) is not False
            for fact in self._libraries.roles(state)
        )

    def role_paths(self, state: State, role: str, shape: CallShape | None) -> tuple[tuple[str, ...], ...]:
        """The ways from a place to where the role is played: `()` at the place itself, `(name,)` at its members."""
        found: list[tuple[str, ...]] = []
        if self.has_role(state, role, shape):
            found.append(())
        found.extend(
            (name,)
            for name in sorted(self._libraries.members(state))
            if any(self.has_role(below, role, shape) for below in self.member(state, name))
        )
        return tuple(found)

    def source_role(self, state: State) -> tuple[str, str] | None:
        """The role that makes values at this place come from outside, and the part of the request."""
        facts = {fact.role: fact.part for fact in self._libraries.roles(state)}
        for role in SOURCE_ROLES:
            if role in facts:
                return role, facts[role]
        return None

    def roles(self, state: State) -> tuple[str, ...]:
        """The names of all roles of a place, sorted."""
        return tuple(sorted({fact.role for fact in self._libraries.roles(state)}))

    def place(self, state: State) -> str:
        """The place as a library file would write it; its type where it has one."""
        return (self._libraries.type_name(state) or self._libraries.place(state)) if state else "?"

    def package_name(self, state: State) -> str:
        """The package whose rows speak of the place: `socket.io` of `socket.io/Server.Member[on]`."""
        return self._libraries.place(state).partition(".Member[")[0].rpartition("/")[0]

    # promises

    def is_promise(self, state: State) -> bool:
        """Whether a value at this place is a promise: a row says so, or its `then` continues one (ECMAScript 27.2.1.3.2)."""
        known = self._promises.get(state)
        if known is None:
            known = self._promises[state] = any(fact.value for fact in self._libraries.facts(state).promise) or any(
                self._libraries.facts(then).handles for then in self.member(state, "then")
            )
        return known

    def promise(self, state: State, shape: CallShape | None) -> bool | None:
        """Whether the promise that a call of the place yields may reject; None where the call yields none."""
        for fact in self._libraries.facts(state).promise:
            if not fact.value and self._libraries.applies(fact, shape) is not False:
                return fact.rejects != "never"
        return None

    def combines(self, state: State) -> bool | None:
        """Whether the promise rejects only with the promises given to the call; None where no row says so."""
        for fact in self._libraries.facts(state).promise:
            if fact.rejects == "with":
                return True
        return None

    def handles(self, state: State) -> tuple[int | None, bool] | None:
        """For `then`, `catch` …: the argument that handles a rejection, and whether an unhandled one passes on."""
        for fact in self._libraries.facts(state).handles:
            return self._rejection(fact), True
        return None

    def _rejection(self, fact: HandlesFact) -> int | None:
        for path in fact.rejection:
            if path and path[0].kind == "argument":
                return path[0].low
        return None

    # flows

    def text_flows(self, state: State) -> tuple[Flow, ...]:
        """How a call of the place passes on values and texts to its result."""
        found = self._flows.get(state)
        if found is None:
            facts = self._libraries.facts(state)
            flows = [
                flow
                for fact in facts.flows
                for source in fact.sources
                for target in fact.targets
                if target and target[0].kind == "return"
                for flow in _flow(source, target, "formatted" if fact.text == "formatted" else fact.keeps, builds=fact.text in _BUILDING)
            ]
            found = self._flows[state] = tuple(flows)
        return found

    def value_flows(self, state: State) -> tuple[tuple[str, int, bool], ...]:
        """Which values a call gives back unchanged: (place, index, whether as a promise)."""
        found: list[tuple[str, int, bool]] = []
        facts = self._libraries.facts(state)
        for fact in facts.flows:
            if fact.keeps != "value":
                continue
            for source in fact.sources:
                for target in fact.targets:
                    if not target or target[0].kind != "return" or any(step.kind == "element" for step in target):
                        continue
                    for flow in _flow(source, target, fact.keeps):
                        if not flow.source and flow.first == flow.last:
                            found.append((flow.place, flow.first, any(step.kind == "awaited" for step in target)))
        for adapted in facts.adapts:
            if adapted.how in {"same", "bind"} and any(path and path[0].kind == "return" for path in adapted.to):
                for path in adapted.function:
                    if path and path[0].kind == "receiver":
                        found.append(("receiver", 0, False))
                    elif path and path[0].kind == "argument":
                        found.append(("argument", path[0].low, False))
        return tuple(found)

    def returns_argument(self, state: State, index: int) -> bool:
        """Whether calling the result of the call runs the function given as this argument, or the result is it."""
        if any(place == "argument" and at == index for place, at, _ in self.value_flows(state)):
            return True
        given = self._known(self._libraries.step(state, argument(index)))
        return any(
            path and path[0].kind == "return"
            for at in given
            for fact in self._libraries.facts(at).calls
            for path in fact.through
        )

    def returns_receiver(self, state: State) -> bool:
        """Whether a call gives back the function it is called on, as `bind` does."""
        return any(place == "receiver" for place, _, _ in self.value_flows(state))

    def calls_receiver(self, state: State) -> bool:
        """Whether a call runs the function it is called on, as `call` does."""
        return any(fact.how in {"call", "apply"} for fact in self._libraries.facts(state).adapts)

    def callback_flows(self, state: State, index: int) -> tuple[tuple[str, int], ...]:
        """What a callback given as argument `index` receives of the receiver: (`element` or `awaited`, parameter)."""
        found: list[tuple[str, int]] = []
        for fact in self._libraries.facts(state).flows:
            for target in fact.targets:
                if len(target) < 2 or target[0].kind != "argument" or target[1].kind != "parameter":
                    continue
                if not target[0].low <= index <= target[0].high:
                    continue
                for source in fact.sources:
                    if source and source[0].kind == "receiver" and len(source) > 1:
                        kind = {"element": "element", "awaited": "awaited"}.get(source[1].kind)
                        if kind is not None:
                            found.append((kind, target[1].low))
        return tuple(found)

    def puts(self, name: str) -> tuple[int, ...]:
        """For a method of the language's arrays and sets: from which argument on it takes new elements."""
        return tuple(
            {
                source[0].low
                for state in self.language(name)
                for fact in self._libraries.facts(state).flows
                for target in fact.targets
                if target and target[0].kind == "receiver" and any(step.kind == "element" for step in target)
                for source in fact.sources
                if source and source[0].kind == "argument"
            }
        )

    # barriers

    def barrier(self, state: State, shape: CallShape | None) -> str | None:
        """What a call of the place makes of what it is given, if that is harmless for someone."""
        for fact in self._libraries.facts(state).barriers:
            if fact.guard is None and self._libraries.applies(fact, shape) is not False:
                return fact.makes
        return None

    def has_made_members(self, state: State) -> bool:
        """Whether a call of the place makes an object or list whose members come from what it is given."""
        return any(flow.target or flow.keeps in {"element", "members"} for flow in self.text_flows(state))

    def guards(self, state: State, *, holds: bool, on_receiver: bool) -> frozenset[str]:
        """What a call of the place that gives this truth proves of an argument, or of the receiver."""
        wanted = "receiver" if on_receiver else "argument"
        return frozenset(
            fact.makes
            for fact in self._libraries.facts(state).barriers
            if fact.guard is holds and any(path and path[0].kind == wanted for path in fact.sources)
        )

    # routes

    @cached_property
    def _route_states(self) -> frozenset[State]:
        return frozenset(state for state, facts in self._libraries.automaton.facts.items() if facts.routes)

    @cached_property
    def _route_labels(self) -> frozenset[str]:
        return frozenset(
            label[1:]
            for table in self._libraries.automaton.tables
            for label, states in table.items()
            if label[0] == "." and not self._route_states.isdisjoint(states)
        )

    def route_names(self) -> frozenset[str]:
        """The names of the calls that may register handlers."""
        return self._route_labels

    def route_packages(self) -> frozenset[str]:
        """The packages whose servers and routers have such calls."""
        return self._libraries.role_packages("http.app") | self._libraries.role_packages("http.router")

    def route(self, state: State, shape: CallShape) -> RouteInfo | None:
        """How a call of the place registers handlers, if it does."""
        for fact in self._libraries.facts(state).routes:
            if self._libraries.applies(fact, shape) is not False:
                return _route_info(fact)
        return None

    def is_sited(self, state: State) -> bool:
        """Whether values at this place are told apart by where they were made: they have routes."""
        found = self._sited.get(state)
        if found is None:
            table = self._libraries.automaton.tables[state] if state else {}
            found = self._sited[state] = any(
                label[0] == "." and not self._route_states.isdisjoint(states) for label, states in table.items()
            )
        return found

    def is_route(self, state: State) -> bool:
        """Whether the place is such a call's callee."""
        return state in self._route_states

    def fate(self, state: State, index: int, shape: CallShape) -> str:
        """What becomes of the promise of a handler at argument `index`: `lost`, `forwarded` or `unknown`."""
        fates: set[str] = set()
        for at in self._libraries.step(state, argument(index), shape):
            for fact in self._libraries.facts(at).calls:
                applies = self._libraries.applies(fact, shape)
                if applies is not False:
                    fate = "lost" if fact.promise == "dropped" else "forwarded"
                    fates.add(fate if applies else "unknown")
        if len(fates) == 1:
            return next(iter(fates))
        return "unknown"


def _labels(steps: Path) -> tuple[str, ...]:
    """The steps below a place as the paths of origins write them; awaiting changes no path."""
    labels = []
    for step in steps:
        if step.kind == "element":
            labels.append("*")
        elif step.kind == "member":
            labels.append(step.name)
        elif step.kind == "any-member":
            labels.append(_ANY_MEMBER)
        elif step.kind == "member-name":
            labels.append("#")
    return tuple(labels)


def _flow(source: Path, target: Path, keeps: str, *, builds: bool = False) -> list[Flow]:
    if not source:
        return []
    place, first, last, below = _place(source[0], source[1:])
    if not place:
        return []
    read = tuple("*" if step == _ANY_MEMBER else step for step in _labels(below))
    return [Flow(place, first, last, read, _labels(target[1:]), keeps, builds)]


def _place(first: Step, below: Path) -> tuple[str, int, int, Path]:
    if first.kind == "receiver":
        return "receiver", 0, 0, below
    if first.kind == "argument" and first.low >= 0:
        if below and below[0].kind == "return":
            return "returned", first.low, first.low, below[1:]
        return "argument", first.low, min(first.high, _UNBOUNDED), below
    return "", 0, 0, below


def _route_info(fact: RouteFact) -> RouteInfo:
    handlers = [path[0].low for path in fact.handlers if path and path[0].kind == "argument"]
    patterns = [path[0].low for path in fact.pattern if path and path[0].kind == "argument"]
    return RouteInfo(
        fact.method,
        patterns[0] if patterns else None,
        fact.path_optional,
        min(handlers, default=0),
        fact.receiver_path,
        fact.mount,
        fact.error_arity,
    )

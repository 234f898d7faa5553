"""Ways in: because of what a function runs: what is registered for it, and the calls that run it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from reviewer.model.domain import ClassValue, Closure, Spot
from reviewer.model.forward import HELD, Use
from reviewer.model.members import own_constructor
from reviewer.model.run_by_library import RunByLibrary
from reviewer.model.shifted import assigned, of_parameter, only_value
from reviewer.model.solve import NOTHING, Answer, Equation, Key, Question, answer, join
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_REQUEST: Final = "request"
_LISTEN: Final = "http.listen"
_UNSEEN: Final = "calls"
_CALLS: Final = frozenset({Kind.CALL, Kind.NEW})
# What a function's own entry answers: it need not be followed further.
_ANSWERED: Final = frozenset({"decorated", "escapes", HELD})


class Reached(msgspec.Struct, frozen=True, gc=False):
    """An entry that reaches a function: its kind, and the row that registers it; for `start-up` a PROGRAM row, for
    `loop` the loop that the program stays in.
    """

    kind: str
    module: int
    row: int


class Entered(NamedTuple):
    """What is registered for a function. is_whole: its code does not go on after what registers it. is_once: it happens
    one time for each registration.
    """

    reached: Reached
    is_whole: bool
    is_once: bool


class WaysIn:
    """`into(module, FUNCTION row)`: every `Use` because of which a function runs. What is registered is no question: it
    is found before any is asked.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.into = Question("ways into", 2, self._into)
        self.library = RunByLibrary(model)
        self._handing = Question("given to a parameter", 2, self._given_over)
        self._registered: dict[Spot, list[Entered]] | None = None
        self._at: dict[Spot, list[Entered]] = {}
        self._starts: frozenset[Spot] | None = None

    def prepare(self) -> None:
        """Find what is registered; to be called before a question is asked."""
        self.registered(Spot(0, 0))

    def registered(self, function: Spot) -> list[Entered]:
        """What is registered for a function."""
        if self._registered is None:
            table: dict[Spot, list[Entered]] = {}
            for route in self.model.routes.all():
                # What registers routes itself does so while the server starts.
                handlers = () if route.encapsulates else route.handlers
                reached = Reached(_REQUEST, route.module, route.row)
                entered = Entered(reached, is_whole=True, is_once=False)
                for handler in (*handlers, *route.before):
                    self._note(table, entered, handler.functions)
            for entry in self.model.entries.all():
                reached = Reached(entry.kind, entry.module, entry.row)
                entered = Entered(reached, is_whole=not entry.is_once, is_once=entry.is_once)
                self._note(table, entered, entry.functions)
            self._registered = table
        return self._registered.get(function, [])

    def _note(self, table: dict[Spot, list[Entered]], entered: Entered, functions: Iterable[Closure]) -> None:
        self._at.setdefault(Spot(entered.reached.module, entered.reached.row), []).append(entered)
        for function in functions:
            table.setdefault(Spot(function.module, function.row), []).append(entered)

    def given_at(self, use: Use) -> list[Entered]:
        """What is registered by the call to which a use gives a function."""
        return [] if use.kind == "call" else self._at.get(Spot(use.module, use.row), [])

    def starting(self) -> frozenset[Spot]:
        """The functions that make a server accept connections, themselves or through what they call; without those that
        are entered from outside.
        """
        if self._starts is None:
            sites, link = self.model.sites, self.model.link
            pending = [
                Spot(m, link.body(m).owner[call])
                for m in range(len(link))
                for call in sites.candidates(_LISTEN, m)
                if sites.plays(_LISTEN, link.body(m), call)
            ]
            found: set[Spot] = set()
            for at in pending:
                if at in found or at.row == 0 or self.registered(at):
                    continue
                found.add(at)
                ways = self.model.ask(self.into(*at))
                pending += sorted({Spot(use.module, link.body(use.module).owner[use.row]) for use in ways.items})
            self._starts = frozenset(found)
        return self._starts

    def _into(self, m: int, function: int) -> Equation:
        """Where the uses stand, code runs because of which the function does."""
        own = self.registered(Spot(m, function))
        whole = {(entered.reached.module, entered.reached.row) for entered in own if entered.is_whole}
        uses = yield self.model.uses.of(m, function)
        found = answer(open_because=uses.open - _ANSWERED if own else uses.open)
        written_for = _written_for(self.model.link.body(m), function)
        for use in uses.items:
            if (use.module, use.row) in whole:
                continue
            if use.kind == "call":
                handed = yield from self._handed(use, Closure(m, function))
                ways = (yield from self._called_for(use, written_for)) if handed is None else handed
            elif use.kind == "read":
                ways = answer([use])
            else:
                ways = yield from self.library.given(use)
                if ways.items and written_for is not None:
                    ways = answer([written_for], ways.open)
                elif ways.items and use.kind == "argument" and not self.given_at(use):
                    handed = yield from self._handed(use, Closure(m, function))
                    ways = ways if handed is None else answer(handed.items, ways.open | handed.open)
            found = join(found, ways)
        return found

    def _handed(self, use: Use, function: Closure) -> Generator[Key, Answer, Answer | None]:
        """Where a call runs a parameter, or hands it on to a library: the calls that give this very function to it, so
        that a helper which takes functions does not mix those who call it. Of a wrapper, `(handler) => (req, res) =>
        handler(req, res)`, it is where that goes which the call gives. None where the parameter is not known so well.
        """
        module = self.model.link.body(use.module)
        row = module.first[use.row] if use.kind == "call" else module.args(use.row)[use.index]
        parameter = yield from self._parameter(module, row, function)
        inner = self._inner(module, module.owner[use.row], parameter[0]) if parameter is not None else None
        if parameter is None or inner is None:
            return None
        taking, indices = parameter
        found = NOTHING
        if inner == taking:
            for index in indices:
                found = join(found, (yield self._handing(use.module, taking, index, function.module, function.row)))
            return found if found.items and _UNSEEN not in found.open else None
        calls = yield from self._giving(use.module, taking, indices, function)
        for call, _ in calls or ():
            goes = yield self.model.uses.flow(call.module, call.row, use.module, inner)
            found = join(found, answer(open_because=goes.open))
            for each in goes.items:
                is_sure = each.kind == "call" or self.given_at(each)
                found = join(found, answer([each]) if is_sure else (yield from self.library.given(each)))
        return found if found.items else None

    def _given_over(self, m: int, called: int, index: int, fm: int, fr: int) -> Equation:
        """The calls that give the function at (fm, fr) as that parameter of a function, and do not themselves only pass
        on what they are given.
        """
        calls = yield from self._giving(m, called, (index,), Closure(fm, fr))
        if calls is None:
            return answer(open_because=[_UNSEEN])
        found = NOTHING
        for call, row in calls:
            body = self.model.link.body(call.module)
            passed = yield from self._parameter(body, row, Closure(fm, fr))
            if passed is not None and self._inner(body, body.owner[call.row], passed[0]) == passed[0]:
                for at in passed[1]:
                    found = join(found, (yield self._handing(call.module, passed[0], at, fm, fr)))
            else:
                found = join(found, answer([Use("call", call.module, call.row)]))
        return found

    def _giving(
        self, m: int, called: int, indices: tuple[int, ...], function: Closure
    ) -> Generator[Key, Answer, list[tuple[Use, int]] | None]:
        """The calls of a function that give it this function as one of some parameters, with the argument; None where
        not all of them are seen.
        """
        uses = yield self.model.uses.of(m, called)
        if uses.open:
            return None
        found = []
        for call in sorted(uses.items, key=lambda use: (use.module, use.row)):
            body = self.model.link.body(call.module)
            arguments = body.args(call.row)
            if call.kind != "call" or any(body.kind[each] == Kind.SPREAD for each in arguments):
                return None
            places = (index + max(call.index, 0) for index in indices)
            for argument in (arguments[at] for at in places if at < len(arguments)):
                given = yield self.model.values.resolved(call.module, argument)
                if self._as_value(function) in given.items:
                    found.append((call, argument))
        return found

    def _as_value(self, function: Closure) -> Closure | ClassValue:
        """What stands for a function where it is given to somebody: a constructor is given as its class."""
        module = self.model.link.body(function.module)
        member = module.parent[function.row]
        class_ = module.parent[member]
        is_constructor = module.kind[class_] == Kind.CLASS and own_constructor(module, class_) == function.row
        return ClassValue(function.module, class_) if is_constructor else function

    def _parameter(
        self, module: Module, row: int, function: Closure
    ) -> Generator[Key, Answer, tuple[int, tuple[int, ...]] | None]:
        """The function whose parameter a name is, and which one, where nothing else that is written to it is known to
        be this function; also others that are written to it, as where one before it is left out: `if (typeof options
        === 'function') callback = options`.
        """
        binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
        if binding < 0:
            return None
        if module.binding_kind[binding] != BindingKind.PARAM:
            value = only_value(module, binding)
            return (yield from self._parameter(module, value, function)) if value is not None else None
        found: list[tuple[int, int]] = []
        for target in module.writes(binding):
            is_declared = module.kind[module.parent[target]] == Kind.PARAM
            own = of_parameter(module, target if is_declared else assigned(module, target))
            if own is not None:
                found.append(own)
                continue
            written = yield from self.model.values.close((yield self.model.values.target(module.index, target)))
            if self._as_value(function) in written.items:
                return None
        taking = found[0][0] if found else -1
        return (taking, tuple(at for _, at in found)) if all(each[0] == taking for each in found) and found else None

    def _inner(self, module: Module, function: int, wrapper: int) -> int | None:
        """The function inside a wrapper that the wrapper gives back, or the wrapper itself where what is inside runs
        because it does; None where neither is sure.
        """
        while function != wrapper:
            around = module.owner[function]
            if around == wrapper and self._is_returned(module, function, wrapper):
                return function
            if not _is_run_around(module, function) or self.registered(Spot(module.index, function)):
                return None
            function = around
        return wrapper

    def _is_returned(self, module: Module, function: int, wrapper: int) -> bool:
        """Whether a function gives back another one that is written in it, or the name of it."""
        here = Spot(module.index, function)
        returned = self.model.link.returned(module.index, wrapper)
        return any(row == function or self.model.names.of(module.index, row) == here for row in returned)

    def _called_for(self, use: Use, written_for: Use | None) -> Equation:
        """A function that is written for a call runs because of that, where what is called there runs it; what keeps it
        for later, and runs it then, may do so because of anything.
        """
        if written_for is None:
            return answer([use])
        callees = yield self.model.calls.callees(written_for.module, written_for.row)
        called = {Spot(item.module, item.row) for item in callees.items if isinstance(item, (Closure, ClassValue))}
        running = set(self._run_within(self.model.link.body(use.module), use.row))
        return answer([use if called and running.isdisjoint(called) else written_for])

    def _run_within(self, module: Module, row: int) -> Iterator[Spot]:
        """The functions around a row that run it when they run, or the class that does so when one is made: through
        functions that are handed over there.
        """
        function = module.owner[row]
        while function:
            value = self._as_value(Closure(module.index, function))
            yield Spot(value.module, value.row)
            if not _is_run_around(module, function) or self.registered(Spot(module.index, function)):
                return
            function = module.owner[function]


def _is_run_around(module: Module, function: int) -> bool:
    """Whether a function is called on the spot, handed over there, or has a name that others only call or hand over."""
    parent = module.parent[function]
    if module.kind[parent] in _CALLS:
        return True
    binding = module.binding[module.first[parent] if module.kind[parent] == Kind.DECLARATOR else function]
    return binding >= 0 and all(module.kind[module.parent[ref]] in _CALLS for ref in module.refs(binding))


def _written_for(module: Module, function: int) -> Use | None:
    """The call for which a function is written, as an argument: whoever runs it in the end, it is there because of that
    call, and not because of others that give the same helper something else to run.
    """
    call = module.parent[function]
    is_argument = module.kind[call] in {Kind.CALL, Kind.NEW} and module.first[call] != function
    return Use("call", module.index, call) if is_argument else None

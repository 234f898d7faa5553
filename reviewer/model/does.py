"""Does: the calls that play a role, and those that run functions which do, however many calls away."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.chains import whole_chain
from reviewer.model.domain import Closure, External, Spot
from reviewer.model.leads import DEPTH, Leads
from reviewer.model.replaced import Replaced
from reviewer.model.ruled_out import Given
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.turns import Turn

_CALLS: Final = frozenset({Kind.CALL, Kind.NEW, Kind.TAGGED})
_RUNNING: Final = frozenset({"source", "config"})
GIVEN_DEPTH: Final = 3
"""Over so many calls it is followed what each of them gives to the next one."""


class Doing(NamedTuple):
    """A CALL, or the name of a function handed to a call that runs it, which does what the role says.

    callee: the function that it runs, None where the call plays the role itself. depth: how many calls away that is.
    """

    module: int
    row: int
    depth: int
    callee: Closure | None = None


class Repetition(NamedTuple):
    """The calls that one thing repeats, by row, and all that repeats them, innermost first."""

    calls: tuple[Doing, ...]
    turns: tuple[Turn, ...]


class _Table:
    """What is known of a role. functions: each with the nearest of the calls in it that do it."""

    def __init__(self, leads: Leads) -> None:
        self.leads = leads
        self.explored: set[Spot] = set()
        self.expanded: set[Closure] = set()
        self.doing: dict[Spot, Doing] = {}
        self.functions: dict[Closure, Doing] = {}


class Does:
    """Asked from what is repeated inwards: which functions it runs, and what these run. Each call is asked about once,
    and none that by its name leads to nothing that plays the role.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._tables: dict[str, _Table] = {}
        self._replaced = Replaced(model)

    def below(self, role: str, m: int, above: int) -> list[Doing]:
        """The rows in the text of another one of the module that do it, in their order."""
        table = self._table(role)
        module = self.model.link.body(m)
        start, end = module.start[above], module.end[above]
        spots = [Spot(m, row) for row in table.leads.in_module(m) if start <= module.start[row] < end]
        self._explore(role, table, spots)
        return [table.doing[spot] for spot in spots if spot in table.doing and not self._is_decorator(spot)]

    def at(self, role: str, m: int, row: int) -> Doing | None:
        """What a row does of it; None where it does nothing."""
        table = self._table(role)
        spot = Spot(m, row)
        if spot in table.leads.spots:
            self._explore(role, table, [spot])
        return table.doing.get(spot)

    def repeated(self, role: str, m: int) -> list[Repetition]:
        """What is repeated in a module, by what repeats it."""
        table = self._table(role)
        found: dict[Turn, list[Doing]] = {}
        around = {row: turns for row in table.leads.in_module(m) if (turns := tuple(self.model.turns.around(m, row)))}
        self._explore(role, table, [Spot(m, row) for row in around])
        for row, turns in around.items():
            doing = table.doing.get(Spot(m, row))
            if doing is not None and not self._is_told_elsewhere(doing):
                found.setdefault(turns[0], []).append(doing)
        return [Repetition(tuple(calls), around[calls[0].row]) for calls in found.values()]

    def _is_told_elsewhere(self, doing: Doing) -> bool:
        """Whether a helper runs here what another file hands to it: that file is where it can be changed."""
        callee = doing.callee
        return callee is not None and callee.module != doing.module and self._is_given(Spot(doing.module, doing.row))

    def way(self, role: str, doing: Doing) -> list[Doing]:
        """The calls from a row to the one that plays the role, both included: the shortest way."""
        functions = self._table(role).functions
        way = [doing]
        while way[-1].callee is not None and len(way) <= DEPTH + 1:
            way.append(functions[way[-1].callee])
        return way

    def taken(self, role: str, call: Doing) -> list[Doing]:
        """The first of `ways`; empty where there is none."""
        return next(self.ways(role, call), [])

    def ways(
        self, role: str, call: Doing, outer: Given | None = None, depth: int = GIVEN_DEPTH
    ) -> Iterator[list[Doing]]:
        """The ways from a row to calls that play the role, the nearest first, without those that what the row gives
        leaves out. outer: what the function around the row is given itself.
        """
        if call.callee is None or not depth:
            yield self.way(role, call)
            return
        table = self._table(role)
        others = [item for item in self._runs(Spot(call.module, call.row)) if item in table.functions]
        for callee in dict.fromkeys((call.callee, *others)):
            given = Given(self.model, callee, self.model.link.body(call.module), call.row, outer)
            for doing in self._inside(table, callee):
                if not self.model.settled(given.rules_out(doing.row)):
                    for way in self.ways(role, doing, given, depth - 1):
                        yield [call._replace(callee=callee), *way]

    def _inside(self, table: _Table, function: Closure) -> list[Doing]:
        """The calls in a function that do it for what that is given, the nearest first."""
        first = table.functions[function]
        inside = [
            doing
            for row in self._run_in(table, function)
            if (doing := table.doing.get(Spot(function.module, row))) is not None and doing != first
        ]
        found = (first, *sorted(inside, key=lambda each: each.depth))
        return [each for each in found if _is_told_what(self.model.link.body(each.module), each.row)]

    def _table(self, role: str) -> _Table:
        table = self._tables.get(role)
        if table is None:
            table = self._tables[role] = _Table(Leads(self.model, role, self._modules, self._replaced))
        return table

    @cached_property
    def _modules(self) -> frozenset[int]:
        """The modules that may run in a server: what browsers, tools and tests do is none of its doing."""
        classes = self.model.link.classes
        running = (m for m in range(len(classes)) if classes[m] in _RUNNING)
        return frozenset(m for m in running if not self.model.programs.is_aside(m))

    def _explore(self, role: str, table: _Table, spots: list[Spot]) -> None:
        """Settle what these rows do, and all that they may run."""
        pending = list(spots)
        runs: dict[Spot, list[Closure]] = {}
        expanded: dict[Closure, list[int]] = {}
        while pending:
            spot = pending.pop()
            if spot in table.explored:
                continue
            table.explored.add(spot)
            if spot in table.leads.candidates and self._plays(role, spot):
                table.doing[spot] = Doing(spot.module, spot.row, 0)
                continue
            runs[spot] = self._runs(spot)
            for closure in runs[spot]:
                if closure not in table.expanded:
                    table.expanded.add(closure)
                    rows = expanded[closure] = self._run_in(table, closure)
                    pending.extend(Spot(closure.module, row) for row in rows)
        if runs:
            self._measure(table, runs, expanded)

    def _run_in(self, table: _Table, function: Closure) -> list[int]:
        """The rows that a function runs when it runs, the decorators included that put another one in its place."""
        m, owner = function.module, function.row
        inside = [row for row in table.leads.inside(function) if owner in self.model.turns.runners(m, row)]
        return [*inside, *self._replaced.decorators(function)]

    def _runs(self, spot: Spot) -> list[Closure]:
        """The functions that a call may run, that a name may be, or that a decorator puts in the place of another."""
        if self._is_decorator(spot):
            return self._replaced.by(spot)
        module = self.model.link.body(spot.module)
        is_call = module.kind[spot.row] in _CALLS
        key = self.model.calls.run(*spot) if is_call else self.model.values.resolved(*_valued(module, spot.row))
        items = self.model.ask(key).items
        return sorted((item for item in items if isinstance(item, Closure)), key=lambda at: (at.module, at.row))

    def _is_decorator(self, spot: Spot) -> bool:
        module = self.model.link.body(spot.module)
        return module.kind[module.parent[spot.row]] == Kind.DECORATOR

    def _plays(self, role: str, spot: Spot) -> bool:
        """Whether a call plays the role, or runs a function that does."""
        module = self.model.link.body(spot.module)
        if self.model.sites.plays(role, module, spot.row):
            return True
        if module.text(spot.row) not in self.model.libraries.applying_names:
            return False
        found = self.model.ask(self.model.calls.run(*spot))
        return any(
            isinstance(item, External) and self.model.libraries.has_role(item.state, role, None) for item in found.items
        )

    def _measure(self, table: _Table, runs: dict[Spot, list[Closure]], expanded: dict[Closure, list[int]]) -> None:
        """How many calls away it is done: from the calls that play the role outwards, one call at a time."""
        within: dict[Spot, list[Closure]] = {}
        for function, rows in expanded.items():
            module = self.model.link.body(function.module)
            for row in rows:
                if _is_told_what(module, row):
                    within.setdefault(Spot(function.module, row), []).append(function)
        callers: dict[Closure, list[Spot]] = {}
        for spot, functions in runs.items():
            for function in functions:
                callers.setdefault(function, []).append(spot)
        doing: list[set[Spot]] = [set() for _ in range(DEPTH)]  # by how many calls away
        for spot in within.keys() & table.doing.keys():
            doing[table.doing[spot].depth].add(spot)
        nearer: list[Closure] = []
        known = [function for function in callers if function in table.functions]
        for depth in range(DEPTH):
            nearer += [function for function in known if table.functions[function].depth == depth - 1]
            nearest = {spot for function in nearer for spot in callers.get(function, ())}
            for spot in {spot for spot in nearest if spot not in table.doing}:
                callee = self._at_depth(table, spot, runs[spot], depth)
                if callee is not None:
                    table.doing[spot] = Doing(*spot, depth, callee)
                    doing[depth].add(spot)
            nearer = []
            for spot in sorted(doing[depth] & within.keys()):
                fresh = [function for function in within[spot] if function not in table.functions]
                table.functions.update(dict.fromkeys(fresh, table.doing[spot]))
                nearer += fresh

    def _at_depth(self, table: _Table, spot: Spot, functions: list[Closure], depth: int) -> Closure | None:
        """The first of these functions that does it one call nearer, where not most of the others don't; none where
        one doesn't that a parameter may be: which one it is depends on who calls.
        """
        known = {item: table.functions[item].depth for item in functions if item in table.functions}
        nearer = [item for item, found in known.items() if found < depth]
        wanted = len(functions) if self._is_given(spot) else (len(functions) + 1) // 2
        if len(nearer) < wanted:
            return None
        return next((item for item in nearer if known[item] == depth - 1), None)

    def _is_given(self, spot: Spot) -> bool:
        """Whether what is called is a parameter, by itself or by its `call` or `apply`."""
        module = self.model.link.body(spot.module)
        callee = module.first[spot.row] if module.kind[spot.row] in _CALLS else spot.row
        if module.kind[callee] == Kind.MEMBER and module.text(callee) in self.model.libraries.applying_names:
            callee = module.first[callee]
        binding = module.binding[callee] if module.kind[callee] == Kind.IDENT else -1
        return binding >= 0 and module.binding_kind[binding] == BindingKind.PARAM


def _valued(module: Module, row: int) -> Spot:
    """What a row among the arguments of a call stands for: a name for itself, what is called there for the result."""
    parent = module.parent[row]
    return Spot(module.index, parent if module.kind[parent] == Kind.CALL and module.first[parent] == row else row)


def _is_told_what(module: Module, row: int) -> bool:
    """Whether a call may do another thing each time: something of the function around it goes into it. What doesn't is
    most often kept somewhere after the first time.
    """
    call = row if module.kind[row] in _CALLS else module.parent[_valued(module, row).row]
    if Kind.DECORATOR in {module.kind[call], module.kind[module.parent[call]]}:
        return True
    pending = [whole_chain(module, call)]
    while pending:
        at = pending.pop()
        kind = module.kind[at]
        if kind == Kind.MEMBER and module.kind[module.parent[at]] != Kind.CALL and _is_of_this(module, at):
            is_receiver = module.kind[module.parent[at]] == Kind.MEMBER
            if not is_receiver:
                return True
            continue
        if kind in {Kind.THIS, Kind.SUPER}:
            return True
        if kind == Kind.IDENT and module.binding[at] >= 0 and module.binding_owner[module.binding[at]]:
            return True
        pending.extend(module.ops(at))
    return False


def _is_of_this(module: Module, member: int) -> bool:
    return module.kind[module.first[member]] == Kind.THIS

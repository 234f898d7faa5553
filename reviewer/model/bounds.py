"""Bounds: which repetitions go over a collection that may grow, and which end early."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from reviewer.model.chains import whole_chain
from reviewer.model.domain import Closure, External, Literal
from reviewer.model.early_ends import element_of, is_search, leaving
from reviewer.model.few import SHORT, Few, FewElements
from reviewer.model.libraries import ELEMENT
from reviewer.model.limits import is_of_levels, is_refused
from reviewer.model.names import Library
from reviewer.model.seeded import Seeded
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.turns import Turn

BATCHES: Final = "each turn is about a batch of elements"
_ROLE: Final = "list.batches"
_PART: Final = "list.part"
_MADE: Final = frozenset({Kind.ARRAY, Kind.CALL, Kind.NEW})
_ROW: Final = "database.row"
_UNKNOWN: Final = External(0)
_STEPS: Final = 5
_OVER: Final = frozenset({Kind.FOR_OF, Kind.FOR_IN})
_PLAIN: Final = frozenset({Kind.WHILE, Kind.DO, Kind.FOR})
_KEEPING: Final = frozenset({"entries", "filter", "keys", "map", "reverse", "slice", "sort", "toSorted", "values"})
_FILLING: Final = frozenset({"push", "unshift", "splice", "concat"})
_CUTTING: Final = frozenset({"slice", "splice", "subarray"})
_OF_LISTS: Final = frozenset({"map", "forEach", "flatMap", "filter", "reduce", "join", "some", "every", "push"})


class Bounds:
    """Asks of turns how often they come; the answers are reasons for people, empty where a turn comes once for each
    element of a collection of any size.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.few = FewElements(model)
        self.seeded = Seeded(model)

    def of(self, turn: Turn) -> str:
        """Why the turns are not one for each element of a collection that may grow."""
        if turn.over < 0:
            return "the loop is not over a collection: it counts, waits, turns pages or follows a chain"
        module = self.model.link.body(turn.module)
        if module.kind[turn.row] == Kind.FOR_IN and self._is_cursor(module, turn.over):
            return "for…in goes over the names of an object's properties here, and over no rows"
        if self._is_written_down(module, turn.over, _STEPS):
            return "the elements are written down in the code"
        if self.few.of(module, turn.over) is Few.YES:
            return f"there are {SHORT} elements at most"
        if is_refused(module, turn.over, lambda row: self.few.is_number(module, row)):
            return f"more than {SHORT} elements are refused"
        return BATCHES if self._is_of_batches(module, turn) else ""

    def is_short(self, turn: Turn, row: int) -> bool:
        """Whether there are few turns by their nature: over the levels of a path, over a page that is short unless who
        asks wants a longer one, or until what is looked for by a call is found.
        """
        module = self.model.link.body(turn.module)
        is_few = self.few.of(module, turn.over) is not Few.NO
        return is_few or is_of_levels(module, turn.over) or is_search(module, turn, row)

    def _is_cursor(self, module: Module, row: int) -> bool:
        """Whether a value is an object out of which rows come, and no list of them."""
        found = self.model.ask(self.model.values.resolved(module.index, row))
        states = [item.state if isinstance(item, External) else -1 for item in found.items if item != _UNKNOWN]
        return bool(states) and all(state >= 0 and self._gives_rows(state) for state in states)

    def _gives_rows(self, state: int) -> bool:
        libraries = self.model.libraries
        elements = libraries.step(state, ELEMENT)
        return (
            libraries.type_name(state) is not None
            and state not in elements
            and any(libraries.has_role(each, _ROW, None) for each in elements)
        )

    # what is written down

    def _is_written_down(self, module: Module, row: int, steps: int) -> bool:
        """Whether the elements of a collection are those of a literal."""
        match module.kind[row]:
            case Kind.ARRAY:
                elements = module.ops(row)
                return 0 < len(elements) <= SHORT and all(
                    module.kind[each] != Kind.SPREAD
                    or (steps > 0 and self._is_written_down(module, module.first[each], steps - 1))
                    for each in elements
                )
            case Kind.OBJECT:
                return module.count[row] > 0 and all(module.kind[part] == Kind.PROPERTY for part in module.ops(row))
            case Kind.ENUM:
                return True
            case Kind.NEW if steps and module.text(row) == "Set" and len(module.args(row)) == 1:
                return self._is_written_down(module, module.args(row)[0], steps - 1)
            case Kind.CALL if steps:
                return self._is_made_of_written(module, row, steps)
            case Kind.IDENT | Kind.MEMBER if steps:
                return self._holds_written(module, row, steps)
            case _:
                return False

    def _is_made_of_written(self, module: Module, call: int, steps: int) -> bool:
        """`Object.keys(…)` and methods of arrays that give no more elements."""
        callee = module.first[call]
        if module.args(call) and self.model.sites.plays(_PART, module, call):
            return self._is_written_down(module, module.args(call)[0], steps - 1)
        if module.kind[callee] != Kind.MEMBER:
            return False
        held = module.first[callee]
        if module.kind[held] == Kind.IDENT and module.text(held) in {"Array", "Object"} and module.args(call):
            listed = module.args(call)[0]
            # What a package exports is written down in its code: `Object.values(Role)` of a generated enum.
            meant = self.model.names.of(module.index, listed) if module.kind[listed] == Kind.IDENT else None
            if isinstance(meant, Library) and meant.package:
                return True
            return self._is_written_down(module, listed, steps - 1)
        return module.text(callee) in _KEEPING and self._is_written_down(module, held, steps - 1)

    def _holds_written(self, module: Module, row: int, steps: int) -> bool:
        if module.kind[row] == Kind.IDENT and module.binding[row] >= 0 and _is_filled(module, module.binding[row]):
            return False
        written = values_written(module, row)
        if len(written) == 1 == len(module.writes(module.binding[row])) and module.kind[written[0]] in _MADE:
            return self._is_written_down(module, written[0], steps - 1)
        found = self.model.ask(self.model.values.resolved(module.index, row))
        if found.open or not found.items:
            return False
        return all(
            isinstance(item, Literal) and self._is_written_down(self.model.link.body(item.module), item.row, 0)
            for item in found.items
        )

    # batches

    def _is_of_batches(self, module: Module, turn: Turn) -> bool:
        """Whether each element is itself a list: it was cut from one, or is spread, joined or gone through."""
        if any(self._makes_batches(module, row) for row in (turn.over, *values_written(module, turn.over))):
            return True
        if _gets_slices(module, turn.over):
            return True
        row = element_of(module, turn)
        if row < 0 or module.kind[row] != Kind.IDENT or module.binding[row] < 0 or module.kind[turn.row] == Kind.FOR:
            return False
        return any(_is_used_as_list(module, ref) for ref in module.refs(module.binding[row]))

    def _makes_batches(self, module: Module, call: int) -> bool:
        """Whether a call cuts a list into parts: a library's, or a function that slices it again and again."""
        if module.kind[call] != Kind.CALL:
            return False
        if self.model.sites.plays(_ROLE, module, call):
            return True
        found = self.model.ask(self.model.calls.callees(module.index, call))
        functions = [item for item in found.items if isinstance(item, Closure)]
        return any(map(self._slices, functions)) or self._yield_pages(functions, _STEPS)

    def _yield_pages(self, functions: list[Closure], steps: int) -> bool:
        """Whether generators give lists, one in each turn of a loop that goes over nothing: the pages of a query."""
        return bool(functions) and steps > 0 and all(self._yields_pages(function, steps) for function in functions)

    def _yields_pages(self, function: Closure, steps: int) -> bool:
        body = self.model.link.body(function.module)
        yields = [row for row in body.descend_owned(function.row) if body.kind[row] == Kind.YIELD]
        if any(_is_in_plain_loop(body, row, function.row) and _gives_list(body, row) for row in yields):
            return True
        handed = [body.first[row] for row in yields if body.has(row, Flag.DELEGATE)]
        for call in handed or (() if yields else self.model.link.returned(function.module, function.row)):
            if body.kind[call] == Kind.CALL:
                found = self.model.ask(self.model.calls.callees(function.module, call)).items
                if self._yield_pages([item for item in found if isinstance(item, Closure)], steps - 1):
                    return True
        return False

    def _slices(self, function: Closure) -> bool:
        body = self.model.link.body(function.module)
        return _fills_parts(body, function.row) or any(
            body.text(call) in _CUTTING and any(self.model.turns.around(function.module, call))
            for call in self.model.link.owned(function.module, Kind.CALL, function.row)
        )

    def leaving(self, turn: Turn, row: int) -> str:
        """Why there is no second turn behind a call, or not a call for each."""
        return leaving(self.model.link.body(turn.module), turn, row)


def values_written(module: Module, row: int) -> list[int]:
    """The rows of the values that a variable is given where its name stands; none for other expressions."""
    if module.kind[row] != Kind.IDENT or module.binding[row] < 0:
        return []
    parents = [module.parent[target] for target in module.writes(module.binding[row])]
    return [module.op(at, 1) for at in parents if module.kind[at] in {Kind.DECLARATOR, Kind.ASSIGN}]


def is_same_each_time(turn: Turn, module: Module, row: int) -> bool:
    """Whether nothing that a turn makes, or that is another thing in each, goes into a call; what functions that it is
    given do with that is their own.
    """
    start, end = module.start[turn.row], module.end[turn.row]
    if module.kind[row] not in {Kind.CALL, Kind.NEW, Kind.TAGGED}:
        return False
    for part in module.descend_owned(whole_chain(module, row)):
        if module.kind[part] == Kind.IDENT and module.binding[part] >= 0:
            writes = module.writes(module.binding[part])
            if any(start <= module.start[write] < end for write in writes):
                return False
        elif module.kind[part] == Kind.THIS:
            return False
    return True


def _gets_slices(module: Module, over: int) -> bool:
    """Whether parts of another list are put into a list: `batches.push(keys.slice(from, to))`."""
    if module.kind[over] != Kind.IDENT or module.binding[over] < 0:
        return False
    for ref in module.refs(module.binding[over]):
        member = module.parent[ref]
        call = module.parent[member]
        if module.kind[member] == Kind.MEMBER and module.kind[call] == Kind.CALL and module.text(member) == "push":
            for argument in module.args(call):
                if module.kind[argument] == Kind.CALL and module.text(argument) in _CUTTING:
                    return True
    return False


def _fills_parts(module: Module, function: int) -> bool:
    """Whether a function puts elements into lists of a list by their place: `parts[Math.floor(at / size)].push(it)`."""
    rows = list(module.descend(function))
    divides = any(module.kind[row] == Kind.BINARY and module.text(row) in {"/", "%"} for row in rows)
    return divides and any(
        module.kind[row] == Kind.MEMBER
        and module.text(row) == "push"
        and module.kind[module.first[row]] == Kind.INDEX
        and module.kind[module.parent[row]] == Kind.CALL
        for row in rows
    )


def _is_in_plain_loop(module: Module, row: int, function: int) -> bool:
    """Whether a row is repeated in a function, and not for the elements of anything."""
    loops = [module.kind[at] for at in takewhile(lambda at: at != function, module.ancestors(row))]
    return not _PLAIN.isdisjoint(loops) and _OVER.isdisjoint(loops)


def _gives_list(module: Module, row: int) -> bool:
    """Whether a `yield` gives a name whose length is asked, or that is used as a list; also wrapped: `ok(rows)`."""
    if module.has(row, Flag.DELEGATE) or not module.count[row]:
        return False
    value = module.first[row]
    if module.kind[value] == Kind.CALL and len(module.args(value)) == 1:
        value = module.args(value)[0]
    if module.kind[value] != Kind.IDENT or module.binding[value] < 0:
        return False
    return any(
        _is_used_as_list(module, ref)
        or (module.kind[module.parent[ref]] == Kind.MEMBER and module.text(module.parent[ref]) == "length")
        for ref in module.refs(module.binding[value])
    )


def _is_filled(module: Module, binding: int) -> bool:
    """Whether anything is put into what a name holds."""
    for ref in module.refs(binding):
        parent = module.parent[ref]
        if module.kind[parent] == Kind.MEMBER and module.text(parent) in _FILLING:
            return True
        above = module.parent[parent]
        is_target = module.kind[above] == Kind.ASSIGN and module.first[above] == parent
        if module.kind[parent] in {Kind.INDEX, Kind.MEMBER} and module.first[parent] == ref and is_target:
            return True
    return False


def _is_used_as_list(module: Module, ref: int) -> bool:
    parent = module.parent[ref]
    match module.kind[parent]:
        case Kind.SPREAD:
            return module.kind[module.parent[parent]] in {Kind.ARRAY, Kind.CALL}
        case Kind.FOR_OF:
            return module.op(parent, 1) == ref
        case Kind.MEMBER if module.kind[module.parent[parent]] == Kind.CALL:
            return module.text(parent) in _OF_LISTS and module.first[module.parent[parent]] == parent
        case _:
            return False

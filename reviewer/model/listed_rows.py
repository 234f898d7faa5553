"""Listed rows: a call in a loop over a list that is written down, seen once for each row of the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import External, Spot
from reviewer.model.early_ends import element_of
from reviewer.model.given import inside, literals
from reviewer.model.libraries.steps import Step
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_ROWS: Final = 100
_VALUE: Final = ("*", "1")
"""Where a flow puts the values of an object of which it makes pairs."""
_KEY: Final = "0"


class Pair(NamedTuple):
    """A row of what is made of an object: the name of a property, and its value."""

    name: str
    value: Spot


class ListedRow:
    """One row: what the names of a loop stand for in one turn. `names`: by binding, the members that lead there."""

    def __init__(self, model: Model, module: Module, row: Spot | Pair, names: dict[int, tuple[str, ...]]) -> None:
        self.model = model
        self._module = module
        self._row = row
        self._names = names

    def meant(self, spot: Spot) -> list[Spot | str] | None:
        """The expressions, or the names of properties, that an expression of the loop stands for in this turn; None
        where it is none of the row.
        """
        path = self._path(spot.row) if spot.module == self._module.index else None
        if path is None:
            return None
        if isinstance(self._row, Pair):
            if path[:1] == (_KEY,):
                return [self._row.name] if len(path) == 1 else []
            path, found = path[1:], [self._row.value]
        else:
            found = [self._row]
        for name in path:
            found = [below for at in found for below in self._below(at, name)]
        return [*found]

    def _below(self, spot: Spot, name: str) -> Iterator[Spot]:
        if not name.isdigit():
            yield from inside(self.model, spot, Step("member", name))
            return
        for literal in literals(self.model, spot):
            body = self.model.link.body(literal.module)
            operands = body.ops(literal.row) if body.kind[literal.row] == Kind.ARRAY else ()
            if int(name) < len(operands) and not any(body.kind[each] == Kind.SPREAD for each in operands):
                yield Spot(literal.module, operands[int(name)])

    def _path(self, row: int) -> tuple[str, ...] | None:
        """The members that lead from the row to an expression of the loop."""
        module = self._module
        match module.kind[row]:
            case Kind.IDENT:
                return self._names.get(module.binding[row])
            case Kind.MEMBER:
                above = self._path(module.first[row])
                return None if above is None else (*above, module.text(row))
            case Kind.INDEX if module.kind[module.op(row, 1)] == Kind.NUMBER:
                above = self._path(module.first[row])
                return None if above is None else (*above, module.text(module.op(row, 1)))
            case _:
                return None


def listed_rows(model: Model, module: Module, call: int) -> list[ListedRow | None]:
    """The rows of the list over which a call is repeated, where its arguments name them; one None where there is no
    such list, or one that is not known.
    """
    for turn in model.turns.around(module.index, call):
        element = element_of(module, turn)
        if turn.module != module.index or turn.over < 0 or element < 0:
            continue
        names = dict(_names(module, element, ()))
        if not any(binding in names for binding in _bindings(module, call)):
            continue
        rows = list(_rows(model, Spot(module.index, turn.over)))
        listed = [ListedRow(model, module, row, names) for row in rows]
        is_known = 0 < len(listed) <= _ROWS and all(
            each.meant(Spot(module.index, argument)) != [] for each in listed for argument in module.args(call)
        )
        return [*listed] if is_known else [None]
    return [None]


def _bindings(module: Module, call: int) -> Iterator[int]:
    """The names that the arguments of a call begin with."""
    for argument in module.args(call):
        row = argument
        while module.kind[row] in {Kind.MEMBER, Kind.INDEX}:
            row = module.first[row]
        if module.kind[row] == Kind.IDENT:
            yield module.binding[row]


def _names(module: Module, target: int, path: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The bindings of a target, with the members that lead to them."""
    match module.kind[target]:
        case Kind.IDENT if module.binding[target] >= 0 and len(module.writes(module.binding[target])) == 1:
            yield module.binding[target], path
        case Kind.ARRAY_PATTERN:
            for index, each in enumerate(module.ops(target)):
                yield from _names(module, each, (*path, str(index)))
        case Kind.OBJECT_PATTERN:
            for each in module.ops(target):
                if module.kind[each] == Kind.PROPERTY and not module.has(each, Flag.COMPUTED):
                    yield from _names(module, module.op(each, module.count[each] - 1), (*path, module.text(each)))
        case _:
            return


def _rows(model: Model, over: Spot) -> Iterator[Spot | Pair]:
    """The rows of a list, or the pairs that a call of the language makes of an object."""
    module = model.link.body(over.module)
    if module.kind[over.row] == Kind.CALL:
        callees = model.ask(model.calls.callees(*over)).items
        states = [item.state for item in callees if isinstance(item, External)]
        flows = [flow for state in states for flow in model.libraries.text_flows(state)]
        if len(states) != len(callees) or not any(flow.target == _VALUE for flow in flows):
            return
        for argument in module.args(over.row):
            for literal in literals(model, Spot(over.module, argument)):
                body = model.link.body(literal.module)
                for row in body.ops(literal.row) if body.kind[literal.row] == Kind.OBJECT else ():
                    if body.kind[row] == Kind.PROPERTY and not body.has(row, Flag.COMPUTED):
                        yield Pair(body.text(row), Spot(literal.module, body.op(row, 1)))
        return
    yield from inside(model, over, Step("element"))
    for literal in literals(model, over):
        put = model.ask(model.heap.put(literal.module, literal.row)).items
        yield from sorted(put, key=lambda at: (at.module, model.link.body(at.module).start[at.row]))

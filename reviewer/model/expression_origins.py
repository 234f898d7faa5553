"""Where the value of an expression comes from, by the kind of the expression."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from reviewer.model.call_origins import CallOrigins
from reviewer.model.checked import passed
from reviewer.model.domain import Closure
from reviewer.model.member_origins import MemberOrigins
from reviewer.model.overwritten import left_by_branches
from reviewer.model.paths import in_effect
from reviewer.model.proofs import guarded
from reviewer.model.quotes import Quotes
from reviewer.model.rewritten import is_rewritten
from reviewer.model.sources import BUILT, DEEP, GIVEN, NAMES, NOWHERE, Edge, Local, Locally, Path, shortened, together
from reviewer.source.module import BindingKind, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

PATH_LIMIT: Final = 5
"""How many members below an expression are told apart within its function."""
_CHOOSING: Final = frozenset({Kind.AWAIT, Kind.SPREAD, Kind.CONDITIONAL, Kind.LOGICAL, Kind.ASSIGN, Kind.SEQUENCE})
_HOLDING: Final = frozenset({Kind.IDENT, Kind.MEMBER, Kind.CALL, Kind.NEW, Kind.AWAIT, Kind.INDEX, Kind.OBJECT})
"""Kinds of expressions whose own origins say something of their members."""


class ExpressionOrigins:
    """The edges from an expression, and a path below it, to the expressions that its value comes from."""

    def __init__(self, model: Model, members: MemberOrigins, calls: CallOrigins) -> None:
        self.model = model
        self._members = members
        self._calls = calls
        self._quotes = Quotes()
        self._rewritten: dict[tuple[int, int, str], bool] = {}

    def of(self, m: int, row: int, path: Path) -> Locally:
        """The sources of a value, and of a path below it, in terms of the parameters of the functions around it."""
        if len(path) > PATH_LIMIT and shortened(path) != path:
            return Local(edges=(Edge(self.model.origins.of(m, row, shortened(path))),))
        module = self.model.link.body(m)
        if path[:1] == (GIVEN,) and not _is_handed_on(module, row):
            return (yield from self._given_back(module, row, path[1:]))
        match module.kind[row]:
            case Kind.IDENT:
                return (yield from self._identifier(module, row, path))
            case Kind.MEMBER:
                return (yield from self._member(module, row, path))
            case Kind.THIS:
                return (yield from self._members.held(module, row, path))
            case Kind.CALL | Kind.NEW:
                return (yield from self._calls.call(module, row, path))
            case Kind.INDEX:
                return self._from(module, [module.first[row]], ("*", *path))
            case Kind.AWAIT | Kind.SPREAD:
                return self._from(module, [module.first[row]], path)
            case Kind.CONDITIONAL:
                return self._from(module, [module.op(row, 1), module.op(row, 2)], path)
            case Kind.LOGICAL:
                first = 1 if module.text(row) == "&&" else 0
                return self._from(module, module.ops(row)[first:], path)
            case Kind.ASSIGN:
                first = 1 if module.text(row) == "=" else 0
                return self._from(module, module.ops(row)[first:], path)
            case Kind.SEQUENCE:
                return self._from(module, module.ops(row)[-1:], path)
            case Kind.TEMPLATE | Kind.BINARY if path[-1:] == (NAMES,):
                return NOWHERE  # a text has none
            case Kind.TEMPLATE:
                holes = [part for part in module.ops(row) if module.kind[part] != Kind.STRING]
                return self._pieces(module, holes, BUILT if module.count[row] > 1 else ())
            case Kind.BINARY if module.text(row) == "+":
                return self._pieces(module, module.ops(row), BUILT)
            case Kind.OBJECT:
                return self._object(module, row, path)
            case Kind.ARRAY:
                return self._array(module, row, path)
            case _:
                return NOWHERE

    def _given_back(self, module: Module, row: int, path: Path) -> Locally:
        """What the functions give back that an expression may be."""
        if module.kind[row] == Kind.FUNCTION:
            return Local(edges=(Edge(self.model.origins.returned(module.index, row, path)),))
        held = yield self.model.values.resolved(module.index, row)
        functions = sorted((item.module, item.row) for item in held.items if isinstance(item, Closure))
        edges = tuple(Edge(self.model.origins.returned(m, function, path)) for m, function in functions)
        return Local(edges=edges, open=held.open)

    def _from(self, module: Module, rows: Iterable[int], path: Path, passes: tuple[str, ...] = ()) -> Local:
        return Local(edges=tuple(self._edge(module, row, path, passes) for row in rows))

    def _pieces(self, module: Module, rows: Iterable[int], passes: tuple[str, ...]) -> Local:
        return Local(
            edges=tuple(self._edge(module, row, (), (*passes, *self._quotes.around(module, row))) for row in rows)
        )

    def _edge(self, module: Module, row: int, path: Path, passes: tuple[str, ...] = ()) -> Edge:
        return Edge(self.model.origins.of(module.index, row, path), passes)

    def _identifier(self, module: Module, row: int, path: Path) -> Locally:
        binding = module.binding[row]
        if binding < 0 or module.binding_kind[binding] == BindingKind.IMPORT:
            return (yield from self._members.held(module, row, path))
        by_guards = yield from guarded(self.model, module, row)
        passes = (*by_guards, *(yield from passed(self.model, module, row, path)))
        targets = () if self._is_rewritten(module, row, path) else _written(module, row)
        edges: list[Edge] = []
        for target in targets:
            left = () if path else (yield from left_by_branches(self.model, module, row, target))
            edges.append(Edge(self.model.origins.target(module.index, target, path), (*passes, *left)))
        if path:
            for ref in module.refs(binding):
                for given, rest in self._members.put_into(module, ref, path):
                    edges.append(self._edge(module, given, rest, passes))
        return Local(edges=tuple(edges))

    def _is_rewritten(self, module: Module, row: int, path: Path) -> bool:
        if not path or module.kind[row] != Kind.IDENT or module.binding[row] < 0:
            return False
        key = (module.index, row, path[0])
        if key not in self._rewritten:
            self._rewritten[key] = is_rewritten(module, row, path[0])
        return self._rewritten[key]

    def _member(self, module: Module, row: int, path: Path) -> Locally:
        held = module.first[row]
        below = (module.text(row), *path)
        if below == ("length",):
            return NOWHERE  # of a list or text, a number that the language keeps (ECMAScript 10.4.2, 22.1.4)
        fields = NOWHERE
        if not self._is_rewritten(module, held, below):
            fields = yield from self._members.fields(module, held, below)
        passes = yield from guarded(self.model, module, row)
        if passes:
            direct = tuple(self.model.origins.passed(item, passes) for item in fields.direct)
            edges = tuple(edge._replace(passes=(*edge.passes, *passes)) for edge in fields.edges)
            fields = fields._replace(direct=direct, edges=edges)
        if module.kind[held] in _HOLDING:
            return together([self._from(module, [held], below, passes), fields])
        return fields

    def _object(self, module: Module, row: int, path: Path) -> Local:
        """An object itself has no text: only what lies below it, and its names, come from somewhere."""
        if not path:
            return NOWHERE
        step = path[0]
        below = path if step == DEEP else path[1:]
        edges: list[Edge] = []
        for operand in module.ops(row):
            if module.kind[operand] == Kind.SPREAD:
                edges.append(self._edge(module, module.first[operand], path))
                continue
            computed = module.has(operand, Flag.COMPUTED)
            if computed and path in {(NAMES,), (DEEP, NAMES)}:
                edges.append(self._edge(module, module.first[operand], ()))
            if step == NAMES:
                continue
            if not computed and module.text(operand) == step:
                edges.clear()  # what is written later stands in place of what was there before
            if module.kind[module.op(operand, 1)] != Kind.FUNCTION and (
                computed or step in {"*", DEEP} or module.text(operand) == step
            ):
                edges.append(self._edge(module, module.op(operand, 1), below))
        return Local(edges=tuple(edges))

    def _array(self, module: Module, row: int, path: Path) -> Local:
        edges: list[Edge] = []
        for index, operand in enumerate(module.ops(row)):
            if module.kind[operand] == Kind.SPREAD:
                edges.append(self._edge(module, module.first[operand], path))
            elif path[:1] == (DEEP,):
                edges.append(self._edge(module, operand, path))
            elif not path or path[0] in {"*", str(index)}:
                edges.append(self._edge(module, operand, path[1:]))
        return Local(edges=tuple(edges))


def _written(module: Module, row: int) -> Iterable[int]:
    """The writes whose values a read may see: what was there before is gone where a variable is written anew."""
    writes = module.writes(module.binding[row])
    return writes if len(writes) < 2 else in_effect(module, row)


def _is_handed_on(module: Module, row: int) -> bool:
    """Whether an expression only hands on what another one holds: a parameter, a choice."""
    if module.kind[row] != Kind.IDENT:
        return module.kind[row] in _CHOOSING
    return module.binding[row] >= 0 and module.binding_kind[module.binding[row]] == BindingKind.PARAM

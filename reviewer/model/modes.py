"""Modes: code that runs while the program is developed or tested, and not in production."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Closure, External, Literal, Namespace, Spot
from reviewer.model.guards import EQUAL, conjuncts
from reviewer.model.link import ToModule
from reviewer.model.paths import Truth, conditions
from reviewer.model.solve import NOTHING, Answer, Equation, Key, Question, answer
from reviewer.source.module import BindingKind, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

MODE: Final = "process.mode"
_PRODUCTION: Final = "production"
_EMPTY: Final = frozenset({Kind.FALSE, Kind.NONE, Kind.NULL, Kind.UNDEFINED})
_NAMES: Final = 5  # how many names a condition may have before its comparison is found


class Told(NamedTuple):
    """What a condition that holds says of the mode: that it is production, or that it is another one."""

    production: bool


class Modes:
    """`aside(module, row)`: whether the row runs in other modes than production only, as `True` among the items."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.aside = Question("outside of production", 2, self._aside)

    def _aside(self, m: int, row: int) -> Equation:
        module = self.model.link.body(m)
        for condition, truth in conditions(module, row):
            if truth not in {Truth.TRUE, Truth.FALSE}:
                continue
            for test, holds in conjuncts(module, condition, holds=truth == Truth.TRUE):
                told = yield from self._told(Spot(m, test))
                if told is not None and told.production is not holds:
                    return answer([True])
        return NOTHING

    def _told(self, spot: Spot) -> Generator[Key, Answer, Told | None]:
        """What a test says where it is true."""
        positive = True
        for _ in range(_NAMES):
            module = self.model.link.body(spot.module)
            kind = module.kind[spot.row]
            if kind == Kind.UNARY and module.text(spot.row) == "!":
                positive = not positive
                spot = Spot(spot.module, module.first[spot.row])
            elif kind == Kind.BINARY:
                told = yield from self._compared(module, spot.row)
                return told if told is None or positive else Told(not told.production)
            elif (yield from self._is_filled(module, spot.row)) or (yield from self._begins(module, spot.row)):
                return Told(positive)
            else:
                named = yield from self._named(module, spot.row)
                if named is None:
                    return None
                spot = named
        return None

    def _is_filled(self, module: Module, row: int) -> Generator[Key, Answer, bool]:
        """Whether a name of the module is empty until the start of the program in production gives it something."""
        binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
        writes = module.writes(binding) if binding >= 0 else ()
        if len(writes) != 2 or module.owner[writes[0]] or module.owner[writes[1]]:
            return False
        first, second = (module.parent[write] for write in writes)
        if module.kind[first] != Kind.DECLARATOR or module.kind[module.op(first, 1)] not in _EMPTY:
            return False
        if module.kind[second] != Kind.ASSIGN or module.kind[module.op(second, 1)] in _EMPTY:
            return False
        said = list(conditions(module, second))
        if len(said) != 1 or said[0][1] != Truth.TRUE or module.kind[said[0][0]] != Kind.BINARY:
            return False
        told = yield from self._compared(module, said[0][0])
        return told is not None and told.production

    def _compared(self, module: Module, row: int) -> Generator[Key, Answer, Told | None]:
        """`mode === 'production'`, `mode !== 'test'`."""
        equal = EQUAL.get(module.text(row))
        if equal is None:
            return None
        left, right = module.ops(row)
        for one, other in ((left, right), (right, left)):
            if module.kind[other] != Kind.STRING:
                continue
            values = yield self.model.values.of(module.index, one)
            if any(isinstance(item, External) and self._is_mode(item) for item in values.items):
                is_production = module.text(other) == _PRODUCTION
                # What is not one of the other modes may be any.
                return Told(is_production is equal) if is_production or equal else None
        return None

    def _begins(self, module: Module, call: int) -> Generator[Key, Answer, bool]:
        """Whether it is `mode.startsWith('prod')`."""
        if module.kind[call] != Kind.CALL:
            return False
        callee, arguments = module.first[call], module.args(call)
        if module.kind[callee] != Kind.MEMBER or module.text(callee) != "startsWith" or len(arguments) != 1:
            return False
        if module.kind[arguments[0]] != Kind.STRING or not _PRODUCTION.startswith(module.text(arguments[0]) or "?"):
            return False
        values = yield self.model.values.of(module.index, module.first[callee])
        return any(isinstance(item, External) and self._is_mode(item) for item in values.items)

    def _is_mode(self, item: External) -> bool:
        return self.model.libraries.has_role(item.state, MODE, None)

    def _named(self, module: Module, row: int) -> Generator[Key, Answer, Spot | None]:
        """The one expression that a name stands for, here or in another module: `isDev`, `config.isDev`."""
        if module.kind[row] == Kind.IDENT and module.binding[row] >= 0:
            imported = self.model.link.import_bindings[module.index].get(module.binding[row])
            if imported is not None:
                target, name = imported
                return self._exported(target.module, name) if isinstance(target, ToModule) else None
            taken = _taken(module, module.binding[row])
            if taken is None and module.binding_kind[module.binding[row]] == BindingKind.PARAM:
                return (yield from self._given(module, module.binding[row]))
            if taken is None:
                return _written(module, module.binding[row])
            holder, name = taken
        elif module.kind[row] == Kind.MEMBER:
            holder, name = module.first[row], module.text(row)
        elif module.kind[row] == Kind.CALL:
            return (yield from self._returned(module, row))
        else:
            return None
        held = yield self.model.values.of(module.index, holder)
        found = {spot for item in held.items if (spot := self._member(item, name)) is not None}
        return next(iter(found)) if len(found) == 1 else None

    def _given(self, module: Module, binding: int) -> Generator[Key, Answer, Spot | None]:
        """What the one call of its function gives to a parameter."""
        writes = module.writes(binding)
        param = module.parent[writes[0]] if len(writes) == 1 else -1
        param = module.parent[param] if param >= 0 and module.kind[param] == Kind.DEFAULT else param
        if param < 0 or module.kind[param] != Kind.PARAM:
            return None
        function = module.parent[param]
        uses = yield self.model.uses.of(module.index, function)
        calls = [use for use in uses.items if use.kind == "call" and use.index < 0]
        if uses.open or len(calls) != 1 or len(uses.items) != 1:
            return None
        body, index = self.model.link.body(calls[0].module), module.position(param) - 1
        arguments = body.args(calls[0].row)
        is_plain = index < len(arguments) and all(body.kind[each] != Kind.SPREAD for each in arguments)
        return Spot(body.index, arguments[index]) if is_plain else None

    def _returned(self, module: Module, call: int) -> Generator[Key, Answer, Spot | None]:
        """The one expression that a call gives back."""
        callees = yield self.model.calls.callees(module.index, call)
        functions = [item for item in callees.items if isinstance(item, Closure)]
        if len(functions) != 1 or len(callees.items) != 1:
            return None
        values = self.model.link.returned(functions[0].module, functions[0].row)
        return Spot(functions[0].module, values[0]) if len(values) == 1 else None

    def _member(self, item: object, name: str) -> Spot | None:
        match item:
            case Namespace(m):
                return self._exported(m, name)
            case Literal(m, row):
                body = self.model.link.body(m)
                if body.kind[row] == Kind.OBJECT:
                    return next((Spot(m, body.op(each, 1)) for each in _properties(body, row, name)), None)
        return None

    def _exported(self, m: int, name: str) -> Spot | None:
        module = self.model.link.body(m)
        self.model.solver.touch(("surface", m))
        rows = [export for export in self.model.link.surfaces[m].exports if export.name == name and not export.source]
        found = [export for export in rows if export.binding >= 0 or not _is_void(module, export.row)]
        if len(found) != 1:
            return None
        return Spot(m, found[0].row) if found[0].binding < 0 else _written(module, found[0].binding)


def _properties(module: Module, literal: int, name: str) -> Iterator[int]:
    for row in module.ops(literal):
        if module.kind[row] == Kind.PROPERTY and not module.has(row, Flag.COMPUTED) and module.text(row) == name:
            yield row


def _is_void(module: Module, row: int) -> bool:
    """Whether what is exported is not there yet: compilers write `exports.a = exports.b = void 0` first."""
    while module.kind[row] == Kind.ASSIGN:
        row = module.op(row, 1)
    is_void = module.kind[row] == Kind.UNARY and module.text(row) == "void"
    return is_void or module.kind[row] == Kind.UNDEFINED


def _taken(module: Module, binding: int) -> tuple[int, str] | None:
    """The expression whose member a name takes, `const { isDev } = config`, and the member."""
    writes = module.writes(binding)
    if len(writes) != 1 or module.kind[module.parent[writes[0]]] != Kind.PROPERTY:
        return None
    property_ = module.parent[writes[0]]
    declarator = module.parent[module.parent[property_]]
    if module.kind[declarator] != Kind.DECLARATOR or module.has(property_, Flag.COMPUTED):
        return None
    return module.op(declarator, 1), module.text(property_)


def _written(module: Module, binding: int) -> Spot | None:
    """What a name that is written once was given."""
    writes = module.writes(binding)
    if len(writes) != 1:
        return None
    parent = module.parent[writes[0]]
    if module.kind[parent] in {Kind.DECLARATOR, Kind.ASSIGN} and module.first[parent] == writes[0]:
        return Spot(module.index, module.op(parent, 1))
    return None

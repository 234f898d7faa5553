"""Forward flow: where the value of an expression goes, from one place to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.domain import External
from reviewer.model.into_calls import IntoCalls
from reviewer.model.itself import Itself
from reviewer.model.looked_up import is_looked_up, is_no_name, is_put
from reviewer.model.members import own_constructor
from reviewer.model.shifted import is_replaced
from reviewer.model.solve import NOTHING, Answer, Equation, Key, answer, join
from reviewer.model.use import HELD, Use
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_CALLING: Final = frozenset({Kind.CALL, Kind.NEW})
_STORING: Final = frozenset({Kind.DECLARATOR, Kind.ASSIGN})
_ENDING: Final = frozenset({Kind.EXPRESSION, Kind.BINARY, Kind.UNARY, Kind.IF, Kind.TEMPLATE, Kind.PROGRAM})
_TRANSPARENT: Final = frozenset({Kind.CONDITIONAL, Kind.LOGICAL, Kind.SEQUENCE, Kind.AWAIT, Kind.SPREAD, Kind.DEFAULT})

DEPTH_LIMIT: Final = 4
"""So many object literals around a function are looked through, as in `extend({ model: { user: { find() {} } } })`."""
_LISTED: Final = frozenset({Kind.DECLARATOR, Kind.ASSIGN, Kind.RETURN, Kind.FUNCTION, Kind.SPREAD})
"""From where lists go on as they are."""
_HELD: Final = (HELD,)


class Forward:
    """The equations of `model.uses.flow` and `model.uses.binding`, for the function or class at (fm, fr)."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._itself = Itself()
        self._into_calls = IntoCalls(model)

    def plain(self, m: int, row: int, fm: int, fr: int) -> Answer | Key | None:
        """The shortcut of `model.uses.flow`: where it is called, goes nowhere, or goes on as what is around it."""
        module = self.model.link.body(m)
        parent = module.parent[row]
        kind = module.kind[parent]
        is_first = module.first[parent] == row
        if kind in _CALLING:
            return answer([Use("call", m, parent)]) if is_first else None
        if kind in _TRANSPARENT:
            return self.model.uses.flow(m, parent, fm, fr)
        if kind in _ENDING:
            return NOTHING
        if kind == Kind.MEMBER:
            call = module.parent[parent]
            return None if module.kind[call] == Kind.CALL and module.first[call] == parent else NOTHING
        if kind == Kind.CLASS:
            return None if is_first else NOTHING
        if kind not in _STORING:
            return None
        if is_first:
            return NOTHING
        target = module.first[parent]
        is_all = kind == Kind.DECLARATOR or module.kind[module.parent[parent]] == Kind.EXPRESSION
        is_local = module.kind[target] == Kind.IDENT and module.binding[target] >= 0
        return self.model.uses.binding(m, module.binding[target], fm, fr) if is_all and is_local else None

    def flow(self, m: int, row: int, fm: int, fr: int) -> Equation:
        """Where the value of an expression row goes, where that is not `plain`."""
        module = self.model.link.body(m)
        parent = module.parent[row]
        kind = module.kind[parent]
        match kind:
            case Kind.CALL | Kind.NEW:
                return (yield from self._into_calls.argument(module, parent, row, fm, fr))
            case Kind.MEMBER:
                return (yield from self._of_member(module, parent, fm, fr))
            case Kind.DECLARATOR | Kind.ASSIGN:
                return (yield from self._stored(module, parent, fm, fr))
            case Kind.PROPERTY:
                return (yield from self.of_property(module, parent, fm, fr))
            case Kind.ARRAY:
                return (yield from self._in_array(module, parent, fm, fr))
            case Kind.RETURN | Kind.FUNCTION:
                owner = parent if kind == Kind.FUNCTION else module.owner[row]
                return (yield from self._returned(module, owner, fm, fr))
            case Kind.EXPORT:
                names = ((Flag.DEFAULT_EXPORT, "default"), (Flag.EXPORT_ASSIGNMENT, "="))
                name = next((name for flag, name in names if module.has(parent, flag)), "")  # a declaration has its own
                return (yield self.model.uses.exported(m, name, fm, fr)) if name else NOTHING
            case Kind.CLASS:
                return (yield from self._extended(module, parent))
            case _:
                return answer(open_because=["escapes"])

    def plain_binding(self, m: int, binding: int, fm: int, fr: int) -> Answer | Key | None:
        """The shortcut of `model.uses.binding`: of a name that is read once and is no export, where that read goes."""
        refs = self.model.link.body(m).refs(binding)
        if len(refs) > 1 or any(export.binding == binding for export in self.model.link.surfaces[m].exports):
            return None
        return self.model.uses.flow(m, refs[0], fm, fr) if len(refs) else NOTHING

    def binding(self, m: int, binding: int, fm: int, fr: int) -> Equation:
        """Where the reads of a local binding and of its export take the function."""
        module = self.model.link.body(m)
        found = NOTHING
        for ref in module.refs(binding):
            if not is_replaced(module, binding, ref):
                found = join(found, (yield self.model.uses.flow(m, ref, fm, fr)))
        for export in self.model.link.surfaces[m].exports:
            if export.binding == binding:
                found = join(found, (yield self.model.uses.exported(m, export.name, fm, fr)))
        return found

    # into names and members

    def _stored(self, module: Module, store: int, fm: int, fr: int) -> Equation:
        """A declarator or assignment whose value is the function."""
        target = module.first[store]
        match module.kind[target]:
            case Kind.IDENT if module.binding[target] >= 0:
                found = yield self.model.uses.binding(module.index, module.binding[target], fm, fr)
            case Kind.MEMBER:
                found = yield from self._stored_member(module, target, fm, fr)
            case other:
                found = answer(open_because=["escapes", *(_HELD if other == Kind.INDEX else ())])
        if module.kind[store] == Kind.ASSIGN:
            found = join(found, (yield self.model.uses.flow(module.index, store, fm, fr)))
        return found

    def _stored_member(self, module: Module, target: int, fm: int, fr: int) -> Equation:
        held = module.first[target]
        name = module.text(target)
        if module.kind[held] == Kind.IDENT and module.binding[held] < 0:
            if module.text(held) == "module" and name == "exports":
                return (yield self.model.uses.exported(module.index, "=", fm, fr))
            if module.text(held) == "exports":
                return (yield self.model.uses.exported(module.index, name, fm, fr))
        found = yield self.model.uses.named(name, fm, fr)
        return join(found, answer(open_because=_HELD)) if is_no_name(name) else found

    def of_property(self, module: Module, property_: int, fm: int, fr: int) -> Equation:
        """A function that is a member of a class or object literal."""
        holder = module.parent[property_]
        found, name = NOTHING, module.text(property_)
        if module.kind[holder] == Kind.CLASS:
            if name == "constructor":
                return (yield from self._of_class(module, holder))
            if module.has(property_, Flag.GETTER):
                return (yield self.model.uses.got(name, module.index, holder))
            if module.has(property_, Flag.SETTER):
                return answer(open_because=["accessor"])
            if any(module.kind[extra] == Kind.DECORATOR for extra in module.ops(property_)[2:]):
                found = answer(open_because=["decorated"])
        elif module.kind[holder] == Kind.OBJECT:
            found = yield from self.model.uses.chosen(module, holder, fm, fr)
            if self._is_export(module, holder):
                found = join(found, (yield self.model.uses.exported(module.index, name, fm, fr)))
                if self._itself.is_given(module, holder):
                    found = join(found, (yield self.model.uses.named(name, fm, fr)))
                return join(found, answer(open_because=_HELD)) if is_no_name(name) else found
            found = join(found, (yield from self._of_literal_member(module, holder, name)))
            found = join(found, answer(open_because=_HELD if is_looked_up(module, holder, name) else ()))
        if module.has(property_, Flag.COMPUTED):
            return join(found, answer(open_because=["computed key"]))
        return join(found, (yield self.model.uses.named(name, fm, fr)))

    def _is_export(self, module: Module, literal: int) -> bool:
        """Whether an object literal is what the module exports: `module.exports = {…}`, `export default {…}`."""
        parent = module.parent[literal]
        if module.kind[parent] == Kind.EXPORT:
            return True
        return any(export.name == "=" and export.row == literal for export in module.surface.exports)

    def _of_literal_member(self, module: Module, literal: int, name: str) -> Equation:
        """An object literal that is handed to a library as options: `createServer({ handler })`, or lies in one."""
        names: tuple[str, ...] = (name,)
        while module.kind[module.parent[literal]] == Kind.PROPERTY and len(names) < DEPTH_LIMIT:
            holder = module.parent[module.parent[literal]]
            if module.kind[holder] != Kind.OBJECT:
                break
            names = (module.text(module.parent[literal]), *names)
            literal = holder
        parent = module.parent[literal]
        if module.kind[parent] in {Kind.CALL, Kind.NEW} and module.first[parent] != literal:
            callees = yield self.model.calls.callees(module.index, parent)
            if any(isinstance(callee, External) for callee in callees.items):
                return answer([Use("member argument", module.index, parent, module.position(literal) - 1, names)])
            return answer(open_because=["escapes", HELD])
        return NOTHING

    def _in_array(self, module: Module, array: int, fm: int, fr: int) -> Equation:
        """A function in a list, which is given to a library there, or where the list goes."""
        parent = module.parent[array]
        if module.kind[parent] == Kind.CALL and module.first[parent] != array:
            callees = yield self.model.calls.callees(module.index, parent)
            index = module.position(array) - 1
            if any(isinstance(callee, External) for callee in callees.items):
                because = _HELD if is_put(self.model, callees, index) else ()
                return answer([Use("element argument", module.index, parent, index)], open_because=because)
        found = answer(open_because=["escapes", HELD])
        if module.kind[parent] in _LISTED:
            whole = yield self.model.uses.flow(module.index, array, fm, fr)
            given = (use for use in whole.items if use.kind == "argument")
            found = join(found, answer(msgspec.structs.replace(use, kind="element argument") for use in given))
        return found

    # into classes

    def _of_class(self, module: Module, class_: int) -> Equation:
        """Where a class is constructed: its constructor's calls."""
        found = NOTHING
        binding = module.binding[class_]
        if binding >= 0:
            found = join(found, (yield self.model.uses.binding(module.index, binding, module.index, class_)))
        return join(found, (yield self.model.uses.flow(module.index, class_, module.index, class_)))

    def _extended(self, module: Module, class_: int) -> Equation:
        """A class that extends the class in question: its `super(…)` runs the constructor, or `new` of the subclass."""
        constructor = own_constructor(module, class_)
        if constructor < 0:
            return (yield from self._of_class(module, class_))
        return answer(
            Use("call", module.index, call)
            for call in self.model.link.owned(module.index, Kind.CALL, constructor)
            if module.kind[module.first[call]] == Kind.SUPER
        )

    # into calls

    def _of_member(self, module: Module, member: int, fm: int, fr: int) -> Equation:
        """`function.call(…)`, `.apply(…)`, `.bind(…)`: what the language's rows say of the receiver."""
        call = module.parent[member]
        states = self.model.libraries.language(module.text(member))
        if any(self.model.libraries.returns_receiver(state) for state in states):
            return (yield self.model.uses.flow(module.index, call, fm, fr))
        ways = {how for state in states for place, _, how in self.model.libraries.runs(state) if place == "receiver"}
        if ways:
            return answer(Use("call", module.index, call, 1, spread=how == "apply") for how in ways)
        return NOTHING

    def _returned(self, module: Module, function: int, fm: int, fr: int) -> Equation:
        """The function is what another function gives back: it goes where that one's calls stand."""
        if module.has(function, Flag.ASYNC) or module.has(function, Flag.GENERATOR):
            return answer(open_because=["escapes"])
        uses = yield self.model.uses.of(module.index, function)
        found = Answer(frozenset(), frozenset({"escapes"}) if uses.open else frozenset())
        for use in uses.items:
            if use.kind == "call":
                found = join(found, (yield self.model.uses.flow(use.module, use.row, fm, fr)))
            else:
                found = join(found, answer(open_because=["escapes"]))
        return found

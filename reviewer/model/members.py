"""Members of objects by name: of literals, classes, instances, and values of the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import (
    Arguments,
    Atom,
    ClassValue,
    Closure,
    Constant,
    External,
    Instance,
    Literal,
    Made,
    Namespace,
    Primitive,
    Promised,
    Tail,
    Typed,
    Yielded,
)
from reviewer.model.patterns import may_be_same, name_pattern
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.made import MadeObjects
    from reviewer.model.model import Model

_TYPES: Final = {"string": "String", "number": "Number", "bigint": "Number", "boolean": "Boolean", "regexp": "RegExp"}
_NOTHING: Final = frozenset({"null", "undefined"})
_PLAIN: Final = 2
"""How many operands a PROPERTY has that nothing decorates."""


class Members:
    """The equation of `model.heap.member`."""

    def __init__(self, model: Model, made: MadeObjects) -> None:
        self.model = model
        self.made = made

    def member(self, atom: Atom, name: str) -> Equation:
        """What the member of a value may be: its own, what is written to it from anywhere, else the language's."""
        match atom:
            case Literal(m, row):
                own = yield from self._literal_member(self.model.link.body(m), row, name)
            case Instance(m, row):
                own = yield from self._instance_member(self.model.link.body(m), row, name)
            case ClassValue(m, row):
                own = yield from self._class_member(self.model.link.body(m), row, name, Flag.STATIC)
                if name == "prototype":
                    # What is on the prototype is on the instances: one stands for the other.
                    own = answer([Instance(m, row)])
            case Closure(m, row) if name == "prototype":
                own = answer([Instance(m, row)])
            case Namespace(m):
                own = yield self.model.heap.export(m, name)
                if own.items or own.open:
                    return own
            case Made(m, row, path):
                # Always, not only where nothing is found below: what is found there grows.
                of_language = (
                    self._language_member(atom, name) if path else (yield from self._made_member(m, row, name))
                )
                found = join(of_language, (yield from self.made.below(m, row, (*path, name))))
                if not path and (yield from self.made.is_object(m, row)):
                    found = join(found, (yield self.model.heap.written(atom, name)))
                return found
            case Typed(m, text):
                return (yield self.model.types.member(m, text, name))
            case Constant(kind) if kind in _NOTHING:  # nothing: what else the value may be, other atoms say
                return NOTHING
            case Promised() | Constant() | Primitive() | Yielded() | Arguments() | Tail():
                return self._language_member(atom, name)
            case _:
                own = NOTHING
        if isinstance(atom, Literal | Instance | ClassValue | Closure | Namespace):
            own = join(own, (yield self.model.heap.written(atom, name)))
            own = join(own, (yield self.model.heap.filled(atom, name)))
            own = join(own, (yield self.model.heap.copied(atom, name)))
            own = join(own, (yield self.model.heap.keyed(atom, name)))
        if isinstance(atom, Instance):
            own = yield from self.model.results.anew.inherited(own, atom)
            own = yield from self.model.results.handed_up.own(own, atom, name)
        if isinstance(atom, Instance | ClassValue) and self._is_unseen(atom, name):
            own = join(own, answer(open_because=["member"]))
        if not own.items and not own.open:
            own = self._language_member(atom, name)
        return own

    def _is_unseen(self, atom: Instance | ClassValue, name: str) -> bool:
        """Whether neither a class nor its file says anything of a member: it is put there in a way that is not seen."""
        module, row = self.model.link.body(atom.module), atom.row
        if name in module.surface.writes or self._language_member(atom, name).items:
            return False
        if module.kind[row] == Kind.FUNCTION:
            return True
        if module.kind[module.first[row]] != Kind.NONE:
            return False  # what it inherits from is asked
        members = (member for member in module.ops(row) if module.kind[member] == Kind.PROPERTY)
        return parameter_field(module, row, name) < 0 and all(module.text(member) != name for member in members)

    def _language_member(self, atom: Atom, name: str) -> Answer:
        """What the language itself says of the member: of the value's own type where that is known, else of all."""
        types = self._language_types(atom)
        if not types:
            return answer(External(state) for state in self.model.libraries.language(name))
        return answer(External(state) for kind in types for state in self.model.libraries.language_member(kind, name))

    def _made_member(self, m: int, call: int, name: str) -> Equation:
        """What the language says of a member of what a call makes: where rows say its type, that type is asked."""
        if (yield from self.made.is_object(m, call)):
            return answer(External(state) for state in self.model.libraries.language_member("Object", name))
        body = self.model.link.body(m)
        of_language = answer(External(state) for state in self.model.libraries.language(name))
        if body.kind[body.parent[call]] == Kind.DECORATOR:
            return of_language  # a list for what is decorated, not the decorator that the call makes
        callees = yield self.model.calls.callees(m, call)
        untyped = (
            isinstance(callee, External) and not self.model.libraries.called(callee.state, None)
            for callee in callees.items
        )
        return of_language if any(untyped) else NOTHING

    def _language_types(self, atom: Atom) -> tuple[str, ...]:
        """The types of the language that a value is of; none where that is not known."""
        match atom:
            case Literal(m, row):
                is_array = self.model.link.body(m).kind[row] == Kind.ARRAY
                return ("Array", "Object") if is_array else ("Object",)
            case Constant(kind) | Primitive(kind):
                return (_TYPES[kind], "Object") if kind in _TYPES else ()
            case Closure() | ClassValue():
                return ("Function", "Object")
            case Instance(m, row) if self.model.link.body(m).kind[row] == Kind.CLASS:
                return ("Object",)
            case Promised():
                return ("Promise", "Object")
            case _:
                return ()

    def _literal_member(self, module: Module, row: int, name: str) -> Equation:
        if module.kind[row] == Kind.NAMESPACE:
            return (yield from self._namespace_member(module, row, name))
        if module.kind[row] == Kind.ARRAY:  # what is spread in it gives its elements, not its members
            return (yield self.model.heap.element(Literal(module.index, row), name)) if name.isdigit() else NOTHING
        found = NOTHING
        for operand in module.ops(row):
            kind = module.kind[operand]
            if kind == Kind.SPREAD:
                spread = yield self.model.values.of(module.index, module.first[operand])
                found = join(found, (yield from self.model.values.member_of(spread, name)))
            elif kind == Kind.PROPERTY:
                if module.has(operand, Flag.COMPUTED):
                    key = yield self.model.values.of(module.index, module.first[operand])
                    if Constant("string", name) in key.items:
                        found = join(found, (yield from self.property_value(module, operand)))
                    elif key.open or any(not isinstance(item, Constant) for item in key.items):
                        found = join(found, answer(open_because=["computed key"]))
                        if may_be_same(name_pattern(module, module.first[operand]), name):
                            found = join(found, (yield from self.property_value(module, operand)))
                elif module.text(operand) == name:
                    found = join(found, (yield from self.property_value(module, operand)))
        return found

    def _namespace_member(self, module: Module, row: int, name: str) -> Equation:
        """What a TypeScript namespace exports under a name; `A.B` in its head is a namespace in a namespace."""
        if name in module.text(row).split(".")[1:]:
            return answer([Literal(module.index, row)])
        found = NOTHING
        for export in module.ops(module.first[row]):
            declared = module.first[export] if module.kind[export] == Kind.EXPORT else export
            targets = [declared]
            if module.kind[declared] == Kind.VAR:
                targets = [module.first[declarator] for declarator in module.ops(declared)]
            for target in targets if declared != export else ():
                if module.text(target) == name:
                    found = join(found, (yield self.model.values.target(module.index, target)))
        return found

    def property_value(self, module: Module, property_: int) -> Equation:
        """What a PROPERTY row of an object or class holds."""
        value = module.op(property_, 1)
        if module.kind[value] == Kind.NONE:
            given = (yield from self.model.asked.field(module, property_)) if module.count[property_] > _PLAIN else None
            if given is not None:
                return given
            text = module.annotations.get(property_)
            if text is None:
                return NOTHING
            declared = yield self.model.types.named(module.index, text)
            filled = self.model.fields.is_filled(module, property_)
            return self.model.asked.without_guesses(declared) if filled else declared
        if module.has(property_, Flag.GETTER):
            return (yield self.model.calls.returns(module.index, value))
        if module.has(property_, Flag.SETTER):
            return NOTHING
        declared = yield from self.model.types.declared(module, property_, value)
        return join(declared, (yield self.model.values.of(module.index, value)))

    def _instance_member(self, module: Module, row: int, name: str) -> Equation:
        if module.kind[row] == Kind.FUNCTION:
            return (yield from self._prototype_member(module, row, name))
        return (yield from self._class_member(module, row, name, 0))

    def _class_member(self, module: Module, class_: int, name: str, static: int) -> Equation:
        """A member of a class or, with `static` 0, of its instances: declared, else inherited."""
        found = NOTHING
        for member in module.ops(class_):
            if (
                module.kind[member] == Kind.PROPERTY
                and module.flags[member] & Flag.STATIC == static
                and module.text(member) == name
                and not module.has(member, Flag.COMPUTED)
            ):
                found = join(found, (yield from self.property_value(module, member)))
                if name == "constructor":
                    found = answer([ClassValue(module.index, class_)])
        if not static:
            found = join(found, (yield from self._parameter_property(module, class_, name)))
        heritage = module.first[class_]
        if found.items or module.kind[heritage] == Kind.NONE:
            return found
        parents = yield self.model.values.resolved(module.index, heritage)
        for parent in parents.items:
            if isinstance(parent, ClassValue):
                atom: Atom = parent if static else Instance(parent.module, parent.row)
                found = join(found, (yield self.model.heap.member(atom, name)))
            elif isinstance(parent, Closure) and not static:
                found = join(found, (yield self.model.heap.member(Instance(parent.module, parent.row), name)))
            elif isinstance(parent, External):
                states = (parent.state,) if static else self.model.libraries.constructed(parent.state)
                for state in states:
                    inherited = self.model.external_member(External(state), name)
                    known = External(0) not in inherited.items
                    found = join(found, inherited if known else answer(open_because=["member"]))
        return Answer(found.items, found.open | parents.open)

    def _parameter_property(self, module: Module, class_: int, name: str) -> Equation:
        target = parameter_field(module, class_, name)
        if target < 0:
            return NOTHING
        return (yield from self.model.values.close((yield self.model.values.target(module.index, target))))

    def _prototype_member(self, module: Module, function: int, name: str) -> Equation:
        found = yield self.model.heap.written(Closure(module.index, function), "prototype")
        result = NOTHING
        for prototype in found.items:
            result = join(result, (yield self.model.heap.member(prototype, name)))
        return result


def own_constructor(module: Module, class_: int) -> int:
    """The FUNCTION row of the class's own constructor, or -1."""
    for member in module.ops(class_):
        if module.kind[member] == Kind.PROPERTY and module.text(member) == "constructor":
            value = module.op(member, 1)
            if module.kind[value] == Kind.FUNCTION:
                return value
    return -1


def parameter_field(module: Module, class_: int, name: str) -> int:
    """The target row of the constructor's parameter that becomes a field of this name (TypeScript), or -1."""
    constructor = own_constructor(module, class_)
    for param in module.params(constructor) if constructor >= 0 else ():
        if module.has(param, Flag.ACCESS):
            target = module.first[param]
            if module.kind[target] == Kind.DEFAULT:
                target = module.first[target]
            if module.text(target) == name:
                return target
    return -1

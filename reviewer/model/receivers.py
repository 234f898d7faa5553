"""What `this` and `super` stand for: the object that a function is found on, and what its class extends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.bound_this import bound_member, bound_this, given_this
from reviewer.model.domain import UNDEFINED, Atom, ClassValue, Closure, External, Instance, Literal, Namespace
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_UNTYPED: Final = frozenset({"any", "object", "unknown"})
HEIRS_LIMIT: Final = 12
"""How many classes may share a method before its `this` stands for the class itself alone."""


class Receivers:
    """The values of THIS and SUPER rows, told by where the function around them stands; no caller is asked but the
    library that the function is written for.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

    def this(self, module: Module, row: int) -> Equation:
        """`this` belongs to the nearest function that is no arrow, class field or module (ECMAScript 9.4.3)."""
        region = module.region[row]
        while True:
            kind = module.kind[region]
            parent = module.parent[region]
            if kind == Kind.PROGRAM:
                return answer([Namespace(module.index)]) if module.surface.commonjs else answer([UNDEFINED])
            if kind == Kind.FUNCTION and not module.has(region, Flag.ARROW):
                return (yield from self._this_of(module, region))
            if module.kind[parent] == Kind.PROPERTY and module.kind[module.parent[parent]] == Kind.CLASS:
                return (yield from self._this_of_class(module, parent, module.parent[parent]))
            region = module.region[region]

    def _this_of(self, module: Module, function: int) -> Equation:
        """What `this` is inside a function that is no arrow: the object on which it is found."""
        parent = module.parent[function]
        text = module.annotations.get(-function, "any")
        if text not in _UNTYPED:
            return (yield self.model.types.named(module.index, text))
        match module.kind[parent]:
            case Kind.PROPERTY:
                holder = module.parent[parent]
                if module.kind[holder] == Kind.CLASS:
                    return (yield from self._this_of_class(module, parent, holder))
                placed = answer([Literal(module.index, holder), *self.model.standing.this(module.index, function)])
                return join(placed, (yield from bound_member(self.model, module, function)))
            case Kind.ASSIGN if module.kind[module.first[parent]] in {Kind.INDEX, Kind.MEMBER}:
                held = module.first[module.first[parent]]
                if module.kind[held] == Kind.MEMBER and module.text(held) == "prototype":
                    made = yield self.model.values.of(module.index, module.first[held])
                    functions = (item for item in made.items if isinstance(item, Closure | ClassValue))
                    return answer(Instance(item.module, item.row) for item in functions)
                bound = yield from bound_member(self.model, module, function)
                bound = join(bound, answer(self.model.standing.this(module.index, function)))
                bound = join(bound, (yield from given_this(self.model, module, function)))
                return join(bound, (yield self.model.values.of(module.index, held)))
            case Kind.CALL | Kind.NEW if module.first[parent] != function:
                return (yield from bound_this(self.model, module, function))
            case Kind.CLASS:
                return answer([ClassValue(module.index, parent)])
            case _:
                given = yield from given_this(self.model, module, function)
                given = join(given, (yield from self._called_here(module, function)))
                return join(given, answer([Instance(module.index, function)], ["this"]))

    def _called_here(self, module: Module, function: int) -> Equation:
        """What a function is called on or bound to where it is written: `(function () { … }).call(this)`."""
        member = module.parent[function]
        call = module.parent[member]
        if module.kind[member] == Kind.MEMBER and module.kind[call] == Kind.CALL and module.first[call] == member:
            arguments = module.args(call)
            if arguments and self._takes_this(module.text(member)):
                held = yield self.model.values.of(module.index, arguments[0])
                return (yield from self.model.values.close(Answer(held.items, frozenset())))
        return NOTHING

    def _takes_this(self, name: str) -> bool:
        libraries = self.model.libraries
        return any(
            libraries.returns_receiver(state) or any(place == "receiver" for place, _, _ in libraries.runs(state))
            for state in libraries.language(name)
        )

    def super_(self, module: Module, row: int) -> Equation:
        """`super` in a class's member: the class it extends where that is static, else an instance of that."""
        member = self._member_around(module, row)
        holder = module.parent[member] if member >= 0 else -1
        if holder < 0 or module.kind[module.first[holder]] == Kind.NONE:
            return answer(open_because=["super"])
        parents = yield self.model.values.resolved(module.index, module.first[holder])
        if module.has(member, Flag.STATIC):
            return parents
        return answer(self._instances(parents), parents.open)

    def _member_around(self, module: Module, row: int) -> int:
        """The PROPERTY of a class in which a row stands: in its method, or in the value of its field; -1 for none."""
        region = module.region[row]
        while module.kind[region] != Kind.PROGRAM:
            parent = module.parent[region]
            if module.kind[parent] == Kind.PROPERTY and module.kind[module.parent[parent]] == Kind.CLASS:
                return parent
            if module.kind[region] == Kind.FUNCTION and not module.has(region, Flag.ARROW):
                return -1
            region = module.region[region]
        return -1

    def _instances(self, classes: Answer) -> Iterator[Atom]:
        for item in classes.items:
            if isinstance(item, ClassValue | Closure):
                yield Instance(item.module, item.row)
            elif isinstance(item, External):
                for state in self.model.libraries.constructed(item.state) or (0,):
                    yield External(state)

    def _this_of_class(self, module: Module, member: int, class_: int) -> Equation:
        """The class or its instances, and those of what extends it: what a method calls may be overridden there."""
        heirs = yield self.model.heap.subclasses(module.index, class_)
        own = ClassValue(module.index, class_)
        classes = {own, *(item for item in heirs.items if isinstance(item, ClassValue))}
        if len(classes) > HEIRS_LIMIT:
            classes = {own}
        elif len(classes) > 1 and module.has(class_, Flag.ABSTRACT):
            classes.remove(own)
        if module.has(member, Flag.STATIC):
            return answer(classes)
        return answer(Instance(item.module, item.row) for item in classes)

"""Objects and their members: literals, classes and instances, functions with properties, the exports of modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import (
    CANDIDATES_LIMIT,
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
    widen_values,
)
from reviewer.model.link import ToFolder, ToModule
from reviewer.model.solve import NOTHING, Answer, Equation, Question, answer, join
from reviewer.source.module import Export, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_NESTING_LIMIT = 20


class Heap:
    """Questions about what objects hold. Writes are added, never removed."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.member = Question("member", 1, self._member, widen_values)
        self.element = Question("element", 1, self._element, widen_values)
        self.element_made = Question("element made", 1, self._element_made, widen_values)
        self.export = Question("export", 1, self._export, widen_values)
        self.module_value = Question("module value", 1, self._module_value, widen_values)
        self.global_ = Question("global", 1, self._global, widen_values)
        self.written = Question("written member", 1, self._written, widen_values)

    # members by name

    def _member(self, atom: Atom, name: str) -> Equation:
        match atom:
            case Literal(m, row):
                own = yield from self._literal_member(self.model.link.body(m), row, name)
            case Instance(m, row):
                own = yield from self._instance_member(self.model.link.body(m), row, name)
            case ClassValue(m, row):
                own = yield from self._class_member(self.model.link.body(m), row, name, Flag.STATIC)
            case Namespace(m):
                own = yield self.export(m, name)
                if own.items or own.open:
                    return own
            case Made(m, row, path):
                own = yield from self.made(self.model.link.body(m), row, (*path, name))
            case Promised() | Constant() | Primitive():
                return self._language_member(atom, name)
            case _:
                own = NOTHING
        if isinstance(atom, Literal | Instance | ClassValue | Closure | Namespace):
            own = join(own, (yield self.written(atom, name)))
        if not own.items and not own.open:
            own = self._language_member(atom, name)
            if not own.items and isinstance(atom, Instance | ClassValue):
                # Its class says nothing of the member: it is put there in a way that is not seen.
                return answer(open_because=["member"])
        return own

    def _language_member(self, atom: Atom, name: str) -> Answer:
        states = self.model.libraries.language(name)
        return answer(External(state) for state in states)

    def _literal_member(self, module: Module, row: int, name: str) -> Equation:
        if module.kind[row] == Kind.NAMESPACE:
            return answer(open_because=["namespace"])
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
                        found = join(found, (yield from self._property_value(module, operand)))
                    elif key.open or any(not isinstance(item, Constant) for item in key.items):
                        found = join(found, answer(open_because=["computed key"]))
                elif module.text(operand) == name:
                    found = join(found, (yield from self._property_value(module, operand)))
            elif module.kind[row] == Kind.ARRAY and name.isdigit():
                return (yield self.element(Literal(module.index, row), name))
        return found

    def _property_value(self, module: Module, property_: int) -> Equation:
        value = module.op(property_, 1)
        if module.kind[value] == Kind.NONE:
            text = module.annotations.get(property_)
            if text is None:
                return NOTHING
            return (yield self.model.types.named(module.index, text))
        if module.has(property_, Flag.GETTER):
            return (yield self.model.calls.returns(module.index, value))
        if module.has(property_, Flag.SETTER):
            return NOTHING
        return (yield self.model.values.of(module.index, value))

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
                found = join(found, (yield from self._property_value(module, member)))
                if name == "constructor":
                    found = answer([ClassValue(module.index, class_)])
        if not static:
            found = join(found, (yield from self._parameter_property(module, class_, name)))
        heritage = module.first[class_]
        if found.items or module.kind[heritage] == Kind.NONE:
            return found
        parents = yield self.model.values.of(module.index, heritage)
        for parent in parents.items:
            if isinstance(parent, ClassValue):
                atom: Atom = parent if static else Instance(parent.module, parent.row)
                found = join(found, (yield self.member(atom, name)))
            elif isinstance(parent, Closure) and not static:
                found = join(found, (yield self.member(Instance(parent.module, parent.row), name)))
            elif isinstance(parent, External):
                states = (parent.state,) if static else self.model.libraries.constructed(parent.state)
                for state in states:
                    inherited = self.model.external_member(External(state), name)
                    if External(0) not in inherited.items:
                        found = join(found, inherited)
        return Answer(found.items, found.open | parents.open)

    def _parameter_property(self, module: Module, class_: int, name: str) -> Equation:
        constructor = self.constructor(module, class_)
        if constructor < 0:
            return NOTHING
        for param in module.params(constructor):
            if module.has(param, Flag.ACCESS):
                target = module.first[param]
                if module.kind[target] == Kind.DEFAULT:
                    target = module.first[target]
                if module.text(target) == name:
                    return (yield from self.model.values.close((yield self.model.values.target(module.index, target))))
        return NOTHING

    def constructor(self, module: Module, class_: int) -> int:
        """The FUNCTION row of the class's own constructor, or -1."""
        for member in module.ops(class_):
            if module.kind[member] == Kind.PROPERTY and module.text(member) == "constructor":
                value = module.op(member, 1)
                if module.kind[value] == Kind.FUNCTION:
                    return value
        return -1

    def _prototype_member(self, module: Module, function: int, name: str) -> Equation:
        found = yield self.written(Closure(module.index, function), "prototype")
        result = NOTHING
        for prototype in found.items:
            result = join(result, (yield self.member(prototype, name)))
        return result

    # writes of members from anywhere

    def _written(self, atom: Atom, name: str) -> Equation:
        """What assignments `object.name = value` anywhere give to the member."""
        link = self.model.link
        self.model.solver.touch(("writes", name))
        if link.count_named("writes", name) > CANDIDATES_LIMIT:
            return (yield from self._written_nearby(atom, name))
        found = NOTHING
        for m, row in link.spots_named("writes", name):
            found = join(found, (yield from self._written_at(link.body(m), row, atom)))
        return found

    def _written_nearby(self, atom: Atom, name: str) -> Equation:
        """The name is too common to look at every write: those of the object's own file, and open."""
        link = self.model.link
        own = atom.module if not isinstance(atom, Constant | Primitive | Promised) else -1
        found = answer(open_because=["cap"])
        for m, rows in link.rows_named("writes", name):
            if m == own and len(rows) <= CANDIDATES_LIMIT:
                for row in rows:
                    found = join(found, (yield from self._written_at(link.body(m), row, atom)))
        return found

    def _written_at(self, module: Module, row: int, atom: Atom) -> Equation:
        """The value that the write at a MEMBER row gives, if it writes this object."""
        parent = module.parent[row]
        if module.kind[parent] != Kind.ASSIGN:
            return NOTHING
        held = module.first[row]
        if isinstance(atom, Instance) and module.kind[held] == Kind.MEMBER and module.text(held) == "prototype":
            maker = yield self.model.values.of(module.index, module.first[held])
            holds = any(
                isinstance(item, Closure | ClassValue) and item.module == atom.module and item.row == atom.row
                for item in maker.items
            )
        else:
            holder = yield self.model.values.of(module.index, held)
            holds = atom in holder.items
        if not holds:
            return NOTHING
        return (yield from self.model.values.close((yield self.model.values.of(module.index, module.op(parent, 1)))))

    def _global(self, name: str) -> Equation:
        """What a global variable holds that some module writes without declaring it."""
        link = self.model.link
        self.model.solver.touch(("globals", name))
        if link.count_named("globals", name) > CANDIDATES_LIMIT:
            return answer(open_because=["global"])
        found = answer(open_because=["global"])
        for m, row in link.spots_named("globals", name):
            module = link.body(m)
            parent = module.parent[row]
            if module.kind[parent] == Kind.ASSIGN and module.first[parent] == row:
                found = join(found, (yield self.model.values.of(m, module.op(parent, 1))))
        return found

    # what library calls make

    def made(self, module: Module, call: int, path: tuple[str, ...]) -> Equation:
        """What lies at a path below what a library's call makes, as its rows say."""
        callees = yield self.model.calls.callees(module.index, call)
        found = NOTHING
        for callee in callees.items:
            if not isinstance(callee, External):
                continue
            for flow in self.model.libraries.text_flows(callee.state):
                if flow.keeps in {"text", "formatted", "content"} or (not flow.target and flow.keeps == "value"):
                    continue
                below = flow.remaining(path)
                if below is None or "#" in below:
                    continue
                if len(path) < len(flow.target):
                    found = join(found, answer([Made(module.index, call, path)]))
                    continue
                for index in range(flow.first, min(flow.last, flow.first + len(module.args(call))) + 1):
                    given = yield from self.model.calls.flowed(flow.place, index, module, call)
                    found = join(found, (yield from self._below(given, below)))
        # What is made may be asked for anywhere: the parameters it is written in terms of are those of its own place.
        return (yield from self.model.values.close(found))

    def _element_made(self, m: int, call: int, path: tuple[str, ...]) -> Equation:
        return (yield from self.made(self.model.link.body(m), call, path))

    def _below(self, found: Answer, path: tuple[str, ...]) -> Equation:
        values = self.model.values
        for step in path:
            result = Answer(frozenset(), found.open)
            if step == "*" or step.isdigit():
                for atom in found.items:
                    result = join(result, (yield from values.element_of(atom, step)))
            else:
                result = join(result, (yield from values.member_of(found, step)))
            found = result
        return found

    # elements

    def _element(self, atom: Literal, key: str) -> Equation:
        """The element at a constant index of an array literal, or any element; what is pushed through its name counts."""
        module = self.model.link.body(atom.module)
        if module.kind[atom.row] != Kind.ARRAY:
            return (yield from self._any_member(module, atom.row))
        operands = module.ops(atom.row)
        plain = all(module.kind[operand] != Kind.SPREAD for operand in operands)
        found = NOTHING
        if key.isdigit() and plain and int(key) < len(operands):
            return (yield self.model.values.of(module.index, operands[int(key)]))
        for operand in operands:
            if module.kind[operand] == Kind.SPREAD:
                whole = yield self.model.values.of(module.index, module.first[operand])
                for item in whole.items:
                    found = join(found, (yield from self.model.values.element_of(item, "*")))
                found = Answer(found.items, found.open | whole.open)
            elif module.kind[operand] != Kind.NONE:
                found = join(found, (yield self.model.values.of(module.index, operand)))
        return join(found, (yield from self._pushed(module, atom.row)))

    def _any_member(self, module: Module, row: int) -> Equation:
        found = NOTHING
        for operand in module.ops(row):
            if module.kind[operand] == Kind.PROPERTY:
                found = join(found, (yield from self._property_value(module, operand)))
            else:
                found = join(found, answer(open_because=["spread"]))
        return found

    def _pushed(self, module: Module, array: int) -> Equation:
        parent = module.parent[array]
        if module.kind[parent] != Kind.DECLARATOR or module.kind[module.first[parent]] != Kind.IDENT:
            return NOTHING
        found = NOTHING
        for ref in module.refs(module.binding[module.first[parent]]):
            member = module.parent[ref]
            if module.kind[member] != Kind.MEMBER or module.text(member) not in {"push", "unshift"}:
                continue
            call = module.parent[member]
            if module.kind[call] == Kind.CALL and module.first[call] == member:
                for argument in module.args(call):
                    found = join(found, (yield self.model.values.of(module.index, argument)))
        return found

    # modules

    def _export(self, m: int, name: str) -> Equation:
        """What `import { name }` of module `m` gives; `default` of a CommonJS module is its `module.exports`."""
        link = self.model.link
        surface = link.surfaces[m]
        self.model.solver.touch(("surface", m))
        found = NOTHING
        assigned = False
        for export in surface.exports:
            if export.name == name:
                found = join(found, (yield from self._exported(m, export)))
            elif export.name == "*" and export.source and name != "default":
                target = link.reexports[m].get(export.source)
                if isinstance(target, ToModule):
                    found = join(found, (yield self.export(target.module, name)))
                elif target is not None:
                    found = join(found, (yield from self.model.values.imported(target, name)))
            elif export.name == "=":
                assigned = True
        if found.items or not assigned:
            if name == "default" and not found.items and surface.commonjs:
                return answer([Namespace(m)])
            return found
        whole = yield self.module_value(m)
        if name == "default":
            return join(found, whole)
        return join(found, (yield from self.model.values.member_of(whole, name)))

    def _exported(self, m: int, export: Export) -> Equation:
        if export.source:
            target = self.model.link.reexports[m].get(export.source)
            if target is None:
                return answer(open_because=["re-export"])
            return (yield from self.model.values.imported(target, export.imported))
        if export.binding >= 0:
            return (yield self.model.values.binding(m, export.binding))
        return (yield self.model.values.of(m, export.row))

    def _module_value(self, m: int) -> Equation:
        """What `require` of module `m` gives: what `module.exports` was assigned, else its exports object."""
        surface = self.model.link.surfaces[m]
        self.model.solver.touch(("surface", m))
        found = NOTHING
        for export in surface.exports:
            if export.name == "=":
                found = join(found, (yield from self._exported(m, export)))
        if not found.items:
            return answer([Namespace(m)], found.open)
        return found

    def folder(self, target: ToFolder) -> Equation:
        """What a computed `require` may give."""
        found = NOTHING
        for m in target.modules:
            found = join(found, (yield self.module_value(m)))
        return found

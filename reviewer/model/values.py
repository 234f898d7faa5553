"""What an expression may evaluate to: constants, functions, classes, objects, and places of libraries."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import (
    BOOLEAN,
    NUMBER,
    STEPS_LIMIT,
    STRING,
    UNDEFINED,
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
    Symbol,
    widen_values,
)
from reviewer.model.link import Target, ToFolder, ToModule, ToPackage, Unresolved, plain_function
from reviewer.model.solve import NOTHING, Answer, Equation, Key, Question, answer, join
from reviewer.source.module import BindingKind, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_CONSTANTS: Final = {
    Kind.STRING: "string",
    Kind.NUMBER: "number",
    Kind.BIGINT: "bigint",
    Kind.REGEX: "regexp",
}
_WORDS: Final = {
    Kind.TRUE: Constant("boolean", "true"),
    Kind.FALSE: Constant("boolean", "false"),
    Kind.NULL: Constant("null", "null"),
    Kind.UNDEFINED: UNDEFINED,
}
_UNARY: Final = {"!": BOOLEAN, "delete": BOOLEAN, "typeof": STRING, "-": NUMBER, "+": NUMBER, "~": NUMBER}
_COMPARISONS: Final = frozenset({"==", "!=", "===", "!==", "<", ">", "<=", ">=", "in", "instanceof"})
_FAR: Final = "far from a parameter"
_EXPORT_NAMES: Final = frozenset({"module", "exports", "require"})


class Values:
    """The questions `of` (in terms of the enclosing functions' parameters) and `resolved` (parameters replaced by what
    their callers give). Both take (module, row) of an expression and answer with atoms.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.of = Question("values", 1, self._of, widen_values)
        self.resolved = Question("resolved values", 1, self._resolved, widen_values)
        self.closed = Question("closed parameter", 1, self._closed, widen_values)
        self.binding = Question("binding values", 1, self._binding, widen_values)
        self.target = Question("target values", 1, self._target, widen_values)

    def _of(self, m: int, row: int) -> Equation:
        module = self.model.link.body(m)
        kind = module.kind[row]
        found: Answer = NOTHING
        match kind:
            case Kind.IDENT:
                return (yield from self._identifier(module, row))
            case Kind.MEMBER:
                return (yield from self._member(module, row))
            case Kind.CALL:
                return (yield from self.model.calls.result(module, row))
            case Kind.NEW:
                return (yield from self.model.calls.constructed(module, row))
            case Kind.STRING | Kind.NUMBER | Kind.BIGINT | Kind.REGEX:
                found = answer([Constant(_CONSTANTS[kind], module.text(row))])
            case Kind.TRUE | Kind.FALSE | Kind.NULL | Kind.UNDEFINED:
                found = answer([_WORDS[kind]])
            case Kind.TEMPLATE:
                chunks = module.ops(row)
                if all(module.kind[chunk] == Kind.STRING for chunk in chunks):
                    found = answer([Constant("string", "".join(module.text(chunk) for chunk in chunks))])
                else:
                    found = answer([STRING])
            case Kind.FUNCTION:
                found = answer([Closure(m, row)])
            case Kind.CLASS:
                found = answer([ClassValue(m, row)])
            case Kind.OBJECT | Kind.ARRAY | Kind.ENUM:
                found = answer([Literal(m, row)])
            case Kind.NAMESPACE:
                found = answer([Literal(m, row)])
            case Kind.THIS:
                return (yield from self._this(module, row))
            case Kind.SUPER:
                return (yield from self._super(module, row))
            case Kind.AWAIT:
                operand = yield self.of(m, module.first[row])
                return self.awaited(operand)
            case Kind.CONDITIONAL:
                first = yield self.of(m, module.op(row, 1))
                return join(first, (yield self.of(m, module.op(row, 2))))
            case Kind.LOGICAL:
                right = yield self.of(m, module.op(row, 1))
                if module.text(row) == "&&":
                    return right
                return join((yield self.of(m, module.first[row])), right)
            case Kind.ASSIGN:
                return (yield from self._assigned(module, row))
            case Kind.SEQUENCE:
                return (yield self.of(m, module.first[row] + module.count[row] - 1))
            case Kind.BINARY:
                found = yield from self._binary(module, row)
            case Kind.UNARY:
                found = answer([_UNARY.get(module.text(row), UNDEFINED)])
            case Kind.UPDATE:
                found = answer([NUMBER])
            case Kind.INDEX:
                return (yield from self._index(module, row))
            case Kind.TAGGED:
                return (yield from self.model.calls.tagged(module, row))
            case _:
                found = answer(open_because=["syntax"])
        return found

    # names

    def _identifier(self, module: Module, row: int) -> Equation:
        binding = module.binding[row]
        if binding >= 0:
            return (yield self.binding(module.index, binding))
        name = module.text(row)
        if name == "exports" and module.surface.commonjs:
            return answer([Namespace(module.index)])
        if name in _EXPORT_NAMES:
            return answer(open_because=["loader"])
        state = self.model.libraries.global_(name)
        if state is not None:
            return answer([External(state)])
        return (yield self.model.heap.global_(name))

    def _binding(self, m: int, binding: int) -> Equation:
        imported = self.model.link.import_bindings[m].get(binding)
        if imported is not None:
            return (yield from self.imported(*imported))
        module = self.model.link.body(m)
        kind = module.binding_kind[binding]
        if kind in {BindingKind.IMPORT, BindingKind.TYPE, BindingKind.ARGUMENTS}:
            return answer(open_because=["name"])
        found = NOTHING
        for target in module.writes(binding):
            found = join(found, (yield self.target(m, target)))
        return found

    def imported(self, target: Target, name: str) -> Equation:
        """What a name imported from `target` holds; `*` is the whole module, `default` its default export."""
        match target:
            case ToModule(number):
                if name == "*":
                    return answer([Namespace(number)])
                return (yield self.model.heap.export(number, name))
            case ToFolder(modules):
                return answer(Namespace(number) for number in modules)
            case ToPackage(package):
                return self.package(package, name)
            case Unresolved(reason):
                return answer(open_because=[reason])
            case _:
                return answer(open_because=["data file"])

    def package(self, package: str, name: str) -> Answer:
        """What a name imported from a package holds."""
        libraries = self.model.libraries
        root = libraries.package(package)
        if root is None:
            return answer([External(0)])
        if name == "*":
            return answer([External(root)])
        states = libraries.member(root, name)
        if not states and name == "default":
            # A CommonJS package's default import is its module object.
            states = (root,)
        return answer(External(state) for state in states or (0,))

    def _target(self, m: int, row: int) -> Equation:
        """The values that a write gives to its target row."""
        module = self.model.link.body(m)
        kind = module.kind[row]
        if kind == Kind.FUNCTION:
            return answer([Closure(m, row)])
        if kind == Kind.CLASS:
            return answer([ClassValue(m, row)])
        if kind in {Kind.ENUM, Kind.NAMESPACE}:
            return answer([Literal(m, row)])
        parent = module.parent[row]
        match module.kind[parent]:
            case Kind.DECLARATOR:
                value = module.op(parent, 1)
                if module.kind[value] == Kind.NONE:
                    return (yield from self._annotated(module, row))
                return (yield self.of(m, value))
            case Kind.ASSIGN:
                return (yield from self._assigned(module, parent))
            case Kind.PARAM:
                function = module.parent[parent]
                return answer([Symbol(m, function, module.position(parent) - 1)])
            case Kind.PROPERTY:
                return (yield from self._from_object_pattern(module, parent))
            case Kind.ARRAY_PATTERN:
                whole = yield self.target(m, parent)
                return (yield from self._elements(whole, str(module.position(row))))
            case Kind.DEFAULT:
                whole = yield self.target(m, parent)
                return join(whole, (yield self.of(m, module.op(parent, 1))))
            case Kind.REST:
                return (yield from self._rest(module, parent))
            case Kind.FOR_OF:
                iterated = yield self.of(m, module.op(parent, 1))
                each = yield from self._elements(iterated, "*")
                return self.awaited(each) if module.has(parent, Flag.AWAITED) else each
            case Kind.FOR_IN:
                return answer([STRING])
            case Kind.UPDATE:
                return answer([NUMBER])
            case _:
                return answer(open_because=["caught"])

    def _annotated(self, module: Module, row: int) -> Equation:
        text = module.annotations.get(row)
        if text is None:
            return NOTHING
        return (yield self.model.types.named(module.index, text))

    def _assigned(self, module: Module, assign: int) -> Equation:
        operator = module.text(assign)
        value = yield self.of(module.index, module.op(assign, 1))
        if operator in {"=", "||=", "&&=", "??="}:
            return value
        return answer([STRING if operator == "+=" and _may_be_text(value) else NUMBER])

    def _from_object_pattern(self, module: Module, property_: int) -> Equation:
        pattern = module.parent[property_]
        whole = yield self.target(module.index, pattern)
        if module.has(property_, Flag.COMPUTED):
            return answer(open_because=["computed key"])
        return (yield from self.member_of(whole, module.text(property_)))

    def _rest(self, module: Module, rest: int) -> Equation:
        parent = module.parent[rest]
        if module.kind[parent] == Kind.PARAM:
            return answer(open_because=["rest"])
        if module.kind[parent] == Kind.ARRAY_PATTERN:
            return answer(open_because=["rest"])
        return (yield self.target(module.index, parent))

    # operators

    def _binary(self, module: Module, row: int) -> Equation:
        operator = module.text(row)
        if operator in _COMPARISONS:
            return answer([BOOLEAN])
        if operator != "+":
            return answer([NUMBER])
        left = yield self.of(module.index, module.first[row])
        right = yield self.of(module.index, module.op(row, 1))
        if left.complete and right.complete and len(left.items) == 1 and len(right.items) == 1:
            (first,), (second,) = left.items, right.items
            if isinstance(first, Constant) and isinstance(second, Constant) and "string" in {first.kind, second.kind}:
                return answer([Constant("string", first.text + second.text)])
        if _only_numbers(left) and _only_numbers(right):
            return answer([NUMBER])
        return answer([STRING])

    def _this(self, module: Module, row: int) -> Equation:
        """`this` belongs to the nearest function that is no arrow, class field or module (ECMAScript 9.4.3)."""
        region = module.region[row]
        while True:
            kind = module.kind[region]
            parent = module.parent[region]
            if kind == Kind.PROGRAM:
                return answer([Namespace(module.index)]) if module.surface.commonjs else answer([UNDEFINED])
            if kind == Kind.FUNCTION and not module.has(region, Flag.ARROW):
                return (yield from self.this_of(module, region))
            if module.kind[parent] == Kind.PROPERTY and module.kind[module.parent[parent]] == Kind.CLASS:
                return self._this_of_class(module, parent, module.parent[parent])
            region = module.region[region]

    def _this_of_class(self, module: Module, member: int, class_: int) -> Answer:
        if module.has(member, Flag.STATIC):
            return answer([ClassValue(module.index, class_)])
        return answer([Instance(module.index, class_)])

    def this_of(self, module: Module, function: int) -> Equation:
        """What `this` is inside a function that is no arrow: the object on which it is found."""
        parent = module.parent[function]
        match module.kind[parent]:
            case Kind.PROPERTY:
                holder = module.parent[parent]
                if module.kind[holder] == Kind.CLASS:
                    return self._this_of_class(module, parent, holder)
                return answer([Literal(module.index, holder)])
            case Kind.ASSIGN:
                target = module.first[parent]
                if module.kind[target] == Kind.MEMBER:
                    held = module.first[target]
                    if module.kind[held] == Kind.MEMBER and module.text(held) == "prototype":
                        made = yield self.of(module.index, module.first[held])
                        return answer(
                            Instance(item.module, item.row)
                            for item in made.items
                            if isinstance(item, Closure | ClassValue)
                        )
                    return (yield self.of(module.index, held))
            case Kind.CLASS:
                return answer([ClassValue(module.index, parent)])
            case _:
                pass
        return answer([Instance(module.index, function)], ["this"])

    def _super(self, module: Module, row: int) -> Equation:
        function = plain_function(module, row)
        if not function or module.kind[module.parent[function]] != Kind.PROPERTY:
            return answer(open_because=["super"])
        member = module.parent[function]
        holder = module.parent[member]
        if module.kind[holder] != Kind.CLASS or module.kind[module.first[holder]] == Kind.NONE:
            return answer(open_because=["super"])
        parents = yield self.of(module.index, module.first[holder])
        if module.has(member, Flag.STATIC):
            return parents
        return answer(_instances(self.model, parents), parents.open)

    # members

    def _member(self, module: Module, row: int) -> Equation:
        held = module.first[row]
        name = module.text(row)
        if module.kind[held] == Kind.IDENT and module.binding[held] < 0 and module.text(held) == "module":
            if name == "exports":
                return (yield self.model.heap.module_value(module.index))
            return answer(open_because=["loader"])
        holder = yield self.of(module.index, held)
        return (yield from self.member_of(holder, name))

    def _index(self, module: Module, row: int) -> Equation:
        key = yield self.of(module.index, module.op(row, 1))
        holder = yield self.of(module.index, module.first[row])
        names = [item.text for item in key.items if isinstance(item, Constant)]
        if names and len(names) == len(key.items) and key.complete:
            found = NOTHING
            for name in sorted(names):
                found = join(found, (yield from self.member_of(holder, name)))
            return found
        return (yield from self._elements(holder, "*"))

    def member_of(self, holder: Answer, name: str) -> Equation:
        """The member `name` of any of these values."""
        found = Answer(frozenset(), holder.open)
        for atom in holder.items:
            if isinstance(atom, Symbol):
                found = join(found, _further(atom, "m:" + name))
            elif isinstance(atom, External):
                found = join(found, self.model.external_member(atom, name))
            else:
                found = join(found, (yield self.model.heap.member(atom, name)))
        return found

    def _elements(self, holder: Answer, key: str) -> Equation:
        """The element at a constant key of arrays, maps and iterables, or any element for `*`."""
        found = Answer(frozenset(), holder.open)
        for atom in holder.items:
            found = join(found, (yield from self.element_of(atom, key)))
        return found

    def element_of(self, atom: Atom, key: str) -> Equation:
        """The element at `key`, or any for `*`, of one value."""
        if isinstance(atom, Symbol):
            return _further(atom, "e:" + key)
        if isinstance(atom, External):
            states = self.model.libraries.element(atom.state)
            return answer(External(state, atom.module, atom.row) for state in states or (0,))
        if isinstance(atom, Literal):
            return (yield self.model.heap.element(atom, key))
        if isinstance(atom, Made):
            return (yield self.model.heap.element_made(atom.module, atom.row, (*atom.path, key)))
        if isinstance(atom, Promised):
            inner = yield from self.element_of(atom.value, key)
            return answer((Promised(item) for item in inner.items), inner.open)
        if isinstance(atom, Constant | Primitive):
            return answer([STRING])
        return answer(open_because=["element"])

    def awaited(self, found: Answer) -> Answer:
        """What `await` gives for these values."""
        items: set[Atom] = set()
        for atom in found.items:
            if isinstance(atom, Promised):
                items.add(atom.value)
            elif isinstance(atom, External):
                items.update(self._awaited_external(atom))
            elif isinstance(atom, Symbol) and atom.steps and atom.steps[-1] == "call":
                items.update(_further(atom, "await").items)
            else:
                items.add(atom)
        return Answer(frozenset(items), found.open)

    def _awaited_external(self, atom: External) -> Iterator[External]:
        """A value may stand at several places at once: that it is a promise says nothing of what it is fulfilled with."""
        libraries = self.model.libraries
        for state in libraries.awaited(atom.state) or (atom.state,):
            if state != atom.state or not libraries.is_promise(state):
                yield External(state, atom.module, atom.row)

    # closing

    def _resolved(self, m: int, row: int) -> Equation:
        found = yield self.of(m, row)
        if _FAR in found.open or any(isinstance(atom, Symbol) and "call" in atom.steps for atom in found.items):
            module = self.model.link.body(m)
            if module.kind[row] in {Kind.MEMBER, Kind.CALL} and row not in self.model.link.import_calls[m]:
                # Too far from a parameter to be told in terms of it: told in terms of what the parameter holds.
                found = yield from self._from_resolved(module, row)
        return (yield from self.close(found))

    def _from_resolved(self, module: Module, row: int) -> Equation:
        held = yield self.resolved(module.index, module.first[row])
        if module.kind[row] == Kind.MEMBER:
            return (yield from self.member_of(held, module.text(row)))
        return (yield from self.model.calls.results_at(held, module, row))

    def close(self, found: Answer) -> Equation:
        """Replace what is written in terms of parameters by what the parameters may hold."""
        items: set[Atom] = set()
        result = Answer(frozenset(), found.open)
        for atom in found.items:
            inner = atom.value if isinstance(atom, Promised) else atom
            if isinstance(inner, Symbol):
                closed = yield self.closed(inner)
                if isinstance(atom, Promised):
                    closed = answer((Promised(item) for item in closed.items), closed.open)
                result = join(result, closed)
            else:
                items.add(atom)
        return Answer(result.items | items, result.open)

    def _closed(self, symbol: Symbol) -> Equation:
        """What a parameter may hold, some steps on; the steps may lead to what is written in terms of other parameters."""
        found = yield self.model.calls.parameter(symbol.module, symbol.row, symbol.index)
        found = yield from self.take_steps(found, symbol.steps)
        return (yield from self.close(found))

    def take_steps(self, found: Answer, steps: tuple[str, ...]) -> Equation:
        """Go the steps of a `Symbol` from these values."""
        for step in steps:
            if step.startswith("m:"):
                found = yield from self.member_of(found, step[2:])
            elif step.startswith("e:"):
                found = yield from self._elements(found, step[2:])
            elif step == "await":
                found = self.awaited(found)
            else:
                found = yield from self.model.calls.results_of(found)
        return found


def _further(symbol: Symbol, step: str) -> Answer:
    if len(symbol.steps) >= STEPS_LIMIT:
        return answer(open_because=[_FAR])
    return answer([Symbol(symbol.module, symbol.row, symbol.index, (*symbol.steps, step))])


def further(symbol: Symbol, step: str) -> Answer:
    """The value one step further away from a parameter, or open where that is too far."""
    return _further(symbol, step)


def _may_be_text(found: Answer) -> bool:
    return not _only_numbers(found)


def _only_numbers(found: Answer) -> bool:
    return (
        found.complete
        and bool(found.items)
        and all(isinstance(item, Constant | Primitive) and item.kind == "number" for item in found.items)
    )


def _instances(model: Model, classes: Answer) -> Generator[Atom, None, None]:
    for item in classes.items:
        if isinstance(item, ClassValue | Closure):
            yield Instance(item.module, item.row)
        elif isinstance(item, External):
            for state in model.libraries.constructed(item.state) or (0,):
                yield External(state)


__all__ = ["Key", "Values", "further"]

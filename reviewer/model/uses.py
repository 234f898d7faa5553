"""Where a function goes: the calls that run it, and the library calls that take it as a callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from reviewer.model.domain import CANDIDATES_LIMIT, ClassValue, Closure, External, Symbol
from reviewer.model.link import ToFolder, ToModule
from reviewer.model.solve import NOTHING, Answer, Equation, Question, answer, join
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_TRANSPARENT = frozenset(
    {Kind.CONDITIONAL, Kind.LOGICAL, Kind.SEQUENCE, Kind.AWAIT, Kind.EXPORT, Kind.SPREAD, Kind.DEFAULT}
)

_HELD = "held by an object"
"""The function goes on inside an object or list: the calls of parameters may run it."""


class Use(msgspec.Struct, frozen=True, gc=False):
    """One place where a function ends up.

    kind: `call` (`row` is the CALL or NEW that runs it) · `argument` (passed to a library's call as argument `index`) ·
    `member argument` (as member `name` of an object passed there) · `element argument` (in an array passed there) ·
    `returned to` (its value is what an entry gives back).
    """

    kind: str
    module: int
    row: int
    index: int = -1
    name: str = ""


class Uses:
    """`of(module, FUNCTION row)`: every `Use` of the function; `escapes` is among `open` where it is lost from sight."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.of = Question("uses", 1, self._of)
        self.flow = Question("forward flow", 1, self._flow)
        self.binding = Question("binding flow", 1, self._binding)
        self.exported = Question("export flow", 1, self._exported)
        self.named = Question("member flow", 1, self._named)

    def _of(self, m: int, function: int) -> Equation:
        found = yield from self._followed(m, function)
        if _HELD not in found.open:
            return found
        return join(found, (yield from self._through_parameters(m, function)))

    def _through_parameters(self, m: int, function: int) -> Equation:
        """The function went on inside an object: the calls of parameters that, seen from the callee, run it."""
        wanted = Closure(m, function)
        found = NOTHING
        for other, row in self.model.link.parameter_calls():
            callees = yield self.model.calls.callees(other, row)
            if wanted in callees.items:
                found = join(found, answer([Use("call", other, row)]))
        return found

    def _followed(self, m: int, function: int) -> Equation:
        module = self.model.link.body(m)
        parent = module.parent[function]
        found = NOTHING
        if module.kind[parent] == Kind.PROPERTY:
            return (yield from self._from_property(module, parent, m, function))
        binding = module.binding[function]
        if binding >= 0:
            found = join(found, (yield self.binding(m, binding, m, function)))
        if not (binding >= 0 and module.has(function, Flag.DECLARATION)):
            found = join(found, (yield self.flow(m, function, m, function)))
        elif module.kind[parent] == Kind.EXPORT:
            found = join(found, (yield self.flow(m, parent, m, function)))
        return found

    def _from_property(self, module: Module, property_: int, fm: int, fr: int) -> Equation:
        """A function that is a member of a class or object literal."""
        holder = module.parent[property_]
        found = NOTHING
        name = module.text(property_)
        if module.kind[holder] == Kind.CLASS:
            if name == "constructor":
                return (yield from self._of_class(module, holder))
            if module.flags[property_] & (Flag.GETTER | Flag.SETTER):
                return answer(open_because=["accessor"])
            if any(module.kind[extra] == Kind.DECORATOR for extra in module.ops(property_)[2:]):
                found = answer(open_because=["decorated"])
        elif module.kind[holder] == Kind.OBJECT:
            if self._is_export(module, holder):
                return (yield self.exported(module.index, name, fm, fr))
            found = yield from self._of_literal_member(module, holder, name)
        if module.has(property_, Flag.COMPUTED):
            return join(found, answer(open_because=["computed key"]))
        return join(found, (yield self.named(name, fm, fr)))

    def _is_export(self, module: Module, literal: int) -> bool:
        """Whether an object literal is what the module exports: `module.exports = {…}`, `export default {…}`."""
        parent = module.parent[literal]
        if module.kind[parent] == Kind.EXPORT:
            return True
        return any(export.name == "=" and export.row == literal for export in module.surface.exports)

    def _of_class(self, module: Module, class_: int) -> Equation:
        """Where a class is constructed: its constructor's calls."""
        found = NOTHING
        binding = module.binding[class_]
        if binding >= 0:
            found = join(found, (yield self.binding(module.index, binding, module.index, class_)))
        return join(found, (yield self.flow(module.index, class_, module.index, class_)))

    def _of_literal_member(self, module: Module, literal: int, name: str) -> Equation:
        """An object literal that is handed to a library as options: `createServer({ handler })`."""
        parent = module.parent[literal]
        if module.kind[parent] in {Kind.CALL, Kind.NEW} and module.first[parent] != literal:
            callees = yield self.model.calls.callees(module.index, parent)
            if any(isinstance(callee, External) for callee in callees.items):
                return answer([Use("member argument", module.index, parent, module.position(literal) - 1, name)])
            return answer(open_because=["escapes", _HELD])
        return NOTHING

    def _flow(self, m: int, row: int, fm: int, fr: int) -> Equation:
        """Where the value of an expression row goes, for the function or class at (fm, fr) that it is."""
        module = self.model.link.body(m)
        parent = module.parent[row]
        kind = module.kind[parent]
        match kind:
            case Kind.CALL | Kind.NEW:
                if module.first[parent] == row:
                    return answer([Use("call", m, parent)])
                return (yield from self._argument(module, parent, row, fm, fr))
            case Kind.MEMBER:
                return (yield from self._of_member(module, parent, fm, fr))
            case Kind.DECLARATOR | Kind.ASSIGN:
                return (yield from self._stored(module, parent, row, fm, fr))
            case Kind.PROPERTY:
                return (yield from self._from_property(module, parent, fm, fr))
            case Kind.ARRAY:
                return (yield from self._in_array(module, parent, fm, fr))
            case Kind.RETURN:
                return (yield from self._returned(module, module.owner[row], fm, fr))
            case Kind.FUNCTION:
                return (yield from self._returned(module, parent, fm, fr))
            case Kind.EXPORT:
                name = "default" if module.has(parent, Flag.DEFAULT_EXPORT) else "="
                return (yield self.exported(m, name, fm, fr))
            case Kind.CLASS if module.first[parent] == row:
                return (yield from self._extended(module, parent))
            case Kind.CLASS | Kind.EXPRESSION | Kind.BINARY | Kind.UNARY | Kind.IF | Kind.TEMPLATE | Kind.PROGRAM:
                return NOTHING
            case _ if kind in _TRANSPARENT:
                return (yield self.flow(m, parent, fm, fr))
            case _:
                return answer(open_because=["escapes"])

    def _extended(self, module: Module, class_: int) -> Equation:
        """A class whose heritage is the class in question: `super(…)` runs its constructor, or `new` of the subclass."""
        constructor = self.model.heap.constructor(module, class_)
        if constructor < 0:
            return (yield from self._of_class(module, class_))
        return answer(
            Use("call", module.index, call)
            for call in self.model.link.owned(module.index, Kind.CALL, constructor)
            if module.kind[module.first[call]] == Kind.SUPER
        )

    def _stored(self, module: Module, store: int, row: int, fm: int, fr: int) -> Equation:
        """A declarator or assignment whose value is the function."""
        target = module.first[store]
        if target == row:
            return NOTHING
        found = NOTHING
        match module.kind[target]:
            case Kind.IDENT if module.binding[target] >= 0:
                found = yield self.binding(module.index, module.binding[target], fm, fr)
            case Kind.MEMBER:
                found = yield from self._stored_member(module, target, fm, fr)
            case _:
                found = answer(open_because=["escapes"])
        if module.kind[store] == Kind.ASSIGN:
            found = join(found, (yield self.flow(module.index, store, fm, fr)))
        return found

    def _stored_member(self, module: Module, target: int, fm: int, fr: int) -> Equation:
        held = module.first[target]
        name = module.text(target)
        if module.kind[held] == Kind.IDENT and module.binding[held] < 0:
            if module.text(held) == "module" and name == "exports":
                return (yield self.exported(module.index, "=", fm, fr))
            if module.text(held) == "exports":
                return (yield self.exported(module.index, name, fm, fr))
        return (yield self.named(name, fm, fr))

    def _binding(self, m: int, binding: int, fm: int, fr: int) -> Equation:
        """Where the reads of a local binding and of its export take the function."""
        module = self.model.link.body(m)
        found = NOTHING
        for ref in module.refs(binding):
            found = join(found, (yield self.flow(m, ref, fm, fr)))
        for export in self.model.link.surfaces[m].exports:
            if export.binding == binding:
                found = join(found, (yield self.exported(m, export.name, fm, fr)))
        return found

    def _exported(self, m: int, name: str, fm: int, fr: int) -> Equation:
        """Where the importers of module `m` take its export `name` (`=`: the whole module)."""
        link = self.model.link
        self.model.solver.touch(("importers", m))
        found = yield from self._of_own_exports(link.body(m), name, fm, fr)
        for importer in link.importers.get(m, ()):
            record = importer.record
            for imported, binding in record.names:
                if binding < 0:
                    continue
                if imported == name or (name == "=" and imported == "default"):
                    found = join(found, (yield self.binding(importer.module, binding, fm, fr)))
                elif imported in {"*", "default"} and name not in {"=", "default"}:
                    body = self.model.link.body(importer.module)
                    for ref in body.refs(binding):
                        found = join(found, (yield from self._of_whole(importer.module, ref, name, fm, fr)))
            if record.kind == "reexport":
                found = join(found, (yield from self._reexported(importer.module, record.source, name, fm, fr)))
            elif record.row >= 0:
                found = join(found, (yield from self._of_whole(importer.module, record.row, name, fm, fr)))
        return found

    def _of_own_exports(self, module: Module, name: str, fm: int, fr: int) -> Equation:
        """`exports.name(…)` in the module itself."""
        found = NOTHING
        if not module.surface.commonjs:
            return found
        for row in module.surface.reads.get(name, ()):
            held = module.first[row]
            if module.kind[held] == Kind.MEMBER and module.text(held) == "exports":
                held = module.first[held]
            if module.kind[held] == Kind.IDENT and module.binding[held] < 0 and module.text(held) in {"exports", "module"}:
                found = join(found, (yield self.flow(module.index, row, fm, fr)))
        return found

    def _of_whole(self, m: int, row: int, name: str, fm: int, fr: int) -> Equation:
        """Where the importer that holds a whole module at an expression row takes its export `name`."""
        module = self.model.link.body(m)
        found = NOTHING
        pending = [row]
        seen: set[int] = set()
        while pending:
            at = pending.pop()
            if at in seen:
                continue
            seen.add(at)
            if name in {"=", "default"}:
                found = join(found, (yield self.flow(m, at, fm, fr)))
            parent = module.parent[at]
            match module.kind[parent]:
                case Kind.MEMBER if module.text(parent) == name:
                    found = join(found, (yield self.flow(m, parent, fm, fr)))
                case Kind.MEMBER if module.text(parent) == "default":
                    pending.append(parent)
                case Kind.AWAIT:
                    pending.append(parent)
                case Kind.DECLARATOR:
                    target = module.first[parent]
                    if module.kind[target] == Kind.IDENT and name not in {"=", "default"}:
                        pending.extend(module.refs(module.binding[target]))
                    elif module.kind[target] == Kind.OBJECT_PATTERN:
                        found = join(found, (yield from self._of_pattern(module, target, name, fm, fr)))
                case Kind.MEMBER | Kind.EXPRESSION:
                    pass
                case _ if name not in {"=", "default"}:
                    # The whole module goes on, as an argument or inside an object: then its members are read by name.
                    found = join(found, (yield self.named(name, fm, fr)))
                case _:
                    pass
        return found

    def _of_pattern(self, module: Module, pattern: int, name: str, fm: int, fr: int) -> Equation:
        """`const { name } = …`: the binding that takes the member."""
        found = NOTHING
        for property_ in module.ops(pattern):
            if module.kind[property_] != Kind.PROPERTY or module.text(property_) != name:
                continue
            target = module.op(property_, 1)
            if module.kind[target] == Kind.DEFAULT:
                target = module.first[target]
            if module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
                found = join(found, (yield self.binding(module.index, module.binding[target], fm, fr)))
            else:
                found = join(found, answer(open_because=["escapes"]))
        return found

    def _reexported(self, m: int, source: str, name: str, fm: int, fr: int) -> Equation:
        found = NOTHING
        for export in self.model.link.surfaces[m].exports:
            if export.source != source:
                continue
            if export.name == "*" and export.imported in {"", "*"}:
                found = join(found, (yield self.exported(m, name, fm, fr)))
            elif export.imported == name:
                found = join(found, (yield self.exported(m, export.name, fm, fr)))
        return found

    def _named(self, name: str, fm: int, fr: int) -> Equation:
        """Where reads of a member of this name anywhere take the function, if it is what they read."""
        link = self.model.link
        self.model.solver.touch(("reads", name))
        wanted = Closure(fm, fr) if link.body(fm).kind[fr] == Kind.FUNCTION else ClassValue(fm, fr)
        found = NOTHING
        count = link.count_named("reads", name)
        nearby = count > CANDIDATES_LIMIT
        if nearby:
            found = answer(open_because=["cap"])
        for m, row in link.spots_named("reads", name):
            if nearby and m != fm and not self._imports(m, fm):
                continue
            read = yield self.model.values.of(m, row)
            if wanted in read.items:
                found = join(found, (yield self.flow(m, row, fm, fr)))
            elif any(isinstance(item, Symbol) for item in read.items):
                closed = yield self.model.values.resolved(m, row)
                if wanted in closed.items:
                    found = join(found, (yield self.flow(m, row, fm, fr)))
        return join(found, (yield from self._destructured(name, wanted, fm, fr)))

    def _destructured(self, name: str, wanted: Closure | ClassValue, fm: int, fr: int) -> Equation:
        """Patterns `const { name } = …` that read the function."""
        link = self.model.link
        found = NOTHING
        self.model.solver.touch(("taken", name))
        if link.count_named("taken", name) > CANDIDATES_LIMIT:
            return answer(open_because=["cap"])
        for m, property_ in link.spots_named("taken", name):
            module = link.body(m)
            target = module.op(property_, 1)
            if module.kind[target] == Kind.DEFAULT:
                target = module.first[target]
            if module.kind[target] != Kind.IDENT or module.binding[target] < 0:
                continue
            read = yield self.model.values.target(m, target)
            if wanted in read.items:
                found = join(found, (yield self.binding(m, module.binding[target], fm, fr)))
        return found

    def _imports(self, m: int, target: int) -> bool:
        return any(importer.module == m for importer in self.model.link.importers.get(target, ()))

    def _argument(self, module: Module, call: int, row: int, fm: int, fr: int) -> Equation:
        """The function is passed to a call."""
        index = module.position(row) - 1
        callees = yield self.model.calls.callees(module.index, call)
        found = Answer(frozenset(), frozenset({"escapes"}) if callees.open else frozenset())
        for callee in callees.items:
            if isinstance(callee, Closure):
                found = join(found, (yield from self._into_parameter(callee, index, fm, fr)))
            elif isinstance(callee, External):
                found = join(found, answer([Use("argument", module.index, call, index)]))
                if self.model.libraries.returns_argument(callee.state, index):
                    found = join(found, (yield self.flow(module.index, call, fm, fr)))
            elif isinstance(callee, ClassValue):
                body = self.model.link.body(callee.module)
                constructor = self.model.heap.constructor(body, callee.row)
                if constructor >= 0:
                    found = join(
                        found, (yield from self._into_parameter(Closure(callee.module, constructor), index, fm, fr))
                    )
            else:
                found = join(found, answer(open_because=["escapes"]))
        return found

    def _into_parameter(self, callee: Closure, index: int, fm: int, fr: int) -> Equation:
        body = self.model.link.body(callee.module)
        params = body.params(callee.row)
        if index >= len(params):
            return NOTHING
        target = body.first[params[index]]
        if body.kind[target] == Kind.DEFAULT:
            target = body.first[target]
        if body.kind[target] == Kind.IDENT and body.binding[target] >= 0:
            return (yield self.binding(callee.module, body.binding[target], fm, fr))
        return answer(open_because=["escapes"])

    def _of_member(self, module: Module, member: int, fm: int, fr: int) -> Equation:
        """`function.call(…)`, `.apply(…)`, `.bind(…)`: what the language's rows say of the receiver."""
        call = module.parent[member]
        if module.kind[call] != Kind.CALL or module.first[call] != member:
            return NOTHING
        states = self.model.libraries.language(module.text(member))
        if any(self.model.libraries.returns_receiver(state) for state in states):
            return (yield self.flow(module.index, call, fm, fr))
        if any(self.model.libraries.calls_receiver(state) for state in states):
            return answer([Use("call", module.index, call, 1)])
        return NOTHING

    def _in_array(self, module: Module, array: int, fm: int, fr: int) -> Equation:
        parent = module.parent[array]
        if module.kind[parent] == Kind.CALL and module.first[parent] != array:
            callees = yield self.model.calls.callees(module.index, parent)
            if any(isinstance(callee, External) for callee in callees.items):
                return answer([Use("element argument", module.index, parent, module.position(array) - 1)])
        return answer(open_because=["escapes", _HELD])

    def _returned(self, module: Module, function: int, fm: int, fr: int) -> Equation:
        """The function is what another function gives back: it goes where that one's calls stand."""
        if module.has(function, Flag.ASYNC) or module.has(function, Flag.GENERATOR):
            return answer(open_because=["escapes"])
        uses = yield self.of(module.index, function)
        found = Answer(frozenset(), frozenset({"escapes"}) if uses.open else frozenset())
        for use in uses.items:
            if use.kind == "call":
                found = join(found, (yield self.flow(use.module, use.row, fm, fr)))
            else:
                found = join(found, answer(open_because=["escapes"]))
        return found


__all__ = ["ToFolder", "ToModule", "Use", "Uses"]

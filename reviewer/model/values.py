"""What an expression may evaluate to: constants, functions, classes, objects, and places of libraries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.bindings import Bindings
from reviewer.model.domain import (
    ASYNC,
    AWAIT,
    NEW,
    STRING,
    SYNC,
    TAIL,
    Arguments,
    Atom,
    ClassValue,
    Constant,
    Entry,
    External,
    Folder,
    Instance,
    Literal,
    Made,
    Namespace,
    Primitive,
    Promised,
    Symbol,
    Tail,
    Typed,
    Yielded,
    core,
    element_further,
    further,
    promised,
    rewrapped,
    widen_values,
)
from reviewer.model.elements import has_element
from reviewer.model.expressions import Expressions
from reviewer.model.flows import RESULT
from reviewer.model.link import Target, ToFolder, ToModule, ToPackage, Unresolved
from reviewer.model.narrowing import Narrowing
from reviewer.model.patterns import ANY
from reviewer.model.resolved import Resolved
from reviewer.model.solve import Answer, Equation, Question, answer, join
from reviewer.model.sources import is_element

if TYPE_CHECKING:
    from reviewer.model.model import Model


TAIL_LIMIT: Final = 8
"""The last index from which on the rest of an array is told apart."""


class Values:
    """The questions `of` (in terms of the enclosing functions' parameters) and `resolved` (parameters replaced by what
    their callers give). Both take (module, row) of an expression and answer with atoms. `binding(module, binding)` is
    of a variable, `target(module, row)` of what a write gives to its target row.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.narrowing = Narrowing(model)
        expressions = Expressions(model)
        bindings = Bindings(model, expressions)
        self.of = Question("values", 1, expressions.of, widen_values, shortcut=expressions.plain)
        self.resolved = Question("resolved values", 1, Resolved(model).of, widen_values)
        self.closed = Question("closed parameter", 1, self._closed, widen_values)
        self.binding = Question("binding values", 1, bindings.of, widen_values, shortcut=bindings.plain)
        self.target = Question("target values", 1, bindings.target, widen_values, shortcut=bindings.plain_target)

    # imports

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
            return answer(External(state) for state in self._of_subpath(package, name) or (0,))
        if name == "*":
            return answer([External(root)])
        states = libraries.member(root, name)
        if not states and name == "default":
            # A CommonJS package's default import is its module object.
            states = (root,)
        return answer(External(state) for state in states or (0,))

    def _of_subpath(self, package: str, name: str) -> tuple[int, ...]:
        """What a file of a package gives that is named after one of its members, as in `lodash/sortBy`."""
        owner, _, member = package.rpartition("/")
        root = self.model.libraries.package(owner)
        if root is None or name not in {"*", "default"}:
            return ()
        return self.model.libraries.member(root, member.removesuffix(".js"))

    # members

    def member_of(self, holder: Answer, name: str) -> Equation:
        """The member `name` of any of these values."""
        found = Answer(frozenset(), holder.open)
        for atom in holder.items:
            if name.isdigit() and has_element(self.model, atom, name):
                found = join(found, (yield from self.element_of(atom, name)))
            elif isinstance(atom, Symbol):
                found = join(found, further(atom, "m:" + name))
            elif isinstance(atom, External) and self.model.libraries.is_cradle(atom.state):
                found = join(found, (yield from self.model.injection.of_cradle(atom, name)))
            elif isinstance(atom, Folder) or (isinstance(atom, External) and self.model.trees.is_tree(atom.state)):
                found = join(found, (yield from self._in_tree(atom, name)))
            elif isinstance(atom, External) and (number := self.model.folders.module(atom, name)) >= 0:
                found = join(found, (yield self.model.heap.module_value(number)))
            elif isinstance(atom, External) and (models := self.model.named_models.of(atom, name)):
                found = join(found, answer(models))
            elif isinstance(atom, External):
                described = self.model.external_member(atom, name)
                state = self.model.libraries.added_to(atom.state) if External(0) in described.items else 0
                if state:  # no row speaks of it: what the repository itself puts there
                    found = join(found, (yield self.model.heap.added(state, name)))
                    if self.model.heap.declares(state, name):
                        continue
                found = join(found, described)
            else:
                found = join(found, (yield self.model.heap.member(atom, name)))
        return found

    def _in_tree(self, atom: External | Folder, name: str) -> Equation:
        """What a library makes of a module, else what rows say of the member of what it makes of all of them."""
        found = yield from self.model.trees.member(atom, name)
        if found.items or found.open:
            return found
        return self.model.external_member(atom, name) if isinstance(atom, External) else answer([External(0)])

    def elements(self, holder: Answer, key: str) -> Equation:
        """The element at a constant key of arrays, maps and iterables, or any element for `*`."""
        found = Answer(frozenset(), holder.open)
        for atom in holder.items:
            found = join(found, (yield from self.element_of(atom, key)))
        return found

    def follow(self, found: Answer, path: tuple[str, ...]) -> Equation:
        """What lies at a path below these values: members by name, elements by key, any for `*`, or `RESULT`s."""
        for step in path:
            if is_element(step):
                found = yield from self.elements(found, step)
            elif step == RESULT:
                found = yield from self.model.results.results_of(found)
            else:
                found = yield from self.member_of(found, step)
        return found

    def element_of(self, atom: Atom, key: str) -> Equation:
        """The element at `key`, or any for `*`, of one value; of an object what a pattern fits, `get*`."""
        if isinstance(atom, Symbol):
            return element_further(atom, key)
        if isinstance(atom, Instance | ClassValue):
            return (yield self.model.heap.under(atom, key))
        if isinstance(atom, External) and self.model.libraries.is_cradle(atom.state):
            return (yield from self.model.injection.of_cradle(atom, key))
        if isinstance(atom, Typed):
            return (yield self.model.types.element(atom.module, atom.text, key))
        key = key if key.isdigit() else ANY
        if isinstance(atom, Yielded):
            return answer([atom.value])
        if isinstance(atom, Entry):
            return answer(open_because=["key"]) if key == "0" else (yield from self.element_of(atom.value, ANY))
        if isinstance(atom, External) and key == ANY and (modules := self.model.folders.all(atom)):
            found = Answer(frozenset(), frozenset())
            for number in modules:
                found = join(found, (yield self.model.heap.module_value(number)))
            return found
        if isinstance(atom, External):
            states = self.model.libraries.element(atom.state)
            states = states or (self._any_member(atom.state) if key == ANY else ())
            if atom.row >= 0 and self.model.libraries.is_container(atom.state):
                made = yield self.model.heap.element_made(atom.module, atom.row, (key,))
                return join(made, (yield self.model.heap.contents(atom.module, atom.row)))
            return answer(External(state, atom.module, atom.row) for state in states or (0,))
        if isinstance(atom, Literal | Arguments | Tail | Namespace):
            return (yield self.model.heap.element(atom, key))
        if isinstance(atom, Made):
            made = yield self.model.heap.element_made(atom.module, atom.row, (*atom.path, key))
            return made if atom.path else join(made, (yield self.model.heap.contents(atom.module, atom.row)))
        if isinstance(atom, Promised):
            return promised((yield from self.element_of(atom.value, key)))
        if isinstance(atom, Constant | Primitive):
            return answer(() if isinstance(atom, Constant) and atom.kind == "null" else [STRING])
        return answer(open_because=["element"])

    def _any_member(self, state: int) -> tuple[int, ...]:
        """A member of a library's value whose name is not known."""
        registering = self.model.libraries.any_method(state)
        return self.model.libraries.any_member(state) or (() if registering is None else (registering,))

    def awaited(self, found: Answer) -> Answer:
        """What `await` gives for these values."""
        items: set[Atom] = set()
        for atom in found.items:
            if isinstance(atom, Promised):
                items.add(atom.value)
            elif isinstance(atom, External):
                items.update(self._awaited_external(atom))
            elif isinstance(atom, Symbol):
                items.update(further(atom, AWAIT).items)
            else:
                items.add(atom)
        return Answer(frozenset(items), found.open)

    def _awaited_external(self, atom: External) -> Iterator[External]:
        """A value may stand at several places: that one is a promise says nothing of what it is fulfilled with."""
        libraries = self.model.libraries
        for state in libraries.awaited(atom.state) or (atom.state,):
            if state != atom.state or not libraries.is_promise(state):
                yield External(state, atom.module, atom.row)

    # closing

    def close(self, found: Answer) -> Equation:
        """Replace what is written in terms of parameters by what the parameters may hold."""
        items: set[Atom] = set()
        result = Answer(frozenset(), found.open)
        for atom in found.items:
            inner = core(atom)
            if isinstance(inner, Symbol):
                result = join(result, rewrapped(atom, (yield self.closed(inner))))
            else:
                items.add(atom)
        return Answer(result.items | items, result.open)

    def tail(self, found: Answer, start: int) -> Answer:
        """What is left of these arrays from the element at `start` on."""
        items: set[Atom] = set()
        opened = set(found.open)
        for atom in found.items:
            match atom:
                case Literal() | Made():
                    items.add(Tail(atom, start))
                case Tail(value, before):
                    items.add(Tail(value, min(before + start, TAIL_LIMIT)))
                case Arguments(m, row, before):
                    items.add(Arguments(m, row, min(before + start, TAIL_LIMIT)))
                case Symbol():
                    below = further(atom, f"{TAIL}{start}")
                    items |= below.items
                    opened |= below.open
                case External() | Typed() | Yielded():
                    items.add(atom)
                case _:
                    opened.add("rest")
        return Answer(frozenset(items), frozenset(opened))

    def _closed(self, symbol: Symbol) -> Equation:
        """What a parameter may hold, some steps on; these may lead to what is written in terms of other parameters."""
        found = yield self.model.calls.parameter(symbol.module, symbol.row, symbol.index)
        found = yield from self.take_steps(found, symbol.steps)
        for at in range(len(symbol.steps) + 1):
            shaped = self.model.shaped.of(Symbol(symbol.module, symbol.row, symbol.index, symbol.steps[:at]))
            if shaped.items:
                found = join(found, (yield from self.take_steps(shaped, symbol.steps[at:])))
        return (yield from self.close(found))

    def take_steps(self, found: Answer, steps: tuple[str, ...]) -> Equation:
        """Go the steps of a `Symbol` from these values."""
        for step in steps:
            if step.startswith("m:"):
                found = yield from self.member_of(found, step[2:])
            elif step.startswith("e:"):
                found = yield from self.elements(found, step[2:])
            elif step.startswith(TAIL):
                found = self.tail(found, int(step[2:]))
            elif step == AWAIT:
                found = self.awaited(found)
            elif step in {ASYNC, SYNC}:
                found = self.narrowing.kept(found, step)
            elif step == NEW:
                found = self.model.results.instances(found)
            else:
                found = yield from self.model.results.results_of(found)
        return found

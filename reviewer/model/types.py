"""What annotations name: classes of the reviewed code, types of libraries, and types that only say what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.declarations import Bound, Declarations, Declared, Exported, Packaged
from reviewer.model.domain import (
    BOOLEAN,
    CANDIDATES_LIMIT,
    NUMBER,
    STRING,
    UNDEFINED,
    Atom,
    ClassValue,
    Constant,
    External,
    Instance,
    Primitive,
    Promised,
    Typed,
    widen_values,
)
from reviewer.model.patterns import ANY, may_be_same
from reviewer.model.solve import NOTHING, Answer, Equation, Question, answer, join
from reviewer.model.type_text import CONTAINERS, element_type, object_members, returned_type, split_type, type_head
from reviewer.model.unmade import Unmade
from reviewer.source.module import Flag, Kind, Module, TypeDeclaration

if TYPE_CHECKING:
    from reviewer.model.model import Model

_PRIMITIVES: Final = {"string": STRING, "number": NUMBER, "boolean": BOOLEAN}
_NOTHING: Final = frozenset({"null", "undefined", "void", "never", ""})
# Types that hold the members of their first argument.
_WRAPPERS: Final = frozenset(
    {"Partial", "Readonly", "Required", "NonNullable", "Awaited", "Pick", "Omit", "DeepPartial"}
)
_LITERALS: Final = frozenset({Kind.OBJECT, Kind.ARRAY, Kind.FUNCTION, Kind.CLASS, Kind.NEW, Kind.STRING, Kind.NUMBER})
_UNKNOWN: Final = External(0)
IMPLEMENTERS_LIMIT: Final = 12


class Types:
    """`named(module, text)`: the values that an annotation admits; open where it names what is not known.

    `member(module, text, name)`, `element(module, text, key)` and `called(module, text)` are of a `Typed` value.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.declarations = Declarations(model)
        self.unmade = Unmade(model)
        self.named = Question("annotation", 1, self._named, widen_values)
        self.member = Question("typed member", 1, self._member, widen_values)
        self.element = Question("typed element", 1, self._element, widen_values)
        self.called = Question("typed result", 1, self._called, widen_values)

    def declared(self, module: Module, at: int, value: int) -> Equation:
        """What the annotation at a row adds to the value that is written there: no primitives, nothing open. A literal
        says itself what it is, an empty one not what it will hold.
        """
        text = module.annotations.get(at)
        if text is None or (module.kind[value] in _LITERALS and module.count[value] > 0):
            return NOTHING
        found = yield self.named(module.index, text)
        if module.kind[value] in _LITERALS:
            return answer(item for item in found.items if isinstance(item, Typed))
        return answer(item for item in found.items if not isinstance(item, Primitive | Constant) and item != _UNKNOWN)

    def _named(self, m: int, text: str) -> Equation:
        """The values that an annotation admits; open where it names what is not known."""
        if returned_type(text) is not None:
            return answer([Typed(m, text.strip())], ["annotation"])
        module = self.model.link.body(m)
        found = NOTHING
        for part in split_type(text, "|"):
            found = join(found, (yield from self._part(module, part)))
        return found

    def _part(self, module: Module, text: str) -> Equation:
        found = NOTHING
        opened: frozenset[str] = frozenset()
        for wanted in split_type(text, "&"):
            one = yield from self._single(module, wanted)
            opened |= one.open
            if one.items or not one.open:
                found = join(found, one)
        return found if found.items or not opened else Answer(found.items, opened)

    def _single(self, module: Module, text: str) -> Equation:
        m = module.index
        if returned_type(text) is not None or text.startswith("{") or element_type(text, "*") is not None:
            return answer([Typed(m, text)], ["annotation"])
        if text.startswith("typeof "):
            return (yield from self._queried(module, text.removeprefix("typeof ")))
        if text.endswith("]"):
            return (yield from self._indexed(m, text))
        head, arguments = type_head(text)
        if head in _NOTHING:
            return NOTHING
        primitive = _PRIMITIVES.get(head)
        if primitive is not None:
            return answer([primitive])
        if head in {"Promise", "PromiseLike"}:
            inner = (yield self.named(m, arguments[0])) if arguments else NOTHING
            inside: set[Atom] = {*inner.items} or {_UNKNOWN if inner.open else UNDEFINED}
            return answer((item if isinstance(item, Promised) else Promised(item) for item in inside), inner.open)
        if head in {"ReturnType", "InstanceType"} and arguments:
            held = yield self.named(m, arguments[0])
            if head == "InstanceType":
                return _instances(held)
            return (yield from self.model.results.results_of(held))
        if head in _WRAPPERS and arguments:
            held = yield self.named(m, arguments[0])
            return self.model.values.awaited(held) if head == "Awaited" else held
        return (yield from self._reference(module, head))

    def _queried(self, module: Module, path: str) -> Equation:
        """`typeof name.member`: the values of the name."""
        names = path.split(".")
        binding = self.declarations.binding(module, names[0].strip())
        if binding < 0:
            return answer(open_because=["annotation"])
        found = yield self.model.values.binding(module.index, binding)
        for name in names[1:]:
            found = yield from self.model.values.member_of(found, name.strip())
        return (yield from self.model.values.close(found))

    def _indexed(self, m: int, text: str) -> Equation:
        """`Type['name']`: a member of a type."""
        at = text.rfind("[")
        name = text[at + 1 : -1].strip()
        if at <= 0 or name[:1] not in {"'", '"'}:
            return answer(open_because=["annotation"])
        held = yield self.named(m, text[:at])
        return (yield from self.model.values.member_of(held, name[1:-1]))

    def _reference(self, module: Module, head: str) -> Equation:
        name, _, member = head.partition(".")
        match self.declarations.leads(module.index, name, member):
            case Declared(m, declaration):
                return (yield from self._of_declaration(m, declaration))
            case Packaged(package, given):
                return self._of_package(package, given)
            case Bound(m, binding):
                return (yield from self._of_classes((yield self.model.values.binding(m, binding))))
            case Exported(m, given):
                return (yield from self._of_classes((yield self.model.heap.export(m, given))))
            case _:
                return answer(open_because=["annotation"])

    def _of_declaration(self, m: int, declaration: TypeDeclaration) -> Equation:
        """What an interface or alias admits: what it extends and who implements it, or what it stands for."""
        found = answer(open_because=["annotation"])
        if declaration.members:
            found = answer([Typed(m, declaration.name)], found.open)
        for text in declaration.extends:
            found = join(found, (yield self.named(m, text)))
        if declaration.kind == "alias":
            return found if declaration.members else (yield self.named(m, declaration.text))
        return join(found, answer(self._implementers(m, declaration.name)))

    def _implementers(self, m: int, name: str) -> list[Instance]:
        """Instances of the classes that implement an interface by name, and are made; none where they are many."""
        link = self.model.link
        self.model.solver.touch(("implements", name))
        if link.count_named("implements", name) > IMPLEMENTERS_LIMIT:
            return []
        found = []
        for at, row in link.spots_named("implements", name):
            if self.declarations.may_name(at, name, m):
                found.append(Instance(at, row))
        return self.unmade.made(found)

    def _of_classes(self, found: Answer) -> Equation:
        """Instances of these classes; of what extends them as well where a class is abstract."""
        instances = _instances(found)
        for item in found.items:
            if isinstance(item, ClassValue) and self.model.link.body(item.module).has(item.row, Flag.ABSTRACT):
                heirs = yield self.model.heap.subclasses(item.module, item.row)
                made = self._made(heirs)
                instances = join(instances, _instances(made) if made.items else NOTHING)
        return instances

    def _made(self, classes: Answer) -> Answer:
        """The classes of which something makes instances; all where that is so of none."""
        known = [Instance(item.module, item.row) for item in classes.items if isinstance(item, ClassValue)]
        kept = {(each.module, each.row) for each in self.unmade.made(known)}
        left = (item for item in classes.items if not isinstance(item, ClassValue) or (item.module, item.row) in kept)
        return answer(left, classes.open)

    def _of_package(self, package: str, name: str) -> Answer:
        libraries = self.model.libraries
        state = libraries.type_state(package, name)
        if state is not None:
            return answer([External(state)])
        root = libraries.package(package)
        if root is None:
            return answer([_UNKNOWN])
        states = [made for at in libraries.member(root, name) or (root,) for made in libraries.constructed(at)]
        return answer((External(made) for made in states), () if states else ["annotation"])

    # what only its type tells

    def _member(self, m: int, text: str, name: str) -> Equation:
        """The member of a `Typed` value; one that its type does not name is the language's, or not known."""
        declaration = self.declarations.declared(m, text)
        members = declaration.members if declaration is not None else {}
        if text.startswith("{"):
            members = object_members(text)
        wanted = members.get(name)
        if wanted is None and (name.isdigit() or type_head(text)[0] == "Record"):
            wanted = element_type(text, name)
        if wanted is None:
            wanted = members.get("*")
        if wanted is not None:
            return (yield self.named(m, wanted)) if wanted else answer(open_because=["annotation"])
        states = self.model.libraries.language(name)
        if states and (returned_type(text) is not None or type_head(text)[0] in CONTAINERS or text.endswith("]")):
            return answer(External(state) for state in states)
        return answer(open_because=["annotation"])

    def _element(self, m: int, text: str, key: str) -> Equation:
        """What a `Typed` array, map or record holds, or an object under names of which a part is known: `get*`."""
        wanted = element_type(text, key if key.isdigit() else ANY)
        if wanted is not None:
            return (yield self.named(m, wanted)) if wanted else answer(open_because=["annotation"])
        declaration = self.declarations.declared(m, text)
        members = declaration.members if declaration is not None else object_members(text) if text[:1] == "{" else {}
        if members.get(ANY):
            return (yield self.named(m, members[ANY]))
        found = answer(open_because=["annotation"])
        fitting = [kind for name, kind in members.items() if kind and key != ANY and may_be_same(name, key)]
        for kind in dict.fromkeys(fitting[:CANDIDATES_LIMIT]):
            found = join(found, (yield self.named(m, kind)))
        return found

    def _called(self, m: int, text: str) -> Equation:
        """What calling a `Typed` function gives."""
        wanted = returned_type(text)
        return (yield self.named(m, wanted)) if wanted else answer(open_because=["annotation"])


def _instances(found: Answer) -> Answer:
    items: set[Atom] = set()
    for item in found.items:
        if isinstance(item, ClassValue):
            items.add(Instance(item.module, item.row))
    return Answer(frozenset(items), frozenset() if items else frozenset({"annotation"}))

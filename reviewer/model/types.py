"""What annotations name: classes of the reviewed code and types of libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import BOOLEAN, NUMBER, STRING, Atom, ClassValue, External, Instance, Promised, widen_values
from reviewer.model.link import ToModule, ToPackage
from reviewer.model.solve import NOTHING, Answer, Equation, Question, answer, join
from reviewer.source.module import BindingFlag, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_PRIMITIVES: Final = {"string": STRING, "number": NUMBER, "boolean": BOOLEAN}
_WRAPPERS: Final = frozenset({"Partial", "Readonly", "Required", "NonNullable", "Awaited"})


class Types:
    """`named(module, text)`: the values that an annotation admits; open where it names what is not known."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.named = Question("annotation", 1, self._named, widen_values)
        self._top_level: dict[int, dict[str, int]] = {}

    def binding_named(self, module: Module, name: str) -> int:
        """The module-level binding of this name, or -1."""
        table = self._top_level.get(module.index)
        if table is None:
            table = self._top_level[module.index] = {
                module.binding_text(binding): binding
                for binding, flags in enumerate(module.binding_flags)
                if flags & BindingFlag.TOP_LEVEL
            }
        return table.get(name, -1)

    def _named(self, m: int, text: str) -> Equation:
        module = self.model.link.body(m)
        found = NOTHING
        for part in split_type(text, "|"):
            found = join(found, (yield from self._part(module, part)))
        return found

    def _part(self, module: Module, text: str) -> Equation:
        for wanted in split_type(text, "&"):
            head, arguments = type_head(wanted)
            if head in {"null", "undefined", "void", "never", ""}:
                return NOTHING
            primitive = _PRIMITIVES.get(head)
            if primitive is not None:
                return answer([primitive])
            if head == "Promise" and arguments:
                inner = yield self.named(module.index, arguments[0])
                return answer((Promised(item) for item in inner.items), inner.open)
            if head in _WRAPPERS and arguments:
                return (yield self.named(module.index, arguments[0]))
            found = yield from self._reference(module, head)
            if found.items:
                return found
        return answer(open_because=["annotation"])

    def _reference(self, module: Module, head: str) -> Equation:
        name, _, member = head.partition(".")
        binding = self.binding_named(module, name)
        if binding < 0:
            return answer(open_because=["annotation"])
        imported = self.model.link.import_bindings[module.index].get(binding)
        if imported is not None:
            target, given = imported
            if isinstance(target, ToPackage):
                return self._of_package(target.name, given, member)
            if isinstance(target, ToModule) and given == "*" and member:
                return _instances((yield self.model.heap.export(target.module, member)))
            if isinstance(target, ToModule) and not member:
                declared = yield from self._declared(target.module, given)
                if declared.items:
                    return declared
        if member:
            return answer(open_because=["annotation"])
        declared = yield from self._declared(module.index, head)
        return declared if declared.items else _instances((yield self.model.values.binding(module.index, binding)))

    def _declared(self, m: int, name: str) -> Equation:
        """What an interface or alias of a module admits: what it extends, or what it stands for."""
        found = answer(open_because=["annotation"])
        for declaration in self.model.link.surfaces[m].types:
            if declaration.name == name:
                for text in (*declaration.extends, *([declaration.text] if declaration.kind == "alias" else [])):
                    found = join(found, (yield self.named(m, text)))
        return found

    def _of_package(self, package: str, given: str, member: str) -> Answer:
        libraries = self.model.libraries
        if libraries.package(package) is None:
            return answer([External(0)])
        name = member or given
        state = libraries.type_state(package, name)
        if state is None and not member:
            root = libraries.package(package)
            if root is not None:
                states = [made for at in libraries.member(root, given) or (root,) for made in libraries.constructed(at)]
                return answer((External(made) for made in states), () if states else ["annotation"])
        return answer([External(state)]) if state is not None else answer(open_because=["annotation"])


def _instances(found: Answer) -> Answer:
    items: set[Atom] = set()
    for item in found.items:
        if isinstance(item, ClassValue):
            items.add(Instance(item.module, item.row))
    return Answer(frozenset(items), frozenset() if items else frozenset({"annotation"}))


def split_type(text: str, separator: str) -> list[str]:
    """The parts of a type's text at `separator` outside all brackets, trimmed; parentheses around the whole removed."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and _closes_at_end(text):
        text = text[1:-1].strip()
    parts: list[str] = []
    depth = start = 0
    for index, char in enumerate(text):
        if char in "<([{":
            depth += 1
        elif char in ">)]}" and not (char == ">" and text[index - 1 : index] == "="):
            depth -= 1
        elif char == separator and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def _closes_at_end(text: str) -> bool:
    depth = 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return index == len(text) - 1
    return False


def type_head(text: str) -> tuple[str, list[str]]:
    """`Repository<User>` → (`Repository`, [`User`]); arrays, functions and object types have the head `?`."""
    if "=>" in text or text.endswith("]") or text.startswith(("{", "[", "'", '"', "typeof ", "keyof ")):
        return "?", []
    at = text.find("<")
    if at < 0:
        return text.strip(), []
    if not text.endswith(">"):
        return "?", []
    return text[:at].strip(), split_type(text[at + 1 : -1], ",")

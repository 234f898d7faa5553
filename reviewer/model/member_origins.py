"""Where the members of a value come from: what library rows say of them, and what the reviewed code writes to them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Atom, ClassValue, External, Instance, Literal, Namespace, Promised, Spot
from reviewer.model.link import ToModule
from reviewer.model.members import own_constructor, parameter_field
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import DEEP, KEPT, NAMES, Edge, Local, Locally, Path, Source, is_element, together, written
from reviewer.model.type_text import is_plain
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_ROW: Final = "database.row"


class MemberOrigins:
    """The edges from what lies below the values that an expression may have, told by the values themselves."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def held(self, module: Module, row: int, path: Path) -> Locally:
        """An import, a global or `this`: what the value itself says, then its fields."""
        held = yield self.model.values.of(module.index, row)
        parts = [self.of_libraries(held.items, module, row, path), Local(open=held.open)]
        if path:
            parts.append((yield from self.fields(module, row, path)))
        return together(parts)

    def of_libraries(self, atoms: Iterable[Atom], module: Module, row: int, path: Path) -> Local:
        """What the library rows say of these values of the expression at `row`, and of the path below them."""
        direct: list[Source] = []
        for atom in atoms:
            inner = atom.value if isinstance(atom, Promised) else atom
            if isinstance(inner, External):
                role = self.role_below(inner.state, path)
                if role is not None:
                    name = written(self.model.source_text(module, row), path)
                    direct.append(Source(*role, module.index, row, name))
        return Local(tuple(direct))

    def role_below(self, state: int, path: Path) -> tuple[str, str] | None:
        """The role that makes a place of a library, or one below it, a source; with the part of the request."""
        libraries = self.model.libraries
        states: tuple[int, ...] = tuple({state: None, **dict.fromkeys(libraries.awaited(state))})
        found: tuple[str, str] | None = None
        is_column = False
        for step in (None, *path):
            if step == NAMES and found is not None and found[0] == _ROW and (DEEP in path or not is_column):
                return None  # the names in a row are those of its columns: the schema says them
            if step in {DEEP, NAMES}:
                continue
            if step is not None:
                is_of_list = is_element(step)
                is_column = found is not None and not is_of_list
                if found is not None and not is_of_list and states and all(map(libraries.has_no_names, states)):
                    return None
                states = tuple(
                    below
                    for at in states
                    for below in (libraries.element(at) if is_of_list else libraries.member(at, step))
                )
            found = found or next((role for at in states if (role := libraries.source_role(at)) is not None), None)
        return found

    def fields(self, module: Module, row: int, path: Path) -> Locally:
        """What is written to the members of the objects that an expression may be."""
        held = yield self.model.values.of(module.index, row)
        edges: list[Edge] = []
        for atom in held.items:
            match atom:
                case Literal(m, at):
                    if not (m == module.index and at == row):
                        edges.append(Edge(self.model.origins.of(m, at, path)))
                case Instance(m, at) | ClassValue(m, at):
                    new = self._creation(module, row) if len(held.items) == 1 else None
                    edges.extend((yield from self._fields_of_class(m, at, path, new)))
                case Namespace(m):
                    edges.extend(self._exports(m, path))
                case _:
                    pass
        return Local(edges=tuple(edges))

    def _creation(self, module: Module, row: int) -> Spot | None:
        """The NEW row that makes what an expression holds: the expression itself, or a constant's, here or imported."""
        if module.kind[row] == Kind.NEW:
            return Spot(module.index, row)
        if module.kind[row] != Kind.IDENT or module.binding[row] < 0:
            return None
        binding = module.binding[row]
        imported = self.model.link.import_bindings[module.index].get(binding)
        if imported is not None:
            target, name = imported
            if not isinstance(target, ToModule):
                return None
            exports = (each for each in self.model.link.surfaces[target.module].exports if each.name == name)
            binding = next((each.binding for each in exports), -1)
            module = self.model.link.body(target.module)
        writes = module.writes(binding) if binding >= 0 else ()
        if len(writes) != 1 or module.kind[module.parent[writes[0]]] != Kind.DECLARATOR:
            return None
        value = module.op(module.parent[writes[0]], 1)
        return Spot(module.index, value) if module.kind[value] == Kind.NEW else None

    def _fields_of_class(self, m: int, at: int, path: Path, new: Spot | None) -> Generator[Key, Answer, list[Edge]]:
        """What the class's own fields hold at first, and what its functions put into `this.name` and write to it; where
        the `new` that made the object is known, its constructor with the arguments given there.
        """
        constructor = own_constructor(self.model.link.body(m), at)
        closed = self.model.origins.closed
        body = self.model.link.body(m)
        name, rest = path[0], path[1:]
        edges: list[Edge] = []
        if body.kind[at] == Kind.CLASS:
            for member in body.ops(at):
                if body.kind[member] == Kind.PROPERTY and body.text(member) == name:
                    declared = body.annotations.get(member)
                    if declared is not None and is_plain(declared, rest):
                        return []
                    value = body.op(member, 1)
                    if body.kind[value] not in {Kind.NONE, Kind.FUNCTION}:
                        edges.append(Edge(closed(m, value, rest)))
            field = parameter_field(body, at, name)
            if field >= 0:
                declared = body.annotations.get(field) or body.annotations.get(body.parent[field])
                if declared is not None and is_plain(declared, rest):
                    return []
                made = self.model.origins.made(m, field, *new, rest) if new is not None else closed(m, field, rest)
                edges.append(Edge(made, KEPT))
            edges.extend((yield from self._inherited(m, at, path, new if constructor < 0 else None)))
        for read in body.surface.reads.get(name, ()) if rest else ():
            put = list(self.put_into(body, read, rest))
            if put and (yield from self._is_own(body, read, at)):
                edges.extend(Edge(closed(m, row, below)) for row, below in put)
        for write in body.surface.writes.get(name, ()):
            parent = body.parent[write]
            if body.kind[parent] == Kind.ASSIGN and (yield from self._is_own(body, write, at)):
                value = body.op(parent, 1)
                if new is not None and body.owner[write] == constructor:
                    edges.append(Edge(self.model.origins.made(m, value, *new, rest)))
                else:
                    edges.append(Edge(closed(m, value, rest)))
        return edges

    def _inherited(self, m: int, class_: int, path: Path, new: Spot | None) -> Generator[Key, Answer, list[Edge]]:
        """What the classes of the repository that a class extends put into the same field."""
        heritage = self.model.link.body(m).first[class_]
        if self.model.link.body(m).kind[heritage] == Kind.NONE:
            return []
        edges: list[Edge] = []
        parents = yield self.model.values.resolved(m, heritage)
        for base, row in sorted((item.module, item.row) for item in parents.items if isinstance(item, ClassValue)):
            inherited = yield from self._fields_of_class(base, row, path, new)
            edges.extend(Edge(edge.key, tuple({*edge.passes, *KEPT})) for edge in inherited)
        return edges

    def _is_own(self, body: Module, member: int, class_: int) -> Generator[Key, Answer, bool]:
        """Whether a MEMBER row is one of `this` where `this` may be the class or an instance of it."""
        held = body.first[member]
        if body.kind[held] != Kind.THIS:
            return False
        this = yield self.model.values.of(body.index, held)
        return any(
            isinstance(item, Instance | ClassValue) and (item.module, item.row) == (body.index, class_)
            for item in this.items
        )

    def _exports(self, m: int, path: Path) -> Iterator[Edge]:
        origins = self.model.origins
        name, rest = path[0], path[1:]
        module = self.model.link.body(m)
        for export in self.model.link.surfaces[m].exports:
            if export.name == name and not export.source:
                if export.binding >= 0:
                    for target in module.writes(export.binding):
                        yield Edge(origins.target(m, target, rest))
                elif export.row >= 0:
                    yield Edge(origins.of(m, export.row, rest))

    def put_into(self, module: Module, held: int, path: Path) -> Iterator[tuple[int, Path]]:
        """What is put into the object at an expression row: `list.push(x)`, `object.name = x`, `list[i] = x`.

        Gives expression rows with the path below each that ends up `path` below the object.
        """
        member = module.parent[held]
        if module.first[member] != held or module.kind[member] not in {Kind.MEMBER, Kind.INDEX}:
            return
        parent = module.parent[member]
        if module.first[parent] != member:
            return
        rest = path if path[0] == DEEP else path[1:]
        if module.kind[parent] == Kind.ASSIGN:
            if module.kind[member] == Kind.INDEX:
                if path in {(NAMES,), (DEEP, NAMES)}:
                    yield module.op(member, 1), ()
                if path[0] != NAMES:
                    value = module.op(parent, 1)
                    # `to[name] = from[name]`: under each name what has that name
                    yield (module.first[value], path) if _has_same_key(module, value, member) else (value, rest)
            elif path[0] in {module.text(member), "*", DEEP}:
                yield module.op(parent, 1), rest
        elif module.kind[parent] == Kind.CALL and module.kind[member] == Kind.MEMBER and path[0] in {"*", DEEP}:
            for index in self.model.libraries.puts(module.text(member)):
                for argument in module.args(parent)[index:]:
                    yield argument, rest


def _has_same_key(module: Module, one: int, other: int) -> bool:
    """Whether two expressions take a member by the same variable."""
    if module.kind[one] != Kind.INDEX:
        return False
    keys = module.op(one, 1), module.op(other, 1)
    is_name = all(module.kind[key] == Kind.IDENT and module.binding[key] >= 0 for key in keys)
    return is_name and module.binding[keys[0]] == module.binding[keys[1]]

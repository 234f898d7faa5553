"""Contents of containers: what is put into a map, set, array or table by its names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import CANDIDATES_LIMIT, Atom, External, Literal, Made, Spot, Symbol
from reviewer.model.solve import NOTHING, Answer, Equation, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


_MADE_AT: Final[dict[int, Callable[[int, int], Atom]]] = {Kind.NEW: partial(External, 0), Kind.CALL: Made}
_NAMELESS: Final = frozenset({Kind.CALL, Kind.INDEX, Kind.LOGICAL, Kind.ASSIGN})


class Contents:
    """The equation of `model.heap.contents`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, m: int, row: int) -> Equation:
        """What is put into the object made at a NEW, CALL, ARRAY or OBJECT row, where it is read by a name that it was
        given: `map.set(key, value)`, `list.push(value)`, `table[key] = value`, `table.name = value`.
        """
        module = self.model.link.body(m)
        own = _MADE_AT.get(module.kind[row], Literal)(m, row)
        maker = (m, module.owner[row])
        found = NOTHING
        sure, likely = self._reads(module, row)
        for at, ref in sure:
            found = join(found, (yield from self._put(self.model.link.body(at), ref, maker)))
        for at, ref in likely:
            body = self.model.link.body(at)
            if not any(self._values_put(body, ref)):
                continue
            read = yield self.model.values.of(at, ref)
            if any(_is_same(item, own) for item in read.items):
                found = join(found, (yield from self._put(body, ref, maker)))
        return found

    def _reads(self, module: Module, row: int) -> tuple[list[Spot], list[Spot]]:
        """The rows that read the object by its names: those that do for certain, and those that may."""
        link = self.model.link
        parent = module.parent[row]
        kind = module.kind[parent]
        if kind == Kind.LOGICAL:  # this.map = this.map || new Map()
            row, parent = parent, module.parent[parent]
            kind = module.kind[parent]
        target = module.first[parent]
        if kind in {Kind.DECLARATOR, Kind.ASSIGN} and module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
            binding = module.binding[target]
            return [Spot(module.index, ref) for ref in module.refs(binding)], list(self._imported(module, binding))
        name = ""
        if kind == Kind.ASSIGN and target != row and module.kind[target] == Kind.MEMBER:
            name = module.text(target)
        elif kind == Kind.PROPERTY:
            name = module.text(parent)
        if not name:
            return [], list(self._nameless(module))
        self.model.solver.touch(("reads", name))
        if link.count_named("reads", name) > CANDIDATES_LIMIT:
            rows = [rows for m, rows in link.rows_named("reads", name) if m == module.index]
            return [], [Spot(module.index, ref) for found in rows for ref in found][:CANDIDATES_LIMIT]
        return [], [Spot(m, ref) for m, ref in link.spots_named("reads", name)]

    def _nameless(self, module: Module) -> Iterator[Spot]:
        """The rows of the module that read an object without a name of its own, to put something into it: what a map
        or table holds, `groups.get(key).push(value)`.
        """
        names = module.surface.calls.keys() & self.model.libraries.putting_names
        rows = [row for name in sorted(names) for row in module.surface.calls[name]]
        for call in rows[: 4 * CANDIDATES_LIMIT]:
            callee = module.first[call]
            if module.kind[callee] == Kind.MEMBER and module.kind[module.first[callee]] in _NAMELESS:
                yield Spot(module.index, module.first[callee])

    def _imported(self, module: Module, binding: int) -> Iterator[Spot]:
        """The rows of other modules that read an exported variable by the name under which they import it."""
        link = self.model.link
        self.model.solver.touch(("importers", module.index))
        names = {export.name for export in link.surfaces[module.index].exports if export.binding == binding}
        for importer in link.importers.get(module.index, ()) if names else ():
            for imported, local in importer.record.names:
                if imported in names and local >= 0:
                    yield from (Spot(importer.module, ref) for ref in link.body(importer.module).refs(local))

    def _put(self, module: Module, ref: int, maker: tuple[int, int]) -> Equation:
        """What is put in at one place, whoever calls. What the call that made the object was itself given stays open:
        it differs from call to call, as in a function that copies its argument.
        """
        found = NOTHING
        for value in self._values_put(module, ref):
            given = yield self.model.values.of(module.index, value)
            kept = frozenset(item for item in given.items if not _is_parameter_of(item, maker))
            reasons = given.open if len(kept) == len(given.items) else given.open | {"of one call"}
            found = join(found, (yield from self.model.values.close(Answer(kept, reasons))))
        return found

    def _values_put(self, module: Module, ref: int) -> Iterator[int]:
        """The rows of the values that are put into the object which `ref` reads."""
        member = module.parent[ref]
        parent = module.parent[member]
        if module.first[member] != ref or module.first[parent] != member:
            return
        if module.kind[parent] == Kind.ASSIGN and module.kind[member] in {Kind.INDEX, Kind.MEMBER}:
            yield module.op(parent, 1)
        elif module.kind[parent] == Kind.CALL and module.kind[member] == Kind.MEMBER:
            for index in self.model.libraries.puts(module.text(member)):
                for argument in module.args(parent)[index:]:
                    if module.kind[argument] != Kind.SPREAD:
                        yield argument


def _is_parameter_of(item: Atom, function: tuple[int, int]) -> bool:
    return isinstance(item, Symbol) and (item.module, item.row) == function


def _is_same(item: Atom, own: Atom) -> bool:
    if isinstance(own, External):
        return isinstance(item, External) and (item.module, item.row) == (own.module, own.row)
    return item == own

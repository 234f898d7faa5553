"""Contents of containers: what is put into a map, set, array or table by its names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import CANDIDATES_LIMIT, Atom, External, Literal, Made, Spot, Symbol
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


_MADE_AT: Final[dict[int, Callable[[int, int], Atom]]] = {Kind.NEW: partial(External, 0), Kind.CALL: Made}
_NAMELESS: Final = frozenset({Kind.CALL, Kind.INDEX, Kind.LOGICAL, Kind.ASSIGN})


class Contents:
    """The equations of `model.heap.contents` and `model.heap.put`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, m: int, row: int) -> Equation:
        """What is put into the object made at a NEW, CALL, ARRAY or OBJECT row, where it is read by a name that it was
        given: `map.set(key, value)`, `list.push(value)`, `table[key] = value`, `table.name = value`.
        """
        maker = (m, self.model.link.body(m).owner[row])
        put = yield self.model.heap.put(m, row)
        found = NOTHING
        for spot in sorted(put.items):
            found = join(found, (yield from self._given(spot, maker)))
        return found

    def put(self, m: int, row: int) -> Equation:
        """The rows of the values that are put into the object made there, as `Spot`s."""
        module = self.model.link.body(m)
        own = _MADE_AT.get(module.kind[row], Literal)(m, row)
        sure, likely = self._reads(module, row)
        found = {Spot(at, value) for at, ref in sure for value in self._values_put(self.model.link.body(at), ref)}
        for at, ref in likely:
            values = [Spot(at, value) for value in self._values_put(self.model.link.body(at), ref)]
            if values:
                read = yield self.model.values.of(at, ref)
                found.update(values if any(_is_same(item, own) for item in read.items) else ())
        return answer(found)

    def _reads(self, module: Module, row: int) -> tuple[list[Spot], list[Spot]]:
        """The rows that read the object by its names: those that do for certain, and those that may."""
        parent = module.parent[row]
        kind = module.kind[parent]
        if kind == Kind.LOGICAL:  # this.map = this.map || new Map()
            row, parent = parent, module.parent[parent]
            kind = module.kind[parent]
        target = module.first[parent]
        is_stored = kind in {Kind.DECLARATOR, Kind.ASSIGN} or (kind == Kind.DEFAULT and target != row)
        if is_stored and module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
            binding = module.binding[target]
            refs = [Spot(module.index, ref) for ref in module.refs(binding)]
            names = {_kept_as(module, ref) for ref in module.refs(binding)} - {""}
            kept = [spot for name in sorted(names) for spot in self._named(module, name)]
            likely = [*self._imported(module, binding), *kept]
            return ([], [*refs, *likely]) if kind == Kind.DEFAULT else (refs, likely)
        name = _kept_as(module, row)
        return [], list(self._named(module, name) if name else self._nameless(module))

    def _named(self, module: Module, name: str) -> Iterator[Spot]:
        """The rows that read a member of this name; of a common one those of the module."""
        link = self.model.link
        self.model.solver.touch(("reads", name))
        if link.count_named("reads", name) <= CANDIDATES_LIMIT:
            yield from (Spot(m, ref) for m, ref in link.spots_named("reads", name))
            return
        rows = [rows for m, rows in link.rows_named("reads", name) if m == module.index]
        yield from [Spot(module.index, ref) for found in rows for ref in found][:CANDIDATES_LIMIT]

    def _nameless(self, module: Module) -> Iterator[Spot]:
        """The rows of the module that read an object without a name of its own, to put something into it: what a map
        or table holds, `groups.get(key).push(value)`.
        """
        names = self.model.libraries.putting_names.intersection(module.surface.calls)
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

    def _given(self, spot: Spot, maker: tuple[int, int]) -> Equation:
        """A value that is put in, whoever calls. What the call that made the object was itself given stays open: it
        differs from call to call, as in a function that copies its argument.
        """
        given = yield self.model.values.of(*spot)
        kept = frozenset(item for item in given.items if not _is_parameter_of(item, maker))
        reasons = given.open if len(kept) == len(given.items) else given.open | {"of one call"}
        return (yield from self.model.values.close(Answer(kept, reasons)))

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


def _kept_as(module: Module, row: int) -> str:
    """The name of the member under which an expression is kept where it stands, or empty."""
    parent = module.parent[row]
    target = module.first[parent]
    if module.kind[parent] == Kind.ASSIGN and target != row and module.kind[target] == Kind.MEMBER:
        return module.text(target)
    return module.text(parent) if module.kind[parent] == Kind.PROPERTY and target != row else ""


def _is_parameter_of(item: Atom, function: tuple[int, int]) -> bool:
    return isinstance(item, Symbol) and (item.module, item.row) == function


def _is_same(item: Atom, own: Atom) -> bool:
    if isinstance(own, External):
        return isinstance(item, External) and (item.module, item.row) == (own.module, own.row)
    return item == own

"""Added members: what an application gives to objects of libraries, which no row can speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import CANDIDATES_LIMIT, ClassValue, External
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.model.tokens import Token
from reviewer.source.module import Flag, Kind

if TYPE_CHECKING:
    from reviewer.model.members import Members
    from reviewer.model.model import Model


class Added:
    """The equations of `model.heap.added` and `model.heap.lineage`."""

    def __init__(self, model: Model, members: Members) -> None:
        self.model = model
        self._members = members
        self._declared: dict[str, list[tuple[int, int]]] | None = None
        self._modules: dict[int, list[int]] = {}

    def of(self, state: int, name: str) -> Equation:
        """What the member of values at a library's place may be: all of them share what is put there."""
        libraries = self.model.libraries
        found = yield self.model.injection.decorated(state, name)
        if libraries.is_extended(state):
            found = join(found, (yield self.model.heap.written(External(state), name)))
        for holder, member, place in libraries.member_places(state):
            found = join(found, (yield self.model.heap.written(External(place), name)))
            whole = yield self.model.heap.written(External(holder), member)
            put = Answer(frozenset(item for item in whole.items if not isinstance(item, External)), whole.open)
            found = join(found, (yield from self.model.values.member_of(put, name)))
        if libraries.is_inherited(state):
            found = join(found, (yield from self._of_heirs(state, name)))
        for m in self._extending(state):
            exported = yield self.model.heap.export(m, "default")
            found = join(found, (yield from self.model.values.member_of(exported, name)))
        return found

    def _extending(self, state: int) -> list[int]:
        """The modules of which a library makes members of the values at a place."""
        if state not in self.model.libraries.extended_by_file:
            return []
        if state not in self._modules:
            self._modules[state] = self.model.conventions.extending(state)
        return self._modules[state]

    def _of_heirs(self, state: int, name: str) -> Equation:
        """What the classes of the application say of the member that extend the class of a library: a query gives
        instances of them.
        """
        found = NOTHING
        libraries = self.model.libraries
        made_by = libraries.makers.get(libraries.package_name(state), frozenset())
        for m, property_ in self.declaring(name):
            module = self.model.link.body(m)
            lineage = yield self.model.heap.lineage(m, module.parent[property_])
            wanted = {state} if module.has(property_, Flag.STATIC) else made_by
            if any(isinstance(item, External) and item.state in wanted for item in lineage.items):
                found = join(found, (yield from self._members.property_value(module, property_)))
        return found

    def lineage(self, m: int, class_: int) -> Equation:
        """The classes of libraries that a CLASS row extends, directly or not."""
        parents = yield self.model.values.resolved(m, self.model.link.body(m).first[class_])
        found = answer(item for item in parents.items if isinstance(item, External) and item.state)
        for parent in parents.items:
            if isinstance(parent, ClassValue):
                found = join(found, (yield self.model.heap.lineage(parent.module, parent.row)))
        return found

    def declares(self, state: int, name: str) -> bool:
        """Whether the code itself says what this member is of values at a library's place, told without asking."""
        libraries, link = self.model.libraries, self.model.link
        if libraries.is_inherited(state) and self.declaring(name):
            return True
        shared = {member for _, member, _ in libraries.member_places(state)}
        if not shared:
            return False
        if any(provision.fact.of for provision in self.model.provisions.of(Token("text", name))):
            return True
        self.model.solver.touch(("writes", name))
        if link.count_named("writes", name) > CANDIDATES_LIMIT:
            return False
        return any(link.body(m).text(link.body(m).first[row]) in shared for m, row in link.spots_named("writes", name))

    def declaring(self, name: str) -> list[tuple[int, int]]:
        """The members of this name, as (module, PROPERTY row), of classes that extend something."""
        if self._declared is None:
            self._declared = {}
            for m, surface in enumerate(self.model.link.surfaces):
                if not surface.classes:
                    continue
                module = self.model.link.body(m)
                heirs = [class_ for class_ in surface.classes if module.kind[module.first[class_]] != Kind.NONE]
                for row in (member for class_ in heirs for member in module.ops(class_)):
                    if module.kind[row] == Kind.PROPERTY and not module.has(row, Flag.COMPUTED):
                        self._declared.setdefault(module.text(row), []).append((m, row))
        self.model.solver.touch(("keys", name))
        return self._declared.get(name, [])

"""Anew: what functions make and give back is another one at each call; what classes make, for each heir."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.model.domain import Atom, ClassValue, Closure, External, Instance, Spot, core, rewrapped
from reviewer.model.memory import Remembered
from reviewer.model.solve import Answer, Equation, answer
from reviewer.model.within import class_around
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Anew:
    """The routers and applications that functions of the reviewed code make.

    Inside of the function such a one is known by the row that creates it, for a caller by the row of the call: the
    creation site of a copy. A call of a call is the site of a copy of a copy. In the same way the CLASS row of a class
    is the site of what its instances inherit: `class Base { router = express.Router() }`.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._made: dict[Spot, bool] = {}
        self._classes: dict[Spot, int] = {}

    def given(self, found: Answer, function: Closure, module: int, call: int) -> Answer:
        """What a function gives to one call."""
        if not any(self._is_made(atom, function) for atom in found.items):
            return found
        items: set[Atom] = set()
        for atom in found.items:
            made = core(atom)
            if self._is_made(atom, function) and isinstance(made, External):
                items |= rewrapped(atom, answer([External(made.state, module, call)])).items
            else:
                items.add(atom)
        return Answer(frozenset(items), found.open)

    def inherited(self, found: Answer, heir: Instance) -> Equation:
        """What instances of a class hold, where a class that it extends makes that, and only one such thing."""
        items: set[Atom] = set()
        for atom in found.items:
            made = core(atom)
            class_ = self._made_by(made) if isinstance(made, External) else -1
            if isinstance(made, External) and class_ >= 0 and (made.module, class_) != (heir.module, heir.row):
                heirs = yield self.model.heap.subclasses(made.module, class_)
                if ClassValue(heir.module, heir.row) in heirs.items:
                    items |= rewrapped(atom, answer([External(made.state, heir.module, heir.row)])).items
                    continue
            items.add(atom)
        return Answer(frozenset(items), found.open)

    def _made_by(self, made: External) -> int:
        """The CLASS row of which each instance has one of its own, and no other of its sort; -1 for none."""
        if made.row < 0 or not self.model.libraries.is_sited(made.state):
            return -1
        at = Spot(made.module, made.row)
        found = self._classes.get(at)
        if found is None:
            found = self._classes[at] = _class_of(self.model.link.body(made.module), made.row)
        return found

    def copied(self, at: Spot) -> Iterator[Spot]:
        """The creation sites of which one is a copy: for a CALL row those in the functions that the call runs, for a
        CLASS row those in the classes that it extends.
        """
        body = self.model.link.body(at.module)
        if at.row >= 0 and body.kind[at.row] == Kind.CLASS:
            yield from sorted(self._inherited_by(body, at.row))
        if at.row < 0 or body.kind[at.row] != Kind.CALL:
            return
        for function in self.model.ask(self.model.calls.callees(*at)).items:
            if isinstance(function, Closure):
                returned = self.model.ask(self.model.calls.returns(function.module, function.row))
                sites = {Spot(made.module, made.row) for atom in returned.items for made in self._own(atom, function)}
                yield from sorted(sites - {at})

    def _inherited_by(self, body: Module, class_: int) -> set[Spot]:
        """The sites in the classes that a class extends, and these classes where they inherit it themselves."""
        found: set[Spot] = set()
        for parent in self.model.ask(self.model.values.resolved(body.index, body.first[class_])).items:
            if isinstance(parent, ClassValue):
                module = self.model.link.body(parent.module)
                for row in made_in(module, parent.row):
                    made = self.model.ask(self.model.values.of(parent.module, row)).items
                    if any(isinstance(item, External) and self._made_by(item) == parent.row for item in made):
                        found.add(Spot(parent.module, row))
                if not found and module.kind[module.first[parent.row]] != Kind.NONE:
                    found.add(Spot(parent.module, parent.row))
        return found

    def _own(self, atom: Atom, function: Closure) -> Iterator[External]:
        made = core(atom)
        if isinstance(made, External) and self._is_made(atom, function):
            yield made

    def _is_made(self, atom: Atom, function: Closure) -> bool:
        """Whether a function makes this one each time that it runs."""
        made = core(atom)
        if not isinstance(made, External) or made.row < 0 or made.module != function.module:
            return False
        if not self.model.libraries.is_sited(made.state):
            return False
        module = self.model.link.body(made.module)
        return module.owner[made.row] == function.row and self._is_each_time(module, made.row)

    def _is_each_time(self, module: Module, row: int) -> bool:
        """Whether what a row makes is not kept in a place that outlives the call."""
        at = Spot(module.index, row)
        found = self._made.get(at)
        if found is None:
            kept = self.model.memory.of(module, row) is not Remembered.NO
            found = self._made[at] = not kept and not _is_kept(module, row)
        return found


def _class_of(module: Module, row: int) -> int:
    """The class that makes at a row the only thing of its sort for each instance; itself, where the row is a CLASS."""
    if module.kind[row] == Kind.CLASS:
        return row
    class_ = class_around(module, row)
    made = made_in(module, class_) if class_ >= 0 else []
    texts = [module.text(module.first[at]) for at in made]
    return class_ if row in made and texts.count(module.text(module.first[row])) == 1 else -1


def made_in(module: Module, class_: int) -> list[int]:
    """The CALL and NEW rows that give a class's instances their fields, declared or assigned to `this`, in order."""
    fields = (row for row in module.descend(class_) if module.kind[row] in {Kind.ASSIGN, Kind.PROPERTY})
    values = (module.op(row, 1) for row in fields if module.count[row] > 1 and _is_field(module, row, class_))
    return [row for row in values if module.kind[row] in {Kind.CALL, Kind.NEW}]


def _is_field(module: Module, row: int, class_: int) -> bool:
    """Whether a PROPERTY or ASSIGN row gives each instance of a class a field."""
    if module.kind[row] == Kind.PROPERTY:
        return module.parent[row] == class_ and not module.has(row, Flag.STATIC)
    target = module.first[row]
    return module.kind[target] == Kind.MEMBER and module.kind[module.first[target]] == Kind.THIS


def _is_kept(module: Module, row: int) -> bool:
    """Whether it is assigned to a member, or to a name from around the function."""
    owner = module.owner[row]
    for at in module.ancestors(row):
        if at == owner:
            return False
        if module.kind[at] == Kind.ASSIGN:
            target = module.first[at]
            binding = module.binding[target] if module.kind[target] == Kind.IDENT else -1
            if binding < 0 or module.binding_owner[binding] != owner:
                return True
    return False

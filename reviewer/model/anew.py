"""Anew: what a function makes and gives back is another one at each of its calls, and told apart by the call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.model.domain import Atom, Closure, External, Spot, core, rewrapped
from reviewer.model.memory import Remembered
from reviewer.model.solve import Answer, answer
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Anew:
    """The routers and applications that functions of the reviewed code make.

    Inside of the function such a one is known by the row that creates it, for a caller by the row of the call: the
    creation site of a copy. A call of a call is the site of a copy of a copy.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._made: dict[Spot, bool] = {}

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

    def copied(self, at: Spot) -> Iterator[Spot]:
        """The creation sites of which the one at a CALL row is a copy: in the functions that the call runs."""
        body = self.model.link.body(at.module)
        if at.row < 0 or body.kind[at.row] != Kind.CALL:
            return
        for function in self.model.ask(self.model.calls.callees(*at)).items:
            if isinstance(function, Closure):
                returned = self.model.ask(self.model.calls.returns(function.module, function.row))
                sites = {Spot(made.module, made.row) for atom in returned.items for made in self._own(atom, function)}
                yield from sorted(sites - {at})

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

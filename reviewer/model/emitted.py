"""Emitted: who calls the listeners of an emitter of one's own, and what becomes of the promises that they give.

An emitter's own `emit` drops them. A class that extends it may ask for the listeners instead, call them itself and
wait: then a rejection reaches who waits for that method.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.callbacks import Callback
from reviewer.model.domain import Atom, ClassValue, External, Instance, Spot
from reviewer.model.link import OUTSIDE
from reviewer.model.origins import Source
from reviewer.model.settled import is_settled
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_EMITS: Final = "event.emit"
_READS: Final = "event.listeners"
_LISTENER: Final = "event.listener"


class Emitted:
    """Asked only for what is reported: the emits of all modules are looked for once, by the names of calls."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._reads: dict[Spot, bool] = {}

    def is_awaited(self, callback: Callback) -> bool:
        """Whether all that is known to call a listener are methods of the emitter's own class, each of which looks at
        the promise; not where the emitter may be a plain one, or is told to emit as plain ones do.
        """
        module = self.model.link.body(callback.module)
        callee = module.first[callback.row]
        if module.kind[callback.row] != Kind.CALL or module.kind[callee] != Kind.MEMBER:
            return False
        held = self.model.ask(self.model.values.resolved(callback.module, module.first[callee]))
        states = [item.state for item in held.items if isinstance(item, External)]
        own = self._with_heirs(held.items)
        if not own or any(callback.state in self.model.libraries.member(at, module.text(callee)) for at in states):
            return False
        reads = [spot for spot in self._playing(_READS) if self._is_on(spot, own)]
        return (
            any(list(self._calls(spot)) for spot in reads)
            and all(self._keeps(spot) for spot in reads)
            and not any(self._is_emitted(spot, own, callback) for spot in self._candidates(_EMITS))
        )

    # what is called on the emitter

    def _candidates(self, role: str) -> Iterator[Spot]:
        """The calls that may play a role, by their names, in code that runs outside of tests."""
        for m, kind in enumerate(self.model.link.classes):
            if kind not in OUTSIDE:
                yield from (Spot(m, row) for row in self.model.sites.candidates(role, m))

    def _playing(self, role: str) -> Iterator[Spot]:
        return (
            spot
            for spot in self._candidates(role)
            if self.model.sites.plays(role, self.model.link.body(spot.module), spot.row)
        )

    def _receiver(self, call: Spot) -> frozenset[Atom]:
        module = self.model.link.body(call.module)
        callee = module.first[call.row]
        if module.kind[callee] != Kind.MEMBER:
            return frozenset()
        return self.model.ask(self.model.values.resolved(call.module, module.first[callee])).items

    def _is_on(self, call: Spot, own: frozenset[Instance]) -> bool:
        return not own.isdisjoint(self._with_heirs(self._receiver(call)))

    def _with_heirs(self, items: Iterable[Atom]) -> frozenset[Instance]:
        """The instances of own classes among these, and of what extends them: what has the type may be such a one."""
        found: set[Instance] = set()
        for item in items:
            if isinstance(item, Instance):
                found.add(item)
                heirs = self.model.ask(self.model.heap.subclasses(item.module, item.row)).items
                found.update(Instance(heir.module, heir.row) for heir in heirs if isinstance(heir, ClassValue))
        return frozenset(found)

    def _is_emitted(self, emit: Spot, own: frozenset[Instance], callback: Callback) -> bool:
        """Whether a call may make the emitter call the listener as plain ones do: the library's method runs, on an
        emitter that may be this one, for an event that may be this.
        """
        module = self.model.link.body(emit.module)
        callees = self.model.ask(self.model.calls.callees(*emit))
        if callees.items and not self.model.sites.plays(_EMITS, module, emit.row):
            return False  # a method of the code's own, which is seen by what it reads
        receiver = self._receiver(emit)
        if any(isinstance(item, Instance) for item in receiver) and own.isdisjoint(self._with_heirs(receiver)):
            return False
        if any(isinstance(item, External) and item.row >= 0 for item in receiver):
            return False  # one that a library's own class makes
        names = set(self.model.callbacks.names(callback))
        said = set(self.model.texts(module, module.args(emit.row)[0])) if len(module.args(emit.row)) else set()
        return not names or not said or not names.isdisjoint(said)

    # what becomes of the promises

    def _calls(self, read: Spot) -> Iterator[int]:
        """The calls that run the listeners which a call gives, in the function around it and those inside."""
        module = self.model.link.body(read.module)
        function = module.owner[read.row]
        start, end = module.start[function], module.end[function]
        for call in self.model.link.of_kind(read.module, Kind.CALL):
            if start <= module.start[call] < end:
                target = module.first[call]
                if module.kind[target] == Kind.MEMBER:
                    target = module.first[target]  # `listener.call(this)`
                if module.kind[target] in {Kind.IDENT, Kind.INDEX} and self._is_listener(module, target, read):
                    yield call

    def _is_listener(self, module: Module, row: int, read: Spot) -> bool:
        origins = self.model.ask(self.model.origins.closed(module.index, row, ()))
        return any(
            isinstance(item, Source)
            and item.kind == _LISTENER
            and (item.module, item.row) in {read, (read.module, module.first[read.row])}
            for item in origins.items
        )

    def _keeps(self, read: Spot) -> bool:
        """Whether each call of the listeners hands their promises on to somebody who looks at them."""
        found = self._reads.get(read)
        if found is None:
            module = self.model.link.body(read.module)
            found = self._reads[read] = all(is_settled(self.model, module, call) for call in self._calls(read))
        return found

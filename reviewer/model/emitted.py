"""Emitted: who calls the listeners of an emitter of one's own, and what becomes of the promises that they give.

An emitter's own `emit` drops them. A class that extends it, or into which a method is mixed, may ask for the listeners
instead, call them itself and wait; and some libraries have a method that waits. Then a rejection reaches who waits for
that method.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Atom, ClassValue, Closure, External, Instance, Spot
from reviewer.model.events import events, may_be, said
from reviewer.model.link import OUTSIDE
from reviewer.model.origins import Source
from reviewer.model.settled import is_settled
from reviewer.model.shifted import assigned
from reviewer.model.solve import NOTHING, Answer, answer
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.callback import Callback
    from reviewer.model.libraries import State
    from reviewer.model.model import Model

_EMITS: Final = "event.emit"
_WAITS: Final = "event.awaited"
_READS: Final = "event.listeners"
_STORE: Final = "event.store"
_LISTENER: Final = "event.listener"
_RUNNING: Final = frozenset({"apply", "call"})


class Emitted:
    """Asked only for what is reported: the emits of all modules are looked for once, by the names of calls."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._reads: dict[Spot, bool] = {}
        self._called: dict[str, list[Spot]] = {}
        self._played: dict[str, list[Spot]] = {}

    def lost(self, callback: Callback) -> tuple[Closure, ...]:
        """The functions of a callback that nobody is known to wait for: not those of which all that is known to call
        them looks at the promise. That are methods of the emitter's own class, or a library's that waits; nothing may
        emit the event as plain emitters do.
        """
        if callback.is_decorated:
            return () if self._is_awaited(self.model.callbacks.names(callback)) else callback.functions
        module = self.model.link.body(callback.module)
        callee = module.first[callback.row]
        if module.kind[callback.row] != Kind.CALL or module.kind[callee] != Kind.MEMBER:
            return callback.functions
        here = Spot(callback.module, callback.row)
        held, made = self._receiver(here).items, self._made(here)
        own = self._with_heirs(held)
        states = [item.state for item in held if isinstance(item, External)]
        is_plain = any(callback.state in self.model.libraries.member(at, module.text(callee)) for at in states)
        is_kept = bool(own) and not is_plain and self._is_kept(own)
        emits = [spot for spot in self._candidates(_EMITS) if self._may_emit(spot, own, made)]
        waits = [
            spot
            for spot in self._playing(_WAITS)
            if self._is_of(spot, own, states) and is_settled(self.model, self._body(spot), spot.row)
        ]
        return tuple(
            function
            for function in callback.functions
            for names in [events(self.model, callback, function)]
            if not (is_kept or any(names and may_be(names, said(self.model, spot)) for spot in waits))
            or any(self._is_emitted(spot, names) for spot in emits)
        )

    def _is_awaited(self, names: tuple[str, ...]) -> bool:
        """Whether all that is known to emit one of these events, on whatever emitter, waits for its listeners."""
        waits = [spot for spot in self._playing(_WAITS) if names and may_be(names, said(self.model, spot))]
        return (
            bool(waits)
            and all(is_settled(self.model, self._body(spot), spot.row) for spot in waits)
            and not any(self._is_emitted(spot, names) for spot in self._playing(_EMITS))
        )

    def _is_kept(self, own: frozenset[Instance]) -> bool:
        """Whether methods of these classes run the listeners, and all that do so keep the promises."""
        reads = [spot for spot in (*self._playing(_READS), *self._stores()) if self._is_on(spot, own)]
        return any(list(self._calls(spot)) for spot in reads) and all(self._keeps(spot) for spot in reads)

    def _body(self, spot: Spot) -> Module:
        return self.model.link.body(spot.module)

    # what is called on the emitter

    def _candidates(self, role: str) -> list[Spot]:
        """The calls that may play a role, by their names, in code that runs in processes, outside of tests."""
        found = self._called.get(role)
        if found is None:
            found = self._called[role] = [
                Spot(m, row)
                for m, kind in enumerate(self.model.link.classes)
                if kind not in OUTSIDE and not self.model.programs.is_aside(m)
                for row in self.model.sites.candidates(role, m)
            ]
        return found

    def _playing(self, role: str) -> list[Spot]:
        found = self._played.get(role)
        if found is None:
            plays = self.model.sites.plays
            found = [spot for spot in self._candidates(role) if plays(role, self._body(spot), spot.row)]
            self._played[role] = found
        return found

    def _stores(self) -> Iterator[Spot]:
        """The rows that read where emitters keep their listeners: a method that is mixed in knows no type of `this`."""
        for name in sorted(self.model.libraries.role_names(_STORE)):
            yield from (Spot(*spot) for spot in self.model.link.spots_named("reads", name))

    def _receiver(self, call: Spot) -> Answer:
        """What a method is called on, or a member read of; of `super` the object itself."""
        module = self._body(call)
        member = call.row if module.kind[call.row] == Kind.MEMBER else module.first[call.row]
        if module.kind[member] != Kind.MEMBER:
            return NOTHING
        holder = module.first[member]
        if module.kind[holder] == Kind.SUPER:
            classes = (at for at in module.ancestors(holder) if module.kind[at] == Kind.CLASS)
            return answer(Instance(call.module, at) for at in [next(classes, -1)] if at >= 0)
        return self.model.ask(self.model.values.resolved(call.module, holder))

    def _made(self, call: Spot) -> frozenset[Spot]:
        """Where the emitters were made that a method may be called on; none where that is not known of all."""
        receiver = self._receiver(call)
        made = {item for item in receiver.items if isinstance(item, External) and item.row >= 0}
        # What a field is declared to be is more than what is known to be written to it.
        unsited = {External(item.state) for item in made} if made and self._is_written(call) else set()
        is_known = not receiver.open and receiver.items <= made | unsited
        return frozenset(Spot(item.module, item.row) for item in made) if is_known else frozenset()

    def _is_written(self, call: Spot) -> bool:
        """Whether the field that a method is called on gets nothing but what is made where it is written."""
        module = self._body(call)
        field = module.first[module.first[call.row]]
        writes = self.model.link.spots_named("writes", module.text(field)) if module.kind[field] == Kind.MEMBER else ()
        values = [(self.model.link.body(m), assigned(self.model.link.body(m), row)) for m, row in writes]
        return bool(values) and all(value >= 0 and body.kind[value] == Kind.NEW for body, value in values)

    def _is_on(self, call: Spot, own: frozenset[Instance]) -> bool:
        """Whether something is read of one of these: also in a method that they have from somewhere else."""
        return not own.isdisjoint(self._with_heirs(self._receiver(call).items)) or self._is_mixed(call, own)

    def _is_of(self, call: Spot, own: frozenset[Instance], states: Iterable[State]) -> bool:
        """Whether a library's method is called on one of these, or on what has the same type."""
        name = self._body(call).text(self._body(call).first[call.row])
        callees = self.model.ask(self.model.calls.callees(*call)).items
        called = {item.state for item in callees if isinstance(item, External)}
        return self._is_on(call, own) or any(
            not called.isdisjoint(self.model.libraries.member(at, name)) for at in states
        )

    def _is_mixed(self, read: Spot, own: frozenset[Instance]) -> bool:
        module = self._body(read)
        for at in module.ancestors(read.row):
            above = module.parent[at]
            if module.kind[at] == Kind.FUNCTION and module.kind[above] == Kind.PROPERTY:
                member = self.model.heap.member
                held = (self.model.ask(member(each, module.text(above))).items for each in own)
                return any(Closure(read.module, at) in items for items in held)
        return False

    def _with_heirs(self, items: Iterable[Atom]) -> frozenset[Instance]:
        """The instances of own classes among these, and of what extends them: what has the type may be such a one."""
        found: set[Instance] = set()
        for item in items:
            if isinstance(item, Instance):
                found.add(item)
                heirs = self.model.ask(self.model.heap.subclasses(item.module, item.row)).items
                found.update(Instance(heir.module, heir.row) for heir in heirs if isinstance(heir, ClassValue))
        return frozenset(found)

    def _may_emit(self, emit: Spot, own: frozenset[Instance], made: frozenset[Spot]) -> bool:
        """Whether a call may make the emitter call listeners as plain ones do: the library's method runs, on an emitter
        that may be this one, of these classes or made there.
        """
        callees = self.model.ask(self.model.calls.callees(*emit))
        if callees.items and not self.model.sites.plays(_EMITS, self._body(emit), emit.row):
            return False  # a method of the code's own, which is seen by what it reads
        held = self._receiver(emit).items
        if any(isinstance(item, Instance) for item in held) and own.isdisjoint(self._with_heirs(held)):
            return False
        others = self._made(emit)
        if made and others:
            return not made.isdisjoint(others)
        # none that a library's own class makes
        return not any(
            isinstance(item, External) and item.row >= 0 and not self.model.libraries.is_emitter(item.state)
            for item in held
        )

    def _is_emitted(self, emit: Spot, names: tuple[str, ...]) -> bool:
        given = said(self.model, emit)
        return not names or not given or may_be(names, given)

    # what becomes of the promises

    def _calls(self, read: Spot) -> Iterator[int]:
        """The calls that run the listeners which a call gives, in the function around it and those inside."""
        module = self._body(read)
        function = module.owner[read.row]
        start, end = module.start[function], module.end[function]
        for call in self.model.link.of_kind(read.module, Kind.CALL):
            if start <= module.start[call] < end:
                target = module.first[call]
                if module.kind[target] == Kind.MEMBER and module.text(target) in _RUNNING:
                    target = module.first[target]  # `listener.call(this)`
                if module.kind[target] in {Kind.IDENT, Kind.INDEX} and self._is_listener(module, target, read):
                    yield call

    def _is_listener(self, module: Module, row: int, read: Spot) -> bool:
        """Whether a name is one of the listeners that are read; of what is read from where an emitter keeps them, the
        names of the function itself are taken for such.
        """
        if module.kind[read.row] == Kind.MEMBER:
            binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
            function = module.owner[read.row]
            return binding >= 0 and any(
                function == at or function in module.ancestors(at)
                for target in module.writes(binding)
                for at in [module.owner[target]]
            )
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

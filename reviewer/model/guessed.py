"""Guessed: what a method of an unknown value is, told from its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Instance
from reviewer.model.link import OUTSIDE
from reviewer.model.names import Library
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.model import Model

_EVENT: Final = frozenset({Kind.STRING, Kind.TEMPLATE})


class Guessed:
    """Asked only for calls that are given a function."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._declared: dict[str, bool] = {}

    def at(self, module: Module, call: int, *, is_open: bool) -> set[State]:
        """What a method of an unknown value is by its name: the language's, or an emitter's where an event is named; no
        function of a package itself. What a library made is seldom an emitter as Node.js has them, nor what extends it.
        """
        callee = module.first[call]
        if isinstance(self.model.names.of(module.index, module.first[callee]), Library):
            return set()
        found = set(self.model.libraries.language(module.text(callee)))
        arguments = module.args(call)
        is_event = len(arguments) > 1 and module.kind[arguments[0]] in _EVENT
        if is_open and is_event and not self._is_declared(module.text(callee)) and not self._is_heir(module, callee):
            found.update(self.model.libraries.emitter_method(module.text(callee)))
        return found

    def _is_heir(self, module: Module, callee: int) -> bool:
        """Whether the method is called on an instance of an own class that extends what is not known."""
        held = self.model.ask(self.model.values.resolved(module.index, module.first[callee])).items
        for item in held:
            if isinstance(item, Instance):
                body = self.model.link.body(item.module)
                if body.kind[item.row] == Kind.CLASS and body.kind[body.first[item.row]] != Kind.NONE:
                    return True
        return False

    def _is_declared(self, name: str) -> bool:
        """Whether an object of the repository that is no heir of another has a method of the name which takes a name
        and a function: then what is unknown may be that one, and what it does with a listener is its own affair.
        """
        if name not in self._declared:
            self._declared[name] = any(
                self._takes_listeners(self.model.link.body(m), row)
                for m, row in self.model.link.spots_named("keys", name)
                if self.model.link.classes[m] not in OUTSIDE and not self.model.programs.is_aside(m)
            )
        return self._declared[name]

    def _takes_listeners(self, module: Module, member: int) -> bool:
        holder = module.parent[member]
        function = module.op(member, 1)
        is_heir = module.kind[holder] == Kind.CLASS and module.kind[module.first[holder]] != Kind.NONE
        return not is_heir and module.kind[function] == Kind.FUNCTION and len(module.params(function)) > 1

"""Filled fields: those that a constructor fills with what a container gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.members import own_constructor
from reviewer.model.tokens import Token
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class FilledFields:
    """Tells such fields from the text of the constructor alone: what provides them says more than their types do."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def is_filled(self, module: Module, property_: int) -> bool:
        """Whether the field of a class, a PROPERTY row, is assigned what a known provision gives to a parameter."""
        holder = module.parent[property_]
        if module.kind[holder] != Kind.CLASS or not self.model.provisions.any():
            return False
        constructor = own_constructor(module, holder)
        for row in module.surface.writes.get(module.text(property_), ()) if constructor >= 0 else ():
            assign = module.parent[row]
            is_own = module.owner[row] == constructor and module.kind[module.first[row]] == Kind.THIS
            if is_own and module.kind[assign] == Kind.ASSIGN and module.first[assign] == row:
                return self._is_given(module, constructor, module.op(assign, 1))
        return False

    def _is_given(self, module: Module, constructor: int, value: int) -> bool:
        """Whether a value is a parameter that a container fills, or a part of one."""
        part = ""
        if module.kind[value] == Kind.MEMBER:
            part, value = module.text(value), module.first[value]
        if module.kind[value] != Kind.IDENT or module.binding[value] < 0:
            return False
        for target in module.writes(module.binding[value]):
            parent = module.parent[target]
            if module.kind[parent] == Kind.PROPERTY and not part:
                part, parent = module.text(parent), module.parent[module.parent[parent]]
            if module.kind[parent] == Kind.PARAM and module.parent[parent] == constructor:
                return self._is_known(module, constructor, parent, part)
        return False

    def _is_known(self, module: Module, constructor: int, param: int, part: str) -> bool:
        index = module.position(param) - 1
        for place in self.model.provisions.places(module.index, constructor):
            name = part or module.text(module.first[param])
            if self.model.libraries.gives_named(place, index, is_part=bool(part)):
                return self.model.provisions.is_known(Token("text", name))
        return not part and self.model.asked.is_known(module, constructor, param)

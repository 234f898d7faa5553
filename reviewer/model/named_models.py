"""Named models: classes that a library keeps under the name which their definition says."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import ClassValue, External, Spot
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_ROLE: Final = "models.named"
_NAME: Final = "modelName"
_KEYS: Final = (_NAME, "sequelize")
_DEFINING: Final = "init"


class NamedModels:
    """Told from the text of the definitions, so that no question is asked: `Series.init(columns, { modelName })`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._is_kept: dict[int, bool] = {}

    def of(self, atom: External, name: str) -> list[ClassValue]:
        """The classes that a place which keeps models has under a name; none where it is another place."""
        kept = self._is_kept.get(atom.state)
        if kept is None:
            kept = self._is_kept[atom.state] = self.model.libraries.has_role(atom.state, _ROLE, None)
        return self._by_name.get(name, []) if kept else []

    @cached_property
    def _by_name(self) -> dict[str, list[ClassValue]]:
        found: dict[str, list[ClassValue]] = {}
        link = self.model.link
        for m, property_ in sorted({spot for key in _KEYS for spot in link.spots_named("keys", key)}):
            module = link.body(m)
            options = module.parent[property_]
            call = module.parent[options]
            if module.kind[call] != Kind.CALL or module.text(call) != _DEFINING:
                continue
            class_ = self._class(module, call)
            if class_ is None:
                continue
            name = self._said(module, options) or link.body(class_.module).text(class_.row)
            value = ClassValue(class_.module, class_.row)
            if name and value not in found.setdefault(name, []):
                found[name].append(value)
        return found

    def _class(self, module: Module, call: int) -> Spot | None:
        """The CLASS whose `init` is called: by its name, or inside of it as `super.init` or `this.init`."""
        callee = module.first[call]
        held = module.first[callee] if module.kind[callee] == Kind.MEMBER else -1
        if held < 0:
            return None
        if module.kind[held] in {Kind.SUPER, Kind.THIS}:
            class_ = next((at for at in module.ancestors(call) if module.kind[at] == Kind.CLASS), -1)
            return Spot(module.index, class_) if class_ >= 0 else None
        meant = self.model.names.of(module.index, held)
        if isinstance(meant, Spot) and self.model.link.body(meant.module).kind[meant.row] == Kind.CLASS:
            return meant
        return None

    def _said(self, module: Module, options: int) -> str:
        """The constant under `modelName`; empty where the class is kept under its own name."""
        for part in module.ops(options):
            if module.kind[part] == Kind.PROPERTY and module.text(part) == _NAME:
                value = module.op(part, 1)
                return module.text(value) if module.kind[value] == Kind.STRING else ""
        return ""

"""Named models: classes that a library keeps under the name which their definition says."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import ClassValue, External, Spot
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_ROLE: Final = "models.named"
_DEFINING: Final = "model.definition"
_NAME: Final = "modelName"


class NamedModels:
    """Told from the text of the definitions, so that no question is asked: `Series.init(columns, { modelName })`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, atom: External, name: str) -> list[ClassValue]:
        """The classes that a place which keeps models has under a name; none where it is another place."""
        return self._by_name.get(name, []) if atom.state in self._keeping else []

    @cached_property
    def _keeping(self) -> frozenset[int]:
        return self.model.libraries.places(_ROLE)

    @cached_property
    def _by_name(self) -> dict[str, list[ClassValue]]:
        found: dict[str, list[ClassValue]] = {}
        link = self.model.link
        names = self.model.libraries.role_names(_DEFINING)
        for m, call in sorted({spot for name in names for spot in link.spots_named("calls", name)}):
            module = link.body(m)
            options = next(reversed(module.args(call)), -1)
            if module.kind[call] != Kind.CALL or options < 0 or module.kind[options] != Kind.OBJECT:
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
            return self._extending(Spot(module.index, class_)) if class_ >= 0 else None
        meant = self.model.names.of(module.index, held)
        return self._extending(meant) if isinstance(meant, Spot) else None

    def _extending(self, spot: Spot) -> Spot | None:
        """The place of a CLASS that extends another one."""
        module = self.model.link.body(spot.module)
        is_class = module.kind[spot.row] == Kind.CLASS and module.kind[module.first[spot.row]] != Kind.NONE
        return spot if is_class else None

    def _said(self, module: Module, options: int) -> str:
        """The constant under `modelName`; empty where the class is kept under its own name."""
        for part in module.ops(options):
            if module.kind[part] == Kind.PROPERTY and module.text(part) == _NAME:
                value = module.op(part, 1)
                return module.text(value) if module.kind[value] == Kind.STRING else ""
        return ""

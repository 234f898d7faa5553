"""What the code imports, asked by the role that it plays."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.model.link import Importer
    from reviewer.model.model import Model

_WHOLE: Final = frozenset({"default", "*", "="})


class Imported:
    """Each role is looked for once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._known: dict[str, bool] = {}

    @cached_property
    def checks(self) -> bool:
        """Whether any file imports what holds data against a schema."""
        return not self.model.libraries.check_packages.isdisjoint(self.model.link.package_importers)

    def plays(self, role: str) -> bool:
        """Whether any file imports what plays a role out of a package."""
        if role not in self._known:
            self._known[role] = self._imports(role)
        return self._known[role]

    def _imports(self, role: str) -> bool:
        libraries, link = self.model.libraries, self.model.link
        for package in sorted(libraries.role_packages(role)):
            root = libraries.package(package)
            importers = link.package_importers.get(package, ())
            names = {name for importer in importers for name in _taken(link.body(importer.module), importer)}
            states = [state for name in names for state in libraries.member(root, name)] if root is not None else []
            if any(libraries.has_role(state, role, None) for state in states):
                return True
        return False


def _taken(module: Module, importer: Importer) -> Iterator[str]:
    """The names of the members that an import takes out of a package: itself, by a pattern, or wherever one is read of
    what stands for the whole package.
    """
    whole: list[int] = []
    for name, binding in importer.record.names:
        yield name
        whole += module.refs(binding) if binding >= 0 and name in _WHOLE else ()
    loader = importer.record.row
    if loader >= 0:
        whole.append(loader)
        target = module.first[module.parent[loader]]
        if module.kind[module.parent[loader]] != Kind.DECLARATOR:
            pass
        elif module.kind[target] == Kind.OBJECT_PATTERN:
            yield from (module.text(row) for row in module.ops(target) if module.kind[row] == Kind.PROPERTY)
        elif module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
            whole += module.refs(module.binding[target])
    for row in whole:
        above = module.parent[row]
        if module.kind[above] == Kind.MEMBER and module.first[above] == row:
            yield module.text(above)

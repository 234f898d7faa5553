"""What the code imports, asked by the role that it plays."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewer.model.model import Model


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
            names = {name for importer in link.package_importers.get(package, ()) for name, _ in importer.record.names}
            states = [state for name in names for state in libraries.member(root, name)] if root is not None else []
            if any(libraries.has_role(state, role, None) for state in states):
                return True
        return False

"""Marks: what modules show, by the packages and variables that they use, of who can run them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from reviewer.source.module import Import, Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Marks:
    """Told from surfaces: what is marked as a browser's, a server's or a test's by the libraries' rows."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def uses_document(self, m: int) -> bool:
        """Whether a module uses variables that only browsers have, and nothing of a package."""
        surface = self.model.link.surfaces[m]
        if any(each.source[:1] != "." for each in surface.imports):
            return False
        return not self.model.libraries.browser_globals.isdisjoint(surface.globals) or self._uses_member(m)

    @cached_property
    def failing(self) -> set[int]:
        """The modules that nothing but a browser can load: as they are loaded, without a condition, they use a variable
        that only browsers have, or load what does.
        """
        link = self.model.link
        found = {m for m in range(len(link)) if self.uses_document(m) and self._uses_at_once(m)}
        pending = sorted(found)
        while pending:
            for importer in link.importers.get(pending.pop(), ()):
                if importer.module not in found | self.serving and self._is_at_once(*importer):
                    found.add(importer.module)
                    pending.append(importer.module)
        return found

    def _uses_at_once(self, m: int) -> bool:
        module, surface = self.model.link.body(m), self.model.link.surfaces[m]
        return any(
            module.region[row] == 0
            and module.kind[module.parent[row]] != Kind.UNARY
            and row not in surface.global_writes.get(name, ())
            for name in self.model.libraries.browser_globals & surface.globals.keys()
            for row in surface.globals[name]
        )

    def _is_at_once(self, m: int, record: Import) -> bool:
        """Whether a module loads what it imports as it is loaded itself, whatever it is for."""
        if record.type_only or record.kind in {"dynamic", "folder"}:
            return False
        return record.row < 0 or self.model.link.body(m).region[record.row] == 0

    def _uses_member(self, m: int) -> bool:
        """Whether a module uses a member of a global variable that only browsers have: `self.skipWaiting()`."""
        members, found = self.model.libraries.browser_members, self.model.link.surfaces[m].globals
        for name in members.keys() & found.keys():
            module = self.model.link.body(m)
            above = (module.parent[row] for row in found[name])
            if any(module.kind[at] == Kind.MEMBER and module.text(at) in members[name] for at in above):
                return True
        return False

    @cached_property
    def on_node(self) -> set[int]:
        """The modules that use what only Node.js has, or a package with which servers are written."""
        builtins = self.model.libraries.builtin_names()
        return self.serving | self.importing({name for each in builtins for name in (each, f"node:{each}")})

    def importing(self, packages: Iterable[str], *, types: bool = False) -> set[int]:
        """The modules that load one of these packages; `types`: those too that only name its types."""
        importers = self.model.link.package_importers
        found = (one for name in packages for one in importers.get(name, ()))
        return {one.module for one in found if types or not one.record.type_only}

    @cached_property
    def drawing(self) -> set[int]:
        """The modules that load a package which only browsers use."""
        return self.importing(self.model.libraries.browser_packages)

    @cached_property
    def serving(self) -> set[int]:
        """The modules that load a package with which servers are written."""
        return self.importing(self.model.libraries.serving_packages)

    @cached_property
    def testing(self) -> set[int]:
        """The modules that load a package, name a type of it, or use a variable, which only tests have."""
        link, names = self.model.link, self.model.libraries.test_globals
        using = {m for m, surface in enumerate(link.surfaces) if not names.isdisjoint(surface.globals)}
        return using | self.importing(self.model.libraries.test_packages, types=True)

    def listens(self, reached: Iterable[int]) -> bool:
        """Whether some of these modules make a server accept connections."""
        reached = set(reached)
        names: set[str] = set()
        for package, called in self.model.libraries.listening.items():
            if not called <= names and not reached.isdisjoint(self.importing([package])):
                names |= called
        return bool(names) and any(not names.isdisjoint(self.model.link.surfaces[m].calls) for m in reached)

"""Unmounted routers: those that their module exports, and that nobody who loads it does anything with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.model.domain import Spot
from reviewer.model.route import Route
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.copies import Site
    from reviewer.model.link import Importer
    from reviewer.model.model import Model
    from reviewer.model.ways import Ways


class Unmounted:
    """Asked only for what is reported. A router that goes anywhere else may be mounted there."""

    def __init__(self, model: Model, ways: Ways) -> None:
        self.model = model
        self._ways = ways
        self._known: dict[Site, bool] = {}

    def route_of(self, m: int, row: int) -> Spot | None:
        """The registration of a route by which alone a row is reached, where no application mounts its router."""
        reached = self.model.entries.reaching_row(m, row)
        routes = [self.model.entries.registered(item) for item in reached.items]
        if reached.open or not routes:
            return None
        unmounted = [route.spot for route in routes if isinstance(route, Route) and self._is_unmounted(route)]
        return min(unmounted) if len(unmounted) == len(routes) else None

    def _is_unmounted(self, route: Route) -> bool:
        sites = self._ways.sites(route)
        if not self._ways.are_routers(sites):
            return False
        return all(not self._ways.mounts_of(site) and self._goes_nowhere(site) for site in sites)

    def _goes_nowhere(self, site: Site) -> bool:
        known = self._known.get(site)
        if known is None:
            known = self._known[site] = self._is_only_exported(site)
        return known

    def _is_only_exported(self, site: Site) -> bool:
        """Whether registrations are made on a router, it is exported, and no importer reads it."""
        if site.row < 0 or self.model.loaded.of(site.module):
            return False
        module = self.model.link.body(site.module)
        binding = _declared(module, site.row)
        if binding < 0 or len(module.writes(binding)) != 1:
            return False
        exported = [ref for ref in _reads(module, binding) if not _is_receiver(module, ref)]
        aside = self.model.programs.aside()
        importers = [each for each in self.model.link.importers.get(site.module, ()) if each.module not in aside]
        return (
            bool(importers)
            and all(_is_export(module, ref) for ref in exported)
            and all(self._reads_nothing(importer) for importer in importers)
        )

    def _reads_nothing(self, importer: Importer) -> bool:
        """Whether nothing is read of what an import gives."""
        body = self.model.link.body(importer.module)
        record = importer.record
        bindings = [binding for _, binding in record.names]
        if record.row >= 0:
            if body.kind[body.parent[record.row]] == Kind.EXPRESSION:
                return True
            bindings.append(_declared(body, record.row))
        exported = {export.binding for export in self.model.link.surfaces[importer.module].exports}
        return bool(bindings) and all(
            binding >= 0 and binding not in exported and not any(_reads(body, binding)) for binding in bindings
        )


def _declared(module: Module, value: int) -> int:
    """The binding of `const name = value`; below zero where a value is not kept so."""
    parent = module.parent[value]
    if module.kind[parent] != Kind.DECLARATOR or module.kind[module.first[parent]] != Kind.IDENT:
        return -1
    return module.binding[module.first[parent]]


def _reads(module: Module, binding: int) -> Iterator[int]:
    writes = module.writes(binding)
    return (ref for ref in module.refs(binding) if ref not in writes)


def _is_receiver(module: Module, ref: int) -> bool:
    member = module.parent[ref]
    call = module.parent[member]
    return module.kind[member] == Kind.MEMBER and module.kind[call] == Kind.CALL and module.first[call] == member


def _is_export(module: Module, ref: int) -> bool:
    """Whether a name stands in `module.exports = name`, `exports.name = name` or `export default name`."""
    is_declared = module.kind[module.parent[ref]] == Kind.EXPORT
    return is_declared or any(export.row == ref for export in module.surface.exports)

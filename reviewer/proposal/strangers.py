"""Strangers: packages that are imported, whose code is out of sight and of which no library file speaks."""

from __future__ import annotations

from reviewer.model.model import Model


def strangers(model: Model) -> list[str]:
    """The names with which programs on servers import unknown packages, subpaths with them, sorted."""
    aside = model.programs.aside()
    return sorted(
        name
        for name, importers in model.link.package_importers.items()
        if model.libraries.package(name) is None
        and any(not importer.record.type_only and importer.module not in aside for importer in importers)
    )


def in_house(model: Model) -> list[str]:
    """Those of the strangers that carry the scope of a package of this repository: `@acme/db` beside `@acme/api`."""
    scopes = {
        package.name.partition("/")[0] + "/"
        for path in model.link.paths
        if (package := model.manifests.package_of(path)) is not None and package.name.startswith("@")
    }
    return [name for name in strangers(model) if name.startswith(tuple(scopes))]

"""From import records to the modules, packages and folders that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from reviewer.model.link import Target, ToData, ToFolder, ToModule, ToPackage, Unresolved
from reviewer.model.resolution import Asset, Builtin, External, File
from reviewer.model.resolve import Resolver
from reviewer.source.module import Import

if TYPE_CHECKING:
    from reviewer.model.resolution import Resolution


def targets(resolver: Resolver, index_of: Mapping[str, int]) -> Callable[[Import, str], Target]:
    """What `Link` asks for: an import record and the importing path give the place that it leads to."""

    def target(record: Import, importer: str) -> Target:
        if record.kind == "folder":
            found = (index_of.get(path) for path in resolver.resolve_folder(record.source, importer))
            return ToFolder(tuple(index for index in found if index is not None))
        return _of(resolver.resolve(record.source, importer, record.kind), index_of)

    return target


def _of(resolution: Resolution, index_of: Mapping[str, int]) -> Target:
    match resolution:
        case File(path):
            index = index_of.get(path)
            return Unresolved("import of a file that is not reviewed") if index is None else ToModule(index)
        case External(name, subpath):
            return ToPackage(f"{name}/{subpath}" if subpath else name)
        case Builtin(name):
            return ToPackage(name)
        case Asset(path):
            return ToData(path or "")
        case _:
            return Unresolved(resolution.reason)

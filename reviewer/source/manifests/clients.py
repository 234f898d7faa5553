"""Clients that a generator writes into the tree: where the schema says so, and which package they are of.

Prisma writes its client to the `output` of a generator, seen from the folder of the schema; since 6.6 the generator
`prisma-client` demands one. That folder is mostly ignored by git, so that imports of it lead nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from reviewer.finding import Gap
from reviewer.source.paths import folder_of, join

_SCHEMA: Final = ".prisma"
_MAX_FILES: Final = 500
_MAX_BYTES: Final = 1_000_000
_GENERATOR: Final = re.compile(r"^[ \t]*generator[ \t]+\w+[ \t]*\{([^{}]{0,4000})\}", re.MULTILINE)
_SETTING: Final = re.compile(r"^[ \t]*(\w+)[ \t]*=[ \t]*\"([^\"\n]*)\"", re.MULTILINE)
_PACKAGES: Final = {"prisma-client": "@prisma/client", "prisma-client-js": "@prisma/client"}
"""The generators that write a client, and the package that it stands for."""
_NAMED: Final = ("", "/client", "/index", "/client.js", "/client.ts", "/index.js", "/index.ts", "/default")
"""The files of a client that give what the package gives."""


class Clients:
    """The folders into which clients are written; true where there are any."""

    def __init__(self, folders: dict[str, str]) -> None:
        self._paths = {folder + name: package for folder, package in folders.items() for name in _NAMED}

    def __bool__(self) -> bool:
        return bool(self._paths)

    def of(self, path: str) -> str:
        """The package that a client at this path stands for; empty where none is written there."""
        return self._paths.get(path, "")


def read_clients(paths: Iterable[str], load: Callable[[str], bytes | Gap]) -> Clients:
    """The clients of which the schemas among `paths` tell; `load` yields the content of one of them."""
    folders: dict[str, str] = {}
    for path in sorted(path for path in paths if path.endswith(_SCHEMA))[:_MAX_FILES]:
        data = load(path)
        if isinstance(data, bytes) and len(data) <= _MAX_BYTES:
            for generator in _GENERATOR.finditer(data.decode("utf-8", "replace")):
                said = dict(_SETTING.findall(generator[1]))
                package = _PACKAGES.get(said.get("provider", ""))
                folder = join(folder_of(path), said["output"]) if said.get("output") else None
                if package is not None and folder:
                    folders[folder] = package
    return Clients(folders)

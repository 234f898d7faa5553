"""bun.lock, the text format of Bun 1.2 and later. (bun.lockb is binary, and not read.)"""

from __future__ import annotations

import msgspec

from reviewer.source.jsonc import plain_json
from reviewer.source.manifests.locks.lock import Installed, LockError
from reviewer.source.paths import join


class _Workspace(msgspec.Struct, gc=False):
    name: str = ""


class _File(msgspec.Struct):
    workspaces: dict[str, _Workspace] = {}
    packages: dict[str, list[object]] = {}


class BunLock:
    """The `packages` table: an entry starts with `name@version`, and its key is the path of names that leads to it."""

    def __init__(self, data: bytes) -> None:
        """Raises LockError where the text is no lock file."""
        try:
            file = msgspec.json.decode(plain_json(data), type=_File)
        except msgspec.DecodeError as error:
            raise LockError(str(error)) from error
        except RecursionError as error:
            raise LockError("it is nested too deeply") from error
        self._names = {folder: workspace.name for folder, workspace in file.workspaces.items()}
        self._packages = {key: entry[0] for key, entry in file.packages.items() if entry and isinstance(entry[0], str)}

    def installed(self, importer: str, name: str, declared: str | None) -> Installed | None:
        """The entry nested under the importing workspace's name, else the hoisted one."""
        del declared
        workspace = self._names.get(importer)
        entry = self._packages.get(f"{workspace}/{name}") if workspace else None
        entry = entry or self._packages.get(name)
        if entry is None:
            return None
        version = entry[entry.find("@", 1) + 1 :]
        if version.startswith(("workspace:", "file:", "link:")):
            return Installed(folder=join("", version.partition(":")[2]))
        return Installed(version=version)

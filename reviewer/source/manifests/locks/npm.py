"""package-lock.json and npm-shrinkwrap.json, versions 1 to 3 (npm documentation, "package-lock.json")."""

from __future__ import annotations

import msgspec

from reviewer.source.manifests.locks.lock import Installed, LockError
from reviewer.source.paths import join, upwards


class _Entry(msgspec.Struct, gc=False):
    version: str = ""
    resolved: str | bool = ""
    link: bool = False


class _File(msgspec.Struct):
    packages: dict[str, _Entry] | None = None
    dependencies: dict[str, _Entry] = {}


class NpmLock:
    """The entries of the `packages` table (versions 2 and 3), else the top level of `dependencies` (version 1)."""

    def __init__(self, data: bytes) -> None:
        """Raises LockError where the text is no lock file."""
        try:
            file = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_File)
        except msgspec.DecodeError as error:
            raise LockError(str(error)) from error
        except (UnicodeDecodeError, RecursionError) as error:
            raise LockError("the text is not UTF-8, or nested too deeply") from error
        self._packages = file.packages or {}
        self._dependencies = {} if file.packages else file.dependencies

    def installed(self, importer: str, name: str, declared: str | None) -> Installed | None:
        """Looks where Node.js would: in `node_modules` of the importer's folder, then of each folder above it."""
        del declared
        for folder in upwards(importer):
            place = f"{folder}/node_modules/{name}" if folder else f"node_modules/{name}"
            entry = self._packages.get(place)
            if entry is not None:
                if entry.link and isinstance(entry.resolved, str):
                    return Installed(folder=join("", entry.resolved))
                return Installed(version=entry.version)
        first = self._dependencies.get(name) if not importer else None
        return None if first is None else Installed(version=first.version)

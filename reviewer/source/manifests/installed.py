"""The lock files of a tree, and what they say is installed for a package of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from reviewer.finding import Gap, GapKind
from reviewer.source import manifest_names as names
from reviewer.source.manifests.locks.bun import BunLock
from reviewer.source.manifests.locks.lock import Lock, LockError
from reviewer.source.manifests.locks.npm import NpmLock
from reviewer.source.manifests.locks.pnpm import PnpmLock
from reviewer.source.manifests.locks.yarn import YarnLock
from reviewer.source.manifests.package import Package
from reviewer.source.paths import folder_of, join, upwards

_READERS: dict[str, Callable[[bytes], Lock]] = {
    "npm-shrinkwrap.json": NpmLock,
    "package-lock.json": NpmLock,
    "pnpm-lock.yaml": PnpmLock,
    "yarn.lock": YarnLock,
    "bun.lock": BunLock,
}
_BINARY = "bun.lockb"
_MANAGERS = {"pnpm": "pnpm-lock.yaml", "yarn": "yarn.lock", "bun": "bun.lock"}


class Locks:
    """The lock files by folder; each is read when it is first asked for. What can't be read is added to `gaps`."""

    def __init__(
        self,
        paths: Iterable[str],
        load: Callable[[str], bytes | Gap],
        packages: Mapping[str, Package],
        gaps: list[Gap],
    ) -> None:
        self._load = load
        self._packages = packages
        self._gaps = gaps
        self._read: dict[str, Lock | None] = {}
        self._by_folder: dict[str, list[str]] = {}
        for path in paths:
            if path.rpartition("/")[2] in names.LOCKS:
                self._by_folder.setdefault(folder_of(path), []).append(path)
        for folder, found in self._by_folder.items():
            found.sort(key=lambda path: self._rank(path, folder))
            if found[0].endswith(_BINARY):
                gaps.append(
                    Gap(
                        found[0],
                        0,
                        GapKind.MANIFEST,
                        "is binary; write the text format with `bun install --save-text-lockfile`",
                    )
                )

    def installed(self, importer: str, name: str, declared: str | None) -> Iterator[str]:
        """The versions that `name` has for the package in the folder `importer`, those of the likeliest file first.

        `declared` is what the package.json that declares the dependency says. The nearest folder that knows answers.
        """
        for folder in upwards(importer):
            told = False
            for path in self._by_folder.get(folder, ()):
                version = self._version(path, importer[len(folder) + 1 if folder else 0 :], name, declared)
                if version:
                    told = True
                    yield version
            if told:
                return

    def _version(self, path: str, importer: str, name: str, declared: str | None) -> str | None:
        lock = self._lock(path)
        found = lock.installed(importer, name, declared) if lock is not None else None
        if found is None:
            return None
        if found.folder is None:
            return found.version
        folder = join(folder_of(path), found.folder)
        package = self._packages.get(folder) if folder is not None else None
        return None if package is None else package.version

    def _lock(self, path: str) -> Lock | None:
        if path not in self._read:
            self._read[path] = self._read_lock(path)
        return self._read[path]

    def _read_lock(self, path: str) -> Lock | None:
        reader = _READERS.get(path.rpartition("/")[2])
        if reader is None:
            return None
        data = self._load(path)
        if isinstance(data, Gap):
            self._gaps.append(data)
            return None
        try:
            return reader(data)
        except LockError as error:
            self._gaps.append(Gap(path, 0, GapKind.MANIFEST, f"cannot be read: {error}"))
            return None

    def _rank(self, path: str, folder: str) -> tuple[bool, int]:
        """The lock file of the package manager that package.json names comes first, then the order of `names.LOCKS`."""
        name = path.rpartition("/")[2]
        package = self._packages.get(folder)
        manager = package.package_manager if package is not None else ""
        return _MANAGERS.get(manager) != name, names.LOCKS.index(name)

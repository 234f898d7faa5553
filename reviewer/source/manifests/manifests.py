"""All manifests of a tree: which package a file belongs to, and which version of a library it gets."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from reviewer.finding import Gap, GapKind
from reviewer.source import manifest_names as names
from reviewer.source.jsonc import JsonError
from reviewer.source.manifests import workspaces
from reviewer.source.manifests.clients import Clients, read_clients
from reviewer.source.manifests.installed import Locks
from reviewer.source.manifests.package import Package, read_package
from reviewer.source.manifests.starts.read import read_starts
from reviewer.source.manifests.starts.script import loaded_modules
from reviewer.source.manifests.starts.start import Start
from reviewer.source.manifests.tsconfig import TsConfigs
from reviewer.source.manifests.versions import Range, Version, admits, alias_of, declared_range, is_version
from reviewer.source.manifests.workspaces import Workspace
from reviewer.source.paths import folder_of, join, upwards
from reviewer.source.tree import Tree

_MAX_BYTES: Final = 32 * 1024 * 1024
_MAX_TEXT: Final = 1024 * 1024
_LOCAL: Final = ("file:", "link:", "portal:", "workspace:.")


def read_manifests(tree: Tree, paths: Iterable[str]) -> Manifests:
    """The manifests of the tree, whose files are `paths`. What can't be read is in `Manifests.gaps`."""
    return Manifests(paths, partial(tree.read, limit=_MAX_BYTES))


class Manifests:
    """`packages` maps a folder (empty for the root) to its package. Lock files and TypeScript projects are read when
    they are first asked for; `gaps` grows then.
    """

    def __init__(self, paths: Iterable[str], load: Callable[[str], bytes | Gap]) -> None:
        """`load` yields the content of one of the `paths`, or the gap that says why it can't be had."""
        every = paths if isinstance(paths, frozenset) else frozenset(paths)
        self.gaps: list[Gap] = []
        self.packages: dict[str, Package] = {}
        self._load = load
        self._paths = every
        self._starts: list[Start] | None = None
        self._clients: Clients | None = None
        self._workspaces: dict[str, list[Workspace]] = {}
        for path in sorted(filter(names.is_manifest, every)):
            self._read(path)
        self.ts_configs = TsConfigs(every, load, self._member_folder, self.gaps)
        self._locks = Locks(every, load, self.packages, self.gaps)
        self._members: dict[tuple[str, tuple[str, ...]], dict[str, Package]] = {}
        self._above: dict[str, tuple[Package, ...]] = {}
        self._workspaces_above: dict[str, tuple[Workspace, ...]] = {}
        self._versions: dict[tuple[str, str], Version | Range | None] = {}

    def texts(self, patterns: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The files whose names fit one of the shell patterns, by path, each with its text."""
        fitting = re.compile("|".join(map(fnmatch.translate, patterns)), re.IGNORECASE)
        for path in sorted(path for path in self._paths if fitting.match(path.rpartition("/")[2])):
            data = self._load(path)
            if isinstance(data, bytes) and len(data) <= _MAX_TEXT:
                yield path, data.decode("utf-8", "replace")

    def _read(self, path: str) -> None:
        name = path.rpartition("/")[2]
        if name not in {names.PACKAGE, names.PNPM_WORKSPACE, names.LERNA}:
            return
        data = self._load(path)
        if isinstance(data, Gap):
            self.gaps.append(data)
            return
        try:
            if name == names.PACKAGE:
                package = read_package(path, data)
                self.packages[package.dir] = package
                found = workspaces.of_package(package)
            elif name == names.PNPM_WORKSPACE:
                found = workspaces.of_pnpm(path, data)
            else:
                found = workspaces.of_lerna(path, data)
        except JsonError as error:
            self.gaps.append(Gap(path, 0, GapKind.MANIFEST, f"cannot be read: {error}"))
            return
        if found is not None:
            self._workspaces.setdefault(found.dir, []).append(found)

    def starts(self) -> list[Start]:
        """What the packages and the other files of the tree say is run."""
        if self._starts is None:
            self._starts = read_starts(self._paths, self.packages, self._load)
        return self._starts

    def clients(self) -> Clients:
        """The clients that generators write into the tree."""
        if self._clients is None:
            self._clients = read_clients(self._paths, self._load)
        return self._clients

    def loaded_by(self, path: str) -> list[str]:
        """The modules that a script without an ending loads (`bin/www`), as it names them; none for any other file."""
        if path not in self._paths or "." in path.rpartition("/")[2]:
            return []
        data = self._load(path)
        return [] if isinstance(data, Gap) else loaded_modules(data)

    def is_shared(self, package: Package) -> bool:
        """Whether other packages of the tree get this one by its name."""
        return any(other.declared(package.name) is not None for other in self.packages.values() if other is not package)

    def package_of(self, path: str) -> Package | None:
        """The package that the file at `path` belongs to: that of the nearest folder upwards."""
        above = self._packages_above(folder_of(path))
        return above[0] if above else None

    def _packages_above(self, folder: str) -> tuple[Package, ...]:
        """The packages of the folder and of those above it, the nearest first."""
        known = self._above.get(folder)
        if known is None:
            found = (self.packages.get(above) for above in upwards(folder))
            known = self._above[folder] = tuple(package for package in found if package is not None)
        return known

    def declaring(self, path: str, name: str) -> tuple[Package, str] | None:
        """The nearest package upwards from the file that declares a dependency `name`, and what it declares."""
        for package in self._packages_above(folder_of(path)):
            declared = package.declared(name)
            if declared is not None:
                return package, declared
        return None

    def real_name(self, path: str, name: str) -> str:
        """The package that is installed under `name` for the file: another one where `npm:other@range` is declared."""
        found = self.declaring(path, name)
        return (alias_of(self._without_catalog(found[0], name, found[1])) if found else None) or name

    def member(self, name: str, path: str) -> Package | None:
        """The package of this tree that the file at `path` gets when it imports `name`; None where it is installed from
        elsewhere. It is a member of the file's workspace, or the folder that the dependency is linked to.
        """
        own = self.package_of(path)
        if own is None:
            return None
        for workspace in self._workspaces_of(own.dir):
            package = self._members_of(workspace).get(name)
            if package is not None:
                return package
        found = self.declaring(path, name)
        if found is None:
            return None
        package, declared = found
        if declared.startswith(_LOCAL):
            folder = join(package.dir, declared.partition(":")[2])
            return self.packages.get(folder) if folder is not None else None
        if declared.startswith("workspace:"):
            return next((other for _, other in sorted(self.packages.items()) if other.name == name), None)
        return None

    def version_of(self, path: str, name: str) -> Version | Range | None:
        """The version of the package `name` that the file at `path` gets.

        The installed version where a lock file tells it, else the range that the nearest package.json declares. A file
        that belongs to no package gets what the only package.json that declares it says: an installer puts that at the
        root.
        """
        own = self.package_of(path)
        if own is None:
            declaring = [package for package in self.packages.values() if package.declared(name) is not None]
            if len(declaring) != 1:
                return None
            own, path = declaring[0], join(declaring[0].dir, names.PACKAGE) or path
        key = (own.dir, name)
        if key not in self._versions:
            self._versions[key] = self._version_of(own, name, path)
        return self._versions[key]

    def version_text(self, path: str, name: str) -> str | None:
        """What `version_of` finds, as text: a version or a range."""
        found = self.version_of(path, name)
        return None if found is None else found.text

    def _version_of(self, own: Package, name: str, path: str) -> Version | Range | None:
        member = self.member(name, path)
        if member is not None:
            return Version(member.version) if is_version(member.version) else None
        found = self.declaring(path, name)
        declared = self._without_catalog(found[0], name, found[1]) if found else None
        wanted = declared_range(declared) if declared is not None else None
        importers = dict.fromkeys([own.dir, found[0].dir] if found else [own.dir])
        versions = [
            Version(version)
            for importer in importers
            for version in self._locks.installed(importer, name, declared)
            if is_version(version)
        ]
        for version in versions:
            if wanted is not None and admits(wanted, version):
                return version
        if versions:
            return versions[0]
        return Range(wanted) if wanted is not None else None

    def _without_catalog(self, package: Package, name: str, declared: str) -> str:
        """What a catalog holds for a dependency that is declared as `catalog:` or `catalog:name` (pnpm, Bun)."""
        if not declared.startswith("catalog:"):
            return declared
        catalog = declared.removeprefix("catalog:").strip() or "default"
        for workspace in self._workspaces_of(package.dir):
            version = workspace.catalogs.get(catalog, {}).get(name)
            if version is not None:
                return version
        return declared

    def _workspaces_of(self, folder: str) -> tuple[Workspace, ...]:
        """The workspaces that the package in `folder` belongs to, the nearest first."""
        known = self._workspaces_above.get(folder)
        if known is None:
            near = (workspace for above in upwards(folder) for workspace in self._workspaces.get(above, ()))
            known = self._workspaces_above[folder] = tuple(workspace for workspace in near if workspace.holds(folder))
        return known

    def _members_of(self, workspace: Workspace) -> dict[str, Package]:
        key = (workspace.dir, workspace.patterns)
        members = self._members.get(key)
        if members is None:
            members = {}
            for folder, package in sorted(self.packages.items()):
                if package.name and workspace.holds(folder):
                    members.setdefault(package.name, package)
            self._members[key] = members
        return members

    def _member_folder(self, name: str, path: str) -> str | None:
        package = self.member(name, path)
        return None if package is None else package.dir

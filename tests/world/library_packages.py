"""The packages of library files as npm gives them: the newest release of each major, and its type declarations."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from library_claims import needs_of

from reviewer.model.libraries.library_file import LibraryFile

_Version: TypeAlias = tuple[tuple[int, ...], str]  # numbers to compare by, text

TYPESCRIPT: Final = "typescript@~5.9"
"""The last line with a compiler API in JavaScript."""
_NODE: Final = "@types/node"
_BESIDE: Final = {
    "express": ("@types/multer",),
    "fastify": ("@fastify/cookie",),
    "koa": ("@types/koa-bodyparser", "@types/koa__multer"),
}
"""Packages whose types say what they add to another: middleware and plugins put members on its requests."""
GENERATED: Final = {"@prisma/client": "its types are generated from the schema of an application"}
"""Packages whose types are not in them, and why."""
_MINORS: Final = 3
"""How many minors of major 0 are looked at: each may break what the one before it had."""
_LOOKUPS: Final = 8
_RELEASE: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([a-z]+)\.(\d+))?")
_DECLARATIONS: Final = ("types", "typings")


class Release(NamedTuple):
    """A release that a library file is about; of a runtime or language (`package` empty) only the types are.

    known_as: the first name of the package, under which rows speak of it. types: of a runtime or language, the package
    with its types. needs: other packages that rows begin at.
    """

    package: str
    known_as: str
    version: str
    types: str = ""
    needs: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.package} {self.version}" if self.package else self.types


class Installed(NamedTuple):
    """Where a release is. node: whether Node's types are there. beside: what adds to its types."""

    folder: Path
    node: bool
    beside: tuple[str, ...] = ()


class Store:
    """A folder of installations; what is there already is taken as it is."""

    def __init__(self, folder: Path, files: Sequence[LibraryFile]) -> None:
        npm = shutil.which("npm")
        if npm is None:
            sys.exit("npm is needed to check the library files against the real packages")
        self._npm = npm
        self._folder = folder
        self._files = files
        # what comes with the runtime needs no package
        runtimes = [file for file in files if file.builtins or file.language]
        self._given = {name for file in runtimes for name in file.packages + file.builtins}
        self._released = lru_cache(maxsize=None)(self._numbers)

    def typescript(self) -> Path:
        """A folder from which `typescript` can be required."""
        folder = self._folder / "typescript"
        self._once(folder, "typescript", TYPESCRIPT)
        return folder

    def releases(self) -> dict[str, list[Release]]:
        """What each file, by its path, is about: the newest release of each major, newest first."""
        with ThreadPoolExecutor(_LOOKUPS) as pool:
            return dict(zip((file.path for file in self._files), pool.map(self._releases, self._files), strict=True))

    def others(self, file: LibraryFile, releases: Sequence[Release]) -> list[Release]:
        """The newest release of each name of a file's package that has none among these. What belongs together is
        released together: none that is newer than these is taken where there is another.
        """
        if file.builtins or file.language or not releases:
            return []
        newest = max(
            version for package in file.packages for version in self._released(package) if _is_of(version, releases)
        )
        found = []
        for package in file.packages:
            fitting = [version for version in sorted(self._released(package)) if version[0][0] in file.majors]
            if fitting and all(one.package != package for one in releases):
                _, version = max((one for one in fitting if one <= newest), default=fitting[-1])
                found.append(Release(package, file.packages[0], version, "", self._needs(file)))
        return found

    def install(self, release: Release) -> Installed:
        """Install a release with all that its types need."""
        folder = self._folder / f"{release.package or release.known_as}@{release.version}".replace("/", "__")
        if not release.package:
            if release.types.startswith(_NODE):
                self._once(folder, _NODE, f"{_NODE}@{release.version}")
            folder.mkdir(parents=True, exist_ok=True)
            return Installed(folder, (folder / "node_modules").is_dir())
        node = max((major for file in self._files if file.builtins for major in file.majors), default="latest")
        beside = _BESIDE.get(release.package, ())
        self._once(folder, release.package, f"{release.package}@{release.version}", f"{_NODE}@{node}", *beside)
        if not _has_types(folder / "node_modules" / release.package):
            self._other(folder, _types_of(release.package), release.version)
        for name in release.needs:
            if not (folder / "node_modules" / _types_of(name)).is_dir():
                self._other(folder, name, release.version)
        return Installed(folder, node=True, beside=tuple(name.removeprefix("@types/") for name in beside))

    def _releases(self, file: LibraryFile) -> list[Release]:
        """A major is one line of releases, of the first of the package's names that has it; a minor of 0 is as well."""
        known_as = file.packages[0]
        if file.language:
            return [Release("", known_as, "", TYPESCRIPT)]
        lines: dict[tuple[int, ...], tuple[_Version, str]] = {}
        for package in (_NODE,) if file.builtins else file.packages:
            newest: dict[tuple[int, ...], _Version] = {}
            for numbers, version in sorted(self._released(package)):
                if numbers[0] in file.majors:
                    newest[numbers[: 1 if numbers[0] else 2]] = numbers, version
            old = sorted(line for line in newest if len(line) == 2)[:-_MINORS]
            for line in newest.keys() - lines.keys() - set(old):
                lines[line] = newest[line], package
        found = []
        for (_, version), package in sorted(lines.values(), reverse=True):
            types = f"{_NODE} {version}" if file.builtins else ""
            found.append(Release("" if file.builtins else package, known_as, version, types, self._needs(file)))
        return found

    def _needs(self, file: LibraryFile) -> tuple[str, ...]:
        return tuple(name for name in needs_of(file) if name not in self._given)

    def _other(self, folder: Path, package: str, version: str) -> None:
        """Install another package that goes with a version: of its major, else the next lower one, else the lowest."""
        if (folder / "node_modules" / package).is_dir():
            return
        released = sorted(self._released(package))
        if released:
            wanted = tuple(int(part) for part in version.split(".")[:2])
            wanted = wanted if wanted[0] == 0 else wanted[:1]
            fitting = [text for numbers, text in released if numbers[: len(wanted)] <= wanted] or [released[0][1]]
            self._install(folder, f"{package}@{fitting[-1]}")

    def _numbers(self, package: str) -> frozenset[_Version]:
        """Every release of a package, and pre-releases of majors without one; none where there is no such package."""
        asked = self._run(self._folder, "view", package, "versions", "--json", check=False)
        versions = json.loads(asked.stdout or "[]") if asked.returncode == 0 else []
        texts = [versions] if isinstance(versions, str) else versions
        matches = [found for text in texts if (found := _RELEASE.fullmatch(text))]
        full = {one[1] for one in matches if one[4] is None}
        return frozenset(
            # alpha, beta, rc: in the order of the alphabet
            (tuple(ord(part[0]) if part.isalpha() else int(part) for part in one.groups() if part), one[0])
            for one in matches
            if one[4] is None or one[1] not in full
        )

    def _once(self, folder: Path, package: str, *wanted: str) -> None:
        if not (folder / "node_modules" / package).is_dir():
            self._install(folder, *wanted)

    def _install(self, folder: Path, *wanted: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        manifest = folder / "package.json"
        if not manifest.exists():
            manifest.write_text('{ "private": true }\n', encoding="utf-8")
        words = ("install", "--ignore-scripts", "--no-audit", "--no-fund", *wanted)
        # peers that exclude each other do not matter where nothing is run
        ways = (words, (*words, "--legacy-peer-deps"))
        if all(self._run(folder, *way, check=False).returncode for way in ways):
            self._unpack(folder, *wanted)

    def _unpack(self, folder: Path, release: str, *beside: str) -> None:
        """A package alone, where what it depends on cannot be had from the registry: it still declares what it has."""
        if beside:
            self._run(folder, "install", "--ignore-scripts", "--no-audit", "--no-fund", *beside)
        self._run(folder, "pack", release)
        (packed,) = folder.glob("*.tgz")
        target = folder / "node_modules" / release.rpartition("@")[0]
        with tarfile.open(packed) as archive:
            archive.extractall(folder / "packed", filter="data")
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / "packed" / "package").rename(target)
        packed.unlink()

    def _run(self, folder: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "npm_config_cache": str(self._folder / "npm-cache")}
        command = [self._npm, *words, "--silent"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if check and done.returncode:
            sys.exit(f"npm {' '.join(words)}: {done.stderr.strip() or done.stdout.strip() or done.returncode}")
        return done


def _is_of(version: _Version, releases: Sequence[Release]) -> bool:
    return any(one.version == version[1] for one in releases)


def _types_of(package: str) -> str:
    """The package in which others keep the types of a package."""
    return f"@types/{package.removeprefix('@').replace('/', '__')}"


def _has_types(folder: Path) -> bool:
    """Whether a package declares its types itself."""
    manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    if any(key in manifest for key in _DECLARATIONS) or (folder / "index.d.ts").exists():
        return True
    return "types" in _keys(manifest.get("exports"))


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from _keys(below)

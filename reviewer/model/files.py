"""The files of a tree as imports name them: without extension, by folder, as what a compiler will make of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reviewer.source.classes import is_code
from reviewer.source.manifests import Manifests, Package
from reviewer.source.paths import folder_of, join, upwards

_FROM_JAVASCRIPT: Final = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".tsx", ".cts", ".mts", ".json")
_FROM_TYPESCRIPT: Final = (".ts", ".tsx", ".cts", ".mts", ".js", ".jsx", ".cjs", ".mjs", ".json")
# What `x.js` is written for when it is compiled from TypeScript (TypeScript, "Modules: file extension substitution").
_COMPILED_FROM: Final = {".js": (".ts", ".tsx", ".jsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_EXTENSION = re.compile(r"(?:\.d)?\.[cm]?[jt]sx?$|\.min\.js$")

_BUILD_FOLDERS: Final = frozenset(
    {
        "dist",
        "build",
        "lib",
        "out",
        "output",
        "es",
        "esm",
        "cjs",
        "umd",
        "compiled",
        "release",
        "target",
        "bundle",
        "types",
    }
)
_BUILD_VARIANTS: Final = frozenset({"cjs", "esm", "es", "umd", "node", "commonjs", "esmodule", "types", "typings"})
_SOURCE_FOLDERS: Final = ("src", "source", "lib", "app", "server", "ts", "")
_MAX_LINKED: Final = 50_000


class Files:
    """Looks names up in a fixed set of paths; the disk is never asked.

    `paths` are relative to the root. `links` leads from a path to the file or folder of the tree that it is a link to.
    """

    def __init__(self, paths: Iterable[str], manifests: Manifests, links: Mapping[str, str]) -> None:
        self._real = {path: path for path in paths}
        self._manifests = manifests
        self._children: dict[str, list[str]] | None = None
        self._add_linked(links)

    def _add_linked(self, links: Mapping[str, str]) -> None:
        own = list(self._real)
        added = 0
        for link, target in sorted(links.items()):
            start = f"{target}/"
            for path in [target] if target in self._real else (path for path in own if path.startswith(start)):
                if added < _MAX_LINKED and path in self._real:
                    self._real.setdefault(link + path[len(target) :], path)
                    added += 1

    def __contains__(self, path: str) -> bool:
        return path in self._real

    def find(self, target: str, *, typed: bool = False, folder_only: bool = False) -> str | None:
        """The file that is meant by `target`: itself, with an extension, or the entry of the folder.

        `typed`: the importer is TypeScript, so TypeScript is preferred where both stand there. `folder_only`: the
        specifier ends with a slash or dots, so no extension is added.
        """
        real = self._real
        extensions = _FROM_TYPESCRIPT if typed else _FROM_JAVASCRIPT
        if target and not folder_only:
            if target in real:
                return real[target]
            for extension in extensions:
                if target + extension in real:
                    return real[target + extension]
            stem, dot, ending = target.rpartition(".")
            for extension in _COMPILED_FROM.get(dot + ending, ()):
                if stem + extension in real:
                    return real[stem + extension]
        package = self._manifests.packages.get(target)
        if package is not None:
            entry = self._main(package, typed=typed)
            if entry is not None:
                return entry
        index = f"{target}/index" if target else "index"
        return next((real[index + extension] for extension in extensions if index + extension in real), None)

    def _main(self, package: Package, *, typed: bool) -> str | None:
        main = join(package.dir, package.main) if package.main else None
        if main is None or main == package.dir:
            return None
        return self.find_file(main, typed=typed) or self.source_of(main, typed=typed)

    def find_file(self, target: str, *, typed: bool = False) -> str | None:
        """Like `find`, without the entries of packages: a `main` may be a folder, but never leads to another `main`."""
        real = self._real
        extensions = _FROM_TYPESCRIPT if typed else _FROM_JAVASCRIPT
        if target in real:
            return real[target]
        stem, dot, ending = target.rpartition(".")
        substitutes = (stem + extension for extension in _COMPILED_FROM.get(dot + ending, ()))
        guesses = (start + extension for start in (target, f"{target}/index") for extension in extensions)
        return next((real[path] for path in (*guesses, *substitutes) if path in real), None)

    def locate(self, target: str, *, typed: bool = False) -> str | None:
        """The file meant by a path in a manifest: as `find`, else the source that the path will be compiled from."""
        return self.find(target, typed=typed) or self.source_of(target, typed=typed)

    def source_of(self, target: str, *, typed: bool = False) -> str | None:
        """The source of a file in a build folder: `dist/a.js` is made from `src/a.ts`, or as `outDir` and `rootDir` of
        the TypeScript project say.
        """
        bare = _EXTENSION.sub("", target)
        for place in self._places_of_source(bare, is_file=bare != target):
            found = self.find_file(place, typed=typed)
            if found is not None and found != target:
                return found
        return None

    def _places_of_source(self, target: str, *, is_file: bool) -> Iterator[str]:
        folder = folder_of(target)
        for project in self._manifests.ts_configs.projects_of(folder):
            out = project.out_dir
            if out is not None and out != project.dir and target.startswith(f"{out}/" if out else ""):
                rest = target[len(out) + 1 if out else 0 :]
                if project.root_dir is not None:
                    yield f"{project.root_dir}/{rest}".lstrip("/")
                yield from _below_sources(project.dir, rest)
        home = next((up for up in upwards(folder) if up in self._manifests.packages), "")
        segments = target[len(home) + 1 if home else 0 :].split("/")
        if segments[0] not in _BUILD_FOLDERS or (is_file and len(segments) == 1):  # `bundle.js` is no folder
            return
        rest_of = segments[1:]
        yield from _below_sources(home, "/".join(rest_of))
        while len(rest_of) > 1 and rest_of[0] in _BUILD_VARIANTS:
            rest_of = rest_of[1:]
            yield from _below_sources(home, "/".join(rest_of))

    def modules_of(self, folder: str) -> list[str]:
        """The code files directly in a folder, and the index files of the folders in it, sorted."""
        if self._children is None:
            children: dict[str, list[str]] = {}
            for path, real in self._real.items():
                if not is_code(path):
                    continue
                place = folder_of(path)
                children.setdefault(place, []).append(real)
                if place and path.startswith(f"{place}/index."):
                    children.setdefault(folder_of(place), []).append(real)
            self._children = {place: sorted(set(found)) for place, found in children.items()}
        return self._children.get(folder, [])


def _below_sources(folder: str, rest: str) -> Iterator[str]:
    for source in _SOURCE_FOLDERS:
        yield "/".join(part for part in (folder, source, rest) if part)

"""Tells from paths alone which files are not the project's own: build output, vendored, minified, generated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from reviewer.source.classes import is_code
from reviewer.source.found import Reason

# Folders that hold nothing else, whatever stands in them.
_FOLDERS: Final = {
    "node_modules": Reason.NODE_MODULES,
    "bower_components": Reason.VENDORED,
    "jspm_packages": Reason.VENDORED,
    "third_party": Reason.VENDORED,
    "third-party": Reason.VENDORED,
    "thirdparty": Reason.VENDORED,
    ".yarn": Reason.VENDORED,
    "__generated__": Reason.GENERATED,
    ".next": Reason.BUILD_OUTPUT,
    ".nuxt": Reason.BUILD_OUTPUT,
    ".output": Reason.BUILD_OUTPUT,
    ".svelte-kit": Reason.BUILD_OUTPUT,
    ".vercel": Reason.BUILD_OUTPUT,
    ".serverless": Reason.BUILD_OUTPUT,
    ".webpack": Reason.BUILD_OUTPUT,
    ".parcel-cache": Reason.BUILD_OUTPUT,
    ".turbo": Reason.BUILD_OUTPUT,
    ".cache": Reason.BUILD_OUTPUT,
    ".angular": Reason.BUILD_OUTPUT,
    ".docusaurus": Reason.BUILD_OUTPUT,
    ".nyc_output": Reason.BUILD_OUTPUT,
    "storybook-static": Reason.BUILD_OUTPUT,
    "lcov-report": Reason.BUILD_OUTPUT,
}
# Folders that hold build output as often as sources: they are asked for evidence.
_BUILD_FOLDERS: Final = frozenset({"dist", "build", "out", "output", "lib", "es", "esm", "cjs", "umd", "coverage"})
_OUTPUT_ONLY: Final = frozenset({"dist", "build", "out", "output"})
_SOURCE_FOLDERS: Final = ("src", "source", "lib", "app", "server", "ts")
_VENDOR_FOLDERS: Final = frozenset({"vendor", "vendors"})
# A shop may have vendors of its own: where these stand below, `vendor` is a word of the domain.
_DOMAIN_FOLDERS: Final = re.compile(
    r"(?:routes?|controllers?|services?|models?|middlewares?|handlers?|repositor(?:y|ies)|entit(?:y|ies)|dtos?|api|src)",
)
_DOMAIN_NAME: Final = re.compile(
    r".*[._-](?:routes?|controllers?|services?|models?|repository|entity|dto|module|resolver|schema)\.[cm]?[jt]sx?",
)
_STATIC_FOLDERS: Final = frozenset({"public", "static", "assets", "www", "wwwroot", "htdocs", "webroot", "javascripts"})
_VENDOR_PARENTS: Final = _STATIC_FOLDERS | {"js", "css", "scripts", "client", "web", "lib", "libs"}

_MINIFIED_NAME: Final = re.compile(r".+[.-]min\.[cm]?js")
_BUILT_NAME: Final = re.compile(
    r".+\.(?:bundle|chunk)\.[cm]?js|.+[.-](?=[0-9a-f]*\d)[0-9a-f]{8,32}\.(?:chunk\.)?[cm]?js"
)
_GENERATED_NAME: Final = re.compile(
    r".+_pb\.[jt]s|.+\.pb\.ts|.+\.(?:generated|gen)\.[cm]?[jt]sx?|\.pnp(?:\.loader)?\.[cm]?js|routetree\.gen\.ts",
)
# A name without any of these matches none of the three above.
_TELLING_NAME: Final = re.compile(
    r"[.-]min\.|_pb\.|\.pb\.|\.gen(?:erated)?\.|^\.pnp|\.bundle\.|\.chunk\.|[.-](?=[0-9a-f]*\d)[0-9a-f]{8,32}\."
)
# Libraries that are copied into a folder of static files.
_BROWSER_LIBRARY: Final = re.compile(
    r"(?:jquery|bootstrap|angular|react|react-dom|vue|lodash|underscore|backbone|moment|d3|three|popper|select2|chart|highcharts"
    r"|handlebars|mustache|socket\.io|sockjs|modernizr|require|knockout|ember|zepto|prototype|axios|html5shiv|respond|leaflet"
    r"|datatables?|sweetalert2?|toastr|codemirror|ace|tinymce|ckeditor|prism|highlight|swagger-ui|hammer|gsap|slick|swiper"
    r"|fullcalendar|dropzone|quill|summernote|alpine|htmx|tailwind|fontawesome|font-awesome|materialize|foundation)"
    r"(?:[.-](?:v?\d+|min|slim|bundle|core|common|prod|production|development|esm|umd|global|all|full|custom|pkgd|ui))*\.js"
    r"|[a-z][\w-]*(?:\.[a-z][\w-]*)*[.-]v?\d+(?:\.\d+)+(?:[.-][a-z]+)?\.js",
)


class Foreign:
    """Answers for the files of one tree, folder by folder. `paths` are all paths of the tree."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = paths if isinstance(paths, frozenset) else frozenset(paths)
        self._folders: dict[str, Reason | None] = {"": None}
        self._below: dict[str, list[str]] | None = None

    def reason(self, path: str) -> Reason | None:
        """Why the code file at `path` is not the project's own, or None."""
        folder, _, name = path.rpartition("/")
        of_folder = self.of_folder(folder)
        if of_folder is not None:
            return of_folder
        low = name.lower()
        if _TELLING_NAME.search(low):
            if _MINIFIED_NAME.fullmatch(low):
                return Reason.MINIFIED
            if _GENERATED_NAME.fullmatch(low):
                return Reason.GENERATED
            if _BUILT_NAME.fullmatch(low):
                return Reason.BUILD_OUTPUT
        if not _STATIC_FOLDERS.isdisjoint(folder.lower().split("/")) and _BROWSER_LIBRARY.fullmatch(low):
            return Reason.VENDORED
        return None

    def of_folder(self, folder: str) -> Reason | None:
        """Why the folder holds nothing of the project's own, or None."""
        unknown: list[str] = []
        while folder not in self._folders:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        reason = self._folders[folder]
        for below in reversed(unknown):
            if reason is None:
                reason = self._of_segment(below)
            self._folders[below] = reason
        return reason

    def _of_segment(self, folder: str) -> Reason | None:
        parent, _, name = folder.rpartition("/")
        name = name.lower()
        if name in _FOLDERS:
            return _FOLDERS[name]
        if name in _VENDOR_FOLDERS:
            return Reason.VENDORED if self._is_vendored(folder, parent) else None
        if name in _BUILD_FOLDERS:
            return Reason.BUILD_OUTPUT if self._is_build_output(folder, parent, name) else None
        return None

    def _is_vendored(self, folder: str, parent: str) -> bool:
        """`vendor` at the top of a package or among static files, unless it looks like a part of the application."""
        place = parent.rpartition("/")[2].lower()
        if parent and place not in _VENDOR_PARENTS and f"{parent}/package.json" not in self._paths:
            return False
        for path in self._code_below(folder):
            segments = path[len(folder) + 1 :].lower().split("/")
            if _DOMAIN_NAME.fullmatch(segments[-1]) or (len(segments) == 2 and _DOMAIN_FOLDERS.fullmatch(segments[0])):
                return False
        return True

    def _is_build_output(self, folder: str, parent: str, name: str) -> bool:
        """Whether the folder has what only tools write: coverage pages, source maps, files compiled from a sibling."""
        paths = self._paths
        if name == "coverage":
            marks = ("lcov.info", "coverage-final.json", "clover.xml", "block-navigation.js", "coverage-summary.json")
            return any(f"{folder}/{mark}" in paths for mark in marks)
        code = self._code_below(folder)
        if not code:
            return False
        scripts = [path for path in code if path.endswith(("js", "jsx"))]
        mapped = sum(1 for path in scripts if f"{path}.map" in paths)
        if mapped and (name in _OUTPUT_ONLY or 2 * mapped > len(scripts)):
            return True
        declared = sum(1 for path in scripts if _with_suffix(path, ".d.ts") in paths)
        # One `build/index.js` beside `src/index.js` proves nothing; `lib` beside `src` may well be written by hand.
        typed = name in {"lib", "es"} or (name != "dist" and len(scripts) == 1)
        compiled = sum(1 for path in scripts if self._has_source(path, folder, parent, typed=typed))
        return len(scripts) == len([p for p in code if not p.endswith(".d.ts")]) and (
            2 * declared > len(scripts) or 2 * compiled > len(scripts)
        )

    def _has_source(self, path: str, folder: str, parent: str, *, typed: bool) -> bool:
        """Whether a script below the build folder has a source of the same name beside that folder.

        With `typed` only a TypeScript source counts.
        """
        prefix = f"{parent}/" if parent else ""
        rest = path[len(folder) + 1 :].rpartition(".")[0]
        suffixes = (".ts", ".tsx", ".mts") if typed else (".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs")
        places = [f"{prefix}{source}/{rest}" for source in _SOURCE_FOLDERS if f"{prefix}{source}" != folder]
        if any(place + suffix in self._paths for place in places for suffix in suffixes):
            return True
        return any(prefix + rest + suffix in self._paths for suffix in (".ts", ".tsx", ".mts"))

    def _code_below(self, folder: str) -> list[str]:
        if self._below is None:
            self._below = {}
            watched = _BUILD_FOLDERS | _VENDOR_FOLDERS
            for path in self._paths:
                if not is_code(path):
                    continue
                segments = path.split("/")
                for end in range(1, len(segments)):
                    if segments[end - 1].lower() in watched:
                        self._below.setdefault("/".join(segments[:end]), []).append(path)
        return self._below.get(folder, [])


def _with_suffix(path: str, suffix: str) -> str:
    return path.rpartition(".")[0] + suffix

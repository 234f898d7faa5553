"""Compiled copies: files that a TypeScript project of the tree puts out, beside the sources that they are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from reviewer.finding import Gap
from reviewer.source.found import Found, LeftOut, Reason
from reviewer.source.ignore import IgnorePatterns
from reviewer.source.manifest_names import is_ts_config
from reviewer.source.manifests.tsconfig import TsConfig, TsConfigs
from reviewer.source.paths import join

_COMPILED_FROM: Final = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_SOURCE_FOLDERS: Final = ("", "src")
"""Where the sources of a project without `rootDir` stand; TypeScript takes the folder that all of them share."""


def leave_out_compiled(found: Found, load: Callable[[str], bytes | Gap], exclude: Sequence[str] = ()) -> None:
    """Take the files out of `found` that stand in the `outDir` of a project and whose sources are reviewed; imports of
    them lead to the sources. Those that `exclude` takes back stay. Projects are opened only where some file may be one.
    """
    scripts = {file.path for file in found.files if file.path[file.path.rfind(".") :] in _COMPILED_FROM}
    configs = [path for path in found.paths if is_ts_config(path)] if scripts else []
    sources = {file.path for file in found.files} - scripts
    if not configs or not sources:
        return
    projects = TsConfigs(found.paths, load, lambda *_: None, [])
    copies: dict[str, str] = {}
    kept = IgnorePatterns(exclude)
    for project in map(projects.config, configs):
        if project.out_dir and project.emits:
            for path in sorted(scripts):
                source = _source(path, project, sources) if path.startswith(f"{project.out_dir}/") else None
                if source is not None and kept.verdict(path) is not False:
                    copies.setdefault(path, source)
    if copies:
        found.files = [file for file in found.files if file.path not in copies]
        found.paths = [path for path in found.paths if path not in copies]
        found.links |= copies
        found.left_out_files = sorted([*found.left_out_files, *(LeftOut(path, Reason.BUILD_OUTPUT) for path in copies)])


def _source(path: str, project: TsConfig, sources: set[str]) -> str | None:
    """The source of a file in the folder that a project writes to."""
    return next((source for source in _sources(path, project) if source in sources and source != path), None)


def _sources(path: str, project: TsConfig) -> Iterator[str]:
    stem, dot, ending = path[len(project.out_dir or "") + 1 :].rpartition(".")
    folders = [project.root_dir] if project.root_dir is not None else [join(project.dir, at) for at in _SOURCE_FOLDERS]
    for folder in folders:
        for extension in _COMPILED_FROM[dot + ending]:
            yield f"{folder}/{stem}{extension}" if folder else f"{stem}{extension}"

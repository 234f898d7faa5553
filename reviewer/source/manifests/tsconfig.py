"""TypeScript and JavaScript projects: tsconfig.json, jsconfig.json and what they extend (TSConfig reference)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

import msgspec

from reviewer.finding import Gap, GapKind
from reviewer.source.jsonc import JsonError, read_jsonc, string, strings
from reviewer.source.manifest_names import is_ts_config
from reviewer.source.paths import folder_of, join, upwards

_MAX_EXTENDED: Final = 32
_MAX_PATTERNS: Final = 500
_SILENT: Final = ("noEmit", "emitDeclarationOnly")
_CONFIG_DIR: Final = "${configDir}"


class Alias(msgspec.Struct, frozen=True, gc=False):
    """One entry of `paths`: what stands before and behind its star, and its targets relative to the root, stars kept.

    `suffix` is None for an entry without a star, which stands for exactly one specifier.
    """

    prefix: str
    suffix: str | None
    targets: tuple[str, ...]

    def match(self, specifier: str) -> str | None:
        """What the star stands for in the specifier; None where the entry does not speak of it."""
        if self.suffix is None:
            return "" if specifier == self.prefix else None
        if len(specifier) < len(self.prefix) + len(self.suffix) or not specifier.startswith(self.prefix):
            return None
        return (
            specifier[len(self.prefix) : len(specifier) - len(self.suffix)] if specifier.endswith(self.suffix) else None
        )


class TsConfig(msgspec.Struct, frozen=True, gc=False):
    """The options of one project that matter here, those it extends included; folders are relative to the root.

    `base_url`, `out_dir` and `root_dir` are None where they are not set or lie outside the root. emits: whether the
    compiler is let write JavaScript.
    """

    path: str
    dir: str
    base_url: str | None = None
    aliases: tuple[Alias, ...] = ()
    root_dirs: tuple[str, ...] = ()
    out_dir: str | None = None
    root_dir: str | None = None
    references: tuple[str, ...] = ()
    emits: bool = True


class TsConfigs:
    """The projects of a tree. `load` yields the bytes of a path; `member` the folder of a package of the tree."""

    def __init__(
        self,
        paths: Collection[str],
        load: Callable[[str], bytes | Gap],
        member: Callable[[str, str], str | None],
        gaps: list[Gap],
    ) -> None:
        self._paths = paths
        self._load = load
        self._member = member
        self._gaps = gaps
        self._raw: dict[str, dict[str, object]] = {}
        self._by_folder: dict[str, list[str]] = {}
        for path in sorted(filter(is_ts_config, paths)):
            self._by_folder.setdefault(folder_of(path), []).append(path)
        self._configs: dict[str, TsConfig] = {}
        self._projects: dict[str, tuple[TsConfig, ...]] = {}

    def projects_of(self, folder: str) -> tuple[TsConfig, ...]:
        """The projects that may govern the files of a folder, the likeliest first: nearest folder first, and in it
        tsconfig.json, then jsconfig.json, what these refer to, and the other projects beside them.
        """
        known = self._projects.get(folder)
        if known is None:
            found: list[TsConfig] = []
            for place in upwards(folder):
                names = self._by_folder.get(place)
                if names:
                    found += self._of_folder(place, names)
            known = self._projects[folder] = tuple(found)
        return known

    def _of_folder(self, folder: str, names: list[str]) -> list[TsConfig]:
        prefix = f"{folder}/" if folder else ""
        first = [path for path in (f"{prefix}tsconfig.json", f"{prefix}jsconfig.json") if path in names]
        referred = [path for name in first for path in self.config(name).references if folder_of(path) == folder]
        ordered = dict.fromkeys([*first, *referred, *names])
        return [self.config(path) for path in ordered]

    def config(self, path: str) -> TsConfig:
        """The project at `path` with what it extends; without options where the file can't be read."""
        known = self._configs.get(path)
        if known is None:
            known = self._configs[path] = self._read(path)
        return known

    def _read(self, path: str) -> TsConfig:
        chain = self._chain(path)
        folder = folder_of(path)
        base_url, base = _find(chain, "baseUrl")
        paths, paths_from = _find(chain, "paths")
        root_dirs, root_dirs_from = _find(chain, "rootDirs")
        out_dir, out_dir_from = _find(chain, "outDir")
        root_dir, root_dir_from = _find(chain, "rootDir")
        base_folder = _place(base_url, base, folder)
        return TsConfig(
            path=path,
            dir=folder,
            base_url=base_folder,
            aliases=_aliases(paths, base_folder if base_folder is not None else paths_from, folder),
            root_dirs=tuple(
                place for item in strings(root_dirs) if (place := _place(item, root_dirs_from, folder)) is not None
            ),
            out_dir=_place(out_dir, out_dir_from, folder),
            root_dir=_place(root_dir, root_dir_from, folder),
            references=self._references(path, folder),
            emits=not any(_find(chain, option)[0] is True for option in _SILENT),
        )

    def _references(self, path: str, folder: str) -> tuple[str, ...]:
        entries = self._raw[path].get("references")
        found: list[str] = []
        for entry in entries if isinstance(entries, list) else ():
            target = join(folder, string(entry.get("path"))) if isinstance(entry, dict) else None
            if target is not None:
                found += (p for p in (target, f"{target}/tsconfig.json") if p in self._paths and p.endswith(".json"))
        return tuple(found)

    def _chain(self, path: str) -> list[tuple[str, dict[str, object]]]:
        """The project and what it extends, each as its folder and `compilerOptions`, the one that decides first."""
        chain: list[tuple[str, dict[str, object]]] = []
        pending, seen = [path], set[str]()
        while pending and len(chain) < _MAX_EXTENDED:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            members = self._members(current)
            options = members.get("compilerOptions")
            chain.append((folder_of(current), options if isinstance(options, dict) else {}))
            extends = members.get("extends")
            names = (extends,) if isinstance(extends, str) else strings(extends)
            # The last of several decides, so it is looked at first.
            pending += (target for name in names if (target := self._extended(name, current)) is not None)
        return chain

    def _members(self, path: str) -> dict[str, object]:
        known = self._raw.get(path)
        if known is None:
            known = {}
            data = self._load(path)
            if isinstance(data, Gap):
                self._gaps.append(data)
            else:
                try:
                    known = read_jsonc(data)
                except JsonError as error:
                    self._gaps.append(Gap(path, 0, GapKind.MANIFEST, f"cannot be read: {error}"))
            self._raw[path] = known
        return known

    def _extended(self, name: str, extender: str) -> str | None:
        """The file that `extends` names; None where it is in a package outside the tree, or missing."""
        if name.startswith("."):
            target = join(folder_of(extender), name)
        else:
            segments = name.split("/")
            package = "/".join(segments[: 2 if name.startswith("@") else 1])
            folder = self._member(package, extender)
            if folder is None:
                return None
            target = join(folder, "/".join(segments[2 if name.startswith("@") else 1 :]) or "tsconfig.json")
        if target is None:
            return None
        return next(
            (path for path in (target, f"{target}.json", f"{target}/tsconfig.json") if path in self._paths), None
        )


def _find(chain: list[tuple[str, dict[str, object]]], option: str) -> tuple[object, str]:
    """The value of an option where it is set first, and the folder of the file that sets it."""
    return next(((options[option], folder) for folder, options in chain if option in options), (None, ""))


def _place(value: object, folder: str, config_dir: str) -> str | None:
    if not isinstance(value, str) or not value or value.startswith("/"):
        return None
    if value.startswith(_CONFIG_DIR):
        return join(config_dir, value.removeprefix(_CONFIG_DIR))
    return join(folder, value)


def _aliases(value: object, folder: str, config_dir: str) -> tuple[Alias, ...]:
    if not isinstance(value, dict):
        return ()
    found: list[Alias] = []
    for pattern, items in list(value.items())[:_MAX_PATTERNS]:
        targets = tuple(place for item in strings(items) if (place := _place(item, folder, config_dir)) is not None)
        if isinstance(pattern, str) and targets:
            prefix, star, suffix = pattern.partition("*")
            found.append(Alias(prefix, suffix if star else None, targets))
    return tuple(sorted(found, key=lambda alias: (alias.suffix is not None, -len(alias.prefix))))

"""Resolves imports: what a specifier means in the file that writes it, from the paths of the tree and its manifests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reviewer.model.aliases import Aliases
from reviewer.model.files import Files
from reviewer.model.resolution import Asset, Builtin, External, File, Resolution, Unresolved
from reviewer.source.classes import is_code
from reviewer.source.manifests import Manifests, Package
from reviewer.source.manifests.exports import Row, Target
from reviewer.source.paths import folder_of, join

_RELATIVE: Final = ("./", "../")
_RUNTIME: Final = "node:"
_REGISTRY: Final = "npm:"
_REQUIRING: Final = frozenset({"require", "resolve"})
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_NAME = re.compile(r"(@[\w.~:-]+/[\w.~-]+|[A-Za-z0-9_][\w.~-]*)(?:/(.*))?", re.DOTALL | re.ASCII)
_NAME_AND_VERSION = re.compile(r"((?:@[\w.~-]+/)?[\w.~-]+)(?:@[^/]*)?(?:/(.*))?", re.DOTALL | re.ASCII)
_BUNDLER_ALIAS = re.compile(r"(?:@|~|@@|~~|\$)/(.+)", re.DOTALL)
_ASSET = re.compile(
    r"\.(?:json5?|css|s[ac]ss|less|styl|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|eot|otf|html?|mdx?|txt|ya?ml|toml|graphql|gql"
    r"|sql|wasm|node|vue|svelte|astro|hbs|ejs|pug|proto|pem|xml|csv|mp[34]|webm|pdf|properties|ftl|glsl|prisma)$",
    re.IGNORECASE,
)
_ENTRY_GUESSES: Final = ("src/index", "source/index", "index", "lib/index", "src/main", "main")
_SUBPATH_FOLDERS: Final = ("", "src", "source", "lib")
_FOR_BROWSERS: Final = frozenset({"browser", "react-native", "deno", "worker", "workerd", "edge-light", "electron"})


class Resolver:
    """Answers for one tree. `paths` are its files that are not left out; `builtins` the names of the runtime's modules.

    `links` leads from links to what they stand for, `left_out` from a path that is not reviewed to the reason.
    """

    def __init__(
        self,
        paths: Iterable[str],
        manifests: Manifests,
        builtins: Iterable[str] = (),
        *,
        links: Mapping[str, str] | None = None,
        left_out: Mapping[str, str] | None = None,
    ) -> None:
        self.files = Files(paths, manifests, links or {})
        self._manifests = manifests
        self._aliases = Aliases(manifests)
        self.builtins = frozenset(builtins)
        self._left_out = Files(left_out or (), manifests, {})
        self._reasons = left_out or {}
        self._known: dict[tuple[str, str, bool, bool], Resolution] = {}

    def resolve(self, specifier: str, importer: str, kind: str) -> Resolution:
        """What `specifier` means in the file `importer`; `kind` is that of `Import` in the surface."""
        key = (specifier, folder_of(importer), _is_typed(importer), kind in _REQUIRING)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._resolve(specifier, importer, kind)
        return known

    def resolve_folder(self, prefix: str, importer: str, suffix: str = "") -> list[str]:
        """The files that an import may mean whose text is `prefix`, something computed, and `suffix`; sorted.

        These are the modules of the folder that the prefix names, and the index files of the folders in it.
        """
        found: set[str] = set()
        folder_part, _, name_part = prefix.rpartition("/")
        ending = re.sub(r"\.[cm]?[jt]sx?$", "", suffix)
        for folder in self._folders(folder_part, importer):
            start = f"{folder}/{name_part}" if folder else name_part
            for path in self.files.modules_of(folder):
                stem = path.rpartition(".")[0]
                inner = folder_of(path) if folder_of(path) != folder else stem
                if path.startswith(start) and path != importer and (inner.endswith(ending) or stem.endswith(ending)):
                    found.add(path)
        return sorted(found)

    def _folders(self, text: str, importer: str) -> Iterator[str]:
        """The folders that the constant part of a computed specifier names."""
        if text in {".", ".."} or text.startswith(("./", "../")):
            folder = join(folder_of(importer), text)
            if folder is not None:
                yield folder
        elif text:
            yield from self._aliases.targets(f"{text}/", importer)
            alias = _BUNDLER_ALIAS.fullmatch(text)
            if alias is not None:
                yield from self._aliases.guesses(alias[1], importer)

    def _resolve(self, specifier: str, importer: str, kind: str) -> Resolution:
        text = specifier.rpartition("!")[2]
        query = text.find("?")
        text = text[:query] if query > 0 else text
        if not text:
            return Unresolved("the specifier is empty")
        if text.startswith(_RUNTIME):
            return Builtin(text if text in self.builtins else text.removeprefix(_RUNTIME))
        if text in self.builtins:
            return Builtin(text)
        if text.startswith(_RELATIVE) or text in {".", ".."}:
            client = self._client(text, importer)
            return External(client) if client else self._relative(text, importer)
        if text.startswith(_REGISTRY):
            name = _NAME_AND_VERSION.fullmatch(text, len(_REGISTRY))
            return External(name[1], name[2] or "") if name else Unresolved("it is no name of a package")
        if text.startswith("/"):
            return Unresolved("the path is absolute")
        if _SCHEME.match(text):
            return Unresolved("it is an address, not a file")
        client = self._client(text, importer)
        if client:
            return External(client)
        required = kind in _REQUIRING
        if text.startswith("#"):
            found = self._internal(text, importer, required=required)
            if found is not None:
                return found
        return self._aliased(text, importer) or self._bare(text, importer, required=required)

    def _client(self, text: str, importer: str) -> str:
        """The package whose generator writes what an import means into the tree, mostly outside of what is committed;
        empty for all other imports.
        """
        clients = self._manifests.clients()
        return (
            next((found for path in self._meant(text, importer) if (found := clients.of(path))), "") if clients else ""
        )

    def _meant(self, text: str, importer: str) -> Iterator[str]:
        """The paths that an import may mean, whether something stands there or not."""
        if text.startswith("."):
            yield join(folder_of(importer), text) or ""
            return
        yield from self._aliases.targets(text, importer)
        for project in self._manifests.ts_configs.projects_of(folder_of(importer)):
            if project.base_url is not None:
                yield join(project.base_url, text) or ""
        own = self._manifests.package_of(importer)
        if own is not None:
            yield join(own.dir, text) or ""
        alias = _BUNDLER_ALIAS.fullmatch(text)
        if alias is not None:
            yield from self._aliases.guesses(alias[1], importer)
        name = _NAME.fullmatch(text)
        member = self._manifests.member(name[1], importer) if name is not None else None
        if name is not None and member is not None:
            subpath = name[2] or ""
            targets = _targets(member.exports, f"./{subpath}" if subpath else ".", required=False)
            yield from (join(member.dir, path) or "" for path in (*targets, subpath))

    def _relative(self, text: str, importer: str) -> Resolution:
        folder, typed = folder_of(importer), _is_typed(importer)
        target = join(folder, text)
        if target is None:
            return Unresolved("the path leaves the root")
        folder_only = text.endswith(("/", "/.", "/..")) or text in {".", ".."}
        found = self.files.find(target, typed=typed, folder_only=folder_only)
        if found is None:
            found = self._in_root_dirs(target, importer) or self.files.source_of(target, typed=typed)
        if found is not None:
            return _resolution(found)
        return self._nowhere(target)

    def _nowhere(self, target: str) -> Resolution:
        left_out = self._left_out.find_file(target) or self._left_out.find_file(f"{target}.d.ts")
        if left_out is not None:
            return Unresolved(f"the file is left out: {self._reasons[left_out]}")
        return Asset(None) if _ASSET.search(target) else Unresolved("there is no such file")

    def _in_root_dirs(self, target: str, importer: str) -> str | None:
        """The file below another of the folders that `rootDirs` lays over one another."""
        for project in self._manifests.ts_configs.projects_of(folder_of(importer)):
            for place in project.root_dirs:
                if target.startswith(f"{place}/"):
                    for other in project.root_dirs:
                        found = self.files.find(other + target[len(place) :], typed=True)
                        if found is not None:
                            return found
        return None

    def _aliased(self, text: str, importer: str) -> Resolution | None:
        typed = _is_typed(importer)
        for target in self._aliases.targets(text, importer):
            found = self.files.locate(target, typed=typed)
            if found is not None:
                return _resolution(found)
        return None

    def _internal(self, text: str, importer: str, *, required: bool) -> Resolution | None:
        """A specifier with `#`, from `imports` of the importer's own package (Node.js, "Subpath imports")."""
        own = self._manifests.package_of(importer)
        if own is None:
            return None
        for target in _targets(own.imports, text, required=required):
            if target.startswith("./"):
                found = self._in_package(own, target, typed=_is_typed(importer))
                if found is not None:
                    return _resolution(found)
            elif not target.startswith(("#", ".")):
                return self._resolve(target, importer, "require" if required else "import")
        return None

    def _bare(self, text: str, importer: str, *, required: bool) -> Resolution:
        typed = _is_typed(importer)
        alias = _BUNDLER_ALIAS.fullmatch(text)
        if alias is not None:
            guesses = self._aliases.guesses(alias[1], importer)
            found = next((file for guess in guesses if (file := self.files.find(guess, typed=typed)) is not None), None)
            return _resolution(found) if found is not None else Unresolved("it is an alias that no manifest explains")
        match = _NAME.fullmatch(text)
        if match is None:
            return Unresolved("it is no name of a package")
        name, subpath = match[1], match[2] or ""
        member = self._manifests.member(name, importer)
        if member is not None:
            found = self._in_member(member, subpath, typed=typed, required=required)
            return _resolution(found) if found is not None else self._nowhere(f"{member.dir}/{subpath}")
        own = self._manifests.package_of(importer)
        if own is not None and own.name == name:
            found = self._in_member(own, subpath, typed=typed, required=required)
            if found is not None:
                return _resolution(found)
        if self._manifests.declaring(importer, name) is None:
            for project in self._manifests.ts_configs.projects_of(folder_of(importer)):
                target = join(project.base_url, text) if project.base_url is not None else None
                found = self.files.find(target, typed=typed) if target else None
                if found is not None:
                    return _resolution(found)
            for target in self._aliases.on_module_path(text, importer):
                found = self.files.find(target, typed=typed)
                if found is not None:
                    return _resolution(found)
        return External(self._manifests.real_name(importer, name), subpath.rstrip("/"))

    def _in_member(self, package: Package, subpath: str, *, typed: bool, required: bool) -> str | None:
        """The file that a package of this tree gives for a subpath (empty for its entry), built or not."""
        wanted = f"./{subpath}" if subpath else "."
        for target in _targets(package.exports, wanted, required=required):
            found = self._in_package(package, target, typed=typed)
            if found is not None:
                return found
        if subpath:
            guesses = [f"{folder}/{subpath}" for folder in _SUBPATH_FOLDERS]
        else:
            entries = (package.main, package.module) if required else (package.module, package.main)
            guesses = [entry for entry in (*entries, package.source) if entry]
            guesses += _ENTRY_GUESSES
        places = (self._in_package(package, guess, typed=typed) for guess in guesses)
        return next((found for found in places if found is not None), None)

    def _in_package(self, package: Package, path: str, *, typed: bool) -> str | None:
        target = join(package.dir, path)
        return None if target is None or target == package.dir else self.files.locate(target, typed=typed)


def _targets(rows: tuple[Row, ...], subpath: str, *, required: bool) -> list[str]:
    """The targets for a subpath, those for this way of importing first, those for browsers last."""
    other = "import" if required else "require"

    def rank(target: Target) -> int:
        conditions = target.conditions
        return 2 * (not _FOR_BROWSERS.isdisjoint(conditions)) + (other in conditions)

    for row in rows:
        star = row.match(subpath)
        if star is not None:
            return [target.path.replace("*", star) for target in sorted(row.targets, key=rank)]
    return []


def _is_typed(path: str) -> bool:
    return path.endswith((".ts", ".tsx", ".mts", ".cts"))


def _resolution(path: str) -> Resolution:
    return File(path) if is_code(path) else Asset(path)

"""Folders of plugins: modules that nobody imports, because a library loads the folder in which they stand."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from reviewer.model.domain import Spot
from reviewer.model.shape import CallShape
from reviewer.source.module import Kind, Module
from reviewer.source.paths import folder_of, is_below, join
from reviewer.source.specifiers import fold

if TYPE_CHECKING:
    from reviewer.model.libraries.load_fact import LoadFact
    from reviewer.model.libraries.steps import Path
    from reviewer.model.model import Model


class LoadedFolder(NamedTuple):
    """A folder of plugins, and the CALL row that registers them all, in one of its arguments."""

    module: int
    call: int
    argument: int
    folder: str
    flat: bool
    prefix: str
    modules: tuple[int, ...] = ()
    hooks: tuple[int, ...] = ()
    cascade: bool = False


class Loaded:
    """The folders of plugins of a repository. Told from imports and the text of the calls, so that no question is asked
    meanwhile.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._is_known = False
        self._of_module: dict[int, list[LoadedFolder]] = {}
        self._at: dict[Spot, LoadedFolder] = {}
        self._started: dict[int, list[int]] | None = None

    def of(self, m: int) -> list[LoadedFolder]:
        """The registrations by which a module is loaded."""
        if not self._is_known:
            self._is_known = True
            for package, fact in self.model.libraries.plugin_loaders():
                for importer in self.model.link.package_importers.get(package, ()):
                    body = self.model.link.body(importer.module)
                    for _, binding in importer.record.names:
                        if binding >= 0:
                            self._note(body, binding, fact)
                    self._note_required(body, importer.record.row, fact)
        return self._of_module.get(m, [])

    def started(self, m: int, function: int) -> list[int]:
        """The places at which a function stands that a module exports as its default, by a command of a script."""
        if self._started is None:
            self._started = {}
            for command, state in self.model.libraries.commands():
                for m_started in self._named_in_scripts(command):
                    self._started.setdefault(m_started, []).append(state)
        states = self._started.get(m, [])
        return states if states and self._is_default(m, function) else []

    def _named_in_scripts(self, command: str) -> Iterator[int]:
        """The modules that a script of a package.json gives to a command."""
        for package in self.model.manifests.packages.values():
            for script in package.scripts.values():
                _, found, rest = script.partition(f"{command} ")
                for word in rest.split() if found else ():
                    path = join(package.dir, word)
                    if path in self.model.link.index_of:
                        yield self.model.link.index_of[path]

    def _is_default(self, m: int, function: int) -> bool:
        body = self.model.link.body(m)
        return any(
            export.row == function or (export.binding >= 0 and function in body.writes(export.binding))
            for export in self.model.link.surfaces[m].exports
            if export.name in {"default", "="}
        )

    def any(self) -> bool:
        """Whether any module is loaded by a library or a command."""
        return bool(self.of(0) or self._of_module or self.started(0, 0) or self._started)

    def prefix(self, site: Spot, m: int) -> str:
        """The prefix that a module has in the folder which is loaded at a CALL row; empty where it is not there."""
        self.of(m)
        folder = self._at.get(site)
        path = self.model.link.paths[m]
        if folder is None or not is_below(path, folder.folder):
            return ""
        own = self._exported(m, folder.prefix)
        if own is not None:
            return own
        return "" if folder.flat else folder_of(path)[len(folder.folder) :].strip("/")

    def folder(self, site: Spot) -> LoadedFolder | None:
        """The folder that is loaded at a CALL row."""
        self.of(0)
        return self._at.get(site)

    def plugin(self, site: Spot, m: int) -> int:
        """The module itself where the folder loaded at a CALL row holds it, else -1."""
        folder = self.folder(site)
        return m if folder is not None and m in folder.modules else -1

    def hooks(self, site: Spot, m: int) -> list[int]:
        """The modules on whose server a plugin of the folder registers, outermost first."""
        loaded = self.folder(site)
        if loaded is None or m in loaded.hooks:
            return []
        paths = self.model.link.paths
        own = folder_of(paths[m])
        above = {hook: folder_of(paths[hook]) for hook in loaded.hooks}
        found = [hook for hook, at in above.items() if at == own or (loaded.cascade and is_below(own, at))]
        return sorted(found, key=lambda hook: (len(above[hook]), hook))

    def _name(self, m: int) -> str:
        return posixpath.basename(self.model.link.paths[m]).rpartition(".")[0].lower()

    def _note_required(self, body: Module, loader: int, fact: LoadFact) -> None:
        """`const load = require('package')`, or the call itself as the argument."""
        if loader < 0:
            return
        parent = body.parent[loader]
        if body.kind[parent] == Kind.DECLARATOR and body.kind[body.first[parent]] == Kind.IDENT:
            self._note(body, body.binding[body.first[parent]], fact)
        else:
            self._note_argument(body, loader, fact)

    def _note(self, body: Module, binding: int, fact: LoadFact) -> None:
        for ref in body.refs(binding):
            self._note_argument(body, ref, fact)

    def _note_argument(self, body: Module, row: int, fact: LoadFact) -> None:
        call = body.parent[row]
        if body.kind[call] != Kind.CALL or body.first[call] == row:
            return
        rows = [found for path in fact.file for found in self._rows(body, call, path)]
        specifier = fold(body, rows[0]) if rows else None
        folder = join(folder_of(body.path), specifier.text) if specifier is not None and specifier.whole else None
        if folder is None:
            return
        flat = any(body.kind[found] == Kind.FALSE for path in fact.flat for found in self._rows(body, call, path))
        said = {
            name: any(body.kind[found] == Kind.TRUE for path in paths for found in self._rows(body, call, path))
            for name, paths in (("hooks", fact.hooks), ("cascade", fact.cascade))
        }
        modules = tuple(self._modules(folder, fact.main))
        hooked = [m for m, path in enumerate(self.model.link.paths) if folder and path.startswith(f"{folder}/")]
        hooks = tuple(m for m in hooked if said["hooks"] and self._name(m) in fact.hooked)
        modules = tuple(sorted({*modules, *hooks}))
        loaded = LoadedFolder(
            body.index, call, body.position(row) - 1, folder, flat, fact.prefix, modules, hooks, said["cascade"]
        )
        self._at[Spot(body.index, call)] = loaded
        for m in modules:
            self._of_module.setdefault(m, []).append(loaded)

    def _rows(self, body: Module, call: int, path: Path) -> Iterator[int]:
        """The rows at a path below the call, in the literals written there."""
        found = CallShape(self.model, body, call).row(path[0].low, tuple(step.name for step in path[1:]))
        if found is not None and found >= 0:
            yield found

    def _modules(self, folder: str, main: str) -> list[int]:
        """The modules below a folder; where one of the name `main` stands, it alone of its folder."""
        link = self.model.link
        inside = [m for m, path in enumerate(link.paths) if folder and path.startswith(f"{folder}/")]
        mains = {folder_of(link.paths[m]) for m in inside if main and _stem(link.paths[m]) == main}
        return [m for m in inside if folder_of(link.paths[m]) not in mains or _stem(link.paths[m]) == main]

    def _exported(self, m: int, name: str) -> str | None:
        """The text that a module exports under a name, as far as it is written there."""
        link = self.model.link
        body = link.body(m)
        for export in link.surfaces[m].exports:
            if name and export.name == name:
                row = export.row
                if export.binding >= 0 and len(body.writes(export.binding)) == 1:
                    parent = body.parent[body.writes(export.binding)[0]]
                    row = body.op(parent, 1) if body.kind[parent] == Kind.DECLARATOR else -1
                return body.text(row) if row >= 0 and body.kind[row] == Kind.STRING else None
        return None


def _stem(path: str) -> str:
    return posixpath.basename(path).partition(".")[0]

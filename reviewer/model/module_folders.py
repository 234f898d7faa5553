"""Module folders: objects that a library makes of the modules of a folder, by the names of their files."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.direct_calls import direct_calls
from reviewer.model.domain import External, Spot
from reviewer.source.module import Kind, Module
from reviewer.source.paths import folder_of, join
from reviewer.source.specifiers import fold

if TYPE_CHECKING:
    from reviewer.model.model import Model

_ROLE: Final = "modules.folder"
_INDEX: Final = "index"


class ModuleFolders:
    """Told from the text of the calls, so that no question is asked."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._found: dict[Spot, dict[str, int]] = {}

    def is_folder(self, state: int) -> bool:
        """Whether the values at a place are such objects."""
        return state in self._folders

    @cached_property
    def _folders(self) -> frozenset[int]:
        return self.model.libraries.places(_ROLE)

    def module(self, atom: External, name: str) -> int:
        """The module that lies in such an object under a name; -1 where none does, or the folder is not known."""
        if atom.row < 0 or not self.is_folder(atom.state):
            return -1
        return self.modules(Spot(atom.module, atom.row)).get(name, -1)

    def all(self, atom: External) -> list[int]:
        """The modules that such an object holds, in order; none where it is another value."""
        if atom.row < 0 or not self.is_folder(atom.state):
            return []
        return sorted(self.modules(Spot(atom.module, atom.row)).values())

    @cached_property
    def held(self) -> frozenset[int]:
        """The modules of the folders that any call of the repository names: such objects hold what they export."""
        calls = direct_calls(self.model, sorted(self.model.libraries.role_packages(_ROLE)))
        return frozenset(
            number for m, rows in calls.items() for row in rows for number in self.modules(Spot(m, row)).values()
        )

    def modules(self, call: Spot) -> dict[str, int]:
        """The modules of the folder that a call names, by the names of their files."""
        if call not in self._found:
            folder = self._folder(self.model.link.body(call.module), call.row)
            self._found[call] = {} if folder is None else self._by_folder.get(folder, {})
        return self._found[call]

    @cached_property
    def _by_folder(self) -> dict[str, dict[str, int]]:
        """The modules of each folder by the names of their files; a folder with an index stands in the one above."""
        found: dict[str, dict[str, int]] = {}
        for m, path in enumerate(self.model.link.paths):
            folder, name = folder_of(path), path.rpartition("/")[2].partition(".")[0]
            found.setdefault(folder, {}).setdefault(name, m)
            if name == _INDEX and folder:
                found.setdefault(folder_of(folder), {}).setdefault(folder.rpartition("/")[2], m)
        return found

    def _folder(self, module: Module, call: int) -> str | None:
        """The folder that a call names: by all of its path, or by its end where only one of the package has that."""
        arguments = module.args(call)
        if not arguments:
            return folder_of(module.path)
        named = fold(module, arguments[0])
        if named.whole:
            return join(folder_of(module.path), named.text)
        end = self._end(module, arguments[0])
        package = self.model.manifests.package_of(module.path)
        fitting = [
            folder
            for folder in self._by_folder
            if end and f"/{folder}".endswith(f"/{end}") and self.model.manifests.package_of(f"{folder}/x") is package
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _end(self, module: Module, row: int) -> str:
        """The constant end of a path that is joined: `models` of `path.join(root, 'models')`."""
        match module.kind[row]:
            case Kind.STRING:
                return join("", module.text(row).strip("/")) or ""
            case Kind.CALL if module.args(row):
                return self._end(module, module.args(row)[-1])
            case Kind.BINARY | Kind.TEMPLATE:
                return self._end(module, module.ops(row)[-1])
            case _:
                return ""

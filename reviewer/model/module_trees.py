"""Module trees: objects that a library makes of the modules below a folder, by the names of folders and files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Atom, ClassValue, Closure, External, Folder, Literal, Namespace
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.libraries.load_fact import LoadFact
    from reviewer.model.libraries.steps import Path
    from reviewer.model.model import Model

_SEPARATORS: Final = re.compile(r"[./@]")
_INDEX: Final = "index"

Names = tuple[str, ...]


class _Tree(NamedTuple):
    """The modules by their names, with the rows that say so and their packages, and the names of the folders above."""

    modules: dict[Names, list[tuple[int, LoadFact, str]]]
    folders: set[Names]


class ModuleTrees:
    """Names are compared without case and what separates words, for each library writes them in its own way."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._trees: dict[State, _Tree] = {}

    def is_tree(self, state: State) -> bool:
        """Whether the values at a place are such objects here."""
        return state in self._places

    @cached_property
    def _places(self) -> frozenset[State]:
        return self.model.libraries.folders_of_modules if self.model.conventions.used else frozenset()

    def member(self, atom: External | Folder, name: str) -> Equation:
        """What lies in an object, or a folder in it, under a name; None where nothing does."""
        if isinstance(atom, Folder):
            return (yield from self._at(atom.state, (*atom.path, compared(name)), atom.home))
        home = self.model.conventions.home(atom.module) if atom.row >= 0 else ""
        return (yield from self._at(atom.state, (compared(name),), home))

    def _at(self, state: State, path: Names, home: str = "") -> Equation:
        """home: of the package whose modules are meant; empty where any may be."""
        tree = self._tree(state)
        self.model.solver.touch(("module tree", state, path))
        found = NOTHING
        for m, fact, of in tree.modules.get(path, ()):
            if not home or of == home:
                found = join(found, (yield from self._given(m, fact)))
        if found.items:  # what rows say of everything that lies there, as of models
            found = join(found, answer(map(External, self.model.libraries.any_member(state))))
        return join(found, answer([Folder(state, path, home)])) if path in tree.folders else found

    def _tree(self, state: State) -> _Tree:
        found = self._trees.get(state)
        if found is None:
            found = self._trees[state] = _Tree({}, set())
            for fact, m, inside, home in self.model.conventions.below(state):
                for path in _paths(inside, fact.suffix):
                    found.modules.setdefault(path, []).append((m, fact, home))
                    found.folders.update(path[:size] for size in range(1, len(path)))
        return found

    def _given(self, m: int, fact: LoadFact) -> Equation:
        """What the object holds for a module: what it exports, or what that gives."""
        exported = yield self.model.heap.export(m, "default")
        if not exported.items:
            exported = yield self.model.heap.module_value(m)
        found = Answer(frozenset(), exported.open)
        for atom in exported.items:
            paths = [path for path in fact.gives if path[0].kind == _LEADING.get(type(atom))]
            for path in paths:
                found = join(found, (yield from self._along(atom, path)))
            found = found if paths and found.items else join(found, answer([atom]))
        return found

    def _along(self, atom: Atom, path: Path) -> Equation:
        found = answer([atom])
        for step in path:
            match step.kind:
                case "instance":
                    found = self.model.results.instances(_of_type(found, ClassValue))
                case "return":
                    found = yield from self.model.results.results_of(_of_type(found, Closure))
                case "awaited":
                    found = self.model.values.awaited(found)
                case _:
                    found = yield from self.model.values.member_of(found, step.name)
        return found

    # names that stand for what lies there

    def names(self, m: int) -> frozenset[str]:
        """The names, as they are compared, under which a module lies in such objects."""
        return self._names_of.get(m, frozenset())

    @cached_property
    def _names_of(self) -> dict[int, frozenset[str]]:
        found: dict[int, set[str]] = {}
        for state in self._places:
            for path, modules in self._tree(state).modules.items():
                for m, _, _ in modules:
                    found.setdefault(m, set()).add(path[-1])
        return {m: frozenset(names) for m, names in found.items()}

    def global_(self, name: str) -> Equation:
        """What a global variable holds that a library makes of a module."""
        found = NOTHING
        for state in self.model.libraries.global_folders & self._places:
            found = join(found, (yield from self._at(state, (compared(name),))))
        return found

    def provided(self, text: str) -> Equation:
        """What a container gives back under a key that is the name of a module: `App/Models/User`."""
        found = NOTHING
        for state in self.model.libraries.keyed_folders & self._places:
            for prefix in {fact.prefix for fact in self.model.libraries.facts(state).loads if "keys" in fact.names}:
                if text.startswith(prefix):
                    names = [compared(name) for name in text.removeprefix(prefix).split("/") if name]
                    found = join(found, (yield from self._at(state, tuple(names))))
        return found

    def handler(self, text: str, state: State) -> Equation:
        """What a text among the handlers of a registration names: `users.list`, `admin/UserController.show`."""
        package = self.model.libraries.package_name(state)
        names = [name for name in _SEPARATORS.split(text) if name]
        found = NOTHING
        for folder in self.model.libraries.handler_folders.get(package, frozenset()) & self._places:
            at = answer([External(folder)])
            for name in names:
                at = yield from self._below(at, name)
            found = join(found, at)
        return found

    def _below(self, holder: Answer, name: str) -> Equation:
        found = NOTHING
        for atom in holder.items:
            if isinstance(atom, Folder) or (isinstance(atom, External) and self.is_tree(atom.state)):
                found = join(found, (yield from self.member(atom, name)))
            else:
                found = join(found, (yield from self.model.values.member_of(answer([atom]), name)))
        return found


def compared(name: str) -> str:
    """A name as it is compared: `UserPosts`, `user_posts` and `user-posts` are the same."""
    return "".join(part for part in name.lower() if part.isalnum())


def _paths(inside: str, suffix: str) -> list[Names]:
    """The names under which a file lies: those of the folders, and its own with and without the suffix."""
    folder, _, file = inside.rpartition("/")
    above = tuple(compared(name) for name in folder.split("/") if name)
    own = file.partition(".")[0]
    stems = {own, own.removesuffix(suffix) if suffix else own}
    found = [(*above, compared(stem)) for stem in sorted(stems) if stem]
    return [*found, above] if own == _INDEX and above else found


def _of_type(found: Answer, kind: type[ClassValue | Closure]) -> Answer:
    """What is of the reviewed code, or of a library."""
    return Answer(frozenset(item for item in found.items if isinstance(item, kind | External)), found.open)


_LEADING: Final[Mapping[type[Atom], str]] = {
    ClassValue: "instance",
    Closure: "return",
    Literal: "member",
    Namespace: "member",
}
"""The first step from an export to what it gives."""

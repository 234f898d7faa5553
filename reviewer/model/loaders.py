"""Loaders: what the code loads by names of which other files tell a part.

Functions of its own load what they are given, from below folders that variables of the whole program hold, or from that
in which the program is started.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Spot
from reviewer.model.file_names import FOLDER, FileNames, record_of
from reviewer.model.importers import modules_of
from reviewer.model.link import OUTSIDE, Target, ToFolder
from reviewer.model.told_calls import ToldCalls
from reviewer.source.module import Import, Kind, Module
from reviewer.source.name_parts import GIVEN, MAIN, TEXT, UNKNOWN, Part, is_main_require, name_parts
from reviewer.source.paths import folder_of

if TYPE_CHECKING:
    from reviewer.model.model import Model

_ROUNDS: Final = 4
"""So many functions may hand a name on to one another."""
_UNKNOWN: Final = Part(UNKNOWN)


class _Load(NamedTuple):
    """A call that loads what its parts name: `require`, or in a function that hands its parameter on, the call of the
    next one. base: the `require` itself; places: the folders in which that stands, and from which it is called;
    direct: the functions give back what is loaded; deep: the folders below count as well. into: what is loaded is not
    given back, but stands for the argument at this index.
    """

    at: Spot
    parts: tuple[Part, ...]
    base: Spot
    places: tuple[str, ...]
    direct: bool
    deep: bool = False
    into: int = -1


class Loaders:
    """Told from text, names and imports, before any question is asked."""

    def __init__(self, model: Model, target: Callable[[Import, str], Target]) -> None:
        """`target`: where an import of a file leads, as for `Link`."""
        self.model = model
        self._files = FileNames(model, target)
        self._calls = ToldCalls(model)
        self._through: dict[Spot, set[int]] = {}
        self._untold: set[Spot] = set()

    def note(self) -> None:
        """Tell the link of all modules what is loaded so."""
        link = self.model.link
        self._note_lists()
        pending = [*self._required(), *self._given_to_libraries()]
        for _ in range(_ROUNDS):
            pending = [after for load in pending for after in self._followed(load)]
        self._untold.update(load.base for load in pending)
        for base, modules in self._through.items():
            known = link.import_calls[base.module].get(base.row)
            if base in self._untold and not modules:
                continue  # what some calls are given is not known: any of what stands there
            if base in self._untold and isinstance(known, ToFolder):
                modules |= set(known.modules)
            link.load(base.module, record_of(link.body(base.module), base.row), ToFolder(tuple(sorted(modules))))

    def _required(self) -> Iterator[_Load]:
        link = self.model.link
        for m, surface in enumerate(link.surfaces):
            for row in surface.loads if link.classes[m] not in OUTSIDE else ():
                module = link.body(m)
                parts = name_parts(module, module.args(row)[0])
                if is_main_require(module, module.first[row]) and parts[0].text.startswith("."):
                    parts = (Part(MAIN), Part(TEXT, "/"), *parts)
                is_direct = module.kind[module.first[row]] != Kind.IMPORT
                yield self._begun(module, row, parts, is_direct=is_direct)

    def _given_to_libraries(self) -> Iterator[_Load]:
        """The calls of libraries that load the file which they are given, and run what it exports."""
        link = self.model.link
        for name, index in self.model.libraries.loaded_exports(link.package_importers):
            for m, row in link.spots_named("calls", name):
                module = link.body(m)
                arguments = module.args(row)
                if index < len(arguments) and module.kind[row] == Kind.CALL:
                    parts = name_parts(module, arguments[index])
                    yield self._begun(module, row, parts, is_direct=False)._replace(into=index)

    def _note_lists(self) -> None:
        """The calls of libraries that give a list of what the files export which a pattern or folder names."""
        link = self.model.link
        for name, index, packages in self.model.libraries.loading_lists(link.package_importers):
            users = {each.module for package in packages for each in link.package_importers.get(package, ())}
            for m, row in link.spots_named("calls", name):
                module = link.body(m)
                if m in users and module.kind[row] == Kind.CALL and index < len(module.args(row)):
                    parts = self._files.grounded(module, name_parts(module, module.args(row)[index]))
                    modules = self._files.fitting(module, parts)
                    if modules:
                        link.load(m, record_of(module, row), ToFolder(modules))

    def _begun(self, module: Module, row: int, parts: Sequence[Part], *, is_direct: bool) -> _Load:
        at = Spot(module.index, row)
        return _Load(at, self._files.grounded(module, parts), at, (folder_of(module.path),), is_direct)

    def _followed(self, load: _Load) -> Iterator[_Load]:
        """The loads that follow from one: the calls of the function that is given a part of its name."""
        given = sorted({part.row for part in load.parts if part.form == GIVEN})
        if not given:
            self._tell(load)
            return
        module = self.model.link.body(load.at.module)
        for function in given:
            calls = list(self._calls.of(module, function))
            if calls:
                yield from self._called(load, function, calls)
                return
        parts = tuple(_UNKNOWN if part.form == GIVEN else part for part in load.parts)
        if parts[0].form == FOLDER and load.at == load.base:
            yield load._replace(parts=parts)
        else:
            self._untold.add(load.base)

    def _tell(self, load: _Load) -> None:
        """Note what a load leads to, for its call or, where that only runs something with it, for its `base`."""
        link = self.model.link
        own = {load.at.module, load.base.module}
        target = self._files.meant(load.at, load.parts, load.places, own, deep=load.deep)
        if load.into >= 0:
            for m in modules_of(target):
                link.stand_in(m, load.base.module, load.base.row, load.into)
        elif target is None:
            self._untold.add(load.base)
        elif load.at == load.base or load.direct:
            link.load(load.at.module, record_of(link.body(load.at.module), load.at.row), target)
            if load.at != load.base:
                self._through.setdefault(load.base, set())
        else:
            self._through.setdefault(load.base, set()).update(modules_of(target))

    def _called(self, load: _Load, function: int, calls: Sequence[Spot]) -> Iterator[_Load]:
        inside = self.model.link.body(load.at.module)
        within = [at.module == load.at.module and function in inside.ancestors(at.row) for at in calls]
        is_direct = load.direct and _gives_back(inside, function, load.at.row)
        for at, is_within in zip(calls, within, strict=True):
            if is_within:
                continue
            module = self.model.link.body(at.module)
            parts: list[Part] = []
            for part in load.parts:
                if part.form == GIVEN and part.row == function:
                    parts += self._given(module, at.row, part.at)
                else:
                    parts.append(_UNKNOWN if part.form == GIVEN else part)
            places = (*load.places, folder_of(module.path))
            is_deep = load.deep or any(within)
            yield _Load(at, tuple(parts), load.base, places, is_direct, is_deep, load.into)

    def _given(self, module: Module, call: int, index: int) -> Sequence[Part]:
        arguments = module.args(call)
        if index >= len(arguments) or any(module.kind[at] == Kind.SPREAD for at in arguments[: index + 1]):
            return [_UNKNOWN]
        return self._files.grounded(module, name_parts(module, arguments[index]))


def _gives_back(module: Module, function: int, load: int) -> bool:
    """Whether a function gives back what a call in it loads."""
    at = module.parent[load]
    if module.kind[at] == Kind.DECLARATOR and module.kind[module.first[at]] == Kind.IDENT:
        refs = module.refs(module.binding[module.first[at]])
        return any(module.kind[module.parent[ref]] == Kind.RETURN for ref in refs)
    return at == function or (module.kind[at] == Kind.RETURN and module.owner[at] == function)

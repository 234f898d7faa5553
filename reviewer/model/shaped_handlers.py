"""Shaped handlers: exported functions that nobody is seen to use, told by how they read a request and answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, Spot
from reviewer.model.endings import joined
from reviewer.model.link import OUTSIDE
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.model import Model

_REQUEST: Final = "request.object"
_RESPONSE: Final = "response.object"
_DATA: Final = "request.data"
_ANSWERS: Final = "response.send"
_PATTERN: Final = "glob.pattern"
_WILD: Final = re.compile(r"[*?{\[(!+@:]")
_PLACES: Final = {2: (0,), 3: (0,), 4: (0, 1)}
"""By how many parameters there are: at which the request stands, before the answer."""


class ShapedHandlers:
    """Told of modules that the code loads by names which it makes up when it runs: routes by their files, plugins."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def in_module(self, m: int) -> Iterator[Closure]:
        """The functions of a module that read what they are given as a request, and answer it, by row."""
        if not self._pairs or self.model.link.classes[m] in OUTSIDE or self.model.programs.is_aside(m):
            return
        if not self._is_loadable(m):
            return
        module = self.model.link.body(m)
        for row in sorted(set(self._exported(module))):
            if self._is_shaped(module, row) and not self.model.ask(self.model.uses.of(m, row)).items:
                yield Closure(m, row)

    def _is_loadable(self, m: int) -> bool:
        """Whether something loads a module: an import, what a program begins with, or a name that is made up."""
        if m in self.model.link.importers or self.model.programs.kinds(m):
            return True
        path = "/" + self.model.link.paths[m]
        return any(f"/{folder}" in path for folder in self._made_up)

    @cached_property
    def _made_up(self) -> frozenset[str]:
        """The folders from which names that the code makes up may load modules; an empty one for any."""
        link, found = self.model.link, set()
        for m, computed in enumerate(link.computed):
            if computed and link.classes[m] not in OUTSIDE and not self.model.programs.is_aside(m):
                module = link.body(m)
                found |= {
                    self._folder_of(module, module.args(call)[0])
                    for call in link.of_kind(m, Kind.CALL)
                    if _is_load(module, call) and module.line(call) in computed
                }
        return frozenset(found)

    def _folder_of(self, module: Module, name: int) -> str:
        """The folder in which all files lie that a name may mean, as the pattern says of which it is a match."""
        while module.kind[name] == Kind.CALL and (parts := joined(self.model, module, name)):
            name = parts[-1]
        over = self.model.gathered.over(module, name)
        found = self.model.names.of(module.index, over) if over >= 0 else None
        if not isinstance(found, Spot):
            return ""
        body = self.model.link.body(found.module)
        if body.kind[found.row] != Kind.CALL:
            return ""
        sites = self.model.sites.arguments_at(_PATTERN, body, found.row)
        texts = [text for site in sites for text in self.model.texts(body, site.argument)]
        starts = {_WILD.split(text)[0].rpartition("/")[0].lstrip("./") for text in texts}
        folder = starts.pop() if len(starts) == 1 else ""
        return f"{folder}/" if folder else ""

    @cached_property
    def _pairs(self) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
        """The names of what is read of a request, and of what answers it, by packages that some file loads."""
        loaded, libraries = self.model.link.package_importers, self.model.libraries
        return tuple(
            (self._playing(request, _DATA), self._playing(response, _ANSWERS))
            for response in libraries.shaped(_RESPONSE)
            for request in libraries.shaped(_REQUEST)
            if libraries.package_name(request) == libraries.package_name(response) in loaded
        )

    def _playing(self, held: State, role: str) -> frozenset[str]:
        """The members that play a role by the framework's own rows: what streams have too tells nothing."""
        libraries, package = self.model.libraries, self.model.libraries.package_name(held)
        return frozenset(
            name
            for name in libraries.members(held)
            for state in libraries.member(held, name)
            if libraries.has_role(state, role, None) and libraries.package_name(state) == package
        )

    def _exported(self, module: Module) -> Iterator[int]:
        """The functions that stand in a module and that it exports, by themselves or in an object."""
        m = module.index
        for export in self.model.link.surfaces[m].exports:
            meant = self.model.names.export(m, export.name) if not export.type_only and export.name != "*" else None
            if not isinstance(meant, Spot) or meant.module != m:
                continue
            if module.kind[meant.row] == Kind.FUNCTION:
                yield meant.row
            elif module.kind[meant.row] == Kind.OBJECT:
                for property_ in module.ops(meant.row):
                    is_plain = module.kind[property_] == Kind.PROPERTY and not module.has(property_, Flag.COMPUTED)
                    below = self.model.names.of(m, module.op(property_, 1)) if is_plain else None
                    if isinstance(below, Spot) and below.module == m and module.kind[below.row] == Kind.FUNCTION:
                        yield below.row

    def _is_shaped(self, module: Module, function: int) -> bool:
        params = module.params(function)
        for at in _PLACES.get(len(params), ()):
            answers = set(_told(module, module.first[params[at + 1]]))
            read = set(_read(module, module.first[params[at]])) if answers else set()
            for request, answering in self._pairs:
                if not read.isdisjoint(request) and not answers.isdisjoint(answering):
                    return True
        return False


def _is_load(module: Module, call: int) -> bool:
    """Whether a call loads a module by its name."""
    callee = module.first[call]
    return bool(module.args(call)) and (module.kind[callee] == Kind.IMPORT or module.text(callee) == "require")


def _read(module: Module, target: int) -> Iterator[str]:
    """The names of the members that are read of a parameter, by a pattern or later."""
    if module.kind[target] == Kind.OBJECT_PATTERN:
        yield from (module.text(row) for row in module.ops(target) if module.kind[row] == Kind.PROPERTY)
    elif module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
        for ref in module.refs(module.binding[target]):
            member = module.parent[ref]
            if module.kind[member] == Kind.MEMBER and module.first[member] == ref:
                yield module.text(member)


def _told(module: Module, target: int) -> Iterator[str]:
    """The names of the methods that are called in chains on a parameter and given something: `res.status(200).json(…)`;
    without anything, that may be what was fetched.
    """
    if module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
        for ref in module.refs(module.binding[target]):
            at = ref
            while module.kind[module.parent[at]] == Kind.MEMBER and module.first[module.parent[at]] == at:
                member = module.parent[at]
                at = module.parent[member]
                if module.kind[at] != Kind.CALL or module.first[at] != member:
                    break
                if module.args(at):
                    yield module.text(member)

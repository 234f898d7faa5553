"""Named files: functions that a framework calls because of the names of their file and export, and their paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Closure, Spot
from reviewer.model.link import OUTSIDE
from reviewer.model.platform_functions import functions_within
from reviewer.model.route import Handler, Route
from reviewer.source.manifests.workspaces import matches
from reviewer.source.module import Kind
from reviewer.source.paths import is_below

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.libraries.load_fact import LoadFact
    from reviewer.model.model import Model

"""So many calls may make one function out of another."""
_INDEX: Final = "index"
_FIRST: Final = re.compile(r"\{([^}]*)\}|([^/]+)")
_ASIDE: Final = ("(", "@")
"""How folders begin that are no part of a path (Next.js, "Route Groups", "Parallel Routes")."""


class Placed(NamedTuple):
    """An exported function, the place that it stands at, its export's name, and the path of its file."""

    function: Spot
    state: State
    fact: LoadFact
    name: str
    path: str


class NamedFiles:
    """Found once, from names alone: no question is asked."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def all(self) -> dict[int, list[Placed]]:
        """The functions of each module."""
        link, manifests = self.model.link, self.model.manifests
        found: dict[int, list[Placed]] = {}
        for package, state, fact in self.model.libraries.filed:
            for folder in [folder for folder, each in manifests.packages.items() if each.declared(package)]:
                for m, path in enumerate(link.paths):
                    inside = path[len(folder) + 1 if folder else 0 :]
                    if not is_below(path, folder) or link.classes[m] in OUTSIDE:
                        continue
                    if any(matches(pattern, inside) for pattern in fact.files) and self._begins(m, fact.begins):
                        found.setdefault(m, []).extend(self._of(m, state, fact, inside))
        return found

    def routes(self, m: int) -> Iterator[Route]:
        """Those of a module that answer requests for the path of their file."""
        for one in self.all.get(m, ()):
            if one.fact.serves:
                method = one.name if one.fact.serves == "name" else "ALL"
                functions = (Closure(*one.function),)
                own = Handler(*one.function, functions, (), is_error_handler=False, fate="forwarded", open=False)
                yield Route(
                    *one.function,
                    method,
                    (one.path,),
                    handlers=(own,),
                    receivers=(),
                    is_mount=False,
                    state=one.state,
                    has_path=True,
                )

    def _begins(self, m: int, directive: str) -> bool:
        """Whether a file begins with a directive, where one is wanted."""
        if not directive:
            return True
        module = self.model.link.body(m)
        for statement in module.ops(0):
            said = module.first[statement] if module.kind[statement] == Kind.EXPRESSION else -1
            if said < 0 or module.kind[said] != Kind.STRING:
                return False
            if module.text(said) == directive:
                return True
        return False

    def _of(self, m: int, state: State, fact: LoadFact, inside: str) -> Iterator[Placed]:
        told: set[tuple[Spot, str]] = set()
        for export in self.model.link.surfaces[m].exports:
            if export.type_only or not (export.name in fact.exported or fact.begins):
                continue
            found = self.model.names.export(m, export.name)
            if not isinstance(found, Spot):
                continue
            for function in functions_within(self.model, *found):
                is_here = function.module == m or not fact.serves
                if is_here and (function, export.name) not in told:
                    told.add((function, export.name))
                    own = self.model.function_name(self.model.link.body(function.module), function.row)
                    name = own if export.name == "default" else export.name
                    yield Placed(function, state, fact, name or export.name, _path(inside, _folders(fact.files)))


def _folders(patterns: tuple[str, ...]) -> list[str]:
    """The folders with which patterns begin: `app` and `src/app` of `{app,src/app}/**/route.*`."""
    found = [_FIRST.match(pattern) for pattern in patterns]
    return [folder for each in found if each for folder in (each[1] or each[2]).split(",")]


def _path(inside: str, below: list[str]) -> str:
    """The path that a file answers for, without the folders that it lies below."""
    file = PurePosixPath(inside)
    for folder in sorted(below, key=len, reverse=True):
        if is_below(inside, folder):
            file = file.relative_to(folder)
            break
    parts = [part for part in file.parent.parts if not part.startswith(_ASIDE)]
    stem = file.name.partition(".")[0]
    return "/" + "/".join(parts + ([] if stem in {_INDEX, "route"} else [stem]))

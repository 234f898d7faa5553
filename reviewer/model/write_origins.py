"""Where the value comes from that a write gives to its target: a declaration, an assignment, a pattern, a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.declared_numbers import declared_number
from reviewer.model.sources import BUILT, NAMES, NOWHERE, Edge, FromParameter, Local, Locally, Path, shortened
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class WriteOrigins:
    """The edges from the target row of a write, and a path below it, to what is written there."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def target(self, m: int, row: int, path: Path) -> Locally:
        """The sources of what a write gives to its target row."""
        yield from ()  # a rule that has to ask nothing before it knows its edges
        origins = self.model.origins
        module = self.model.link.body(m)
        if module.kind[row] in {Kind.FUNCTION, Kind.CLASS, Kind.ENUM, Kind.NAMESPACE}:
            return NOWHERE
        parent = module.parent[row]
        match module.kind[parent]:
            case Kind.DECLARATOR:
                value = module.op(parent, 1)
                if module.kind[value] == Kind.NONE:
                    return NOWHERE
                passes = declared_number(self.model, m, module.annotations.get(row), path)
                return Local(edges=(Edge(origins.of(m, value, path), passes),))
            case Kind.ASSIGN:
                return self._assigned(module, parent, path)
            case Kind.PARAM:
                return self._parameter(module, parent, path)
            case Kind.PROPERTY:
                name = "*" if module.has(parent, Flag.COMPUTED) else module.text(parent)
                return Local(edges=(Edge(origins.target(m, module.parent[parent], (name, *path))),))
            case Kind.ARRAY_PATTERN:
                return Local(edges=(Edge(origins.target(m, parent, (str(module.position(row)), *path))),))
            case Kind.DEFAULT:
                default = origins.of(m, module.op(parent, 1), path)
                return Local(edges=(Edge(origins.target(m, parent, path)), Edge(default)))
            case Kind.REST:
                if module.kind[module.parent[parent]] == Kind.PARAM:
                    return self._parameter(module, module.parent[parent], path)
                return Local(edges=(Edge(origins.target(m, module.parent[parent], path)),))
            case Kind.FOR_OF:
                return Local(edges=(Edge(origins.of(m, module.op(parent, 1), ("*", *path))),))
            case Kind.FOR_IN:
                return Local(edges=(Edge(origins.of(m, module.op(parent, 1), (NAMES,))),))
            case _:
                return NOWHERE

    def _assigned(self, module: Module, assign: int, path: Path) -> Local:
        origins = self.model.origins
        value = module.op(assign, 1)
        if module.text(assign) == "+=":
            return Local(edges=(Edge(origins.of(module.index, value, ()), BUILT),))
        if module.text(assign) in {"=", "||=", "&&=", "??="}:
            return Local(edges=(Edge(origins.of(module.index, value, path)),))
        return NOWHERE

    def _parameter(self, module: Module, param: int, path: Path) -> Local:
        """What a parameter gets; of what a library hands over, its rows tell what lies far below."""
        function = module.parent[param]
        is_given = self.model.standing.is_entered(module.index, function)
        below = path if is_given else shortened(path)
        text = module.annotations.get(param) or module.annotations.get(module.first[param])
        # Of what lies below it nobody knows who made it: the data of a job, for one, have been text since.
        passed = () if below else declared_number(self.model, module.index, text, ())
        return Local(direct=(FromParameter(module.index, function, module.position(param) - 1, below, passed),))

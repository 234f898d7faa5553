"""Drawn: what only browsers run in files that servers load as well, to draw pages.

A framework such as Next.js runs a component on the server too, to draw it; the handlers and effects that it makes while
it draws run in browsers alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_HOOK: Final = re.compile(r"use[A-Z]\w*")
_COMPONENT: Final = re.compile(r"[A-Z]\w*")
"""React tells hooks and components by their names (its documentation: "Rules of Hooks", "Your First Component")."""

_DRAWING: Final = (".js", ".jsx", ".tsx", ".mjs")
"""The ends of files that may hold JSX."""


class Drawn:
    """Tells the rows that only browsers run."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._functions: dict[int, frozenset[int]] = {}

    def is_in_browser(self, m: int, row: int) -> bool:
        """Whether a row of module `m` stands in a function that a component or a hook makes, or that is given to an
        element: a handler of its events, whoever makes the element.
        """
        drawing = self._functions.get(m)
        if drawing is None:
            drawing = self._functions[m] = self._drawing(m)
        if not drawing and not self._has_elements(m):
            return False
        module = self.model.link.body(m)
        function = module.owner[row]
        while module.kind[function] == Kind.FUNCTION and not _is_server_action(module, function):
            is_given = module.kind[module.parent[function]] == Kind.JSX
            function = module.owner[function]
            if is_given or function in drawing:
                return True
        return False

    def _has_elements(self, m: int) -> bool:
        if not self.model.link.paths[m].endswith(_DRAWING):
            return False
        return self.model.link.body(m).kind.find(bytes((Kind.JSX,))) >= 0

    def _drawing(self, m: int) -> frozenset[int]:
        """The components and hooks of a module. An async one is a component that only servers run."""
        hooks = [rows for name, rows in self.model.link.surfaces[m].calls.items() if _HOOK.fullmatch(name)]
        draws = self.model.link.paths[m].endswith(_DRAWING)
        if not hooks and not draws:
            return frozenset()
        module = self.model.link.body(m)
        found = {
            module.owner[row]
            for rows in hooks
            for row in rows
            if self._is_named(_HOOK, module, module.owner[row])
            or (draws and _is_plain(module, row) and self._is_named(_COMPONENT, module, module.owner[row]))
        }
        at = module.kind.find(bytes((Kind.JSX,))) if draws else -1
        while at >= 0:
            if self._is_named(_COMPONENT, module, module.owner[at]):
                found.add(module.owner[at])
            at = module.kind.find(bytes((Kind.JSX,)), at + 1)
        return frozenset(function for function in found if not module.has(function, Flag.ASYNC))

    def _is_named(self, names: re.Pattern[str], module: Module, function: int) -> bool:
        """Whether a row is a function of such a name, or the component that a file is for; `memo(() => …)` is named
        like what it is assigned to.
        """
        if module.kind[function] != Kind.FUNCTION:
            return False
        name = self.model.function_name(module, function)
        holder = module.parent[function]
        while not name and module.kind[holder] in {Kind.CALL, Kind.DECLARATOR, Kind.EXPORT}:
            if module.kind[holder] == Kind.EXPORT:
                return names is _COMPONENT
            target = module.first[holder]
            name = module.text(target) if module.kind[holder] == Kind.DECLARATOR else ""
            holder = module.parent[holder]
        return bool(names.fullmatch(name))


def _is_plain(module: Module, call: int) -> bool:
    """Whether a function is called by its own name, or as a member of one: `useEffect(…)`, `React.useEffect(…)`; a
    method such as `app.useStaticAssets` begins with a name in small letters.
    """
    callee = module.first[call]
    if module.kind[callee] == Kind.MEMBER:
        held = module.first[callee]
        return module.kind[held] == Kind.IDENT and _COMPONENT.fullmatch(module.text(held)) is not None
    return module.kind[callee] == Kind.IDENT


def _is_server_action(module: Module, function: int) -> bool:
    """Whether a function says of itself that browsers call it over the network: `'use server'` begins it."""
    body = module.first[function]
    if module.kind[body] != Kind.BLOCK or not module.count[body]:
        return False
    statement = module.first[body]
    said = module.first[statement]
    return (
        module.kind[statement] == Kind.EXPRESSION
        and module.kind[said] == Kind.STRING
        and module.text(said) == "use server"
    )

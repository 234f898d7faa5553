"""Drawn: what only browsers run in files that servers load as well, to draw pages.

A framework such as Next.js runs a component on the server too, to draw it; the handlers and effects that it makes while
it draws run in browsers alone. So does, in a file that a bundle for browsers and a server have in common, what nothing
on the server is known to enter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.model.program import ASIDE, ProgramKind
from reviewer.model.ways_in import Reached
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_HOOK: Final = re.compile(r"use[A-Z]\w*")
_COMPONENT: Final = re.compile(r"[A-Z]\w*")
"""React tells hooks and components by their names (its documentation: "Rules of Hooks", "Your First Component")."""

_DEPTH: Final = 5
"""So many registrations inside each other are looked at."""

_DRAWING: Final = (".js", ".jsx", ".tsx", ".mjs")
"""The ends of files that may hold JSX."""


class Drawn:
    """Tells the rows that only browsers run."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._functions: dict[int, frozenset[int]] = {}
        self._on_pages: dict[int, bool] = {}

    def is_in_browser(self, m: int, row: int) -> bool:
        """Whether a row of module `m` stands in a function that a component or a hook makes, or that is given to an
        element, a handler of its events, whoever makes the element; or in one that only the browsers' part of a file
        for both is known to enter.
        """
        return self._is_drawn(m, row) or self._is_entered_there(m, row)

    def _is_entered_there(self, m: int, row: int) -> bool:
        """Whether nothing of a server enters the function of a row, in a module that browsers and servers load."""
        function = self.model.link.body(m).owner[row]
        return function > 0 and self._is_on_pages(m) and not self._is_on_server(m, function, _DEPTH)

    def _is_on_pages(self, m: int) -> bool:
        """Whether a module that browsers and servers load stands beside what draws, or loads nothing of servers."""
        if m not in self._on_pages:
            link, programs = self.model.link, self.model.programs
            near = (m, *link.imported[m], *(each.module for each in link.importers.get(m, ())))
            self._on_pages[m] = programs.is_for_both(m) and (
                any(programs.draws(at) or self._has_elements(at) for at in near) or not programs.leads_to_servers(m)
            )
        return self._on_pages[m]

    def _is_on_server(self, m: int, function: int, depth: int) -> bool:
        reached = self.model.entries.reaching(m, function)
        if any(isinstance(at, Reached) and self._is_of_server(at, depth) for at in reached.items):
            return True
        return self.model.programs.have_pages() and self._is_called_there(m, function, depth)

    def _is_called_there(self, m: int, function: int, depth: int) -> bool:
        """Whether a function, or one that it is written in, is a part of a page that a server runs, or is called by
        one, or by what browsers do not load at all: frameworks with pages find handlers by their files, where nothing
        registers them.
        """
        if self.model.programs.serves(m, function):
            return True
        if depth == 0:
            return False
        calls = [use for use in self.model.ask(self.model.uses.of(m, function)).items if use.kind == "call"]
        callers = {Spot(use.module, self.model.link.body(use.module).owner[use.row]) for use in calls}
        callers.add(Spot(m, self.model.link.body(m).owner[function]))
        for caller in callers - {Spot(m, function), Spot(m, 0)}:
            kinds = self.model.programs.kinds(caller.module) - ASIDE
            if kinds and ProgramKind.BROWSER not in self.model.programs.kinds(caller.module):
                return True
            if kinds and caller.row > 0 and self._is_called_there(*caller, depth - 1):
                return True
        return False

    def _is_of_server(self, at: Reached, depth: int) -> bool:
        """Whether what enters a function belongs to a server, and not to the part of it that browsers run."""
        kinds = self.model.programs.kinds(at.module)
        if ProgramKind.BROWSER not in kinds:
            return True
        if kinds <= ASIDE or not depth:
            return False
        function = self.model.link.body(at.module).owner[at.row] if at.row else 0
        return function <= 0 or self._is_on_server(at.module, function, depth - 1)

    def _is_drawn(self, m: int, row: int) -> bool:
        drawing = self._functions.get(m)
        if drawing is None:
            drawing = self._functions[m] = self._drawing(m)
        if not drawing and not self._has_elements(m):
            return False
        module = self.model.link.body(m)
        function = module.owner[row]
        said = self.model.libraries.server_directives
        while module.kind[function] == Kind.FUNCTION and _said(module, function) not in said:
            is_given = module.kind[module.parent[function]] == Kind.JSX or _is_for_elements(module, function)
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


def _is_for_elements(module: Module, function: int) -> bool:
    """Whether all that names a function gives it to elements, or stands in what is given to them."""
    holder = module.parent[function]
    named = module.first[holder] if module.kind[holder] == Kind.DECLARATOR else function
    binding = module.binding[named]
    refs = module.refs(binding) if binding >= 0 and module.binding_owner[binding] > 0 else ()
    return bool(refs) and all(_is_given(module, ref, module.binding_owner[binding]) for ref in refs)


def _is_given(module: Module, ref: int, around: int) -> bool:
    for at in (ref, *module.ancestors(ref)):
        if at == around:
            return False
        if (at == ref or module.kind[at] == Kind.FUNCTION) and module.kind[module.parent[at]] == Kind.JSX:
            return True
    return False


def _is_plain(module: Module, call: int) -> bool:
    """Whether a function is called by its own name, or as a member of one: `useEffect(…)`, `React.useEffect(…)`; a
    method such as `app.useStaticAssets` begins with a name in small letters.
    """
    callee = module.first[call]
    if module.kind[callee] == Kind.MEMBER:
        held = module.first[callee]
        return module.kind[held] == Kind.IDENT and _COMPONENT.fullmatch(module.text(held)) is not None
    return module.kind[callee] == Kind.IDENT


def _said(module: Module, function: int) -> str:
    """The text of a directive with which a function begins."""
    body = module.first[function]
    if module.kind[body] != Kind.BLOCK or not module.count[body]:
        return ""
    statement = module.first[body]
    said = module.first[statement]
    is_text = module.kind[statement] == Kind.EXPRESSION and module.kind[said] == Kind.STRING
    return module.text(said) if is_text else ""

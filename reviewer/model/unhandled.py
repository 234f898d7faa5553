"""Unhandled rejections: whether a process ends with one, or a listener of its program hears of it and lets it go on."""

from __future__ import annotations

from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, Spot
from reviewer.model.names import Library
from reviewer.model.paths import Truth, conditions
from reviewer.model.running import Running
from reviewer.model.shifted import of_parameter
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_LISTENER: Final = "rejection.listener"
_CATCHER: Final = "exception.listener"
_ENDS: Final = "process.exit"
_ROLES: Final = (_LISTENER, _CATCHER)
_DEPTH: Final = 2
_SPECIAL: Final = frozenset({"===", "==", "instanceof"})
_SAID: Final = frozenset({Truth.TRUE, Truth.FALSE})
_NAMED: Final = frozenset({Kind.CALL, Kind.IDENT, Kind.MEMBER})
_ENDING: Final = 15
"""The first major version of Node.js that ends a process with such a rejection (changelog of 15.0.0)."""


class _Fate(Enum):
    """What becomes of the process where a listener hears: of a rejection it goes on or ends; or the listener catches
    exceptions, and the process goes on or ends.
    """

    GOES_ON = auto()
    ENDS = auto()
    CATCHES = auto()
    GIVES_UP = auto()


_KEEPERS: Final = (("rejection.keeper", _Fate.GOES_ON), ("exception.keeper", _Fate.CATCHES))


class Unhandled:
    """Asked only for what is reported: the listeners of all programs are looked for once, by the names of calls."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._running = Running(model)

    def heard_by(self, m: int, row: int) -> str:
        """The call, for people, whose listener keeps every program going that runs a row, or the framework that does;
        empty where one of them ends with a rejection that nobody handles.
        """
        heard: list[Spot] = []
        frameworks: list[str] = []
        for program in self._running.at(m, row):
            found = self._heard_in(self.model.programs.files(program), m)
            if found is not None:
                heard.append(found)
            elif program.heard_by:
                frameworks.append(program.heard_by)
            else:
                return self._printed(m)
        if not heard:
            return frameworks[0] if frameworks else self._printed(m)
        module = self.model.link.body(heard[0].module)
        place = f"line {module.line(heard[0].row)}"
        if heard[0].module != m:
            place += f" of {module.path}"
        setting = self._setting(heard[0])
        return f"`{self.model.source_text(module, heard[0].row)}` on {place}" + (
            f" ({setting}; else the process ends)" if setting else ""
        )

    def _setting(self, listener: Spot, depth: int = _DEPTH) -> str:
        """What has to be so that a listener is there at all, for people: if a setting asks for it, here or in all calls
        of what registers it.
        """
        module = self.model.link.body(listener.module)
        for row, truth in conditions(module, listener.row):
            if truth in _SAID and module.kind[row] in _NAMED:
                return f"{'if' if truth == Truth.TRUE else 'unless'} `{self.model.source_text(module, row)}`"
        function = module.owner[listener.row]
        if function == 0 or depth == 0:
            return ""
        uses = self.model.ask(self.model.uses.of(listener.module, function)).items
        calls = sorted(Spot(use.module, use.row) for use in uses if use.kind == "call")
        settings = [self._setting(call, depth - 1) for call in calls]
        return settings[0] if settings and all(settings) else ""

    def _printed(self, m: int) -> str:
        """The version of Node.js, for people, where it ends no process with a rejection that nobody handles."""
        version = self.model.node_versions.below(self.model.link.paths[m], _ENDING)
        return f"Node.js {version}, which prints a warning," if version else ""

    def _heard_in(self, files: frozenset[int], m: int) -> Spot | None:
        """The registration that keeps a program going; none where another one ends it, for all of them are called. What
        hears of exceptions is told of the rejections that no other listener hears of, and of what such a one throws
        (Node.js, `process`: event `uncaughtException`).
        """
        inside = {fate: [spot for spot in self._listeners[fate] if spot.module in files] for fate in _Fate}
        near = {fate: [spot for spot in self._listeners[fate] if self._is_beside(spot, m)] for fate in _Fate}
        if inside[_Fate.ENDS] or near[_Fate.ENDS]:
            return None
        gives_up = inside[_Fate.GIVES_UP] or near[_Fate.GIVES_UP]
        fates = (_Fate.GOES_ON,) if gives_up else (_Fate.GOES_ON, _Fate.CATCHES)
        told = [spot for there in (inside, near) for fate in fates for spot in there[fate]]
        told.sort(key=lambda spot: bool(self._setting(spot)))
        # Of a file that nobody is known to load it is not known either whether this program does; but what it loads
        # itself, and the program does not, runs with it.
        return next((spot for spot in told if m not in files and self._loads(spot.module, m)), next(iter(told), None))

    def _loads(self, above: int, m: int) -> bool:
        """Whether nobody is known to load a module, and it loads module `m`, or is that."""
        return not self.model.programs.of(above) and m in self.model.programs.reach([above])

    def _is_beside(self, listener: Spot, m: int) -> bool:
        """Whether a listener is registered in the package of a module by a file of which nobody knows what loads it,
        such as the base of the commands that a framework finds in their folder. What gives nothing away is the begin of
        a process of its own.
        """
        if self.model.programs.of(listener.module) or not self._is_given(listener.module, m):
            return False
        packages = [self.model.manifests.package_of(self.model.link.paths[at]) for at in (listener.module, m)]
        return packages[0] is not None and packages[0] is packages[1]

    def _is_given(self, above: int, m: int) -> bool:
        link = self.model.link
        return bool(link.surfaces[above].exports) or above in link.importers or self._loads(above, m)

    @cached_property
    def _listeners(self) -> dict[_Fate, list[Spot]]:
        """The registrations of listeners that stay, by what becomes of the process, in the order of module and row."""
        found: dict[_Fate, list[Spot]] = {fate: [] for fate in _Fate}
        for m in range(len(self.model.link)):
            body = self.model.link.body
            for role, fate in _KEEPERS:
                for call in self.model.sites.candidates(role, m):
                    if self._keeps(body(m), call, role):
                        found[fate].append(Spot(m, call))
            for role in _ROLES:
                for call in self.model.sites.candidates(role, m):
                    becomes = self._fate(body(m), call, role)
                    if becomes is not None and self.model.entries.in_production(m, call):
                        found[becomes].append(Spot(m, call))
        return found

    def _keeps(self, module: Module, call: int, role: str) -> bool:
        """Whether a call makes a library hear of what nobody handles; what it is given has to say so for certain."""
        fact = self.model.sites.role_played(role, module, call)
        if fact is None:
            return False
        return not fact.when or self.model.libraries.applies(fact, self.model.call_shape(module, call)) is True

    def _fate(self, module: Module, call: int, role: str) -> _Fate | None:
        """What becomes of the process where a listener is called; None for what is none, or tells nothing."""
        callee = module.first[call]
        if module.kind[callee] != Kind.MEMBER:
            return None
        # The process is a variable that everybody has: no need to ask every emitter what it is.
        if not isinstance(self.model.names.of(module.index, module.first[callee]), Library):
            return None
        # An event whose name is not known is seldom this one.
        arguments = module.args(call)
        if not arguments or not self.model.texts(module, arguments[0]):
            return None
        sites = self.model.sites.arguments_at(role, module, call)
        if not sites or self._is_taken_back(module, call, role):
            return None
        held = self.model.ask(self.model.values.resolved(module.index, sites[0].argument)).items
        functions = [item for item in held if isinstance(item, Closure)]
        if any(self._exits(item, _DEPTH) for item in functions):
            return _Fate.ENDS if role == _LISTENER else _Fate.GIVES_UP
        if not functions or any(self._throws(item) for item in functions):
            return None
        return _Fate.GOES_ON if role == _LISTENER else _Fate.CATCHES

    def _is_taken_back(self, module: Module, call: int, role: str) -> bool:
        """Whether the function around it says the same event and listener again, in a call that registers nothing."""
        given = [_name(module, row) for row in module.args(call)]
        return any(
            other != call
            and [_name(module, row) for row in module.args(other)] == given
            and not self.model.sites.arguments_at(role, module, other)
            for other in self.model.link.owned(module.index, Kind.CALL, module.owner[call])
        )

    def _throws(self, function: Closure) -> bool:
        """Whether a function throws itself: from a listener for rejections that is an exception nobody catches."""
        return bool(self.model.link.owned(function.module, Kind.THROW, function.row))

    def _exits(self, function: Closure, depth: int) -> bool:
        """Whether a function, or one that it calls or hands on, may end the process by a call, whatever it is given."""
        module = self.model.link.body(function.module)
        start, end = module.start[function.row], module.end[function.row]
        for call in self.model.link.of_kind(function.module, Kind.CALL):
            if start <= module.start[call] < end:
                if _is_special(module, function.row, call):
                    continue
                if self.model.sites.plays(_ENDS, module, call):
                    return True
                called = self.model.ask(self.model.calls.callees(function.module, call)).items if depth else ()
                if any(isinstance(item, Closure) and self._exits(item, depth - 1) for item in called):
                    return True
        return False


def _is_special(module: Module, function: int, row: int) -> bool:
    """Whether a row in a function runs only where what the function is given is something special:
    `if (error.code === 'EADDRINUSE')`.
    """
    while row != function:
        for condition, truth in conditions(module, row):
            tested = module.first[condition] if module.kind[condition] == Kind.BINARY else -1
            while tested >= 0 and module.kind[tested] == Kind.MEMBER:
                tested = module.first[tested]
            given = of_parameter(module, tested)
            is_said = truth == Truth.TRUE and module.text(condition) in _SPECIAL
            if is_said and given is not None and given[0] == function:
                return True
        row = module.owner[row]
    return False


def _name(module: Module, row: int) -> tuple[int, str]:
    """What tells arguments apart: the variable, or the constant."""
    return module.binding[row] if module.kind[row] == Kind.IDENT else -1, module.text(row)

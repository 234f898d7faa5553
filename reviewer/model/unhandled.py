"""Unhandled rejections: whether a process ends with one, or a listener of its program hears of it and lets it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.model.link import OF_TOOLS
from reviewer.model.paths import Truth, conditions
from reviewer.model.process_listeners import Fate, ProcessListeners
from reviewer.model.program import Program, ProgramKind
from reviewer.model.running import Running
from reviewer.model.telling import listening
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model

_DEPTH: Final = 2
_ERROR: Final = "error"
"""The event by which an emitter tells that it failed."""
_SAID: Final = frozenset({Truth.TRUE, Truth.FALSE})
_NAMED: Final = frozenset({Kind.CALL, Kind.IDENT, Kind.MEMBER})
_ENDING: Final = 15
"""The first major version of Node.js that ends a process with such a rejection (changelog of 15.0.0)."""


_QUIET: Final = "none"
_TOLD: Final = {
    mode: f"Node.js, which {does} because of `--unhandled-rejections={mode}`,"
    for mode, does in (
        ("warn", "prints a warning"),
        ("warn-with-error-code", "prints a warning"),
        (_QUIET, "says nothing"),
    )
}
"""Who hears of a rejection, for people, by what Node.js is told when it is started (Node.js, command-line API)."""


class Unhandled:
    """Asked only for what is reported."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._running = Running(model)
        self._listeners = ProcessListeners(model)

    def programs(self, m: int, row: int) -> list[Program]:
        """The programs that run a row, the ones whose beginning is nearest first."""
        return self._running.at(m, row)

    def _going_on(self, m: int, row: int) -> list[Program]:
        """The programs that run a row and have more to do than that: a command may end with what fails in it."""
        running = self._running.at(m, row)
        return [program for program in running if program.kind is not ProgramKind.CLI] or running

    def heard_by(self, m: int, row: int, own: str = "") -> str:
        """The call, for people, whose listener keeps every program going that runs a row, or the framework that does;
        empty where one of them ends with a rejection that nobody handles. own: the library that made the promise, as
        `Implementations` says it: it ends nothing, and tells the listeners, if anybody.
        """
        if self.model.implementations.is_silent(own):
            return own
        heard: list[Spot] = []
        frameworks: list[str] = []
        for program in self._going_on(m, row):
            found = self._heard_in(program, m)
            if found is None and program.threads:
                found = self._heard_by_starter(program)
                if found is not None:
                    return f"{self._told(found, m)}, where this thread has ended,"
            if found is not None:
                heard.append(found)
            elif program.heard_by:
                frameworks.append(program.heard_by)
            elif self._is_ended(program, m):
                return ""
            elif program.rejections in _TOLD:
                frameworks.append(own or _TOLD[program.rejections])
            else:
                return "" if program.rejections else own or self._printed(m)
        if not heard:
            return frameworks[0] if frameworks else own or self._printed(m)
        setting = self._setting(heard[0])
        return self._told(heard[0], m) + (f" ({setting}; else the process ends)" if setting else "")

    def _told(self, heard: Spot, m: int) -> str:
        """A call for people, as seen from a module."""
        module = self.model.link.body(heard.module)
        place = f"line {module.line(heard.row)}"
        if heard.module != m:
            place += f" of {module.path}"
        return f"`{self.model.source_text(module, heard.row)}` on {place}"

    def end(self, m: int, row: int) -> str:
        """What ends where nobody hears of a rejection at a row, for people."""
        programs = self._going_on(m, row)
        calls = [call for program in programs for call in program.threads]
        if not calls or not all(program.threads for program in programs):
            return "the process ends"
        module = self.model.link.body(calls[0].module)
        place = f"line {module.line(calls[0].row)} of {module.path}"
        return f"this thread ends, and the process with it: on {place} nobody listens to its `{_ERROR}`"

    def _heard_by_starter(self, program: Program) -> Spot | None:
        """The listener that hears of what ends a thread: what it rejects with, or throws, becomes an `error` of each
        `Worker`; where nobody listens to that, an exception of the program that started it (Node.js, Worker threads).
        """
        found = [self._listener_of(call) for call in program.threads]
        if all(found):
            return found[0]
        for call in program.threads:
            for starter in self.model.programs.of(call.module):
                files = self.model.programs.files(starter)
                caught = [spot for spot in self._listeners.of(Fate.CATCHES) if spot.module in files]
                if not caught or self._is_ended(starter, call.module):
                    return None
                found.append(caught[0])
        return next((spot for spot in found if spot is not None), None)

    def _listener_of(self, call: Spot) -> Spot | None:
        """The call that registers a listener for the errors of a thread."""
        return listening(self.model, self.model.link.body(call.module), call.row, _ERROR)

    def is_said(self, m: int, row: int) -> bool:
        """Whether all who hear of a rejection, as `heard_by` names them, say so: no listener is there that hands it to
        nobody, and Node.js is not told to be quiet.
        """
        for program in self._going_on(m, row):
            listener = self._heard_in(program, m)
            if program.rejections == _QUIET or (listener is not None and not self._listeners.tells(listener)):
                return False
        return True

    def drained_by(self, m: int, row: int) -> str:
        """The call, for people, after which a program that runs a row, and ends with a rejection which nobody handles,
        lets first end what is under way; empty where all of them end at once.
        """
        for program in self._going_on(m, row):
            files = self.model.programs.files(program)
            drained = [spot for spot in self._listeners.of(Fate.DRAINS) if spot.module in files]
            if drained and not any(spot.module in files for spot in self._listeners.of(Fate.ENDS)):
                module = self.model.link.body(drained[0].module)
                text = self.model.source_text(module, drained[0].row)
                return f"`{text}` on line {module.line(drained[0].row)} of {module.path}"
        return ""

    def _setting(self, listener: Spot, depth: int = _DEPTH, called: Spot | None = None) -> str:
        """What has to be so that a listener is there at all, for people, if a setting asks for it, here or in all calls
        of what registers it; or so that it does not end the process itself. Not being there already is no setting.
        """
        if keeping := self._listeners.keeping(listener):
            return keeping
        module = self.model.link.body(listener.module)
        for row, truth in conditions(module, listener.row):
            if truth not in _SAID or module.kind[row] not in _NAMED:
                continue
            if not self.model.memory.asks_of(module, listener.row, row, called):
                return f"{'if' if truth == Truth.TRUE else 'unless'} `{self.model.source_text(module, row)}`"
        function = module.owner[listener.row]
        if function == 0 or depth == 0:
            return ""
        uses = self.model.ask(self.model.uses.of(listener.module, function)).items
        calls = sorted(Spot(use.module, use.row) for use in uses if use.kind == "call")
        settings = [self._setting(call, depth - 1, Spot(listener.module, function)) for call in calls]
        return settings[0] if settings and all(settings) else ""

    def _printed(self, m: int) -> str:
        """The version of Node.js, for people, where it ends no process with a rejection that nobody handles."""
        version = self.model.node_versions.below(self.model.link.paths[m], _ENDING)
        return f"Node.js {version}, which prints a warning," if version else ""

    def _heard_in(self, program: Program, m: int) -> Spot | None:
        """The registration that keeps a program going; none where another one ends it, for all of them are called. What
        hears of exceptions is told of what such a one throws, and of the rejections that no other listener hears of
        where these end a process (Node.js, `process`: event `uncaughtException`).
        """
        files, listeners = self.model.programs.files(program), self._listeners
        inside = {fate: [spot for spot in listeners.of(fate) if spot.module in files] for fate in Fate}
        near = {fate: [spot for spot in listeners.of(fate) if self._is_beside(spot, m, files)] for fate in Fate}
        if inside[Fate.ENDS] or near[Fate.ENDS]:
            return None
        is_thrown = bool(inside[Fate.THROWS] or near[Fate.THROWS])
        fates = [] if is_thrown else [Fate.GOES_ON]
        is_one = program.rejections not in _TOLD if program.rejections else not self._printed(m)
        if (is_thrown or is_one) and not inside[Fate.GIVES_UP] and not near[Fate.GIVES_UP]:
            fates.append(Fate.CATCHES)
        # Of a file that nobody is known to load it is not known either whether this program does; but what it loads
        # itself, and the program does not, runs with it.
        around = [spot for fate in fates for spot in near[fate]]
        own = next((spot for spot in around if m not in files and self._loads(spot.module, m)), None)
        told = [spot for fate in fates for spot in inside[fate]]
        # What it begins with speaks for all of it: others may be for a process that it starts in a file of its own.
        told.sort(key=lambda spot: (bool(self._setting(spot)), spot.module not in program.roots))
        return own or next(iter((*told, *around)), None)

    def _is_ended(self, program: Program, m: int) -> bool:
        """Whether a listener ends the process, or throws on what nobody else catches."""
        files = self.model.programs.files(program)
        return any(
            spot.module in files or self._is_beside(spot, m, files)
            for fate in (Fate.ENDS, Fate.THROWS)
            for spot in self._listeners.of(fate)
        )

    def _loads(self, above: int, m: int) -> bool:
        """Whether nobody is known to load a module, and it loads module `m`, or is that."""
        return not self.model.programs.of(above) and m in self.model.programs.reach([above])

    def _is_beside(self, listener: Spot, m: int, files: frozenset[int]) -> bool:
        """Whether a listener is registered in the package of a module by a file of which nobody knows what loads it,
        such as the base of the commands that a framework finds in their folder. What gives nothing away is the begin of
        a process of its own, which has nothing to say where a program (`files`) is known to load the module; nor has a
        script for what is none.
        """
        if self.model.programs.of(listener.module) or not self._is_given(listener.module, m, files):
            return False
        packages = [self.model.manifests.package_of(self.model.link.paths[at]) for at in (listener.module, m)]
        return packages[0] is not None and packages[0] is packages[1]

    def _is_given(self, above: int, m: int, files: frozenset[int]) -> bool:
        link = self.model.link
        if link.classes[above] in OF_TOOLS and link.classes[m] not in OF_TOOLS:
            return False
        if link.surfaces[above].exports or above in link.importers:
            return True
        return m not in files and self._loads(above, m)

"""Process listeners: what becomes of a process where somebody listens to its rejections and exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, Spot
from reviewer.model.names import Library
from reviewer.model.paths import Truth, conditions
from reviewer.model.shape import CallShape
from reviewer.model.shifted import of_parameter
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.conditions import Literal
    from reviewer.model.model import Model

_LISTENER: Final = "rejection.listener"
_CATCHER: Final = "exception.listener"
_ENDS: Final = "process.exit"
_ROLES: Final = (_LISTENER, _CATCHER)
_DEPTH: Final = 2
_SPECIAL: Final = frozenset({"===", "==", "instanceof"})
_COMPARED: Final = frozenset({"===", "==", "!==", "!="})
_SAID: Final = frozenset({Truth.TRUE, Truth.FALSE})
_CONSTANTS: Final = {Kind.TRUE: "true", Kind.FALSE: "false"}


class Fate(Enum):
    """What becomes of the process where a listener hears: of a rejection it goes on or ends, or the listener throws it
    on as an exception; or the listener catches exceptions, and the process goes on or ends, or lets first end what is
    under way.
    """

    GOES_ON = auto()
    ENDS = auto()
    THROWS = auto()
    CATCHES = auto()
    GIVES_UP = auto()
    DRAINS = auto()


_KEEPERS: Final = (
    ("rejection.keeper", Fate.GOES_ON),
    ("rejection.ender", Fate.ENDS),
    ("exception.keeper", Fate.CATCHES),
    ("exception.drainer", Fate.DRAINS),
)


class ProcessListeners:
    """The listeners of all programs, looked for once, by the names of calls."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._ended: dict[Spot, str] = {}

    def of(self, fate: Fate) -> list[Spot]:
        """The registrations of listeners that stay, by what becomes of the process, in the order of module and row."""
        return self._all[fate]

    def keeping(self, listener: Spot) -> str:
        """What has to be so that a listener lets the process go on, for people; empty where it always does."""
        return self._ended.get(listener, "")

    def tells(self, listener: Spot) -> bool:
        """Whether a listener hands what it hears of to somebody: to a log, or to a function that may know one. What a
        library registers does.
        """
        module = self.model.link.body(listener.module)
        sites = [site.argument for role in _ROLES for site in self.model.sites.arguments_at(role, module, listener.row)]
        held = self.model.ask(self.model.values.resolved(module.index, sites[0])).items if sites else frozenset()
        return all(_hands_on(self.model.link.body(item.module), item.row) for item in held if isinstance(item, Closure))

    @cached_property
    def _all(self) -> dict[Fate, list[Spot]]:
        found: dict[Fate, list[Spot]] = {fate: [] for fate in Fate}
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

    def _fate(self, module: Module, call: int, role: str) -> Fate | None:
        """What becomes of the process where a listener is called; None for what is none, or tells nothing."""
        callee = module.first[call]
        if module.kind[callee] != Kind.MEMBER:
            return None
        # The process is a variable that everybody has: no need to ask every emitter what it is.
        if not isinstance(self.model.names.of(module.index, module.first[callee]), Library):
            return None
        # An event whose name is not known is seldom this one.
        arguments = module.args(call)
        texts = self.model.texts(module, arguments[0]) if arguments else ()
        if not texts:
            return None
        sites = self.model.sites.arguments_at(role, module, call, _Told(self.model, module, call, texts))
        if not sites or self._is_taken_back(module, call, role):
            return None
        held = self.model.ask(self.model.values.resolved(module.index, sites[0].argument)).items
        functions = [item for item in held if isinstance(item, Closure)]
        if not functions:
            return None
        ends = self._ends(functions, Spot(module.index, call))
        if ends is None:
            return Fate.GOES_ON if role == _LISTENER else Fate.CATCHES
        return ends if role == _LISTENER else Fate.GIVES_UP

    def _is_taken_back(self, module: Module, call: int, role: str) -> bool:
        """Whether the function around it says the same event and listener again, in a call that registers nothing."""
        given = [_name(module, row) for row in module.args(call)]
        return any(
            other != call
            and [_name(module, row) for row in module.args(other)] == given
            and not self.model.sites.arguments_at(role, module, other)
            for other in self.model.link.owned(module.index, Kind.CALL, module.owner[call])
        )

    def _ends(self, functions: list[Closure], listener: Spot) -> Fate | None:
        """How a process ends where it hears of a failure; None where it goes on, unless a setting asks for the end."""
        ended: set[str] = set()
        fate = None
        for function in functions:
            for row, becomes in self._endings(function, _DEPTH):
                ended.add(self._setting(function, row))
                fate = becomes if fate is None else Fate.ENDS
        if len(ended) != 1 or "" in ended:
            return fate
        self._ended[listener] = ended.pop()
        return None

    def _endings(self, function: Closure, depth: int) -> Iterator[tuple[int, Fate]]:
        """Where a function throws itself (from a listener that is an exception nobody catches), or may end the process
        by a call, itself or in one that it calls or hands on; in production, and whatever it is given.
        """
        module = self.model.link.body(function.module)
        for row in self.model.link.owned(function.module, Kind.THROW, function.row) if depth == _DEPTH else ():
            if self._is_usual(module, function.row, row):
                yield row, Fate.THROWS
        start, end = module.start[function.row], module.end[function.row]
        for call in self.model.link.of_kind(function.module, Kind.CALL):
            if not start <= module.start[call] < end or not self._is_usual(module, function.row, call):
                continue
            called = self.model.ask(self.model.calls.callees(function.module, call)).items if depth else ()
            if self.model.sites.plays(_ENDS, module, call) or any(
                isinstance(item, Closure) and any(self._endings(item, depth - 1)) for item in called
            ):
                yield call, Fate.ENDS

    def _is_usual(self, module: Module, function: int, row: int) -> bool:
        return not _is_special(module, function, row) and self.model.entries.in_production(module.index, row)

    def _setting(self, function: Closure, row: int) -> str:
        """What a setting has to be so that a row in a function does not run, for people; empty for none."""
        module = self.model.link.body(function.module)
        while row != function.row:
            for condition, truth in conditions(module, row):
                text = self._setting_text(module, function.row, condition) if truth in _SAID else ""
                if text:
                    return f"{'unless' if truth == Truth.TRUE else 'if'} `{text}`"
            row = module.owner[row]
        return ""

    def _setting_text(self, module: Module, function: int, condition: int) -> str:
        """The text of a condition that asks for a member of something from outside of a function: whether it is a
        constant, or is there, where the code never says so itself, as it does where it remembers that it is ending.
        """
        named, compared = condition, ""
        if module.kind[condition] == Kind.BINARY and module.text(condition) in _COMPARED:
            named, other = module.first[condition], module.op(condition, 1)
            is_text = module.kind[other] == Kind.STRING
            constant = f"'{module.text(other)}'" if is_text else _CONSTANTS.get(module.kind[other])
            if constant is None:
                return ""
            compared = f" {module.text(condition)} {constant}"
        if module.kind[named] != Kind.MEMBER or not _is_outside(module, function, named):
            return ""
        if not compared and self.model.link.count_named("writes", module.text(named)):
            return ""
        return self.model.source_text(module, named) + compared


class _Told(CallShape):
    """A call whose event is known from elsewhere: also from what the callers of the function around it give."""

    def __init__(self, model: Model, module: Module, call: int, texts: tuple[str, ...]) -> None:
        super().__init__(model, module, call)
        self._texts: frozenset[Literal] = frozenset(texts)

    def literals(self, argument: int, members: tuple[str, ...]) -> frozenset[Literal] | None:
        """Like that of any call, and for the event what it may be."""
        said = super().literals(argument, members)
        return self._texts if said is None and argument == 0 and not members else said


def _hands_on(module: Module, function: int) -> bool:
    """Whether what a function is given first stands in what it gives to a call."""
    for param in module.params(function)[:1]:
        target = module.first[param]
        for ref in module.refs(module.binding[target]) if module.kind[target] == Kind.IDENT else ():
            for at in module.ancestors(ref):
                if module.kind[at] == Kind.CALL:
                    return True
                if module.kind[at] == Kind.FUNCTION:
                    break
    return False


def _is_outside(module: Module, function: int, row: int) -> bool:
    """Whether a member is one of something that is there before a function is called, and stays."""
    while module.kind[row] == Kind.MEMBER:
        row = module.first[row]
    if module.kind[row] != Kind.IDENT:
        return False
    writes = module.writes(module.binding[row]) if module.binding[row] >= 0 else []
    inside = range(module.start[function], module.end[function])
    return len(writes) <= 1 and all(module.start[write] not in inside for write in writes)


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

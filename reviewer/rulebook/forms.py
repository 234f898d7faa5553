"""The six shapes of a rule that is data: what each asks for, and what its message may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final, Literal, TypeAlias

import msgspec

from reviewer.yaml_nodes import Scalar

CONTEXTS: Final = {
    "request": "a client waits for the answer",
    "socket": "a message on an open connection",
    "listener": "an event that something emits",
    "job": "a run of a queue or a schedule",
    "timer": "a tick of a timer",
    "loop": "a turn of a loop that the program stays in",
    "command": "a run of a command line",
    "start-up": "the program begins",
    "shut-down": "the program ends",
}
"""The entries from which code may be reached."""
PROGRAMS: Final = frozenset({"server", "worker", "cli", "library", "browser", "tool", "tests"})
"""What a program may be."""
ITSELF: Final = "it"
"""In a condition of `match`: the argument that plays the role."""

On: TypeAlias = Literal["every", "normal", "throwing"]


class Where(msgspec.Struct, frozen=True, gc=False):
    """A condition of `match` on an argument: `1` or, in an object literal given there, `1.rejectUnauthorized`; `it` is
    the argument that plays the role.

    `state` is `literal` (one of `literals`), `dynamic` (no constant) or `missing`.
    """

    argument: str
    state: str
    literals: tuple[Scalar, ...] = ()


class Match(msgspec.Struct, frozen=True, tag="match"):
    """A call or value of a role, with arguments as said, perhaps only `inside` what a request, job or start-up runs."""

    keys: ClassVar[Mapping[str, str]] = {
        "what": "the roles that the call, or an argument of it, plays",
        "where": "for arguments, `1` or `1.name` or `it`: a literal or a list of them, `dynamic` or `missing`",
        "inside": "what has to run the call, such as `request`",
    }
    offers: ClassVar[Mapping[str, str]] = {"what": "the call, or the option of it, as the code names it"}
    what: tuple[str, ...]
    where: tuple[Where, ...] = ()
    inside: tuple[str, ...] = ()


class Flow(msgspec.Struct, frozen=True, tag="flow"):
    """A value of a source role that reaches an argument of a sink role without passing one of the barriers."""

    keys: ClassVar[Mapping[str, str]] = {
        "from": "the roles of values that begin it",
        "into": "the roles of arguments that must not get them",
        "unless": "the barriers that make a value harmless here",
    }
    offers: ClassVar[Mapping[str, str]] = {
        "source": "the value, as the code reads it",
        "sink": "the function that gets it",
    }
    sources: tuple[str, ...]
    sinks: tuple[str, ...]
    barriers: tuple[str, ...] = ()


class Reach(msgspec.Struct, frozen=True, tag="reach"):
    """A call of a role that code of an entry reaches. `entries` stand in the order of their weight; `per` element: once
    for each element of a collection. `unless` memoised: not where it is done once, or in development only.
    """

    keys: ClassVar[Mapping[str, str]] = {
        "to": "the roles of calls that are reached",
        "as": "the entries that count, such as `request` or `job`, the gravest first",
        "unless": "`memoised`: not where it is done once, or in development only",
        "from": "the roles that begin it (not run yet)",
        "per": "`element` or `call` (`element` is not run yet)",
    }
    offers: ClassVar[Mapping[str, str]] = {
        "call": "the call, as the code names it",
        "entry": "what runs it: each `GET /users`, each run of a job",
        "until": "what it waits for, from its library row",
        "instead": "what to use for it, from its library row",
        "waiting": "who waits meanwhile",
    }
    to: tuple[str, ...]
    sources: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    per: str = "call"
    unless: tuple[str, ...] = ()


class Path(msgspec.Struct, frozen=True, tag="path"):
    """After a call of a role another one must come, on what it gave, on the paths out of its function: `on` every one,
    those that end normally, those that throw. Or: a role may come at most once on each path of a function, on one name.

    `unless`: not in functions that hold calls or values of these roles. `between`: what matters where it runs before
    the second call of two.
    """

    keys: ClassVar[Mapping[str, str]] = {
        "after": "with `must`: the roles of calls that begin it",
        "must": "the roles of calls of which one has to come",
        "at-most-once": "the roles of calls that may come once on each path of a function",
        "on": "with `must`, the ways out that count: `every`, `normal` or `throwing`",
        "unless": "the roles that make it needless, where the function has a call or value of one",
        "between": "with `at-most-once`, the roles of calls that matter where they run between two of them",
    }
    offers: ClassVar[Mapping[str, str]] = {
        "after": "the call that begins it, or the first of two",
        "way": "with `must`, the way out on which it is missing",
        "again": "with `at-most-once`, the call that comes again",
        "line": "with `at-most-once`, the line of that call",
        "fate": "with `at-most-once`, what becomes of that call, from its library row, and what has run before it",
    }
    after: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    at_most_once: tuple[str, ...] = ()
    on: On = "every"
    unless: tuple[str, ...] = ()
    between: tuple[str, ...] = ()


class Absent(msgspec.Struct, frozen=True, tag="absent"):
    """A thing that is there without another that belongs to it, or without it coming `before` a third."""

    keys: ClassVar[Mapping[str, str]] = {
        "given": "the roles of the thing: `http.app`, or calls",
        "lacks": "the roles of which one has to be there, for an application or in the same program",
        "before": "the roles that must not come first",
        "unless": "the roles that make it needless",
    }
    offers: ClassVar[Mapping[str, str]] = {"given": "the thing, as the code names it"}
    given: tuple[str, ...]
    lacks: tuple[str, ...]
    before: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Manifest(msgspec.Struct, frozen=True, tag="manifest"):
    """What documents of a kind must, or must not, hold at a dotted path, in which `*` is every member; without values:
    that anything is there at all.

    With `beside`: such a file must stand in the folder of each document of that kind, or in one above it; perhaps only
    where that document has something `at` a path, and where a program of one of these kinds starts.
    """

    keys: ClassVar[Mapping[str, str]] = {
        "file": "the kind of documents",
        "at": "the dotted path inside it, in which `*` is every member",
        "must": "the values of which one has to be there, or `exist`",
        "must-not": "the values that must not be there, or `exist`",
        "beside": "with `must: exist`, the kind of documents beside or above which the file has to stand",
        "program": "with `beside`: only where a program of one of these kinds starts",
    }
    offers: ClassVar[Mapping[str, str]] = {"file": "the file", "key": "the path inside it"}
    file: str
    at: str = ""
    must: bool = True
    values: tuple[Scalar, ...] = ()
    beside: str = ""
    programs: tuple[str, ...] = ()

    @property
    def looks_at(self) -> str:
        """The kind of documents in which the findings stand."""
        return self.beside or self.file


Shape: TypeAlias = Match | Flow | Reach | Path | Absent | Manifest

FORMS: Final[dict[str, type[Shape]]] = {
    "match": Match,
    "flow": Flow,
    "reach": Reach,
    "path": Path,
    "absent": Absent,
    "manifest": Manifest,
}
"""What each shape is read into."""

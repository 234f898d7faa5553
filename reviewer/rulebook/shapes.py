"""The six shapes of a rule that is data: what each asks for, read strictly from the front matter of its card."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import ClassVar, Final, Literal, TypeAlias

import msgspec

from reviewer.rulebook.vocabulary import BARRIERS, RoleKind, Vocabulary
from reviewer.source.documents.document import HAS_KEYS
from reviewer.yaml_nodes import Node, Scalar

CONTEXTS: Final = {
    "request": "a client waits for the answer",
    "socket": "a message on an open connection",
    "listener": "an event that something emits",
    "job": "a run of a queue or a schedule",
    "timer": "a tick of a timer",
    "command": "a run of a command line",
    "start-up": "the program begins",
    "shut-down": "the program ends",
}
"""The entries from which code may be reached."""
PROGRAMS: Final = frozenset({"server", "worker", "cli", "library", "browser", "tool", "tests"})
"""What a program may be."""

_CALL: Final = frozenset({RoleKind.CALL})
_VALUE: Final = frozenset({RoleKind.VALUE})
_ARGUMENT: Final = frozenset({RoleKind.ARGUMENT})
_CALL_OR_VALUE: Final = _CALL | _VALUE
ITSELF: Final = "it"
"""In a condition of `match`: the argument that plays the role."""
_ARGUMENT_PATH: Final = re.compile(r"-?[0-9]+(\.[A-Za-z_$][\w$]*)*|it")


On: TypeAlias = Literal["every", "normal", "throwing"]
_ON: Final[dict[str, On]] = {"every": "every", "normal": "normal", "throwing": "throwing"}
_CALLS: Final = "call"
_BOUNDED: Final = "bounded"


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
    per: str = _CALLS
    unless: tuple[str, ...] = ()


class Path(msgspec.Struct, frozen=True, tag="path"):
    """After a call of a role another one must come, on what it gave, on the paths out of its function: `on` every one,
    those that end normally, those that throw. Or: a role may come at most once on each path of a function, on one name.

    `unless`: not in functions that hold calls or values of these roles.
    """

    keys: ClassVar[Mapping[str, str]] = {
        "after": "with `must`: the roles of calls that begin it",
        "must": "the roles of calls of which one has to come",
        "at-most-once": "the roles of calls that may come once on each path of a function",
        "on": "with `must`, the ways out that count: `every`, `normal` or `throwing`",
        "unless": "the roles that make it needless, where the function has a call or value of one",
    }
    offers: ClassVar[Mapping[str, str]] = {
        "after": "the call that begins it, or the first of two",
        "way": "the way out on which it is missing",
        "again": "the call that comes again",
        "line": "the line of that call, or of the way out",
    }
    after: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    at_most_once: tuple[str, ...] = ()
    on: On = "every"
    unless: tuple[str, ...] = ()


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


def parse_shape(name: str, node: Node, vocabulary: Vocabulary) -> Shape:
    """The shape `name` (one of `SHAPES`) from its value in the front matter.

    UsageError for unknown keys, roles and barriers, and for what the judge can't run yet.
    """
    shape = SHAPES[name](node, vocabulary)
    if isinstance(shape, Reach) and (shape.sources or shape.per != _CALLS or _BOUNDED in shape.unless):
        raise node.wrong("`from`, `per: element` and `unless: bounded` of reach can't be run, not yet; a finder can")
    return shape


def _match(node: Node, vocabulary: Vocabulary) -> Match:
    keys = node.mapping("match", Match.keys, {"what"})
    return Match(
        what=vocabulary.several(keys["what"], "match.what"),
        where=_where(keys["where"]) if "where" in keys else (),
        inside=_contexts(keys, "inside", "match.inside"),
    )


def _where(node: Node) -> tuple[Where, ...]:
    if not node.entries:
        raise node.wrong("match.where wants a mapping from an argument to `dynamic`, `missing`, a literal or a list")
    conditions = []
    for argument, value in node.entries.items():
        if not _ARGUMENT_PATH.fullmatch(argument):
            raise value.wrong(f"match.where wants arguments as `0` or `1.name`, not `{argument}`")
        what = f"match.where.{argument}"
        if value.scalar in {"dynamic", "missing"} and isinstance(value.scalar, str):
            conditions.append(Where(argument, value.scalar))
        else:
            literals = tuple(item.literal(what) for item in value.one_or_more(what))
            conditions.append(Where(argument, "literal", literals))
    return tuple(conditions)


def _flow(node: Node, vocabulary: Vocabulary) -> Flow:
    keys = node.mapping("flow", Flow.keys, ("from", "into"))
    return Flow(
        sources=vocabulary.several(keys["from"], "flow.from", _VALUE),
        sinks=vocabulary.several(keys["into"], "flow.into", _ARGUMENT),
        barriers=vocabulary.several(keys["unless"], "flow.unless", BARRIERS) if "unless" in keys else (),
    )


def _reach(node: Node, vocabulary: Vocabulary) -> Reach:
    keys = node.mapping("reach", Reach.keys, {"to"})
    return Reach(
        to=vocabulary.several(keys["to"], "reach.to", _CALL),
        sources=vocabulary.several(keys["from"], "reach.from") if "from" in keys else (),
        entries=_contexts(keys, "as", "reach.as"),
        per=keys["per"].choice("reach.per", {"element", _CALLS}) if "per" in keys else _CALLS,
        unless=_choices(keys, "unless", "reach.unless", frozenset({"memoised", _BOUNDED})),
    )


def _path(node: Node, vocabulary: Vocabulary) -> Path:
    keys = node.mapping("path", Path.keys)
    if ("must" in keys) == ("at-most-once" in keys):
        raise node.wrong("path wants either `must` or `at-most-once`")
    if ("must" in keys) != ("after" in keys) or ("on" in keys and "must" not in keys):
        raise node.wrong("path wants `after`, and perhaps `on`, with `must`; `at-most-once` holds for whole functions")
    unless = vocabulary.several(keys["unless"], "path.unless") if "unless" in keys else ()
    if "must" not in keys:
        return Path(at_most_once=vocabulary.several(keys["at-most-once"], "path.at-most-once", _CALL), unless=unless)
    return Path(
        after=vocabulary.several(keys["after"], "path.after", _CALL),
        must=vocabulary.several(keys["must"], "path.must", _CALL),
        on=_ON[keys["on"].choice("path.on", _ON.keys())] if "on" in keys else "every",
        unless=unless,
    )


def _absent(node: Node, vocabulary: Vocabulary) -> Absent:
    keys = node.mapping("absent", Absent.keys, ("given", "lacks"))
    return Absent(
        given=vocabulary.several(keys["given"], "absent.given", _CALL_OR_VALUE),
        lacks=vocabulary.several(keys["lacks"], "absent.lacks", _CALL_OR_VALUE),
        before=vocabulary.several(keys["before"], "absent.before", _CALL_OR_VALUE) if "before" in keys else (),
        unless=vocabulary.several(keys["unless"], "absent.unless") if "unless" in keys else (),
    )


def _manifest(node: Node, vocabulary: Vocabulary) -> Manifest:
    keys = node.mapping("manifest", Manifest.keys, {"file"})
    if ("must" in keys) == ("must-not" in keys):
        raise node.wrong("manifest wants either `must` or `must-not`")
    asked = "must" if "must" in keys else "must-not"
    what = f"manifest.{asked}"
    exists = keys[asked].scalar == "exist"
    kind = vocabulary.document(keys["file"], "manifest.file")
    beside = vocabulary.document(keys["beside"], "manifest.beside") if "beside" in keys else None
    if beside is not None and (asked != "must" or not exists):
        raise node.wrong("`beside` of manifest is for `must: exist`")
    if beside is None and ("program" in keys or ("at" not in keys and (asked == "must" or not exists))):
        raise node.wrong("manifest wants `at`, or `beside` and perhaps `program`, or `must-not: exist`")
    if "at" in keys and (beside or kind).format not in HAS_KEYS:
        raise keys["at"].wrong(f"manifest.at wants documents with keys; `{(beside or kind).name}` have none")
    return Manifest(
        file=kind.name,
        at=keys["at"].text("manifest.at") if "at" in keys else "",
        must=asked == "must",
        values=() if exists else tuple(item.literal(what) for item in keys[asked].one_or_more(what)),
        beside=beside.name if beside is not None else "",
        programs=_choices(keys, "program", "manifest.program", PROGRAMS),
    )


def _contexts(keys: dict[str, Node], key: str, what: str) -> tuple[str, ...]:
    return _choices(keys, key, what, CONTEXTS)


def _choices(keys: dict[str, Node], key: str, what: str, known: Collection[str]) -> tuple[str, ...]:
    if key not in keys:
        return ()
    return tuple(item.choice(what, known) for item in keys[key].one_or_more(what))


SHAPES: Final[dict[str, Callable[[Node, Vocabulary], Shape]]] = {
    "match": _match,
    "flow": _flow,
    "reach": _reach,
    "path": _path,
    "absent": _absent,
    "manifest": _manifest,
}
FORMS: Final[dict[str, type[Shape]]] = {
    "match": Match,
    "flow": Flow,
    "reach": Reach,
    "path": Path,
    "absent": Absent,
    "manifest": Manifest,
}
"""What each shape is read into."""

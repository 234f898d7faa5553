"""The six shapes of a rule that is data: what each asks for, read strictly from the front matter of its card."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import ClassVar, Final, TypeAlias

import msgspec

from reviewer.rulebook.vocabulary import BARRIERS, RoleKind, Vocabulary
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

_CALL: Final = frozenset({RoleKind.CALL})
_VALUE: Final = frozenset({RoleKind.VALUE})
_ARGUMENT: Final = frozenset({RoleKind.ARGUMENT})
_CALL_OR_VALUE: Final = _CALL | _VALUE
ITSELF: Final = "it"
"""In a condition of `match`: the argument that plays the role."""
_ARGUMENT_PATH: Final = re.compile(r"-?[0-9]+(\.[A-Za-z_$][\w$]*)*|it")


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
    """After a call of a role, on the paths out of its function, another role must come, or may come at most once."""

    keys: ClassVar[Mapping[str, str]] = {
        "after": "the roles of calls that begin it",
        "must": "the roles of calls of which one has to come",
        "at-most-once": "the roles of calls that may come once",
        "on": "the ways out that count: `every`, `normal` or `throwing`",
        "unless": "the roles that make it needless",
    }
    offers: ClassVar[Mapping[str, str]] = {"after": "the call that begins it"}
    after: tuple[str, ...]
    must: tuple[str, ...] = ()
    at_most_once: tuple[str, ...] = ()
    on: str = "every"
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
    """What a project file must, or must not, hold at a dotted path; without values: that anything is there at all."""

    keys: ClassVar[Mapping[str, str]] = {
        "file": "the name of the file",
        "at": "the dotted path inside it",
        "must": "the values of which one has to be there, or `exist`",
        "must-not": "the values that must not be there, or `exist`",
    }
    offers: ClassVar[Mapping[str, str]] = {"file": "the file"}
    file: str
    at: str = ""
    must: bool = True
    values: tuple[Scalar, ...] = ()


Shape: TypeAlias = Match | Flow | Reach | Path | Absent | Manifest


def parse_shape(name: str, node: Node, vocabulary: Vocabulary) -> Shape:
    """The shape `name` (one of `SHAPES`) from its value in the front matter.

    UsageError for unknown keys, roles and barriers, and for a shape that the judge can't run yet.
    """
    shape = SHAPES[name](node, vocabulary)
    if name not in SUPPORTED_SHAPES:
        supported = ", ".join(sorted(SUPPORTED_SHAPES))
        raise node.wrong(f"rules of the shape `{name}` can't be run, not yet; supported: {supported}, or a finder")
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
    keys = node.mapping("path", Path.keys, {"after"})
    if ("must" in keys) == ("at-most-once" in keys):
        raise node.wrong("path wants either `must` or `at-most-once`")
    return Path(
        after=vocabulary.several(keys["after"], "path.after", _CALL),
        must=vocabulary.several(keys["must"], "path.must", _CALL) if "must" in keys else (),
        at_most_once=(
            vocabulary.several(keys["at-most-once"], "path.at-most-once", _CALL) if "at-most-once" in keys else ()
        ),
        on=keys["on"].choice("path.on", {"every", "normal", "throwing"}) if "on" in keys else "every",
        unless=vocabulary.several(keys["unless"], "path.unless") if "unless" in keys else (),
    )


def _absent(node: Node, vocabulary: Vocabulary) -> Absent:
    keys = node.mapping("absent", Absent.keys, ("given", "lacks"))
    return Absent(
        given=vocabulary.several(keys["given"], "absent.given", _CALL_OR_VALUE),
        lacks=vocabulary.several(keys["lacks"], "absent.lacks", _CALL_OR_VALUE),
        before=vocabulary.several(keys["before"], "absent.before", _CALL_OR_VALUE) if "before" in keys else (),
        unless=vocabulary.several(keys["unless"], "absent.unless") if "unless" in keys else (),
    )


def _manifest(node: Node, _vocabulary: Vocabulary) -> Manifest:
    keys = node.mapping("manifest", Manifest.keys, {"file"})
    if ("must" in keys) == ("must-not" in keys):
        raise node.wrong("manifest wants either `must` or `must-not`")
    asked = "must" if "must" in keys else "must-not"
    what = f"manifest.{asked}"
    exists = keys[asked].scalar == "exist"
    return Manifest(
        file=keys["file"].text("manifest.file"),
        at=keys["at"].text("manifest.at") if "at" in keys else "",
        must=asked == "must",
        values=() if exists else tuple(item.literal(what) for item in keys[asked].one_or_more(what)),
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
SUPPORTED_SHAPES: Final = frozenset({"absent", "flow", "match", "reach"})
"""The shapes that the judge runs; cards of the others are checked, then refused."""

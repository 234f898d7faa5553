"""The shapes of rules, read strictly from the front matter of their cards."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from reviewer.rulebook.forms import CONTEXTS, PROGRAMS, Absent, Flow, Manifest, Match, On, Path, Reach, Shape, Where
from reviewer.rulebook.vocabulary import BARRIERS, RoleKind, Vocabulary
from reviewer.source.documents.document import HAS_KEYS
from reviewer.yaml_nodes import Node

_CALL: Final = frozenset({RoleKind.CALL})
_VALUE: Final = frozenset({RoleKind.VALUE})
_ARGUMENT: Final = frozenset({RoleKind.ARGUMENT})
_CALL_OR_VALUE: Final = _CALL | _VALUE
_ARGUMENT_PATH: Final = re.compile(r"-?[0-9]+(\.[A-Za-z_$][\w$]*)*|it")
_ON: Final[dict[str, On]] = {"every": "every", "normal": "normal", "throwing": "throwing"}
_CALLS: Final = "call"
_BOUNDED: Final = "bounded"


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
    if "must" in keys and "between" in keys:
        raise keys["between"].wrong("path takes `between` with `at-most-once`")
    if "must" not in keys:
        return Path(
            at_most_once=vocabulary.several(keys["at-most-once"], "path.at-most-once", _CALL),
            unless=unless,
            between=vocabulary.several(keys["between"], "path.between", _CALL) if "between" in keys else (),
        )
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

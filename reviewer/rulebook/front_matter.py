"""The front matter of a card: what defines the rule, between two lines of `---`, read strictly."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

from reviewer.diagnosis import quoted, wrong
from reviewer.finding import Precision, Severity
from reviewer.rulebook.forms import CONTEXTS, PROGRAMS, Shape
from reviewer.rulebook.marks import RULE_ID
from reviewer.rulebook.message import placeholders
from reviewer.rulebook.shapes import SHAPES, parse_shape
from reviewer.rulebook.subjects import Subjects, parse_subjects
from reviewer.rulebook.vocabulary import RoleKind, Vocabulary
from reviewer.yaml_nodes import Node, read_yaml

CONDITIONS: Final[dict[str, Collection[str]]] = {
    "entry": CONTEXTS,
    "program": PROGRAMS,
    "call": frozenset(),
    "again": {"fails", "ignored"},
    "between": frozenset(),
    "argument": frozenset(),
    "answers": {"data"},
    "lasting": {"small", "folder", "command", "key"},
    "often": {"each", "named", "operator", "rare"},
}
"""What the severity of a finding may depend on, and the values that each fact takes. `call` takes roles of calls, as
does `between`: what runs before the second of two calls; `again` is what becomes of that. `argument` takes roles of
arguments; `answers` is what the applications around it are known to answer with. `lasting` is what keeps a call that
blocks short, where something does; `often` says whether each request leads to it, or only those of routes and messages
that have a name, or of routes for those who run the application, or only what is no work of users, such as a file that
an operator changes.
"""

REQUIRED: Final = ("severity", "precision", "checklist", "message", "remedy")
_OF_ALL: Final = {
    "severity": "`error`, `warning` or `note`; or a list of `{ when: { FACT: … }, is: … }` that ends with a plain one",
    "precision": "the share of findings that hold on real code: `high` nine of ten, `medium` three of four, `low`",
    "checklist": "the items of the checklists that it answers, as `S1:124`; or `none: reason`",
    "message": "what happens in production, to whom; `{…}` is filled by the shape or the finder",
    "remedy": "what to change, in one line; `{…}` as in the message",
    "cwe": "numbers of weaknesses, such as 89",
    "owasp": "entries of the OWASP lists, such as `A03:2021`",
    "instead-of": "the rules that keep silent where this one reports",
    "aliases": "former ids of the rule",
    "subjects": "without a shape: what the finder beside the card is called for",
}
KEYS: Final = {**_OF_ALL, **dict.fromkeys(SHAPES, "a shape: see there")}
"""The keys of the front matter, each with its sentence."""

_CALL: Final = frozenset({RoleKind.CALL})
_OF: Final = {"argument": frozenset({RoleKind.ARGUMENT})}
"""The facts whose values are roles of another kind than calls."""
_OWASP: Final = re.compile(r"(A(0[1-9]|10):20\d\d|API([1-9]|10):20\d\d)")
_CHECKLIST: Final = re.compile(r"S[0-4]:[1-9]\d{0,3}")


class SeverityWhen(msgspec.Struct, frozen=True):
    """A severity for the findings of which every named fact has one of the values given."""

    when: dict[str, tuple[str, ...]]
    severity: Severity


class Reference(msgspec.Struct, frozen=True, gc=False):
    """Another rule that the card names, with the line on which it does; checked once all rules are known."""

    rule: str
    line: int


class FrontMatter(msgspec.Struct, frozen=True):
    """The front matter of one card. Without a `shape` the rule is a finder that is called for each of `subjects`."""

    severity: Severity
    severities: tuple[SeverityWhen, ...]
    precision: Precision
    cwe: tuple[int, ...]
    owasp: tuple[str, ...]
    checklist: tuple[str, ...]
    no_checklist: str
    instead_of: tuple[Reference, ...]
    aliases: tuple[Reference, ...]
    message: str
    placeholders: tuple[str, ...]
    remedy: str
    shape: Shape | None
    subjects: tuple[Subjects, ...]


def split_card(text: str, path: str) -> tuple[str, list[str], int]:
    """The YAML between the two lines of `---`, the lines of the Markdown after it, and the line where these start."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise wrong(path, 1, "a card starts with a line `---`, its front matter, and another line `---`")
    for at in range(1, len(lines)):
        if lines[at].rstrip() == "---":
            return "\n".join(lines[1:at]), lines[at + 1 :], at + 2
    raise wrong(path, 1, "the front matter is never closed with a line `---`")


def parse_front_matter(yaml: str, path: str, vocabulary: Vocabulary) -> FrontMatter:
    """Read the front matter of the card `path`, of which `yaml` starts on line 2.

    UsageError with file, line and nearest name for whatever is unknown, missing, malformed or not supported yet.
    """
    root = read_yaml(yaml, path, 2)
    if root.entries is None:
        raise wrong(path, 1, "the front matter is empty")
    keys = root.mapping("", KEYS)
    for key in REQUIRED:
        if key not in keys:
            raise wrong(path, 1, f"the front matter lacks `{key}`")
    shape, subjects = _definition(root, keys, vocabulary)
    severity, severities = _severity(keys["severity"], vocabulary)
    checklist, no_checklist = _checklist(keys["checklist"])
    message = keys["message"].text("message")
    remedy = keys["remedy"].text("remedy")
    offered = _placeholders(keys["message"], message, shape) + _placeholders(keys["remedy"], remedy, shape)
    return FrontMatter(
        severity=severity,
        severities=severities,
        precision=Precision(keys["precision"].choice("precision", frozenset(Precision))),
        cwe=tuple(_cwe(item) for item in keys["cwe"].one_or_more("cwe")) if "cwe" in keys else (),
        owasp=_matching(keys["owasp"], "owasp", _OWASP, "`A03:2021` or `API4:2023`") if "owasp" in keys else (),
        checklist=checklist,
        no_checklist=no_checklist,
        instead_of=_references(keys, "instead-of"),
        aliases=_references(keys, "aliases"),
        message=message,
        placeholders=tuple(dict.fromkeys(offered)),
        remedy=remedy,
        shape=shape,
        subjects=subjects,
    )


def _definition(
    root: Node, keys: Mapping[str, Node], vocabulary: Vocabulary
) -> tuple[Shape | None, tuple[Subjects, ...]]:
    given = [name for name in keys if name in SHAPES]
    if len(given) > 1:
        raise wrong(root.path, root.keys[given[1]], f"two shapes, `{given[0]}` and `{given[1]}`; a rule has one")
    if given and "subjects" in keys:
        raise wrong(root.path, root.keys["subjects"], f"`subjects` are for finders; the shape `{given[0]}` has none")
    if given:
        return parse_shape(given[0], keys[given[0]], vocabulary), ()
    if "subjects" not in keys:
        shapes = ", ".join(SHAPES)
        raise wrong(
            root.path, 1, f"the front matter wants a shape ({shapes}), or `subjects` and a finder beside the card"
        )
    return None, parse_subjects(keys["subjects"], vocabulary)


def _severity(node: Node, vocabulary: Vocabulary) -> tuple[Severity, tuple[SeverityWhen, ...]]:
    """The plain severity, and before it those that hold under conditions, in order."""
    if node.items is None:
        return _one_severity(node), ()
    conditional = []
    for item in node.items[:-1]:
        keys = item.mapping("severity", {"when", "is"}, ("when", "is"))
        conditions = keys["when"].mapping("severity.when", CONDITIONS)
        if not conditions:
            raise item.wrong("severity.when is empty")
        when = {
            fact: tuple(
                value.choice(f"severity.when.{fact}", CONDITIONS[fact] or vocabulary.names(_OF.get(fact, _CALL)))
                for value in values.one_or_more(fact)
            )
            for fact, values in conditions.items()
        }
        conditional.append(SeverityWhen(when, _one_severity(keys["is"])))
    if not conditional or node.items[-1].entries is not None:
        raise node.wrong("a list of severities ends with a plain one, after those with `when`")
    return _one_severity(node.items[-1]), tuple(conditional)


def _one_severity(node: Node) -> Severity:
    return Severity(node.choice("severity", frozenset(Severity)))


def _cwe(node: Node) -> int:
    number = node.integer("cwe")
    if not 1 <= number <= 9999:
        raise node.wrong(f"cwe wants numbers such as 89, not {number}")
    return number


def _checklist(node: Node) -> tuple[tuple[str, ...], str]:
    """The items of the checklists that the rule answers, or the reason why there are none."""
    if node.entries is not None:
        return (), node.mapping("checklist", {"none"}, {"none"})["none"].text("checklist.none")
    return _matching(node, "checklist", _CHECKLIST, "`S1:124`, or `none: reason`"), ""


def _matching(node: Node, what: str, pattern: re.Pattern[str], form: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for item in node.one_or_more(what):
        text = item.text(what)
        if not pattern.fullmatch(text):
            raise item.wrong(f"{what} wants {form}, not {quoted(text)}")
        if text in found:
            raise item.wrong(f"{what} names {quoted(text)} twice")
        found[text] = None
    return tuple(found)


def _references(keys: Mapping[str, Node], key: str) -> tuple[Reference, ...]:
    if key not in keys:
        return ()
    names = _matching(keys[key], key, RULE_ID, "rule ids: lower case words with hyphens")
    return tuple(Reference(name, item.line) for name, item in zip(names, keys[key].one_or_more(key), strict=True))


def _placeholders(node: Node, message: str, shape: Shape | None) -> tuple[str, ...]:
    try:
        names = placeholders(message)
    except ValueError as error:
        raise node.wrong(str(error)) from error
    if shape is not None:
        offered: Sequence[str] = sorted(shape.offers)
        for name in names:
            if name not in offered:
                raise node.wrong(f"the shape offers no {{{name}}} for the message; it offers {', '.join(offered)}")
    return names

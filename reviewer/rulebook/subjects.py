"""What a finder is called for: the subjects that its card names."""

from __future__ import annotations

from typing import Final

import msgspec

from reviewer.diagnosis import quoted, unknown
from reviewer.rulebook.vocabulary import ROLES, RoleKind, Vocabulary
from reviewer.yaml_nodes import Node


class Kind(msgspec.Struct, frozen=True, gc=False):
    """A kind of subjects: what it is, and what of the model the finder is called with; `of` the kind of its role."""

    says: str
    gives: str
    of: RoleKind | None = None


PLAIN: Final = {
    "apps": Kind("an application that serves requests, where it is created", "App"),
    "callbacks": Kind("a function handed to something that drops the promise which it gives", "Callback"),
    "classes": Kind("a class", "Spot"),
    "dropped promises": Kind("a call whose promise nobody looks at", "Spot"),
    "failure handlers": Kind("a `catch`, or a function that gets the rejection of a promise", "FailureHandler"),
    "functions": Kind("a function", "Spot"),
    "returned promises": Kind("a promise that a function returns out of a `try` without waiting for it", "Returned"),
    "routes": Kind("a registration of handlers: path, method, handlers", "Route"),
}
"""Kinds of subjects that stand alone."""

OF_ROLE: Final = {
    "calls": Kind("a call that plays the role", "Spot", RoleKind.CALL),
    "arguments": Kind("an argument that plays the role", "Argument", RoleKind.ARGUMENT),
    "repetitions": Kind(
        "what runs again and again and, itself or through what it calls, plays the role", "Repetition", RoleKind.CALL
    ),
}
"""Kinds of subjects that are named with the role they play: `arguments sql.text`."""

OF_DOCUMENTS: Final = {"documents": Kind("a file that is no code, of the kind", "Document")}
"""Kinds of subjects that are named with a kind of documents: `documents dockerfile`."""

SUPPORTED_SUBJECTS: Final = frozenset(
    {
        *("apps", "arguments", "callbacks", "calls", "documents"),
        *("dropped promises", "failure handlers", "repetitions", "returned promises", "routes"),
    }
)
"""The kinds of subjects that the judge enumerates; cards with others are checked, then refused."""


class Subjects(msgspec.Struct, frozen=True, gc=False):
    """One kind of subject; `of` is the role or the kind of documents, empty where the kind stands alone."""

    kind: str
    of: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.of}".rstrip()


def parse_subjects(node: Node, vocabulary: Vocabulary) -> tuple[Subjects, ...]:
    """One or more subjects: `routes`, `calls ROLE`, `arguments ROLE`, `repetitions ROLE`, `documents KIND`, …

    UsageError for an unknown kind or role, and for a kind that the judge can't enumerate yet.
    """
    subjects: list[Subjects] = []
    for item in node.one_or_more("subjects"):
        subject = _subject(item, vocabulary)
        if subject in subjects:
            raise item.wrong(f"subjects names `{subject}` twice")
        subjects.append(subject)
    return tuple(subjects)


def _subject(node: Node, vocabulary: Vocabulary) -> Subjects:
    text = " ".join(node.text("subjects").split())
    if text in PLAIN:
        return _supported(node, Subjects(text))
    kind, _, of = text.partition(" ")
    if kind in PLAIN:
        raise node.wrong(f"the subjects `{kind}` stand alone, without {quoted(of)}")
    if kind not in OF_ROLE and kind not in OF_DOCUMENTS:
        raise node.wrong(unknown("subjects", text, PLAIN | OF_ROLE | OF_DOCUMENTS))
    if not of:
        raise node.wrong(f"the subjects `{kind}` want a {'role' if kind in OF_ROLE else 'kind of documents'}")
    name = Node(node.path, node.line)
    name.scalar = of
    if kind in OF_ROLE:
        played = OF_ROLE[kind].of
        vocabulary.one(name, f"subjects: {kind}", frozenset({played}) if played else ROLES)
    else:
        vocabulary.document(name, f"subjects: {kind}")
    return _supported(node, Subjects(kind, of))


def _supported(node: Node, subjects: Subjects) -> Subjects:
    if subjects.kind not in SUPPORTED_SUBJECTS:
        supported = ", ".join(sorted(SUPPORTED_SUBJECTS))
        raise node.wrong(f"the subjects `{subjects.kind}` can't be enumerated, not yet; supported: {supported}")
    return subjects

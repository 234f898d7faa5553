"""What a finder is called for: the subjects that its card names."""

from __future__ import annotations

from typing import Final

import msgspec

from reviewer.diagnosis import quoted, unknown
from reviewer.rulebook.vocabulary import RoleKind, Vocabulary
from reviewer.yaml_nodes import Node

PLAIN: Final = frozenset({"apps", "callbacks", "classes", "dropped promises", "functions", "routes"})
"""Kinds of subjects that stand alone."""

OF_ROLE: Final = {"calls": RoleKind.CALL, "arguments": RoleKind.ARGUMENT, "repetitions": RoleKind.CALL}
"""Kinds of subjects that are named with the role they play: `arguments sql.text`; `repetitions`: what runs again and
again and, itself or through what it calls, plays the role.
"""

DOCUMENTS: Final = "documents"
"""The kind of subjects that is named with a kind of documents: `documents dockerfile`."""

SUPPORTED_SUBJECTS: Final = frozenset(
    {"apps", "arguments", "callbacks", "calls", DOCUMENTS, "dropped promises", "repetitions", "routes"}
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
    if kind not in OF_ROLE and kind != DOCUMENTS:
        raise node.wrong(unknown("subjects", text, PLAIN | frozenset(OF_ROLE) | {DOCUMENTS}))
    if not of:
        raise node.wrong(f"the subjects `{kind}` want a {'role' if kind in OF_ROLE else 'kind of documents'}")
    name = Node(node.path, node.line)
    name.scalar = of
    if kind in OF_ROLE:
        vocabulary.one(name, f"subjects: {kind}", frozenset({OF_ROLE[kind]}))
    else:
        vocabulary.document(name, f"subjects: {kind}")
    return _supported(node, Subjects(kind, of))


def _supported(node: Node, subjects: Subjects) -> Subjects:
    if subjects.kind not in SUPPORTED_SUBJECTS:
        supported = ", ".join(sorted(SUPPORTED_SUBJECTS))
        raise node.wrong(f"the subjects `{subjects.kind}` can't be enumerated, not yet; supported: {supported}")
    return subjects

"""The vocabulary of the rules: roles and barriers from `roles.yml`, kinds of documents from `documents.yml`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from reviewer.diagnosis import quoted, unknown, wrong
from reviewer.rulebook.folder import read_text
from reviewer.source.documents.document import DocumentKind, Format
from reviewer.yaml_nodes import Node, read_yaml

FILE = "roles.yml"
DOCUMENTS = "documents.yml"
_DOCUMENT = re.compile(r"[a-z]+(-[a-z]+)*")
_NAME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*")


class RoleKind(StrEnum):
    """What carries a role: a call, a value, an argument; or a barrier, which a value passed."""

    CALL = "call"
    VALUE = "value"
    ARGUMENT = "argument"
    BARRIER = "barrier"


ROLES = frozenset({RoleKind.CALL, RoleKind.VALUE, RoleKind.ARGUMENT})
BARRIERS = frozenset({RoleKind.BARRIER})


class Role(msgspec.Struct, frozen=True, gc=False):
    """A word of the vocabulary and where it is documented."""

    name: str
    kind: RoleKind
    says: str
    path: str
    line: int


class Vocabulary(msgspec.Struct, frozen=True):
    """All roles and barriers by name, and all kinds of documents."""

    roles: dict[str, Role]
    documents: dict[str, DocumentKind] = {}

    def document(self, node: Node, what: str) -> DocumentKind:
        """The kind of documents that is named in `node`; UsageError with the nearest name otherwise."""
        name = node.text(what)
        if name not in self.documents:
            raise node.wrong(unknown("kind of documents", name, self.documents.keys()))
        return self.documents[name]

    def names(self, kinds: frozenset[RoleKind]) -> frozenset[str]:
        """The names of the roles of these kinds."""
        return frozenset(name for name, role in self.roles.items() if role.kind in kinds)

    def kinds(self) -> dict[str, str]:
        """The kind of each role and barrier by its name: what library files are read with."""
        return {name: str(role.kind) for name, role in self.roles.items()}

    def one(self, node: Node, what: str, kinds: frozenset[RoleKind] = ROLES) -> str:
        """The name in `node`, which must be a role of one of `kinds`; UsageError with the nearest name otherwise."""
        name = node.text(what)
        role = self.roles.get(name)
        noun = "barrier" if kinds == BARRIERS else "role"
        if role is None:
            raise node.wrong(unknown(noun, name, self.names(kinds)))
        if role.kind not in kinds:
            wanted = " or ".join(sorted(kinds))
            raise node.wrong(f"{what} wants a role of kind {wanted}; `{name}` is of kind {role.kind}")
        return name

    def several(self, node: Node, what: str, kinds: frozenset[RoleKind] = ROLES) -> tuple[str, ...]:
        """Like `one`, for a name or a list of distinct names."""
        names: list[str] = []
        for item in node.one_or_more(what):
            name = self.one(item, what, kinds)
            if name in names:
                raise item.wrong(f"{what} names `{name}` twice")
            names.append(name)
        return tuple(names)


def load_vocabulary(folders: Sequence[Path]) -> Vocabulary:
    """The words of every `roles.yml` and `documents.yml` in these rules folders; UsageError for a word documented twice
    or badly.
    """
    roles: dict[str, Role] = {}
    documents: dict[str, DocumentKind] = {}
    for folder in folders:
        file = folder / DOCUMENTS
        for kind in parse_documents(read_text(file), str(file)) if file.is_file() else ():
            if kind.name in documents:
                raise wrong(file, 0, f"the documents `{kind.name}` are described twice")
            documents[kind.name] = kind
        file = folder / FILE
        if not file.is_file():
            continue
        for role in parse_roles(read_text(file), str(file)):
            before = roles.get(role.name)
            if before is not None:
                raise wrong(role.path, role.line, f"role `{role.name}` is documented in {before.path}:{before.line}")
            roles[role.name] = role
    return Vocabulary(roles, documents)


def parse_roles(text: str, path: str) -> list[Role]:
    """The words in the text of one `roles.yml`, in its order; UsageError where it is malformed."""
    root = read_yaml(text, path)
    if root.entries is None:
        raise root.wrong("wants a mapping from a role's name to its kind and sentence")
    roles = []
    for name, node in root.entries.items():
        line = root.keys[name]
        if not _NAME.fullmatch(name):
            raise wrong(path, line, f"{quoted(name)} is no name for a role: lower case words with dots and hyphens")
        entry = node.mapping(f"role `{name}`", {"kind", "says"}, ("kind", "says"))
        kind = RoleKind(entry["kind"].choice("kind", frozenset(RoleKind)))
        roles.append(Role(name=name, kind=kind, says=entry["says"].text("says"), path=path, line=line))
    return roles


def parse_documents(text: str, path: str) -> list[DocumentKind]:
    """The kinds of documents in the text of one `documents.yml`; UsageError where it is malformed."""
    root = read_yaml(text, path)
    if root.entries is None:
        raise root.wrong("wants a mapping from a kind of documents to its files and format")
    kinds = []
    for name, node in root.entries.items():
        if not _DOCUMENT.fullmatch(name):
            raise wrong(
                path, root.keys[name], f"{quoted(name)} is no name for documents: lower case words with hyphens"
            )
        entry = node.mapping(f"documents `{name}`", {"files", "as"}, ("files", "as"))
        files = tuple(item.text("files") for item in entry["files"].one_or_more("files"))
        kinds.append(DocumentKind(name, files, Format(entry["as"].choice("as", frozenset(Format)))))
    return kinds

"""A document: one file that is no code, read by its format, in which every line is a place for a finding."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec

from reviewer.finding import Gap, GapKind, UsageError
from reviewer.json_nodes import read_json_nodes
from reviewer.source.documents.dockerfile import Instruction, instructions
from reviewer.source.documents.environment import read_environment
from reviewer.source.jsonc import plain_json
from reviewer.yaml_nodes import Node, read_yaml_documents

_SAID: Final = re.compile(r"(?::(\d+))?: (.*)", re.DOTALL)


class Format(StrEnum):
    """How a document is written."""

    JSON = "json"
    JSONC = "jsonc"
    YAML = "yaml"
    ENVIRONMENT = "env"
    DOCKERFILE = "dockerfile"
    PRISMA = "prisma"
    LINES = "lines"


HAS_KEYS: Final = frozenset({Format.JSON, Format.JSONC, Format.YAML, Format.ENVIRONMENT})
"""Formats that are read as trees of keys and values."""
COMMENTS: Final = {
    Format.JSONC: b"//",
    Format.YAML: b"#",
    Format.ENVIRONMENT: b"#",
    Format.DOCKERFILE: b"#",
    Format.PRISMA: b"//",
}
"""How comments begin that end with their line."""


class DocumentKind(msgspec.Struct, frozen=True, gc=False):
    """A kind of documents: its name in rules, the shell patterns of its files, in small letters, and their format."""

    name: str
    files: tuple[str, ...]
    format: Format


class Document(msgspec.Struct, frozen=True, eq=False):
    """A file as it was read. `number` is what it has instead of a module's, below zero. `roots`: the trees of formats
    with keys, in YAML several; `instructions` those of a Dockerfile. `lines` are 1-based where a number is given.
    """

    path: str
    number: int
    kind: DocumentKind
    lines: tuple[str, ...]
    roots: tuple[Node, ...] = ()
    instructions: tuple[Instruction, ...] = ()


def read_document(path: str, number: int, kind: DocumentKind, data: bytes) -> Document | Gap:
    """The document in the bytes of a file, or the gap that says why it is none. Raises nothing."""
    text = data.decode("utf-8-sig", "replace")
    lines = tuple(text.splitlines())
    if kind.format is Format.DOCKERFILE:
        return Document(path, number, kind, lines, instructions=tuple(instructions(text)))
    reader = _TREES.get(kind.format)
    try:
        return Document(path, number, kind, lines, tuple(reader(text)) if reader else ())
    except UsageError as error:
        said = _SAID.match(str(error))
        line, message = (int(said[1] or 0), said[2]) if said else (0, str(error))
        return Gap(path, line, GapKind.MANIFEST, f"cannot be read: {message}")


def _json(text: str) -> list[Node]:
    root = read_json_nodes(text, "", lenient=True)
    return [root] if root is not None else []


_TREES: Final[dict[Format, Callable[[str], list[Node]]]] = {
    Format.JSON: _json,
    Format.JSONC: lambda text: _json(plain_json(text.encode("utf-8", "replace")).decode("utf-8", "replace")),
    Format.YAML: lambda text: read_yaml_documents(text, ""),
    Format.ENVIRONMENT: lambda text: [read_environment(text)],
}

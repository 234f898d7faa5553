"""What libraries do, as data: the path language, the rows of library files, and the automaton that answers for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from reviewer.finding import UsageError
from reviewer.model.libraries.automaton import (
    ANY_MEMBER,
    AWAIT,
    CALL,
    DECORATED_CLASS,
    DECORATED_MEMBER,
    DECORATED_PARAMETER,
    ELEMENT,
    NEW,
    OTHER,
    PARAMETER_THIS,
    RECEIVER,
    Automaton,
    Label,
    Libraries,
    State,
    argument,
    decode,
    encode,
    member,
    parameter,
)  # fmt: skip
from reviewer.model.libraries.compile import compile_libraries
from reviewer.model.libraries.library_file import LibraryFile
from reviewer.model.libraries.schema import read_library
from reviewer.model.libraries.steps import MANY

FOLDER = "libraries"

__all__ = [
    "ANY_MEMBER", "AWAIT", "CALL", "DECORATED_CLASS", "DECORATED_MEMBER", "DECORATED_PARAMETER", "ELEMENT", "MANY",
    "NEW", "OTHER", "PARAMETER_THIS", "RECEIVER", "Automaton", "Label", "Libraries", "State", "argument",
    "compile_libraries", "decode", "encode", "load_automaton", "member", "parameter", "read_libraries", "read_library",
]  # fmt: skip


def load_automaton(folders: Sequence[Path], roles: Mapping[str, str]) -> Automaton:
    """The automaton of `libraries/*.yml` in every rules folder; `roles` maps each role's name to its kind. Raises
    `UsageError`.
    """
    return compile_libraries(read_libraries(folders, roles))


def read_libraries(folders: Sequence[Path], roles: Mapping[str, str]) -> list[LibraryFile]:
    """What `libraries/*.yml` in every rules folder say, by folder and name; `roles` as for `load_automaton`.

    Files are named in messages and sources as `libraries/<file>` below their folder. Raises `UsageError`.
    """
    files: list[LibraryFile] = []
    for folder in folders:
        try:
            found = sorted(path for path in (folder / FOLDER).glob("*.yml") if path.is_file())
        except OSError as error:
            raise UsageError(f"{folder / FOLDER}: cannot be read: {error}") from error
        files += [read_library(path, f"{FOLDER}/{path.name}", roles) for path in found]
    return files

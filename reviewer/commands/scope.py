"""What `check` looks at: the files on disk, what is staged, or a text from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from reviewer.commands.options import existing_root, paths_or_here
from reviewer.finding import UsageError
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.vocabulary import load_vocabulary
from reviewer.source.classes import is_code
from reviewer.source.documents.documents import name_pattern
from reviewer.source.read import MAX_BYTES
from reviewer.source.root import resolve_root
from reviewer.source.staged import staged


class Scope(msgspec.Struct, frozen=True):
    """The root; the paths that are reported, none where there is nothing to report; texts instead of those on disk."""

    root: Path
    paths: tuple[Path, ...]
    instead: dict[str, bytes] = {}


def on_disk(paths: tuple[Path, ...], root: Path | None) -> Scope:
    """The files as they are; without a path, those of the current folder, or of a root elsewhere."""
    top = resolve_root(paths, existing_root(root))
    return Scope(top, paths_or_here(paths, top))


def in_index(paths: tuple[Path, ...], root: Path | None) -> Scope:
    """What the next commit will hold; of it the given paths, else the code and the documents that it changes."""
    top = resolve_root(paths, existing_root(root), may_be_missing=True)
    is_document = name_pattern(load_vocabulary([rules_folder()]).documents.values())
    found = staged(top, is_document)
    changed = tuple(top / path for path in found.paths if is_code(path) or is_document(path))
    return Scope(top, paths or changed, found.texts)


def from_stdin(paths: tuple[Path, ...], root: Path | None, filename: Path | None, *, is_staged: bool) -> Scope:
    """The text on standard input as that of one file, which need not be on disk."""
    if filename is None:
        raise UsageError("--stdin wants --stdin-filename FILE: where the text belongs in the repository")
    if paths or is_staged:
        raise UsageError(f"--stdin excludes {'--staged' if is_staged else 'PATHs'}: it reports the one file")
    place = filename.resolve()
    top = resolve_root([place], existing_root(root), may_be_missing=True)
    text = sys.stdin.buffer.read(MAX_BYTES + 1)
    return Scope(top, (place,), {place.relative_to(top).as_posix(): text})

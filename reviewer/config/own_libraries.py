"""The library files of a team's own, in the folders that settings name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from reviewer.config.files import read_inside
from reviewer.diagnosis import wrong
from reviewer.model.libraries import read_library
from reviewer.model.libraries.library_file import LibraryFile
from reviewer.model.libraries.schema import parse_library
from reviewer.settings import Folder

_MOST_FILES: Final = 100


def own_libraries(folders: Iterable[Folder], root: Path, roles: Mapping[str, str]) -> list[LibraryFile]:
    """What the library files of these folders say, by folder and name. Raises `UsageError`."""
    files: list[LibraryFile] = []
    for folder in folders:
        try:
            names = sorted(entry.name for entry in os.scandir(folder.path) if entry.name.endswith((".yml", ".yaml")))
        except OSError as error:
            raise wrong(folder.origin.path, folder.origin.line, f"cannot be read: {error.strerror}") from error
        for name in names:
            path = folder.path / name
            if len(files) >= _MOST_FILES:
                raise wrong(folder.origin.path, folder.origin.line, f"more than {_MOST_FILES} library files")
            if folder.trusted:
                files.append(read_library(path, str(path), roles))
            elif path.is_relative_to(root):
                shown = path.relative_to(root).as_posix()
                files.append(parse_library(read_inside(shown, root), shown, roles))
    return files

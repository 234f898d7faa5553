"""All documents of a tree, by kind: found by their names among its paths, read when they are first asked for."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Final

from reviewer.finding import Gap
from reviewer.source.classes import FileClass, class_of_folder
from reviewer.source.directives import Directive, of_text
from reviewer.source.documents.document import COMMENTS, Document, DocumentKind, read_document
from reviewer.source.foreign import Foreign
from reviewer.source.paths import folder_of

_MAX_BYTES: Final = 1024 * 1024
_MAX_FILES: Final = 500  # of one kind
_OUTSIDE: Final = frozenset({FileClass.TEST, FileClass.EXAMPLE, FileClass.BENCHMARK})
_TEMPLATES: Final = re.compile(r"(?:^|/)(?:templates?|boilerplates?|skeletons?|scaffold(?:s|ing)?)/", re.IGNORECASE)


def name_pattern(kinds: Iterable[DocumentKind]) -> Callable[[str], bool]:
    """Whether a path has the name of one of these kinds. A pattern with a slash is one for the end of the path."""
    wanted = "|".join(f"(?:{fnmatch.translate(file)})" for kind in kinds for file in kind.files)
    pattern = re.compile(rf"(?:.*/)?(?:{wanted})") if wanted else None
    return lambda path: pattern is not None and pattern.match(path.lower()) is not None


class Documents:
    """Documents are numbered by their paths, the same in every process: -1, -2, … `gaps` grows as they are read."""

    def __init__(
        self, paths: Iterable[str], load: Callable[[str], bytes | Gap], kinds: Mapping[str, DocumentKind]
    ) -> None:
        """`paths` are all files of the tree; `load` yields the content of one, or why it can't be had."""
        self._every = paths
        self._load = load
        self._kinds = kinds
        self._read: dict[tuple[str, str], Document | Gap] = {}
        self._directives: dict[str, list[Directive]] = {}

    @cached_property
    def _paths(self) -> list[str]:
        is_one = name_pattern(self._kinds.values())
        return sorted(path for path in self._every if is_one(path))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {path: -at for at, path in enumerate(self._paths, 1)}

    @cached_property
    def _foreign(self) -> Foreign:
        return Foreign(self._every if isinstance(self._every, frozenset) else frozenset(self._every))

    def path(self, number: int) -> str:
        """The path of a document."""
        return self._paths[-number - 1]

    def number(self, path: str) -> int:
        """The number of a document; 0 where no kind has this name."""
        return self._numbers.get(path, 0)

    def named(self, kind: str) -> list[str]:
        """The paths of all files that have the name of a kind, whatever they are part of."""
        if kind not in self._kinds:
            return []
        is_one = name_pattern([self._kinds[kind]])
        return [path for path in self._paths if is_one(path)]

    def own(self, kind: str) -> list[str]:
        """The paths of the files of a kind that are the project's own, and no part of tests, examples or templates."""
        return [path for path in self.named(kind) if self.is_own(path)]

    def is_own(self, path: str) -> bool:
        """Whether a file is neither from elsewhere nor a part of tests, examples or templates."""
        folder = folder_of(path)
        if class_of_folder(folder) in _OUTSIDE or _TEMPLATES.search(path):
            return False
        return self._foreign.of_folder(folder) is None

    def of(self, kind: str) -> list[Document | Gap]:
        """The project's own documents of a kind, by path; a gap for each that can't be read."""
        return [self.read(kind, path) for path in self.own(kind)[:_MAX_FILES]]

    def read(self, kind: str, path: str) -> Document | Gap:
        """The file at a path as a document of a kind."""
        found = self._read.get((kind, path))
        if found is None:
            data = self._load(path)
            if isinstance(data, Gap):
                found = data
            else:
                found = read_document(path, self._numbers[path], self._kinds[kind], data)
                if marker := COMMENTS.get(self._kinds[kind].format):
                    self._directives[path] = of_text(data, marker)
            self._read[kind, path] = found
        return found

    def directives(self) -> dict[str, list[Directive]]:
        """What the comments of the documents that were read say to nodereview."""
        return {path: found for path, found in sorted(self._directives.items()) if found}


NO_DOCUMENTS: Final = Documents((), lambda _: b"", {})
"""For models of code alone."""

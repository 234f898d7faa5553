"""Compiles ignore patterns that come from the reviewed tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pathspec import GitIgnoreSpec

# pathspec turns each star into a backtracking repetition: with many of them one name of 255 letters takes hours.
_STARS = re.compile(r"\*+")
_MAX_STARS = 4
_MAX_PATTERNS = 2000
_MAX_LENGTH = 1000
_GROUP_NAME = re.compile(r"\(\?P<\w+>")
# `dist`, `/dist/`, `!dist`: a name of a file or folder; `*.log`: how such a name ends.
_NAME = re.compile(r"!?/?([^/!#*?\[\]\\\s]+)/?")
_ENDING = re.compile(r"!?/?\*([^/!#*?\[\]\\\s]+)/?")


class IgnorePatterns:
    """The patterns of one ignore file, and the lines that were refused as invalid or too costly."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.refused: list[str] = []
        patterns: list[str] = []
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            affordable = len(line) <= _MAX_LENGTH and len(_STARS.findall(line)) <= _MAX_STARS
            (patterns if affordable and len(patterns) < _MAX_PATTERNS else self.refused).append(line)
        spec = _compile(patterns)
        if spec is None:
            compiled = [(line, _compile([line]) is not None) for line in patterns]
            self.refused += [line for line, valid in compiled if not valid]
            spec = _compile([line for line, valid in compiled if valid])
        self._spec = spec if spec is not None else GitIgnoreSpec.from_lines([])
        self._names, self._endings, self._any = _telling(self._spec)

    def __bool__(self) -> bool:
        return len(self._spec) > 0

    def verdict(self, path: str) -> bool | None:
        """True where the patterns exclude `path`, False where one takes it back, None where none speaks of it.

        `path` is relative to the folder of the ignore file; that of a folder ends with a slash.
        """
        if self._any is not None and self._any.match(path) is None:
            names = path.split("/")
            if self._names.isdisjoint(names) and not any(name.endswith(self._endings) for name in names):
                return None
        return self._spec.check_file(path).include


def _compile(lines: Sequence[str]) -> GitIgnoreSpec | None:
    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error, OverflowError, RecursionError):
        return None


def _telling(spec: GitIgnoreSpec) -> tuple[frozenset[str], tuple[str, ...], re.Pattern[str] | None]:
    """What a path has to have for any pattern to speak of it: one of these names on its way, a name with one of these
    endings, or a match of the expression. Most paths have none, and looking for names is cheap.
    """
    names: set[str] = set()
    endings: set[str] = set()
    sources = ["(?!)"]
    for pattern in spec.patterns:
        line = str(pattern.pattern)
        if found := _NAME.fullmatch(line):
            names.add(found[1])
        elif found := _ENDING.fullmatch(line):
            endings.add(found[1])
        elif pattern.regex is not None:
            sources.append(_GROUP_NAME.sub("(?:", pattern.regex.pattern))
    try:
        return frozenset(names), tuple(sorted(endings)), re.compile("|".join(sources))
    except (re.error, OverflowError, RecursionError):
        return frozenset(), (), None

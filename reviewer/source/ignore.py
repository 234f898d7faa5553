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
        self._any = _any_pattern(self._spec)

    def __bool__(self) -> bool:
        return len(self._spec) > 0

    def verdict(self, path: str) -> bool | None:
        """True where the patterns exclude `path`, False where one takes it back, None where none speaks of it.

        `path` is relative to the folder of the ignore file; that of a folder ends with a slash.
        """
        if self._any is not None and self._any.search(path) is None:
            return None
        return self._spec.check_file(path).include


def _compile(lines: Sequence[str]) -> GitIgnoreSpec | None:
    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error, OverflowError, RecursionError):
        return None


def _any_pattern(spec: GitIgnoreSpec) -> re.Pattern[str] | None:
    """One expression for all patterns together: most paths match none, and one search is cheap."""
    sources = [regex.pattern for pattern in spec.patterns if (regex := pattern.regex) is not None]
    if not sources:
        return None
    try:
        return re.compile("|".join(_GROUP_NAME.sub("(?:", source) for source in sources))
    except (re.error, OverflowError, RecursionError):
        return None

"""Versions and ranges of npm packages: what is installed or declared, held against the range of a rule."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec
from semantic_version import NpmSpec
from semantic_version.base import AllOf, Always, AnyOf, Clause
from semantic_version.base import Range as Bound

_Point = tuple[int, int, int]
_Span = tuple[_Point, _Point]  # from the first, up to and without the second

_LOWEST: Final = (0, 0, 0)
_HIGHEST: Final = (10**12, 0, 0)
_MAX_LENGTH = 256

_VERSION = re.compile(r"[v=\s]*(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+][0-9A-Za-z.+-]*)?")
_SPACE_AFTER_OPERATOR = re.compile(r"([<>=~^])\s+(?=[\dvxX*=])")
_ALIAS = re.compile(r"npm:((?:@[^/@]+/)?[^/@]+)(?:@(.*))?")
_SEMVER_OF_GIT = re.compile(r"#semver:(.+)$")
_TAG_OF_GIT = re.compile(r"#v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$")


class Version(msgspec.Struct, frozen=True, gc=False):
    """The version that a lock file says is installed."""

    text: str


class Range(msgspec.Struct, frozen=True, gc=False):
    """The range that a package.json declares, as npm understands it; without protocol or alias."""

    text: str


def admits(rule: str, found: Version | Range | str | None) -> bool | None:
    """Whether a library of version `found` is one that the npm range `rule` speaks of.

    True where all of `found` lies in the range, False where nothing does, None where it can't be told: an unknown
    version, a range that reaches over the rule's border, a tag such as `latest`. A pre-release counts as the release it
    precedes: `5.0.0-beta.1` behaves as 5. A plain string is a version or a range. Raises ValueError where `rule` is no
    npm range.
    """
    wanted = _spans(rule)
    if wanted is None:
        raise ValueError(f"{rule!r} is not an npm version range")
    if wanted == ((_LOWEST, _HIGHEST),):
        return True
    spans = _spans_of_found(found)
    if not spans:
        return None
    inside = [any(low <= start and end <= high for low, high in wanted) for start, end in spans]
    if all(inside):
        return True
    if not any(start < high and low < end for start, end in spans for low, high in wanted):
        return False
    return None


def is_range(text: str) -> bool:
    """Whether the text is an npm version range."""
    return _spans(text) is not None


def is_version(text: str) -> bool:
    """Whether the text is one full version."""
    return len(text) <= _MAX_LENGTH and _VERSION.fullmatch(text) is not None


def alias_of(declared: str) -> str | None:
    """The package that `npm:package@range` installs under another name; None for any other declaration."""
    match = _ALIAS.fullmatch(declared.strip())
    return match[1] if match and not is_range(match[1]) else None


def declared_range(declared: str) -> str | None:
    """The npm range in the value of a dependency in package.json; None where it names no range.

    Understands `npm:name@range`, `workspace:range`, `patch:name@npm:range#…`, and git addresses with `#semver:range` or
    a version as their tag. Tags such as `latest` and folders give None.
    """
    text = declared.strip()
    if len(text) > _MAX_LENGTH:
        return None
    if text.startswith("patch:"):
        text = text.removeprefix("patch:").partition("#")[0].replace("%3A", ":")
        text = text[text.find("@", 1) + 1 :]
    if text.startswith("workspace:"):
        text = text.removeprefix("workspace:")
        if text in {"*", "^", "~", ""}:
            return None
    if text.startswith("npm:"):
        text = text.removeprefix("npm:")
        if not is_range(text):
            text = text.partition("@")[2] if not text.startswith("@") else text[1:].partition("@")[2]
    elif "#" in text:
        semver = _SEMVER_OF_GIT.search(text) or _TAG_OF_GIT.search(text)
        if semver is None:
            return None
        text = semver[1]
    return (text or "*") if is_range(text) else None


@lru_cache(maxsize=4096)
def _spans(text: str) -> tuple[_Span, ...] | None:
    """The versions of a range as disjoint, ordered spans; None where the text is no range."""
    if len(text) > _MAX_LENGTH:
        return None
    normal = _SPACE_AFTER_OPERATOR.sub(r"\1", text.strip().replace("~>", "~")).replace(",", " ")
    try:
        clause = NpmSpec(normal).clause
    except (ValueError, AttributeError):  # NpmSpec trips over `^4 - 5`
        return None
    return _merge(_spans_of(clause))


def _spans_of_found(found: Version | Range | str | None) -> tuple[_Span, ...] | None:
    if found is None:
        return None
    if isinstance(found, Version):
        return _version_spans(found.text)
    text = found if isinstance(found, str) else found.text
    return _spans(text) or _version_spans(text)


def _version_spans(text: str) -> tuple[_Span, ...] | None:
    match = _VERSION.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if match is None:
        return None
    point = (int(match[1]), int(match[2]), int(match[3]))
    return ((point, _next(point)),)


def _spans_of(clause: Clause) -> list[_Span]:
    # NpmSpec makes clauses of three levels at most: a range of a few lines can't nest deeper.
    if isinstance(clause, AnyOf):
        return [span for part in clause.clauses for span in _spans_of(part)]
    if isinstance(clause, AllOf):
        spans: list[_Span] = [(_LOWEST, _HIGHEST)]
        for part in clause.clauses:
            spans = [
                (max(low, start), min(high, end))
                for low, high in spans
                for start, end in _spans_of(part)
                if max(low, start) < min(high, end)
            ]
        return spans
    if isinstance(clause, Bound):
        return _spans_of_bound(clause)
    return [(_LOWEST, _HIGHEST)] if isinstance(clause, Always) else []


def _spans_of_bound(bound: Bound) -> list[_Span]:
    target = bound.target
    point = (target.major, target.minor or 0, target.patch or 0)
    after = _next(point)
    spans = {
        "==": [(point, after)],
        ">=": [(point, _HIGHEST)],
        ">": [(point if target.prerelease else after, _HIGHEST)],
        "<": [(_LOWEST, point)],
        "<=": [(_LOWEST, after)],
        "!=": [(_LOWEST, point), (after, _HIGHEST)],
    }[bound.operator]
    return [span for span in spans if span[0] < span[1]]


def _merge(spans: list[_Span]) -> tuple[_Span, ...]:
    merged: list[_Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def _next(point: _Point) -> _Point:
    return (point[0], point[1], point[2] + 1)

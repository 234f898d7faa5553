"""Workspaces: which packages belong to one repository of packages, by the patterns of its root."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec

from reviewer.source.jsonc import read_json, strings
from reviewer.source.manifests.blocks import scan
from reviewer.source.manifests.package import Package, read_catalogs

_MAX_PATTERNS: Final = 200
_MAX_ALTERNATIVES: Final = 64
_BRACES = re.compile(r"\{([^{}]*)\}")


class Workspace(msgspec.Struct, frozen=True):
    """A folder whose packages find each other by name: its patterns, relative to it, and its shared versions."""

    dir: str
    patterns: tuple[str, ...]
    catalogs: dict[str, dict[str, str]] = {}

    def holds(self, folder: str) -> bool:
        """Whether the package in `folder` (relative to the root) is a member; the workspace's own folder always is."""
        if folder == self.dir:
            return True
        if self.dir and not folder.startswith(f"{self.dir}/"):
            return False
        below = folder[len(self.dir) + 1 if self.dir else 0 :]
        held = False
        for pattern in self.patterns:
            if pattern.startswith("!"):
                held = held and not matches(pattern[1:], below)
            else:
                held = held or matches(pattern, below)
        return held


def of_package(package: Package) -> Workspace | None:
    """The workspace that a package.json with `workspaces` (npm, Yarn, Bun) opens."""
    if not package.workspaces and not package.catalogs:
        return None
    return Workspace(package.dir, package.workspaces[:_MAX_PATTERNS], package.catalogs)


def of_lerna(path: str, data: bytes) -> Workspace | None:
    """The workspace of a lerna.json; None where it leaves the packages to the package manager. Raises JsonError."""
    patterns = strings(read_json(data).get("packages"))
    return Workspace(path.rpartition("/")[0], patterns[:_MAX_PATTERNS]) if patterns else None


def of_pnpm(path: str, data: bytes) -> Workspace:
    """The workspace of a pnpm-workspace.yaml, with its catalogs."""
    patterns: list[str] = []
    default: dict[str, str] = {}
    named: dict[str, dict[str, str]] = {}
    for keys, value in scan(data.decode("utf-8-sig", "replace")):
        if keys == ("packages",) and value:
            patterns.append(value)
        elif len(keys) == 2 and keys[0] == "catalog":
            default[keys[1]] = value
        elif len(keys) == 3 and keys[0] == "catalogs":
            named.setdefault(keys[1], {})[keys[2]] = value
    return Workspace(path.rpartition("/")[0], tuple(patterns[:_MAX_PATTERNS]), read_catalogs(default, named))


def matches(pattern: str, folder: str) -> bool:
    """Whether a folder matches a workspace pattern: `*` within a segment, `**` over segments, `{a,b}` alternatives."""
    segments = folder.split("/")
    return any(_matches(alternative, segments) for alternative in _alternatives(pattern))


@lru_cache(maxsize=1024)
def _alternatives(pattern: str) -> tuple[tuple[str, ...], ...]:
    pending = [pattern.removeprefix("./").rstrip("/")]
    done: list[tuple[str, ...]] = []
    while pending and len(done) < _MAX_ALTERNATIVES:
        text = pending.pop()
        brace = _BRACES.search(text)
        if brace is None:
            done.append(tuple(text.split("/")))
        elif len(pending) < _MAX_ALTERNATIVES:
            pending += (text[: brace.start()] + part + text[brace.end() :] for part in brace[1].split(","))
    return tuple(done)


def _matches(pattern: tuple[str, ...], segments: list[str]) -> bool:
    """Linear in pattern × segments: the set of positions in the pattern that the segments so far can have reached."""
    reached = _over_stars(pattern, {0})
    for segment in segments:
        following: set[int] = set()
        for position in reached:
            if position == len(pattern):
                continue
            if pattern[position] == "**":
                following.add(position)
            elif _segment_matches(pattern[position], segment):
                following.add(position + 1)
        reached = _over_stars(pattern, following)
        if not reached:
            return False
    return len(pattern) in reached


def _over_stars(pattern: tuple[str, ...], positions: set[int]) -> set[int]:
    reached = set(positions)
    for position in sorted(positions):
        end = position
        while end < len(pattern) and pattern[end] == "**":
            end += 1
            reached.add(end)
    return reached


def _segment_matches(pattern: str, segment: str) -> bool:
    """Each part between stars is taken where it first occurs, so that no star is ever tried twice."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == segment
    if not segment.startswith(first) or segment.startswith("."):
        return False
    at = len(first)
    for part in rest[:-1]:
        found = segment.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return segment.endswith(rest[-1]) and len(segment) - len(rest[-1]) >= at

"""Chooses the root of a review: the folder that paths are relative to and that is read whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from reviewer.finding import UsageError
from reviewer.source.git import checkout_of, tracks_below
from reviewer.source.manifest_names import PACKAGE


def resolve_root(paths: Sequence[Path], override: Path | None = None, *, may_be_missing: bool = False) -> Path:
    """The root for a run on `paths` (none means the current folder), absolute and free of links.

    It is `override` where given; else the nearest folder upwards with `.git`, else the folder given, else (for files,
    or without paths) the nearest folder upwards with a package.json. A folder below which the enclosing checkout tracks
    nothing is its own root. Raises UsageError for a path that lies outside `override`, or that does not exist, unless
    it may be missing: then it is that of a file.
    """
    given = [path.resolve() if may_be_missing else _existing(path) for path in paths] or [Path.cwd().resolve()]
    if override is not None:
        root = _existing(override)
        if not root.is_dir():
            raise UsageError(f"The root {str(override)!r} is not a folder.")
        for path, shown in zip(given, paths, strict=False):
            if not path.is_relative_to(root):
                raise UsageError(f"The path {str(shown)!r} lies outside the root {str(override)!r}.")
        return root
    start = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in given]))
    checkout = checkout_of(start)
    if checkout is not None and (checkout == start or tracks_below(checkout, start) is not False):
        return checkout
    if any(path.is_dir() for path in given) and paths:
        return start
    return _nearest_package(start, checkout) or start


def _existing(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"The path {str(path)!r} does not exist.") from error


def _nearest_package(start: Path, checkout: Path | None) -> Path | None:
    """The nearest folder from `start` upwards with a package.json, below the checkout that knows nothing of it."""
    for folder in (start, *start.parents):
        if folder == checkout:
            return None
        if (folder / PACKAGE).is_file():
            return folder
    return None

"""Fronts: what stands before an application, a proxy or who hosts it, by the files that tell it what to do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reviewer.model.apps import App
    from reviewer.model.model import Model

_HANDS_ON: Final = "proxy_pass"
_LOCATION: Final = re.compile(r"\s*location\b")


def setting_headers(model: Model, app: App, patterns: Iterable[str], headers: Collection[str]) -> str:
    """The first file, among those whose names fit one of the shell patterns, that names more than one of these headers,
    in small letters; empty for none. Files of other packages are for other applications.
    """
    own = model.link.paths[app.module]
    for path, text in model.manifests.texts(patterns):
        package = model.manifests.package_of(path)
        if package is None or not package.dir or own.startswith(f"{package.dir}/"):
            lines = _said(text) if _HANDS_ON not in text else _handed_on(_said(text))
            if len([header for header in headers if any(header in line for line in lines)]) > 1:
                return path
    return ""


def _said(text: str) -> list[str]:
    """The lines of a file without comments, in small letters."""
    return [line.lower() for line in text.splitlines() if not line.lstrip().startswith(("#", "//"))]


def _handed_on(lines: Iterable[str]) -> list[str]:
    """The lines of nginx without those of locations that hand no request on: their answers are files of its own."""
    kept: list[list[str]] = [[]]
    depths: list[int] = []
    depth = 0
    for line in lines:
        if _LOCATION.match(line):
            kept.append([])
            depths.append(depth)
        kept[-1].append(line)
        depth += line.count("{") - line.count("}")
        while depths and depth <= depths[-1] and "{" in "".join(kept[-1]):
            depths.pop()
            inner = kept.pop()
            kept[-1] += inner if any("_pass" in each for each in inner) else []
    return [line for block in kept for line in block]

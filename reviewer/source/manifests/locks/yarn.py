"""yarn.lock, both the format of Yarn 1 and that of Yarn 2 and later ("berry")."""

from __future__ import annotations

import re
from typing import Final

from reviewer.source.manifests.locks.lock import Installed
from reviewer.source.paths import join

_VERSION = re.compile(r'\n[ \t]+version:?[ \t]+"?([^"\n]+)"?')
# The version of a member of the workspace, one of whose descriptors names its folder: `workspace:packages/a`.
_LOCAL_VERSION: Final = "0.0.0-use.local"
_WORKSPACE_FOLDER = re.compile(r"workspace:(?![*^~\d])(.+)")
_HEAD_LIMIT: Final = 20_000
_BEFORE_NAME = frozenset('\n", ')


class YarnLock:
    """The text, searched for the packages that are asked for: an index of all of them costs far more."""

    def __init__(self, data: bytes) -> None:
        self._text = "\n" + data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        self._found: dict[str, dict[str, str]] = {}

    def installed(self, importer: str, name: str, declared: str | None) -> Installed | None:
        """The entry of the declared range; without one, the only entry there is."""
        del importer
        entries = self._found.get(name)
        if entries is None:
            entries = self._found[name] = self._entries(name)
        versions = set(entries.values())
        if declared is not None:
            chosen = entries.get(declared) or entries.get(f"npm:{declared}")
            versions = {chosen} if chosen else versions
        if len(versions) != 1:
            return None
        version = versions.pop()
        if version != _LOCAL_VERSION:
            return Installed(version=version)
        folders = (found[1] for descriptor in entries if (found := _WORKSPACE_FOLDER.fullmatch(descriptor)))
        return next((Installed(folder=join("", folder)) for folder in folders), None)

    def _entries(self, name: str) -> dict[str, str]:
        """The versions of a package by descriptor, the part of the entry's head behind `name@`."""
        entries: dict[str, str] = {}
        text, start = self._text, f"{name}@"
        at = text.find(start)
        while at >= 0:
            line = text.rfind("\n", max(0, at - _HEAD_LIMIT), at)
            end = text.find("\n", at)
            if line >= 0 and end > 0 and text[at - 1] in _BEFORE_NAME and text[line + 1] not in " \t#\n":
                version = _VERSION.match(text, end)
                if version is not None:
                    for part in text[line + 1 : end].rstrip(":").split(","):
                        descriptor = part.strip(' "')
                        if descriptor.startswith(start):
                            entries[descriptor[len(start) :]] = version[1].strip()
                at = end
            at = text.find(start, at + 1)
        return entries

"""pnpm-lock.yaml, versions 5 to 9: its part on importers."""

from __future__ import annotations

import re
from typing import Final

from reviewer.source.manifests.blocks import scan
from reviewer.source.manifests.locks.lock import Installed
from reviewer.source.paths import join

_GROUPS: Final = frozenset({"dependencies", "devDependencies", "optionalDependencies"})
_PACKAGES = re.compile(r"^packages:", re.MULTILINE)
_VERSION = re.compile(r"(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)(?:[_(].*)?")
_NAMED_VERSION = re.compile(r"/?(?:@[^/@]+/)?[^/@]+[@/](\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:[_(].*)?")


class PnpmLock:
    """The versions of the direct dependencies of each importer; what importers get from others is not looked at."""

    def __init__(self, data: bytes) -> None:
        text = data.decode("utf-8-sig", "replace")
        packages = _PACKAGES.search(text)
        self._importers: dict[str, dict[str, str]] = {}
        for keys, value in scan(text[: packages.start()] if packages else text):
            importer, rest = (keys[1], keys[2:]) if keys[0] == "importers" and len(keys) > 2 else (".", keys)
            # `name: version` up to version 5, since then a mapping of `specifier` and `version`.
            is_version = len(rest) == 2 or (len(rest) == 3 and rest[2] == "version")
            if is_version and rest[0] in _GROUPS and value:
                self._importers.setdefault("" if importer == "." else importer, {})[rest[1]] = value

    def installed(self, importer: str, name: str, declared: str | None) -> Installed | None:
        """The entry of the importer. pnpm gives a package nothing that it does not declare, so none is looked for."""
        del declared
        value = self._importers.get(importer, {}).get(name)
        if value is None:
            return None
        if value.startswith(("link:", "file:")):
            return Installed(folder=join(importer, value.partition(":")[2].partition("(")[0]))
        version = _VERSION.fullmatch(value) or _NAMED_VERSION.fullmatch(value)
        return None if version is None else Installed(version=version[1])

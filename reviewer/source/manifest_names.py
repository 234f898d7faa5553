"""The file names of manifests."""

from __future__ import annotations

import re
from typing import Final

PACKAGE: Final = "package.json"
PNPM_WORKSPACE: Final = "pnpm-workspace.yaml"
LERNA: Final = "lerna.json"

# In the order in which they are believed where several stand in one folder and no `packageManager` decides.
LOCKS: Final = ("npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb")

_TS_CONFIG = re.compile(r"[._]?(?:[\w-]+\.)?[tj]sconfig(?:[._-][\w.-]+)?\.json")
_NAMES = frozenset({PACKAGE, PNPM_WORKSPACE, LERNA, *LOCKS})


def is_manifest(path: str) -> bool:
    """Whether the file's name is that of a package, workspace, lock or TypeScript project file."""
    name = path.rpartition("/")[2]
    return name in _NAMES or is_ts_config(path)


def is_ts_config(path: str) -> bool:
    """Whether the file's name is that of a TypeScript or JavaScript project: `tsconfig.json`, `jsconfig.app.json`, …"""
    name = path.rpartition("/")[2]
    return name.endswith(".json") and "sconfig" in name and _TS_CONFIG.fullmatch(name) is not None

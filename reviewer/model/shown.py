"""Shown: code below a folder of examples that lies among the application's own, and that nothing of it uses."""

from __future__ import annotations

from typing import Final

from reviewer.model.link import OUTSIDE, Link

_FOLDERS: Final = frozenset({"example", "examples"})
"""Fewer than tell a file's class: within the code, `demo` or `docs` are as often parts of the application."""


def shown(link: Link) -> frozenset[int]:
    """The modules below such a folder of which nobody outside loads one. A folder of that name may as well hold what
    the application does, which then somebody loads.
    """
    below: dict[str, list[int]] = {}
    used: set[str] = set()
    for m, path in enumerate(link.paths):
        folder = _folder(path)
        if folder and link.classes[m] not in OUTSIDE:
            below.setdefault(folder, []).append(m)
            if any(_folder(link.paths[importer.module]) != folder for importer in link.importers.get(m, ())):
                used.add(folder)
    return frozenset(m for folder, modules in below.items() if folder not in used for m in modules)


def _folder(path: str) -> str:
    """The outermost folder of examples in which a file lies; empty where it lies in none."""
    parts = path.lower().split("/")[:-1]
    at = next((at for at, part in enumerate(parts) if part in _FOLDERS), -1)
    return "/".join(parts[: at + 1])

"""What an import may mean."""

from __future__ import annotations

import msgspec


class File(msgspec.Struct, frozen=True, gc=False):
    """A file of the tree that holds code."""

    path: str


class External(msgspec.Struct, frozen=True, gc=False):
    """A package from outside the tree, under the name it has in the registry; `subpath` is what follows, or empty."""

    name: str
    subpath: str = ""


class Builtin(msgspec.Struct, frozen=True, gc=False):
    """A module of the runtime; with the `node:` prefix where it has no name without."""

    name: str


class Asset(msgspec.Struct, frozen=True, gc=False):
    """Something that is no code: JSON, a style sheet, an image. `path` is None where it is not in the tree."""

    path: str | None


class Unresolved(msgspec.Struct, frozen=True, gc=False):
    """The import leads nowhere that is known; `reason` is part of a sentence."""

    reason: str


Resolution = File | External | Builtin | Asset | Unresolved

"""What every lock file answers, whatever its format."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Installed(msgspec.Struct, frozen=True, gc=False):
    """What a lock file says of a dependency: the text of its version, or the folder of the tree that it is linked to.

    `folder` is relative to the lock file's folder.
    """

    version: str = ""
    folder: str | None = None


class Lock(Protocol):
    """A lock file that has been read."""

    def installed(self, importer: str, name: str, declared: str | None) -> Installed | None:
        """What the package in the folder `importer` (relative to the lock file's) gets when it imports `name`.

        `declared` is the range or address in the package.json that declares the dependency. None where the file does
        not tell.
        """


class LockError(Exception):
    """The lock file can't be read; the message is part of a sentence."""

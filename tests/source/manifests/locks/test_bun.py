"""bun.lock."""

from __future__ import annotations

import pytest

from reviewer.source.manifests.locks.bun import BunLock
from reviewer.source.manifests.locks.lock import Installed, LockError

LOCK = b"""{
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "root", "dependencies": { "express": "^4" }, },
    "packages/a": { "name": "@my/a", "version": "1.0.0", },
  },
  "packages": {
    "@my/a": ["@my/a@workspace:packages/a"],
    "express": ["express@4.18.2", "", { "dependencies": { "debug": "2" } }, "sha512-x"],
    "@my/a/express": ["express@5.0.1", "", {}, "sha512-y"],
    "@scope/x": ["@scope/x@1.0.0-rc.1", "", {}, "sha512-z"],
    "empty": [],
  },
}
"""


@pytest.mark.parametrize(
    ("importer", "name", "expected"),
    [
        ("", "express", Installed(version="4.18.2")),
        ("packages/a", "express", Installed(version="5.0.1")),
        ("packages/a", "@scope/x", Installed(version="1.0.0-rc.1")),
        ("", "@my/a", Installed(folder="packages/a")),
        ("", "empty", None),
        ("", "koa", None),
    ],
)
def test_installed(importer: str, name: str, expected: Installed | None) -> None:
    assert BunLock(LOCK).installed(importer, name, None) == expected


@pytest.mark.parametrize("data", [b"", b"[]", b'{"packages": {"a": "b"}}', b'{"packages":' + b"[" * 100_000])
def test_broken(data: bytes) -> None:
    with pytest.raises(LockError):
        BunLock(data)

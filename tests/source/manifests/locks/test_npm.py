"""package-lock.json, versions 1 to 3."""

from __future__ import annotations

import pytest

from reviewer.source.manifests.locks.lock import Installed, LockError
from reviewer.source.manifests.locks.npm import NpmLock

VERSION_3 = b"""{
  "name": "root", "lockfileVersion": 3, "requires": true,
  "packages": {
    "": { "name": "root", "version": "1.0.0", "dependencies": { "express": "^4" } },
    "node_modules/express": { "version": "4.18.2", "resolved": "https://r/express.tgz", "engines": ["node"] },
    "node_modules/@my/b": { "resolved": "packages/b", "link": true },
    "packages/a": { "version": "1.0.0" },
    "packages/a/node_modules/express": { "version": "5.0.1" },
    "packages/b": { "name": "@my/b", "version": "2.0.0" }
  }
}"""


@pytest.mark.parametrize(
    ("importer", "name", "expected"),
    [
        ("", "express", Installed(version="4.18.2")),
        ("packages/a", "express", Installed(version="5.0.1")),
        ("packages/b", "express", Installed(version="4.18.2")),
        ("packages/a", "@my/b", Installed(folder="packages/b")),
        ("", "koa", None),
    ],
)
def test_version_3(importer: str, name: str, expected: Installed | None) -> None:
    assert NpmLock(VERSION_3).installed(importer, name, None) == expected


def test_version_2_has_both_tables() -> None:
    lock = NpmLock(
        b'{"lockfileVersion": 2, "packages": {"": {}, "node_modules/pg": {"version": "8.1.0"}},'
        b' "dependencies": {"pg": {"version": "8.1.0"}, "gone": {"version": "1.0.0"}}}',
    )
    assert lock.installed("", "pg", None) == Installed(version="8.1.0")
    assert lock.installed("", "gone", None) is None


def test_version_1() -> None:
    lock = NpmLock(
        b'{"lockfileVersion": 1, "dependencies": {"express": {"version": "4.16.0", "requires": {"debug": "2"},'
        b' "dependencies": {"debug": {"version": "2.0.0"}}}, "debug": {"version": "3.0.0"}}}',
    )
    assert lock.installed("", "express", "^4") == Installed(version="4.16.0")
    assert lock.installed("", "debug", None) == Installed(version="3.0.0")
    assert lock.installed("packages/a", "express", None) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"<<<<<<< HEAD\n{}",
        b'{"packages": []}',
        b'{"packages": {"a": {"version": 1}}}',
        b'{"x":' + b"[" * 100_000,
    ],
)
def test_broken(data: bytes) -> None:
    with pytest.raises(LockError):
        NpmLock(data)

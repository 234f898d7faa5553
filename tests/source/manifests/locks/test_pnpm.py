"""pnpm-lock.yaml, versions 5 to 9."""

from __future__ import annotations

import pytest

from reviewer.source.manifests.locks.lock import Installed
from reviewer.source.manifests.locks.pnpm import PnpmLock

VERSION_5_SINGLE = b"""lockfileVersion: 5.4

specifiers:
  express: ^4.17.0
  '@types/node': ^16

dependencies:
  express: 4.17.1
  old: /express/3.21.2
  my-alias: /@scope/real/1.2.3_react@17.0.2

devDependencies:
  '@types/node': 16.0.0

packages:

  /express/4.17.1:
    resolution: {integrity: sha512-x}
    dependencies:
      express: 9.9.9
"""

VERSION_5_WORKSPACE = b"""lockfileVersion: 5.3

importers:

  .:
    specifiers:
      typescript: ^4.0.0
    devDependencies:
      typescript: 4.5.2

  packages/a:
    specifiers:
      express: ^4.0.0
      '@my/b': workspace:*
    dependencies:
      express: 4.18.0_supports-color@5.0.0
      '@my/b': link:../b

packages:

  /express/4.18.0:
    dev: false
"""

VERSION_6 = b"""lockfileVersion: '6.0'

dependencies:
  express:
    specifier: ^4.18.0
    version: 4.18.2(supports-color@9.0.0)
  aliased:
    specifier: npm:express@^3
    version: /express@3.21.2

packages:
"""

VERSION_9 = b"""lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

catalogs:
  default:
    express:
      specifier: ^4.0.0
      version: 4.19.0

importers:

  .: {}

  packages/a:
    dependencies:
      '@my/b':
        specifier: workspace:*
        version: link:../b
      aliased:
        specifier: npm:express@^3
        version: express@3.21.2
      express:
        specifier: 'catalog:'
        version: 5.1.0(@types/express@5.0.0)(debug@4.0.0)
      fork:
        specifier: github:x/fork
        version: https://codeload.github.com/x/fork/tar.gz/abc
    optionalDependencies:
      "pg":
        specifier: ^8
        version: 8.11.0-beta.1

packages:

  express@5.1.0:
    resolution: {integrity: sha512-x}

snapshots:

  express@5.1.0:
    dependencies:
      pg: 1.0.0
"""


@pytest.mark.parametrize(
    ("data", "importer", "name", "expected"),
    [
        (VERSION_5_SINGLE, "", "express", Installed(version="4.17.1")),
        (VERSION_5_SINGLE, "", "@types/node", Installed(version="16.0.0")),
        (VERSION_5_SINGLE, "", "old", Installed(version="3.21.2")),
        (VERSION_5_SINGLE, "", "my-alias", Installed(version="1.2.3")),
        (VERSION_5_SINGLE, "packages/a", "express", None),
        (VERSION_5_WORKSPACE, "", "typescript", Installed(version="4.5.2")),
        (VERSION_5_WORKSPACE, "packages/a", "express", Installed(version="4.18.0")),
        (VERSION_5_WORKSPACE, "packages/a", "@my/b", Installed(folder="packages/b")),
        (VERSION_5_WORKSPACE, "packages/a", "typescript", None),
        (VERSION_6, "", "express", Installed(version="4.18.2")),
        (VERSION_6, "", "aliased", Installed(version="3.21.2")),
        (VERSION_9, "packages/a", "express", Installed(version="5.1.0")),
        (VERSION_9, "packages/a", "aliased", Installed(version="3.21.2")),
        (VERSION_9, "packages/a", "pg", Installed(version="8.11.0-beta.1")),
        (VERSION_9, "packages/a", "@my/b", Installed(folder="packages/b")),
        (VERSION_9, "packages/a", "fork", None),
        (VERSION_9, "", "express", None),
    ],
)
def test_installed(data: bytes, importer: str, name: str, expected: Installed | None) -> None:
    assert PnpmLock(data).installed(importer, name, None) == expected


def test_windows_line_ends() -> None:
    lock = PnpmLock(VERSION_9.replace(b"\n", b"\r\n"))
    assert lock.installed("packages/a", "pg", None) == Installed(version="8.11.0-beta.1")


def test_hostile() -> None:
    assert PnpmLock(b"").installed("", "express", None) is None
    assert PnpmLock(b"\xff\x00" * 1000).installed("", "express", None) is None
    deep = b"".join(b" " * depth + b"a:\n" for depth in range(2000))
    assert PnpmLock(b"dependencies:\n" + deep).installed("", "express", None) is None
    assert PnpmLock(b"dependencies:\n  a: link:../../..\n").installed("", "a", None) == Installed()

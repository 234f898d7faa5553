"""Patterns of workspaces."""

from __future__ import annotations

import time

import pytest

from reviewer.source.manifests.workspaces import Workspace, matches, of_lerna, of_pnpm


@pytest.mark.parametrize(
    ("pattern", "folder", "expected"),
    [
        ("packages/*", "packages/a", True),
        ("packages/*", "packages/a/b", False),
        ("packages/**", "packages/a/b", True),
        ("packages/**", "packages", True),
        ("./packages/a/", "packages/a", True),
        ("**", "a/b", True),
        ("**/client", "a/b/client", True),
        ("**/client", "client", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/x/y/c", True),
        ("a/**/c", "a/x/y/d", False),
        ("{apps,packages}/*", "apps/web", True),
        ("{apps,packages}/*", "tools/web", False),
        ("packages/plugin-*", "packages/plugin-a", True),
        ("packages/plugin-*", "packages/a", False),
        ("packages/*-*-x", "packages/a-b-x", True),
        ("packages/a*a", "packages/a", False),
        ("packages/*", "packages/.hidden", False),
    ],
)
def test_pattern(*, pattern: str, folder: str, expected: bool) -> None:
    assert matches(pattern, folder) is expected


def test_hostile_patterns_take_no_time() -> None:
    start = time.process_time()
    assert not matches("/".join(["**", "a*a*a*a*a*b"] * 50), "/".join(["a" * 200] * 100))
    matches("{a,b}" * 200, "c")
    matches("{" * 1000, "c")
    assert time.process_time() - start < 1


def test_members() -> None:
    workspace = Workspace("mono", ("packages/*", "!packages/old"))
    assert workspace.holds("mono")
    assert workspace.holds("mono/packages/a")
    assert not workspace.holds("mono/packages/old")
    assert not workspace.holds("packages/a")
    assert not workspace.holds("monorepo/packages/a")


def test_lerna() -> None:
    assert of_lerna("lerna.json", b'{"packages": ["modules/*"]}') == Workspace("", ("modules/*",))
    assert of_lerna("lerna.json", b'{"npmClient": "yarn"}') is None


def test_pnpm() -> None:
    text = b"""# members
packages:
  - 'packages/*'   # all
  - "!packages/old"
  - tools/cli
catalog:
  express: ^4.18.0
  '@types/node': ^20
catalogs:
  next:
    express: 5.0.0
onlyBuiltDependencies:
- esbuild
"""
    expected = Workspace(
        "mono",
        ("packages/*", "!packages/old", "tools/cli"),
        {"next": {"express": "5.0.0"}, "default": {"express": "^4.18.0", "@types/node": "^20"}},
    )
    assert of_pnpm("mono/pnpm-workspace.yaml", text) == expected


def test_pnpm_flow_and_unindented_sequences() -> None:
    assert of_pnpm("pnpm-workspace.yaml", b"packages: ['a/*', \"b\"]\n").patterns == ("a/*", "b")
    assert of_pnpm("pnpm-workspace.yaml", b"packages:\n- a\n- b\n").patterns == ("a", "b")

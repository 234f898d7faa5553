"""Packages, workspaces and versions of a whole tree."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from reviewer.finding import Gap, GapKind
from reviewer.source import tree
from reviewer.source.manifests import Manifests, Range, Version, read_manifests

Tree = Mapping[str, object]


def manifests(files: Tree) -> Manifests:
    """Values that are no text are written as JSON."""
    texts = {path: text if isinstance(text, str) else json.dumps(text) for path, text in files.items()}
    return Manifests(texts, lambda path: texts[path].encode())


def npm_lock(**versions: str) -> object:
    packages = {f"node_modules/{name}": {"version": version} for name, version in versions.items()}
    return {"lockfileVersion": 3, "packages": packages}


def test_a_file_of_no_package_gets_what_the_only_manifest_says() -> None:
    found = manifests({"install/package.json": {"dependencies": {"express": "4.22.2", "pg": "^8.0.0"}}, "a.js": ""})
    assert found.version_text("src/a.js", "express") == "4.22.2"
    assert found.version_text("src/a.js", "koa") is None
    two = manifests({"a/package.json": {"dependencies": {"pg": "7"}}, "b/package.json": {"dependencies": {"pg": "8"}}})
    assert two.version_text("src/a.js", "pg") is None


def test_nearest_package() -> None:
    found = manifests({"package.json": {"name": "root"}, "packages/a/package.json": {"name": "a"}})
    names = {}
    for path in ("x.js", "packages/x.js", "packages/a/x.js", "packages/a/src/deep/x.js", "packages/ab/x.js"):
        package = found.package_of(path)
        names[path] = package.name if package else None
    assert names == {
        "x.js": "root",
        "packages/x.js": "root",
        "packages/a/x.js": "a",
        "packages/a/src/deep/x.js": "a",
        "packages/ab/x.js": "root",
    }
    assert manifests({}).package_of("x.js") is None


@pytest.mark.parametrize(
    "root",
    [
        {"package.json": {"name": "root", "workspaces": ["packages/*"]}},
        {"package.json": {"name": "root", "workspaces": {"packages": ["packages/*"]}}},
        {"package.json": {"name": "root"}, "pnpm-workspace.yaml": "packages:\n  - packages/*\n"},
        {"package.json": {"name": "root"}, "lerna.json": {"packages": ["packages/*"]}},
    ],
)
def test_members_of_a_workspace(root: Tree) -> None:
    found = manifests(
        {
            **root,
            "packages/a/package.json": {"name": "@my/a"},
            "packages/b/package.json": {"name": "@my/b"},
            "test/fixtures/b/package.json": {"name": "@my/b"},
            "examples/c/package.json": {"name": "@my/c"},
        },
    )
    member = found.member("@my/b", "packages/a/src/x.js")
    assert member is not None
    assert member.dir == "packages/b"
    assert found.member("@my/b", "index.js") == member
    assert found.member("@my/c", "index.js") is None
    assert found.member("@my/b", "examples/c/x.js") is None
    assert found.member("express", "index.js") is None


def test_linked_folders_are_members() -> None:
    found = manifests(
        {
            "app/package.json": {"dependencies": {"a": "file:../lib", "b": "workspace:*", "c": "link:../../outside"}},
            "lib/package.json": {"name": "other-name"},
            "far/b/package.json": {"name": "b"},
        },
    )
    assert {name: m.dir if (m := found.member(name, "app/x.js")) else None for name in "abc"} == {
        "a": "lib",
        "b": "far/b",
        "c": None,
    }


class TestVersions:
    def test_lock_before_range(self) -> None:
        found = manifests(
            {
                "package.json": {"dependencies": {"express": "^4.17.0", "pg": "^8.0.0", "koa": "latest"}},
                "package-lock.json": npm_lock(express="4.18.2", debug="2.0.0"),
            },
        )
        assert found.version_of("src/a.js", "express") == Version("4.18.2")
        assert found.version_of("src/a.js", "pg") == Range("^8.0.0")
        assert found.version_of("src/a.js", "koa") is None
        assert found.version_of("src/a.js", "debug") == Version("2.0.0")
        assert found.version_of("src/a.js", "unknown") is None
        assert found.version_text("src/a.js", "express") == "4.18.2"
        assert found.version_text("src/a.js", "koa") is None

    def test_without_any_manifest(self) -> None:
        assert manifests({}).version_of("a.js", "express") is None

    def test_range_of_a_package_further_up(self) -> None:
        found = manifests({"package.json": {"dependencies": {"express": "^4"}}, "src/package.json": {"type": "module"}})
        assert found.version_of("src/a.js", "express") == Range("^4")

    def test_nested_packages_have_their_own(self) -> None:
        found = manifests(
            {
                "package.json": {"dependencies": {"express": "^4"}, "workspaces": ["packages/*"]},
                "packages/a/package.json": {"dependencies": {"express": "^5"}},
                "packages/b/package.json": {"dependencies": {"express": "^4"}},
                "package-lock.json": {
                    "lockfileVersion": 3,
                    "packages": {
                        "node_modules/express": {"version": "4.18.2"},
                        "packages/a/node_modules/express": {"version": "5.0.1"},
                    },
                },
            },
        )
        assert found.version_of("packages/a/x.js", "express") == Version("5.0.1")
        assert found.version_of("packages/b/x.js", "express") == Version("4.18.2")
        assert found.version_of("x.js", "express") == Version("4.18.2")

    def test_a_lock_file_of_its_own_wins(self) -> None:
        found = manifests(
            {
                "package.json": {"dependencies": {"express": "^4"}},
                "package-lock.json": npm_lock(express="4.18.2", pg="8.1.0"),
                "service/package.json": {"dependencies": {"express": "^5"}},
                "service/package-lock.json": npm_lock(express="5.1.0"),
            },
        )
        assert found.version_of("service/x.js", "express") == Version("5.1.0")
        assert found.version_of("service/x.js", "pg") == Version("8.1.0")

    def test_shrinkwrap_is_believed_first(self) -> None:
        found = manifests(
            {
                "package.json": {"dependencies": {"express": "^4"}},
                "package-lock.json": npm_lock(express="4.1.0"),
                "npm-shrinkwrap.json": npm_lock(express="4.2.0"),
            },
        )
        assert found.version_of("x.js", "express") == Version("4.2.0")

    def test_the_package_manager_decides_between_lock_files(self) -> None:
        files: dict[str, object] = {
            "package.json": {"dependencies": {"express": "^4"}, "packageManager": "yarn@3.6.0"},
            "package-lock.json": npm_lock(express="4.1.0"),
            "yarn.lock": '"express@npm:^4":\n  version: 4.9.0\n',
        }
        assert manifests(files).version_of("x.js", "express") == Version("4.9.0")
        files["package.json"] = {"dependencies": {"express": "^4"}}
        assert manifests(files).version_of("x.js", "express") == Version("4.1.0")

    def test_of_two_lock_files_the_one_that_fits(self) -> None:
        found = manifests(
            {
                "package.json": {"dependencies": {"express": "^5.0.0"}},
                "package-lock.json": npm_lock(express="4.1.0"),
                "yarn.lock": 'express@^5.0.0:\n  version "5.1.0"\n',
            },
        )
        assert found.version_of("x.js", "express") == Version("5.1.0")

    def test_pnpm_importer_that_declares(self) -> None:
        found = manifests(
            {
                "package.json": {"dependencies": {"pg": "^8"}},
                "a/package.json": {"dependencies": {"express": "^4"}},
                "a/sub/package.json": {"type": "module"},
                "pnpm-lock.yaml": "importers:\n"
                "  .:\n    dependencies:\n      pg:\n        specifier: ^8\n        version: 8.2.0\n"
                "  a:\n    dependencies:\n      express:\n        specifier: ^4\n        version: 4.3.0\n",
            },
        )
        assert found.version_of("a/x.js", "express") == Version("4.3.0")
        assert found.version_of("a/sub/x.js", "express") == Version("4.3.0")
        assert found.version_of("a/x.js", "pg") == Version("8.2.0")

    def test_catalogs(self) -> None:
        found = manifests(
            {
                "pnpm-workspace.yaml": "packages: ['a']\ncatalog:\n  express: ^4.1\ncatalogs:\n  next:\n    pg: ^9\n",
                "a/package.json": {
                    "dependencies": {"express": "catalog:", "pg": "catalog:next", "koa": "catalog:gone"}
                },
            },
        )
        assert found.version_of("a/x.js", "express") == Range("^4.1")
        assert found.version_of("a/x.js", "pg") == Range("^9")
        assert found.version_of("a/x.js", "koa") is None

    def test_members_have_their_own_version(self) -> None:
        found = manifests(
            {
                "package.json": {"workspaces": ["*"]},
                "a/package.json": {"name": "a", "dependencies": {"b": "workspace:*"}},
                "b/package.json": {"name": "b", "version": "3.1.0"},
            },
        )
        assert found.version_of("a/x.js", "b") == Version("3.1.0")

    def test_alias(self) -> None:
        found = manifests(
            {
                "package.json": {"dependencies": {"express4": "npm:express@^4", "pg": "npm:^8"}},
                "package-lock.json": npm_lock(express4="4.18.2"),
            },
        )
        assert found.real_name("x.js", "express4") == "express"
        assert found.real_name("x.js", "pg") == "pg"
        assert found.real_name("x.js", "koa") == "koa"
        assert found.version_of("x.js", "express4") == Version("4.18.2")

    def test_a_lock_entry_that_is_no_version(self) -> None:
        found = manifests(
            {
                "package.json": {"dependencies": {"express": "^4"}},
                "package-lock.json": {"dependencies": {"express": {"version": "github:x/express#abc"}}},
            },
        )
        assert found.version_of("x.js", "express") == Range("^4")


class TestGaps:
    def test_broken_manifests(self) -> None:
        found = manifests(
            {
                "package.json": "{",
                "a/package.json": {"dependencies": {"express": "^4"}},
                "a/yarn.lock": "",
                "b/package.json": {"dependencies": {"express": "^4"}},
                "b/package-lock.json": "<<<<<<<",
                "lerna.json": "[]",
                "c/bun.lockb": "",
            },
        )
        assert found.version_of("a/x.js", "express") == Range("^4")
        assert found.version_of("b/x.js", "express") == Range("^4")
        assert [(gap.path, gap.kind) for gap in sorted(found.gaps)] == [
            ("b/package-lock.json", GapKind.MANIFEST),
            ("c/bun.lockb", GapKind.MANIFEST),
            ("lerna.json", GapKind.MANIFEST),
            ("package.json", GapKind.MANIFEST),
        ]

    def test_binary_lock_file_beside_a_readable_one(self) -> None:
        found = manifests({"package.json": {}, "bun.lockb": "", "yarn.lock": ""})
        assert found.gaps == []

    def test_unreadable(self) -> None:
        gap = Gap("package.json", 0, GapKind.UNREADABLE, "cannot be opened: Permission denied")
        found = Manifests(["package.json"], lambda _: gap)
        assert found.gaps == [gap]
        assert found.packages == {}


def test_on_disk(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "x", "dependencies": {"express": "^4"}}')
    (tmp_path / "package-lock.json").write_text(json.dumps(npm_lock(express="4.18.2")))
    found = read_manifests(tree.Tree(tmp_path), ["package.json", "package-lock.json", "gone/package.json", "a.js"])
    assert found.version_of("a.js", "express") == Version("4.18.2")
    assert [gap.path for gap in found.gaps] == ["gone/package.json"]


def test_large_lock_files_are_fast() -> None:
    count = 6000
    entries = {
        f"node_modules/p{n}": {
            "version": f"1.{n}.0",
            "resolved": "https://r/" + "x" * 80,
            "integrity": "y" * 90,
            "engines": {},
        }
        for n in range(count)
    }
    yarn = "".join(
        f'p{n}@^1.0.0:\n  version "1.{n}.0"\n  resolved "{"x" * 90}"\n  dependencies:\n    q "^2"\n\n'
        for n in range(count)
    )
    pnpm = "importers:\n\n  .:\n    dependencies:\n      p7:\n        specifier: ^1.0.0\n        version: 1.7.0\n"
    pnpm += "\npackages:\n\n"
    pnpm += "".join(f"  p{n}@1.{n}.0:\n    resolution: {{integrity: {'y' * 90}}}\n" for n in range(count))
    package = {"dependencies": {"p7": "^1.0.0"}}
    for name, lock in {"package-lock.json": {"packages": entries}, "yarn.lock": yarn, "pnpm-lock.yaml": pnpm}.items():
        found = manifests({"package.json": package, name: lock})
        start = time.process_time()
        assert found.version_of("x.js", "p7") == Version("1.7.0")
        # An idle machine takes a tenth of this.
        assert time.process_time() - start < 0.5

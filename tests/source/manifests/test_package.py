"""package.json and its tables of entry points."""

from __future__ import annotations

import json
import time

import pytest

from reviewer.source.jsonc import JsonError
from reviewer.source.manifests.exports import Row, Target, flatten
from reviewer.source.manifests.package import Package, read_package


def test_everything() -> None:
    text = b"""{
      "name": "@my/app", "version": "1.2.3", "private": true, "type": "module",
      "main": "dist/index.js", "module": "dist/index.mjs", "source": "src/index.ts",
      "bin": "bin/run.js",
      "scripts": { "start": "node dist" },
      "engines": { "node": ">=18" },
      "packageManager": "yarn@3.6.0+sha256.abc",
      "workspaces": ["packages/*"],
      "dependencies": { "express": "^4" },
      "devDependencies": { "jest": "^29" },
      "peerDependencies": { "pg": "^8" },
      "optionalDependencies": { "fsevents": "^2" },
      "exports": "./dist/index.js",
      "imports": { "#db": "./src/db.js" }
    }"""
    assert read_package("packages/app/package.json", text) == Package(
        path="packages/app/package.json",
        dir="packages/app",
        name="@my/app",
        version="1.2.3",
        dependencies={"express": "^4"},
        dev_dependencies={"jest": "^29"},
        peer_dependencies={"pg": "^8"},
        optional_dependencies={"fsevents": "^2"},
        workspaces=("packages/*",),
        engines={"node": ">=18"},
        type="module",
        main="dist/index.js",
        module="dist/index.mjs",
        source="src/index.ts",
        bin={"app": "bin/run.js"},
        exports=(Row(".", (Target("./dist/index.js"),)),),
        imports=(Row("#db", (Target("./src/db.js"),)),),
        scripts={"start": "node dist"},
        package_manager="yarn",
        private=True,
    )


def test_workspaces_as_object_with_catalogs_of_bun() -> None:
    package = read_package(
        "package.json",
        b'{"workspaces": {"packages": ["a/*"], "nohoist": ["x"],'
        b' "catalog": {"pg": "^8"}, "catalogs": {"n": {"pg": "^9"}}}}',
    )
    assert package.workspaces == ("a/*",)
    assert package.catalogs == {"n": {"pg": "^9"}, "default": {"pg": "^8"}}


def test_bins_by_name() -> None:
    assert read_package("package.json", b'{"bin": {"a": "x.js", "b": 1}}').bin == {"a": "x.js"}


def test_declared() -> None:
    package = read_package("package.json", b'{"dependencies": {"a": "1"}, "devDependencies": {"a": "2", "b": "3"}}')
    assert package.declared("a") == "1"
    assert package.declared("b") == "3"
    assert package.declared("c") is None


def test_absurd_members_count_as_absent() -> None:
    absurd = {
        "name": 1,
        "version": None,
        "dependencies": ["express"],
        "devDependencies": {"jest": {"version": 1}},
        "workspaces": {"packages": "a"},
        "engines": "node 18",
        "bin": [],
        "exports": 7,
        "imports": "./a.js",
        "scripts": {"start": None},
        "private": "yes",
        "packageManager": {},
    }
    assert read_package("a/package.json", json.dumps(absurd).encode()) == Package("a/package.json", "a")


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"dependencies":' + b'{"a":' * 100_000])
def test_broken(data: bytes) -> None:
    with pytest.raises(JsonError):
        read_package("package.json", data)


def test_exports_with_subpaths_and_conditions() -> None:
    rows = flatten(
        {
            "./features/*": {"require": "./cjs/*.js", "default": "./esm/*.js"},
            "./features/private/*": None,
            ".": [{"types": "./index.d.ts", "import": {"node": "./node.mjs", "default": "./web.mjs"}}, "./index.js"],
            "./package.json": "./package.json",
            "./features/special/*": "./special/*.js",
        },
    )
    assert rows == (
        Row("./package.json", (Target("./package.json"),)),
        Row(
            ".",
            (
                Target("./node.mjs", ("import", "node")),
                Target("./web.mjs", ("import", "default")),
                Target("./index.js"),
            ),
        ),
        Row("./features/special/*", (Target("./special/*.js"),)),
        Row("./features/*", (Target("./cjs/*.js", ("require",)), Target("./esm/*.js", ("default",)))),
    )


def test_star_of_a_row() -> None:
    row = Row("./a/*.js", ())
    assert row.match("./a/b/c.js") == "b/c"
    assert row.match("./a/.js") == ""
    assert row.match("./b.js") is None
    assert Row("./a/a", ()).match("./a/a") == ""
    assert Row("./aa*aa", ()).match("./aaa") is None


def test_hostile_exports() -> None:
    start = time.process_time()
    nested: object = "./a.js"
    for _ in range(900):
        nested = {"default": nested}
    assert flatten(nested) == (Row(".", (Target("./a.js", ("default",) * 900),)),)
    assert len(flatten({f"./{number}": "./a.js" for number in range(5000)})) == 1000
    assert len(flatten(["./a.js"] * 5000)[0].targets) == 1000
    assert time.process_time() - start < 1

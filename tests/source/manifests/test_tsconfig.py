"""TypeScript projects: what they extend, their folders and aliases."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reviewer.finding import Gap, GapKind
from reviewer.source.manifests.tsconfig import Alias, TsConfig, TsConfigs


def projects(files: Mapping[str, str], members: Mapping[str, str] | None = None) -> tuple[TsConfigs, list[Gap]]:
    gaps: list[Gap] = []
    return (
        TsConfigs(frozenset(files), lambda path: files[path].encode(), lambda name, _: (members or {}).get(name), gaps),
        gaps,
    )


def test_options() -> None:
    configs, gaps = projects(
        {
            "app/tsconfig.json": """{
              // the project
              "compilerOptions": {
                "baseUrl": "./src", "outDir": "../dist/app", "rootDir": "src",
                "rootDirs": ["src", "generated"],
                "paths": {
                  "@/*": ["*"], "@db": ["db/index.ts"], "@models/*.model": ["models/*", "../shared/models/*"],
                },
              },
              "references": [{ "path": "./tsconfig.node.json" }, { "path": "../lib" }, { "path": "../../outside" }, 1],
            }""",
            "app/tsconfig.node.json": "{}",
            "lib/tsconfig.json": "{}",
        },
    )
    assert configs.config("app/tsconfig.json") == TsConfig(
        path="app/tsconfig.json",
        dir="app",
        base_url="app/src",
        aliases=(
            Alias("@db", None, ("app/src/db/index.ts",)),
            Alias("@models/", ".model", ("app/src/models/*", "app/shared/models/*")),
            Alias("@/", "", ("app/src/*",)),
        ),
        root_dirs=("app/src", "app/generated"),
        out_dir="dist/app",
        root_dir="app/src",
        references=("app/tsconfig.node.json", "lib/tsconfig.json"),
    )
    assert gaps == []


def test_extends_keeps_the_folders_of_the_extended_file() -> None:
    configs, _ = projects(
        {
            "tsconfig.base.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@lib": ["lib/a.ts"]},'
            ' "outDir": "dist"}}',
            "app/tsconfig.json": '{"extends": "../tsconfig.base.json", "compilerOptions": {"outDir": "out"}}',
        },
    )
    config = configs.config("app/tsconfig.json")
    assert config.base_url == ""
    assert config.aliases == (Alias("@lib", None, ("lib/a.ts",)),)
    assert config.out_dir == "app/out"


def test_paths_without_base_url_are_relative_to_their_file() -> None:
    configs, _ = projects(
        {
            "config/base.json": '{"compilerOptions": {"paths": {"~/*": ["../src/*"]}}}',
            "app/tsconfig.json": '{"extends": "../config/base"}',
        },
    )
    assert configs.config("app/tsconfig.json").aliases == (Alias("~/", "", ("src/*",)),)


def test_the_last_of_several_extended_files_decides() -> None:
    configs, _ = projects(
        {
            "a.json": '{"compilerOptions": {"outDir": "a", "rootDir": "a"}}',
            "b.json": '{"extends": "./c.json", "compilerOptions": {"outDir": "b"}}',
            "c.json": '{"compilerOptions": {"outDir": "c", "baseUrl": "c"}}',
            "tsconfig.json": '{"extends": ["./a.json", "./b.json"]}',
        },
    )
    config = configs.config("tsconfig.json")
    assert (config.out_dir, config.root_dir, config.base_url) == ("b", "a", "c")


def test_config_dir() -> None:
    configs, _ = projects(
        {
            "base.json": '{"compilerOptions": {"outDir": "${configDir}/dist",'
            ' "paths": {"@/*": ["${configDir}/src/*"]}}}',
            "app/tsconfig.json": '{"extends": "../base.json"}',
        },
    )
    assert configs.config("app/tsconfig.json").out_dir == "app/dist"
    assert configs.config("app/tsconfig.json").aliases == (Alias("@/", "", ("app/src/*",)),)


def test_extends_a_package_of_the_tree() -> None:
    configs, gaps = projects(
        {
            "packages/config/base.json": '{"compilerOptions": {"outDir": "x"}}',
            "packages/config/tsconfig.json": '{"compilerOptions": {"outDir": "y"}}',
            "a/tsconfig.json": '{"extends": "@my/config/base.json"}',
            "b/tsconfig.json": '{"extends": "@my/config"}',
            "c/tsconfig.json": '{"extends": "@tsconfig/node18/tsconfig.json"}',
        },
        {"@my/config": "packages/config"},
    )
    assert configs.config("a/tsconfig.json").out_dir == "packages/config/x"
    assert configs.config("b/tsconfig.json").out_dir == "packages/config/y"
    assert configs.config("c/tsconfig.json").out_dir is None
    assert gaps == []


def test_projects_of_a_folder() -> None:
    configs, _ = projects(
        {
            "tsconfig.base.json": "{}",
            "tsconfig.json": "{}",
            "app/jsconfig.json": "{}",
            "app/tsconfig.app.json": "{}",
            "app/tsconfig.json": '{"references": [{"path": "./tsconfig.spec.json"}]}',
            "app/tsconfig.spec.json": "{}",
        },
    )
    assert [config.path for config in configs.projects_of("app/src/users")] == [
        "app/tsconfig.json",
        "app/jsconfig.json",
        "app/tsconfig.spec.json",
        "app/tsconfig.app.json",
        "tsconfig.json",
        "tsconfig.base.json",
    ]
    assert [config.path for config in configs.projects_of("other")] == ["tsconfig.json", "tsconfig.base.json"]


def test_alias() -> None:
    assert Alias("@/", "", ()).match("@/a/b") == "a/b"
    assert Alias("@/", "", ()).match("@a") is None
    assert Alias("@db", None, ()).match("@db") == ""
    assert Alias("@db", None, ()).match("@db/x") is None
    assert Alias("aa", "aa", ()).match("aaa") is None


@pytest.mark.parametrize(
    "files",
    [
        {"tsconfig.json": '{"extends": "./tsconfig.json"}'},
        {"tsconfig.json": '{"extends": "./tsconfig.b.json"}', "tsconfig.b.json": '{"extends": "./tsconfig.json"}'},
        {"tsconfig.json": '{"extends": "./missing.json"}'},
        {"tsconfig.json": '{"extends": "../../outside.json"}'},
        {"tsconfig.json": '{"extends": 7, "compilerOptions": [], "references": {}}'},
        {"tsconfig.json": '{"compilerOptions": {"paths": [], "baseUrl": 1, "outDir": "/abs", "rootDirs": "a"}}'},
        {"tsconfig.json": '{"compilerOptions": {"paths": {"a": "b", "c": [1], "d": ["../../.."]}}}'},
        {"tsconfig.json": '{"extends": ["", "@", "@a", "/", "."]}'},
    ],
)
def test_absurd(files: dict[str, str]) -> None:
    configs, gaps = projects(files)
    assert configs.config("tsconfig.json") == TsConfig("tsconfig.json", "")
    assert gaps == []


def test_long_chain_ends() -> None:
    files = {f"tsconfig.{n}.json": f'{{"extends": "./tsconfig.{n + 1}.json"}}' for n in range(1000)}
    configs, _ = projects({**files, "tsconfig.json": '{"extends": "./tsconfig.0.json"}'})
    assert configs.config("tsconfig.json").out_dir is None


def test_broken_file_is_a_gap() -> None:
    configs, gaps = projects({"tsconfig.json": "{", "app/tsconfig.json": '{"extends": "../tsconfig.json"}'})
    assert configs.config("app/tsconfig.json") == TsConfig("app/tsconfig.json", "app")
    assert configs.config("tsconfig.json") == TsConfig("tsconfig.json", "")
    assert [(gap.path, gap.kind) for gap in gaps] == [("tsconfig.json", GapKind.MANIFEST)]

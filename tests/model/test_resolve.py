"""What specifiers mean."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence

import pytest

from reviewer.model.resolution import Asset, Builtin, External, File, Resolution, Unresolved
from reviewer.model.resolve import Resolver
from reviewer.source.manifests import Manifests

BUILTINS = ("fs", "fs/promises", "path", "node:test")


def resolver(
    paths: Sequence[str],
    manifests: Mapping[str, object] | None = None,
    *,
    links: Mapping[str, str] | None = None,
    left_out: Mapping[str, str] | None = None,
) -> Resolver:
    texts = {path: json.dumps(value) for path, value in (manifests or {}).items()}
    every = [*paths, *texts]
    read = Manifests(every, lambda path: texts.get(path, "{}").encode())
    return Resolver(every, read, BUILTINS, links=links, left_out=left_out)


class TestRelative:
    @pytest.mark.parametrize(
        ("specifier", "importer", "expected"),
        [
            ("./b", "src/a.js", "src/b.js"),
            ("./b.js", "src/a.js", "src/b.js"),
            ("../top", "src/a.js", "top.mjs"),
            ("./../src/./b", "src/a.js", "src/b.js"),
            (".//b", "src/a.js", "src/b.js"),
            ("./folder", "src/a.js", "src/folder/index.ts"),
            ("./folder/", "src/a.js", "src/folder/index.ts"),
            (".", "src/folder/x.js", "src/folder/index.ts"),
            ("./", "src/folder/x.js", "src/folder/index.ts"),
            ("..", "src/folder/x.js", "src/index.cjs"),
            ("../..", "src/folder/x.js", "index.js"),
            ("./user.model", "src/a.js", "src/user.model.js"),
            ("./esm.js", "src/a.ts", "src/esm.ts"),
            ("./esm.mjs", "src/a.mts", "src/esm.mts"),
            ("./esm.cjs", "src/a.cts", "src/esm.cts"),
            ("./view.js", "src/a.ts", "src/view.tsx"),
            ("./view.jsx", "src/a.ts", "src/view.tsx"),
            ("./b.js?update=1", "src/a.js", "src/b.js"),
            ("worker-loader!./b.js", "src/a.js", "src/b.js"),
            ("!!raw-loader?x!./b.js", "src/a.js", "src/b.js"),
        ],
    )
    def test_file(self, specifier: str, importer: str, expected: str) -> None:
        found = resolver(
            [
                *(
                    "src/a.js",
                    "src/b.js",
                    "src/index.cjs",
                    "src/folder/index.ts",
                    "src/folder/x.js",
                    "top.mjs",
                    "index.js",
                ),
                *("src/user.model.js", "src/esm.ts", "src/esm.mts", "src/esm.cts", "src/view.tsx"),
            ],
        )
        assert found.resolve(specifier, importer, "import") == File(expected)

    def test_file_before_folder(self) -> None:
        found = resolver(["a.js", "b.js", "b/index.js"])
        assert found.resolve("./b", "a.js", "require") == File("b.js")
        assert found.resolve("./b/", "a.js", "require") == File("b/index.js")

    def test_the_language_of_the_importer_is_preferred(self) -> None:
        found = resolver(["b.js", "b.ts"])
        assert found.resolve("./b", "a.js", "require") == File("b.js")
        assert found.resolve("./b", "a.ts", "import") == File("b.ts")
        assert found.resolve("./b.js", "a.ts", "import") == File("b.js")

    def test_main_of_a_folder(self) -> None:
        found = resolver(
            ["lib/start.js", "lib/index.js", "built/src/index.ts", "empty/index.js", "dots/index.js"],
            {
                "lib/package.json": {"main": "start"},
                "built/package.json": {"main": "./dist/index.js"},
                "empty/package.json": {},
                "dots/package.json": {"main": "."},
            },
        )
        assert found.resolve("./lib", "a.js", "require") == File("lib/start.js")
        assert found.resolve("./built", "a.js", "require") == File("built/src/index.ts")
        assert found.resolve("./empty", "a.js", "require") == File("empty/index.js")
        assert found.resolve("./dots", "a.js", "require") == File("dots/index.js")

    def test_root_of_the_tree(self) -> None:
        found = resolver(["src/index.js"], {"package.json": {"main": "./lib/index.js"}})
        assert found.resolve("../", "spec/a.js", "import") == File("src/index.js")

    def test_assets(self) -> None:
        found = resolver(["data.json", "view.vue", "a.css"])
        assert found.resolve("./data.json", "a.js", "require") == Asset("data.json")
        assert found.resolve("./data", "a.js", "require") == Asset("data.json")
        assert found.resolve("./view.vue", "a.js", "import") == Asset("view.vue")
        assert found.resolve("./a.css?inline", "a.js", "import") == Asset("a.css")
        assert found.resolve("./missing.css", "a.js", "import") == Asset(None)

    @pytest.mark.parametrize(
        ("specifier", "reason"),
        [
            ("./gone", "there is no such file"),
            ("../../x", "the path leaves the root"),
            ("..", "there is no such file"),
            ("", "the specifier is empty"),
            ("loader!", "the specifier is empty"),
            ("./jquery.min.js", "the file is left out: minified"),
            ("./jquery.min", "the file is left out: minified"),
            ("./types", "the file is left out: declaration"),
        ],
    )
    def test_nowhere(self, specifier: str, reason: str) -> None:
        found = resolver(["src/a.js"], left_out={"src/jquery.min.js": "minified", "src/types.d.ts": "declaration"})
        assert found.resolve(specifier, "src/a.js", "require") == Unresolved(reason)

    def test_from_a_build_folder_to_the_source(self) -> None:
        found = resolver(["bin/cli.js", "src/server.ts", "src/db/index.ts"], {"package.json": {}})
        assert found.resolve("../dist/server", "bin/cli.js", "require") == File("src/server.ts")
        assert found.resolve("../lib/server.js", "bin/cli.js", "require") == File("src/server.ts")
        assert found.resolve("../dist/cjs/db", "bin/cli.js", "require") == File("src/db/index.ts")
        assert found.resolve("../dist/src/server.js", "bin/cli.js", "require") == File("src/server.ts")
        assert found.resolve("../other/server", "bin/cli.js", "require") == Unresolved("there is no such file")

    def test_links(self) -> None:
        found = resolver(
            ["shared/db/index.js", "shared/a.js", "app/x.js"],
            links={"app/shared": "shared", "app/one.js": "shared/a.js", "loop": "loop/loop", "gone": "nowhere"},
        )
        assert found.resolve("./shared/db", "app/x.js", "require") == File("shared/db/index.js")
        assert found.resolve("./one", "app/x.js", "require") == File("shared/a.js")
        assert found.resolve("./loop/a", "x.js", "require") == Unresolved("there is no such file")


class TestBare:
    @pytest.mark.parametrize(
        ("specifier", "expected"),
        [
            ("fs", Builtin("fs")),
            ("node:fs", Builtin("fs")),
            ("fs/promises", Builtin("fs/promises")),
            ("node:test", Builtin("node:test")),
            ("path/", External("path")),
            ("express", External("express")),
            ("express/lib/router", External("express", "lib/router")),
            ("@scope/name", External("@scope/name")),
            ("@scope/name/sub/path.js", External("@scope/name", "sub/path.js")),
            ("npm:express@4/lib", External("express", "lib")),
            ("npm:@scope/name@1", External("@scope/name")),
            ("https://esm.sh/express", Unresolved("it is an address, not a file")),
            ("data:text/javascript,1", Unresolved("it is an address, not a file")),
            ("file:///a.js", Unresolved("it is an address, not a file")),
            ("/etc/passwd", Unresolved("the path is absolute")),
            ("@/gone", Unresolved("it is an alias that no manifest explains")),
            ("#gone", Unresolved("it is no name of a package")),
            ("${name}", Unresolved("it is no name of a package")),
            ("a b", Unresolved("it is no name of a package")),
            ("\x1b[31m", Unresolved("it is no name of a package")),
        ],
    )
    def test_specifier(self, specifier: str, expected: Resolution) -> None:
        assert resolver(["a.js"], {"package.json": {}}).resolve(specifier, "a.js", "import") == expected

    def test_renamed_package(self) -> None:
        found = resolver(["a.js"], {"package.json": {"dependencies": {"express4": "npm:express@^4"}}})
        assert found.resolve("express4/lib/x", "a.js", "require") == External("express", "lib/x")

    def test_alias_of_a_bundler(self) -> None:
        found = resolver(["web/src/db.js", "web/x.js", "db.js"], {"web/package.json": {}})
        assert found.resolve("@/db", "web/src/a.js", "import") == File("web/src/db.js")
        assert found.resolve("~/x", "web/src/a.js", "import") == File("web/x.js")

    def test_alias_in_the_manifest(self) -> None:
        aliases = {"@models": "src/models", "@config": "src/config.js", "@": "src"}
        files = ["api/src/models/user.js", "api/src/models/index.js", "api/src/config.js", "api/src/a.js"]
        found = resolver(files, {"api/package.json": {"_moduleAliases": aliases}})
        assert found.resolve("@models/user", "api/src/a.js", "require") == File("api/src/models/user.js")
        assert found.resolve("@models", "api/src/a.js", "require") == File("api/src/models/index.js")
        assert found.resolve("@config", "api/src/a.js", "require") == File("api/src/config.js")
        assert found.resolve("@/config", "api/src/a.js", "require") == File("api/src/config.js")
        assert found.resolve("@modelsx/user", "api/src/a.js", "require") == External("@modelsx/user")
        assert found.resolve_folder("@models/", "api/src/a.js") == ["api/src/models/index.js", "api/src/models/user.js"]

    def test_module_path(self) -> None:
        scripts = {"start": "cross-env NODE_PATH=./lib:vendor node app.js", "test": "NODE_PATH=$PWD mocha"}
        manifest = {"scripts": scripts, "dependencies": {"models": "1.0.0"}}
        files = ["lib/routes/a.js", "lib/db.js", "vendor/db.js", "vendor/mail.js", "lib/models/user.js"]
        found = resolver(files, {"package.json": manifest})
        assert found.resolve("db", "lib/routes/a.js", "require") == File("lib/db.js")
        assert found.resolve("mail", "lib/routes/a.js", "require") == File("vendor/mail.js")
        assert found.resolve("models/user", "lib/routes/a.js", "require") == External("models", "user")

    def test_module_path_that_the_code_sets(self) -> None:
        found = resolver(["app/routes/a.js", "app/models/user.js", "user.js"], {"package.json": {}})
        assert found.resolve("models/user", "app/routes/a.js", "require") == File("app/models/user.js")
        assert found.resolve("user", "app/routes/a.js", "require") == External("user")
        assert found.resolve("routes/gone", "app/routes/a.js", "require") == External("routes", "gone")


class TestOwnPackage:
    def test_itself_by_name(self) -> None:
        found = resolver(
            ["src/index.ts", "src/feature.ts", "lib/util.js"],
            {
                "package.json": {
                    "name": "@my/app",
                    "exports": {".": "./dist/index.js", "./feature": "./dist/feature.js"},
                }
            },
        )
        assert found.resolve("@my/app", "test/a.js", "import") == File("src/index.ts")
        assert found.resolve("@my/app/feature", "test/a.js", "import") == File("src/feature.ts")
        assert found.resolve("@my/app/lib/util", "test/a.js", "import") == File("lib/util.js")

    def test_a_package_with_the_name_of_its_folder_only(self) -> None:
        found = resolver(["a.js"], {"package.json": {"name": "express", "main": "gone.js"}})
        assert found.resolve("express", "a.js", "require") == External("express")

    def test_internal_imports(self) -> None:
        found = resolver(
            ["src/db.ts", "src/db.web.js", "src/models/user.ts", "other/a.js"],
            {
                "package.json": {
                    "imports": {
                        "#db": {"browser": "./src/db.web.js", "default": "./dist/db.js"},
                        "#models/*": "./src/models/*.js",
                        "#dep": "express",
                        "#loop": "#loop",
                        "#files": "node:fs",
                    },
                },
            },
        )
        assert found.resolve("#db", "src/a.ts", "import") == File("src/db.ts")
        assert found.resolve("#models/user", "src/a.ts", "import") == File("src/models/user.ts")
        assert found.resolve("#dep", "src/a.ts", "import") == External("express")
        assert found.resolve("#files", "src/a.ts", "import") == Builtin("fs")
        assert found.resolve("#loop", "src/a.ts", "import") == Unresolved("it is no name of a package")


class TestWorkspace:
    def test_members(self) -> None:
        found = resolver(
            [
                *("packages/a/src/index.ts", "packages/a/src/util.ts", "packages/b/x.js", "packages/c/lib/main.js"),
                *(
                    "packages/d/esm/index.mjs",
                    "packages/d/cjs/index.cjs",
                    "packages/e/style.css",
                    "packages/f/src/deep/x.ts",
                ),
            ],
            {
                "package.json": {"workspaces": ["packages/*"]},
                "packages/a/package.json": {"name": "@my/a", "main": "dist/index.js"},
                "packages/b/package.json": {"name": "b"},
                "packages/c/package.json": {"name": "c", "main": "./lib/main"},
                "packages/d/package.json": {
                    "name": "d",
                    "exports": {".": {"import": "./esm/index.mjs", "require": "./cjs/index.cjs"}},
                },
                "packages/e/package.json": {"name": "e"},
                "packages/f/package.json": {
                    "name": "f",
                    "exports": {"./*": {"types": "./dist/*.d.ts", "default": "./dist/*.js"}},
                },
            },
        )
        importer = "packages/b/x.js"
        assert found.resolve("@my/a", importer, "require") == File("packages/a/src/index.ts")
        assert found.resolve("@my/a/dist/util", importer, "require") == File("packages/a/src/util.ts")
        assert found.resolve("@my/a/util", importer, "require") == File("packages/a/src/util.ts")
        assert found.resolve("@my/a/gone", importer, "require") == Unresolved("there is no such file")
        assert found.resolve("c", importer, "require") == File("packages/c/lib/main.js")
        assert found.resolve("d", importer, "import") == File("packages/d/esm/index.mjs")
        assert found.resolve("d", importer, "require") == File("packages/d/cjs/index.cjs")
        assert found.resolve("e/style.css", importer, "import") == Asset("packages/e/style.css")
        assert found.resolve("f/deep/x", importer, "import") == File("packages/f/src/deep/x.ts")
        assert found.resolve("express", importer, "import") == External("express")

    def test_out_dir_and_root_dir(self) -> None:
        found = resolver(
            ["packages/a/code/start.ts", "app/x.ts"],
            {
                "package.json": {"workspaces": ["packages/*", "app"]},
                "app/package.json": {"name": "app"},
                "packages/a/package.json": {"name": "a", "main": "compiled/out/start.js"},
                "packages/a/tsconfig.json": {"compilerOptions": {"outDir": "compiled/out", "rootDir": "code"}},
            },
        )
        assert found.resolve("a", "app/x.ts", "import") == File("packages/a/code/start.ts")

    def test_path_of_a_manifest(self) -> None:
        found = resolver(["src/main.ts", "bin/run.js"], {"package.json": {"main": "dist/main.js"}})
        assert found.files.locate("dist/main.js") == "src/main.ts"
        assert found.files.locate("dist/main") == "src/main.ts"
        assert found.files.locate("bin/run") == "bin/run.js"
        assert found.files.locate("gone.js") is None


class TestTypeScriptPaths:
    TREE = (
        *("src/app/users.ts", "src/app/index.ts", "libs/core/src/index.ts", "src/config/index.ts", "src/fallback/x.ts"),
        *("src/generated/api.ts",),
    )
    MANIFESTS: Mapping[str, object] = {
        "package.json": {"dependencies": {"config": "^3"}},
        "tsconfig.json": {
            "compilerOptions": {
                "baseUrl": "src",
                "paths": {"@app/*": ["missing/*", "app/*"], "@core": ["../libs/core/src"], "@x/*/end": ["fallback/*"]},
                "rootDirs": ["src/app", "src/generated"],
            },
        },
    }

    @pytest.mark.parametrize(
        ("specifier", "expected"),
        [
            ("@app/users", File("src/app/users.ts")),
            ("@app", Unresolved("it is no name of a package")),
            ("@core", File("libs/core/src/index.ts")),
            ("@x/x/end", File("src/fallback/x.ts")),
            ("@app/gone", External("@app/gone")),
            ("app/users", File("src/app/users.ts")),
            ("app", File("src/app/index.ts")),
            ("config", External("config")),
            ("./api", File("src/generated/api.ts")),
            ("fs", Builtin("fs")),
        ],
    )
    def test_specifier(self, specifier: str, expected: Resolution) -> None:
        assert resolver(self.TREE, self.MANIFESTS).resolve(specifier, "src/app/a.ts", "import") == expected

    def test_nearest_project_with_such_an_alias(self) -> None:
        found = resolver(
            ["apps/web/lib/a.ts", "libs/a.ts"],
            {
                "tsconfig.base.json": {"compilerOptions": {"paths": {"@libs/*": ["libs/*"], "~/*": ["libs/*"]}}},
                "apps/web/tsconfig.json": {"compilerOptions": {"paths": {"~/*": ["./lib/*"]}}},
            },
        )
        assert found.resolve("~/a", "apps/web/x.ts", "import") == File("apps/web/lib/a.ts")
        assert found.resolve("@libs/a", "apps/web/x.ts", "import") == File("libs/a.ts")


class TestFolder:
    PATHS = (
        *(
            "app.js",
            "routes/users.js",
            "routes/user-admin.ts",
            "routes/shop/index.js",
            "routes/shop/cart.js",
            "routes/x.json",
        ),
        *("routes/index.js", "src/plugins/a/index.ts", "src/plugins/b.ts", "models/user.model.js", "models/note.js"),
    )

    @pytest.mark.parametrize(
        ("prefix", "importer", "suffix", "expected"),
        [
            (
                "./routes/",
                "app.js",
                "",
                ["routes/index.js", "routes/shop/index.js", "routes/user-admin.ts", "routes/users.js"],
            ),
            ("./routes/user", "app.js", "", ["routes/user-admin.ts", "routes/users.js"]),
            ("./", "routes/index.js", "", ["routes/shop/index.js", "routes/user-admin.ts", "routes/users.js"]),
            ("./models/", "app.js", ".model", ["models/user.model.js"]),
            ("./models/", "app.js", ".model.js", ["models/user.model.js"]),
            ("@plugins/", "app.js", "", ["src/plugins/a/index.ts", "src/plugins/b.ts"]),
            ("../", "routes/users.js", "", ["app.js", "routes/index.js"]),
            ("./gone/", "app.js", "", []),
            ("../../", "app.js", "", []),
            ("", "app.js", "", []),
            ("express/", "app.js", "", []),
        ],
    )
    def test_modules(self, prefix: str, importer: str, suffix: str, expected: list[str]) -> None:
        found = resolver(
            self.PATHS, {"tsconfig.json": {"compilerOptions": {"paths": {"@plugins/*": ["./src/plugins/*"]}}}}
        )
        assert found.resolve_folder(prefix, importer, suffix) == expected


class TestClients:
    SCHEMA = """
        // generator old { provider = "prisma-client-js" output = "../old" }
        generator client {
          provider        = "prisma-client"
          output          = "../src/generated/prisma" // ignored by git
          previewFeatures = ["driverAdapters"]
        }
        generator docs { provider = "prisma-docs-generator" }
        datasource db { provider = "postgresql" }
    """

    @pytest.mark.parametrize(
        ("specifier", "importer", "expected"),
        [
            ("./generated/prisma/client", "api/src/db.ts", External("@prisma/client")),
            ("../generated/prisma", "api/src/users/users.ts", External("@prisma/client")),
            ("./generated/prisma/client.js", "api/src/db.ts", External("@prisma/client")),
            ("src/generated/prisma/client", "api/src/db.ts", External("@prisma/client")),
            ("@/generated/prisma/client", "api/src/db.ts", External("@prisma/client")),
            ("~db/client", "api/src/db.ts", External("@prisma/client")),
            ("@shop/api/client", "web/src/page.ts", External("@prisma/client")),
            ("./generated/prisma/enums", "api/src/db.ts", Unresolved("there is no such file")),
            ("./old", "api/src/db.ts", Unresolved("there is no such file")),
            ("./db", "api/src/main.ts", File("api/src/db.ts")),
        ],
    )
    def test_specifier(self, specifier: str, importer: str, expected: Resolution) -> None:
        texts = {
            "package.json": json.dumps({"workspaces": ["api", "web"]}),
            "api/package.json": json.dumps(
                {"name": "@shop/api", "exports": {"./client": "./src/generated/prisma/client.js"}}
            ),
            "api/tsconfig.json": json.dumps({"compilerOptions": {"paths": {"~db/*": ["./src/generated/prisma/*"]}}}),
            "api/prisma/schema.prisma": self.SCHEMA,
            "web/package.json": json.dumps({"dependencies": {"@shop/api": "*"}}),
        }
        paths = [*texts, "api/src/db.ts", "api/src/main.ts", "api/src/users/users.ts", "web/src/page.ts"]
        read = Manifests(paths, lambda path: texts.get(path, "").encode())
        assert Resolver(paths, read, BUILTINS).resolve(specifier, importer, "import") == expected


def test_thousands_take_milliseconds() -> None:
    paths = [f"src/m{n % 50}/f{n}.ts" for n in range(2000)]
    found = resolver(paths, {"package.json": {"dependencies": {"express": "^4"}}, "tsconfig.json": {}})
    start = time.process_time()
    for n in range(2000):
        assert found.resolve(f"../m{n % 50}/f{n}.js", "src/m0/x.ts", "import") == File(paths[n])
        assert found.resolve(f"express/{n}", "src/m0/x.ts", "import") == External("express", str(n))
    assert time.process_time() - start < 0.5


def test_hostile_specifiers() -> None:
    found = resolver(["a.js"], {"package.json": {}})
    start = time.process_time()
    for specifier in (
        "../" * 50_000,
        "./" * 50_000,
        "a/" * 50_000,
        "@" * 50_000,
        "!" * 50_000,
        "?" * 50_000,
        "\0",
        "\ud800",
    ):
        assert not isinstance(found.resolve(specifier, "a.js", "import"), File)
    assert time.process_time() - start < 1

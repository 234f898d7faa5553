"""Files of packages made for browsers are not read, unless something of a server leads to them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.cache.entries import open_cache
from reviewer.finding import BROWSER_CODE
from reviewer.program import Program, open_program
from reviewer.settings import Options


def opened(root: Path, files: dict[str, str], also: str | None = None) -> Program:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return open_program(Options(paths=(root,), root=root), also=also)


def package(*names: str, **more: object) -> str:
    return json.dumps({"name": "one", "dependencies": dict.fromkeys(names, "1.0.0"), **more})


PAGE = {
    "web/package.json": package("react-dom"),
    "web/index.html": "<script src=src/main.tsx></script>",
    "web/src/main.tsx": "import { App } from './app'\nexport const main = App",
    "web/src/app.ts": "export const App = () => null",
    "web/src/types.ts": "export const kinds = ['url', 'http']",
    "server/package.json": package("express"),
    "server/index.ts": "import express from 'express'\nexpress().listen(1)",
}


def read(program: Program) -> set[str]:
    return set(program.model.link.paths)


def test_a_package_made_for_browsers_is_not_read(tmp_path: Path) -> None:
    program = opened(tmp_path, PAGE)
    assert read(program) == {"server/index.ts"}
    assert program.left_out[BROWSER_CODE] == 3


def test_what_a_server_imports_is_read_with_all_that_it_imports(tmp_path: Path) -> None:
    server = {
        "server/index.ts": "import express from 'express'\nimport { main } from '../web/src/main'\nmain(express())"
    }
    assert read(opened(tmp_path, PAGE | server)) == {"server/index.ts", "web/src/main.tsx", "web/src/app.ts"}


@pytest.mark.parametrize(
    "text", ["import http from 'http'", "const fs = require('node:fs/promises')", "await import('express')"]
)
def test_a_file_that_loads_what_servers_load_is_read(tmp_path: Path, text: str) -> None:
    assert "web/src/app.ts" in read(opened(tmp_path, PAGE | {"web/src/app.ts": text}))


@pytest.mark.parametrize(
    "manifest",
    [
        package("react-dom", "express"),
        package("react-dom", "next"),
        package("react-dom", "socket.io"),
        package("react-dom", "@hapi/hapi"),
        package("lodash"),
        package("react-dom", bin="src/main.js"),
        package("react-dom", workspaces=["packages/*"]),
        "not JSON",
    ],
)
def test_a_package_that_may_serve_is_read(tmp_path: Path, manifest: str) -> None:
    assert "web/src/app.ts" in read(opened(tmp_path, PAGE | {"web/package.json": manifest}))


def test_a_backend_that_draws_its_mails_is_read(tmp_path: Path) -> None:
    files = {f"api/src/step{number}.ts": "export const step = 1" for number in range(8)}
    files |= {"api/package.json": package("react-dom", "unknown-server"), "api/src/mail.tsx": "export const mail = 1"}
    assert read(opened(tmp_path, files)) == {*files} - {"api/package.json"}


def test_components_without_a_page_are_not_read(tmp_path: Path) -> None:
    files = {f"ui/src/part{number}.tsx": "export const part = 1" for number in range(3)}
    files |= {
        "ui/package.json": json.dumps({"peerDependencies": {"vue": "3"}}),
        "ui/src/sizes.ts": "export const s = 1",
    }
    assert read(opened(tmp_path, files)) == set()


def test_what_is_asked_for_is_read(tmp_path: Path) -> None:
    assert "web/src/app.ts" in read(opened(tmp_path, PAGE, also="web/src/app.ts"))


@pytest.mark.parametrize(
    "script", ["node serve", "NODE_ENV=production node --inspect ./serve/index.js", "nodemon serve.js"]
)
def test_what_a_script_runs_is_read_with_all_that_it_imports(tmp_path: Path, script: str) -> None:
    text = "import { render } from './src/app'\nimport serve from 'unknown-server'\nserve(render)"
    name = "web/serve.js" if script.endswith("serve.js") else "web/serve/index.js"
    text = text if name == "web/serve.js" else text.replace("./src", "../src")
    files = {"web/package.json": package("react-dom", "unknown-server", scripts={"start": script}), name: text}
    assert read(opened(tmp_path, PAGE | files)) == {"server/index.ts", name, "web/src/app.ts"}


def test_what_a_bundler_is_given_is_not_read(tmp_path: Path) -> None:
    manifest = package("react-dom", scripts={"start": "webpack serve --entry src/main.tsx", "build": "node src/app.ts"})
    assert read(opened(tmp_path, PAGE | {"web/package.json": manifest})) == {"server/index.ts"}


def test_what_an_earlier_run_found_of_a_page_holds_for_its_text_only(tmp_path: Path) -> None:
    root = tmp_path / "app"
    cache = open_cache(tmp_path / "cache")
    options = Options(paths=(root,), root=root, cache=cache)
    for text, is_read in (("export const a = 1", False), ("import http from 'http'", True), ("// gone", False)):
        opened(root, PAGE | {"web/src/app.ts": text})
        for _ in range(2):
            assert ("web/src/app.ts" in read(open_program(options))) is is_read

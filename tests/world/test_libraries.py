"""The check of library files itself, on a package of a few lines: each kind of evidence, and what is found wrong."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.model.libraries.schema import parse_library

HERE = Path(__file__).resolve().parent
LIBRARY = """\
package: tiny
majors: [1, 2]
types:
  Store: [ "Member[open].ReturnValue", "Member[Store].Instance" ]
  Session:
    - Store.Member[session].Argument[-1].Parameter[0]
    - Store.Member[on].WithStringArgument[0=join].Argument[1].Parameter[0]
  Row: [ "Store.Member[all].ReturnValue.Awaited.ArrayElement" ]
  Plugin: [ "Store.Member[use].Argument[0]" ]
  Options: [ "Options.Member[chain].ReturnValue" ]
annotations:
  tiny: { Store: Store, Stores: Store, Options: Options }
roles:
  database.query:
    - "{Store,Session}.Member[run,all]"
    - Session.Member[begin]
    - Session.Member[leave]
    - Store.Member[secret]
    - Store.Member[rum]
    - Member[legacy].Member[close]
    - Member[legacy].Member[open]
    - Row.Member[name]
    - Member[late].ReturnValue.Member[close]
    - Plugin.Member[close]
    - Options.Member[limit]
    - Options.Member[limits]
flows:
  - { at: "Store.Member[run]", from: "Argument[0].Member[txt]" }
removed:
  - { at: "Store.Member[each]", for: ">=2", use: "all()" }
  - { at: "Store.Member[every]", for: ">=2", use: "all()" }
"""
TYPES = """\
export class Store {
  run(query: string | { text: string }): void
  all(): Promise<{ name: string }[]>
  session(mode: 'r', work: (session: Session) => void): void
  session(work: (session: Session) => void): void
  use(plugin: () => void): void
  on(event: 'leave', listener: (name: string) => void): this
  on(event: 'join', listener: (session: Session) => void): this
}
export interface Options { chain(): this; limit(): void }
export interface Session { run(): void; begin(): void }
export function open(): Store | undefined
export const legacy: any
export function late(): any
"""
CODE = """\
class Store { all() {} run(query) { return query.text } }
exports.Store = Store
exports.open = () => new Store()
exports.legacy = { close() {} }
for (const name of ['secret']) Store.prototype[name] = () => {}
"""


def installed(folder: Path, types: str) -> Path:
    package = folder / "node_modules" / "tiny"
    package.mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"name": "tiny", "types": "index.d.ts"}))
    (package / "index.d.ts").write_text(types)
    (package / "index.js").write_text(CODE)
    return folder


def test_rows_are_held_against_types_and_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    libraries: Any = importlib.import_module("libraries")
    packages: Any = importlib.import_module("library_packages")
    file = parse_library(LIBRARY, "tiny.yml", {"database.query": "call"})
    folders = {
        "1.4.0": installed(tmp_path / "1", TYPES.replace("  on(", "  each(): void\n  on(", 1)),
        "2.0.0": installed(tmp_path / "2", TYPES),
    }
    store = packages.Store(tmp_path, [file])
    store.install = lambda release: packages.Installed(folders[release.version], node=False)
    releases = [packages.Release("tiny", "tiny", version) for version in ("2.0.0", "1.4.0")]
    checker = libraries.Checker(file, releases, {"tiny": libraries.types_of(file)}, store)
    checker.ask()

    said = [
        (verdict, lines)
        for claim in checker.claims
        for verdict, lines in [libraries.judge(claim, checker.about(claim), list(checker.seen(claim)))]
    ]
    verdicts = {f"{claim.line} {claim.path}": verdict for claim, (verdict, _) in zip(checker.claims, said, strict=True)}
    wrong = {path for path, verdict in verdicts.items() if verdict == "wrong"}
    assert wrong == {
        "12 tiny: Stores",
        "17 Session.Member[leave]",
        "19 Store.Member[rum]",
        "21 Member[legacy].Member[open]",
        "26 Options.Member[limits]",
        "28 Store.Member[run]",
        "31 Store.Member[every]",
    }
    others = {path: verdict for path, verdict in verdicts.items() if verdict not in {"wrong", "by types"}}
    assert others == {
        "18 Store.Member[secret]": "by reflection",
        "20 Member[legacy].Member[close]": "by reflection",
        "23 Member[late].ReturnValue.Member[close]": "by name only",
        # what a caller gives has the members that he puts there
        "24 Plugin.Member[close]": "by name only",
    }
    lines = [line for _, printed in said for line in printed]
    row = "WRONG tiny.yml:19: roles.database.query Store.Member[rum]"
    assert f"{row}: no `rum` in tiny 2.0.0, tiny 1.4.0; the nearest name is `run`" in lines
    # what was removed has to be in the releases before
    assert next(line for line in lines if "Member[every]" in line).endswith("no `every` in tiny 1.4.0")

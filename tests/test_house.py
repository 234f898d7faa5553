"""The shape of the house: which room knows which, what the engine may not know, and how long a file may be."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = REPOSITORY / "reviewer"
FILES = sorted(PACKAGE.rglob("*.py"))

# A room may import the rooms before it, and itself. Rooms on one line are the same step and don't know each other.
ORDER = (
    ("finding", "workers"),
    ("cache", "diagnosis"),
    ("settings", "yaml_nodes"),
    ("json_nodes",),
    ("source",),
    ("model",),
    ("rulebook",),
    ("survey",),
    ("config",),
    ("quiet", "report"),
    ("loads", "located", "reading"),
    ("program", "replay"),
    ("judging",),
    ("reviewing",),
    ("api",),
    ("proposal", "reference", "show", "told", "trial"),
    ("coverage", "why"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
STEP = {room: step for step, rooms in enumerate(ORDER) for room in rooms}

# Files over 300 lines, and why each is one concept all the same. None may pass 400 but the IR.
LONG = {
    "source/module.py": "the IR: the kinds and columns are one definition",
}
SOFT, HARD = 300, 400

# Built-in modules whose names are words of this field as well: they count only where they stand for an import.
WORDS = frozenset(
    (
        *("assert", "buffer", "cluster", "console", "constants", "diagnostics_channel", "domain", "events"),
        *("inspector", "module", "path", "process", "punycode", "repl", "sqlite", "stream", "string_decoder"),
        *("sys", "test", "timers", "tty", "url", "util"),
    )
)
# Packages that are called as members of the language are: `require.resolve`, `Promise.resolve`.
MEMBERS = frozenset({"resolve"})
# Packages that are called as a word of the language or of this field is: `async`, a `request`, `next()`, a `level`, and
# what runs `later` or is `open`.
TERMS = frozenset({"async", "later", "level", "next", "open", "request"})
# What a name speaks of imports with: `specifier == "path"`, `BUILTINS = {"url"}`, `is_package("events")`.
IMPORTS = re.compile(r"specifier|package|builtin|built_in|import|require", re.IGNORECASE)


def room_of(file: Path) -> str:
    first = file.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@functools.cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_bytes(), file.name)


def shown(file: Path, node: ast.AST | None = None) -> str:
    place = file.relative_to(REPOSITORY).as_posix()
    return f"{place}:{getattr(node, 'lineno', 0)}" if node else place


def imported(file: Path) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(file, node)}: a relative import hides which room it enters"
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def test_a_room_imports_earlier_rooms_only() -> None:
    wrong = []
    for file in FILES:
        room = room_of(file)
        if room == "__init__":
            continue
        assert room in STEP, f"{shown(file)}: give the new room its place in ORDER"
        for name, node in imported(file):
            parts = name.split(".")
            if parts[0] != "reviewer" or len(parts) == 1 or parts[1] in {room, "__version__"}:
                continue
            if STEP[parts[1]] >= STEP[room]:
                wrong.append(f"{shown(file, node)}: {room} imports {parts[1]}")
    assert wrong == []


def test_rules_import_the_rulebook_and_the_model_only() -> None:
    wrong = [
        f"{shown(file, node)}: imports {name}"
        for file in sorted((REPOSITORY / "rules").rglob("*.py"))
        for name, node in imported(file)
        if name.startswith("reviewer.") and STEP[name.split(".")[1]] > STEP["rulebook"]
    ]
    assert wrong == []


def libraries() -> tuple[frozenset[str], frozenset[str]]:
    """The packages that rules/libraries describes, and the built-in modules among them."""
    packages: set[str] = set()
    builtins: set[str] = set()
    for file in sorted((REPOSITORY / "rules" / "libraries").glob("*.yml")):
        text = file.read_text(encoding="utf-8")
        named = yaml.safe_load(text).get("package", [])
        packages |= {named} if isinstance(named, str) else set(named)
        if file.stem == "node":
            builtins |= {name for names in re.findall(r"Module\[([^\]]+)\]", text) for name in names.split(",")}
    return frozenset(packages) - {"node", "ecmascript"}, frozenset(name.strip() for name in builtins)


def engine_literals() -> Iterator[tuple[Path, ast.Constant, list[ast.AST]]]:
    """The string literals of the rooms that must not know libraries, each with the nodes around it, docstrings out."""
    for file in FILES:
        if room_of(file) not in {"model", "rulebook", "report"}:
            continue
        pending: list[tuple[ast.AST, list[ast.AST]]] = [(tree_of(file), [])]
        while pending:
            node, around = pending.pop()
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and not isinstance(around[-1], ast.Expr):
                yield file, node, around
            pending += [(child, [*around, node]) for child in ast.iter_child_nodes(node)]


def speaks_of_imports(around: list[ast.AST]) -> bool:
    """Whether the statement's own names, up to the nearest function, say that the literal is the name of an import."""
    for node in reversed(around):
        if isinstance(node, ast.Compare | ast.Assign | ast.AnnAssign | ast.Call | ast.keyword | ast.MatchValue):
            names = [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
            names += [inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)]
            names += [node.arg] if isinstance(node, ast.keyword) and node.arg else []
            if any(IMPORTS.search(name) for name in names):
                return True
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Assign | ast.AnnAssign):
            return False
    return False


def test_the_engine_names_no_library() -> None:
    packages, builtins = libraries()
    wrong = []
    for file, literal, around in engine_literals():
        name = str(literal.value)
        known = name in (packages - MEMBERS - TERMS) | (builtins - WORDS) or re.fullmatch("node:.+", name)
        if known or (name in (builtins & WORDS) | (packages & TERMS) and speaks_of_imports(around)):
            wrong.append(f"{shown(file, literal)}: {name!r} belongs in rules/")
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("specifier == 'path'", True),
        ("BUILTINS = {'url', 'events'}", True),
        ("is_package('events')", True),
        ("Column('path')", False),
        ("record['path'] = text", False),
        ("step.name == 'module'", False),
    ],
)
def test_words_count_where_they_stand_for_an_import(*, code: str, counts: bool) -> None:
    statement = ast.parse(code).body[0]
    literal = next(node for node in ast.walk(statement) if isinstance(node, ast.Constant))
    parents = {child: node for node in ast.walk(statement) for child in ast.iter_child_nodes(node)}
    around: list[ast.AST] = []
    node: ast.AST | None = literal
    while node := parents.get(node):
        around.insert(0, node)
    assert speaks_of_imports(around) is counts


def test_files_are_short() -> None:
    lines = {file.relative_to(PACKAGE).as_posix(): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    assert {name: count for name, count in lines.items() if count > SOFT and name not in LONG} == {}
    assert {name: count for name, count in lines.items() if count > HARD and name != "source/module.py"} == {}
    assert [name for name in LONG if lines.get(name, 0) <= SOFT] == [], "no longer long: take it out of LONG"


def test_modules_begin_with_their_sentence() -> None:
    wrong = []
    for file in [*FILES, *sorted((REPOSITORY / "rules").rglob("*.py"))]:
        first = (ast.get_docstring(tree_of(file)) or "").split("\n")[0]
        if not re.search(r"[.?…]\)?$", first):
            wrong.append(f"{shown(file)}: {first!r}")
    assert wrong == []


def test_modules_are_nouns_of_the_field() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "core"}
    assert [shown(file) for file in FILES if file.stem.strip("_") in empty or file.parent.name in empty] == []


def test_one_place_contains_faults() -> None:
    broad = [
        file.relative_to(PACKAGE).as_posix()
        for file in FILES
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or {"Exception", "BaseException"} & {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
        )
    ]
    assert broad == ["rulebook/judge.py"]


def test_nothing_of_the_repository_is_executed() -> None:
    network = {"http", "urllib", "ftplib", "smtplib", "ssl", "socket", "asyncio", "xmlrpc"}
    stored = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
    wrong = []
    for file in FILES:
        place = file.relative_to(PACKAGE).as_posix()
        for name, node in imported(file):
            top = name.split(".")[0]
            if name.startswith("urllib.parse."):
                continue
            if top in network | stored or (top == "subprocess" and place != "source/git.py"):
                wrong.append(f"{shown(file, node)}: imports {name}")
        wrong += [
            f"{shown(file, node)}: {node.func.id}"
            for node in ast.walk(tree_of(file))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}
        ]
    assert wrong == []


def test_nothing_is_left_open() -> None:
    left = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|type: ignore|pragma: no cover")
    wrong = [
        f"{shown(file)}:{number}: {line.strip()}"
        for file in [*FILES, *sorted((REPOSITORY / "rules").rglob("*.py"))]
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if left.search(line)
    ]
    assert wrong == []

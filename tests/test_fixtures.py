"""The fixtures: small complete applications, each with its expected findings, written by hand before the first run."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest

from reviewer.finding import Review
from reviewer.review import review
from reviewer.settings import Options
from reviewer.source.lower import lower
from reviewer.source.module import Flag, Kind, Module, open_module

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.expected"))
Found = list[tuple[str, int, str]]


def reviewed(root: Path, *, jobs: int = 1, profile: str = "strict") -> Review:
    return review(Options(paths=(root,), root=root, profile=profile, jobs=jobs))


def found(outcome: Review) -> Found:
    return sorted((finding.place.path, finding.place.line, finding.rule) for finding in outcome.findings)


def expected(name: str) -> Found:
    lines = (FIXTURES / f"{name}.expected").read_text(encoding="utf-8").splitlines()
    pattern = re.compile(r"(?P<path>\S+):(?P<line>\d+) (?P<rule>\S+)")
    matches = [pattern.fullmatch(line) for line in lines if line and not line.startswith("#")]
    return sorted((match["path"], int(match["line"]), match["rule"]) for match in matches if match is not None)


@pytest.mark.parametrize("name", NAMES)
def test_the_planted_faults_are_found_and_only_those(name: str) -> None:
    assert found(reviewed(FIXTURES / name)) == expected(name)


def test_two_workers_find_the_same_as_one() -> None:
    one, two = (reviewed(FIXTURES / "express-shop", jobs=jobs) for jobs in (1, 2))
    assert (two.findings, two.gaps) == (one.findings, one.gaps)


def test_a_clean_application_is_clean_in_every_profile() -> None:
    for profile in ("default", "strict"):
        assert reviewed(FIXTURES / "express-clean", profile=profile).findings == []


def renamed_text(data: bytes, source: random.Random, files: dict[str, str], path: str) -> bytes:
    """The text with every local name, function and class name and every required file under a random name."""
    lowered = lower(data, path)
    module = open_module(0, path, lowered.surface, lowered.body)
    edits: dict[tuple[int, int], bytes] = {}
    for binding in range(len(module.binding_kind)):
        old = module.binding_text(binding)
        if old == "arguments":
            continue
        new = f"{old[0] if source.random() < 0.5 else '_'}{source.randrange(16**6):06x}"
        new = new if re.match(r"[A-Za-z_]", new) else f"v{new}"
        for row in (*module.writes(binding), *module.refs(binding)):
            _edit(module, row, old, new, data, edits)
    for record in lowered.surface.imports:
        if record.source.startswith("."):
            at = data.index(record.source.encode(), module.start[record.row])
            edits[at, at + len(record.source.encode())] = files[_resolved(path, record.source)].encode()
    for (start, end), text in sorted(edits.items(), reverse=True):
        data = data[:start] + text + data[end:]
    return data


def _edit(module: Module, row: int, old: str, new: str, data: bytes, edits: dict[tuple[int, int], bytes]) -> None:
    start, end = module.start[row], module.end[row]
    if module.kind[row] != Kind.IDENT:
        match = re.compile(rb"(?:async\s+)?(?:function|class)\s*\*?\s*" + old.encode()).match(data, start)
        if match is not None:
            edits[match.end() - len(old.encode()), match.end()] = new.encode()
        return
    holder = module.parent[row]
    if module.kind[holder] == Kind.DEFAULT and module.first[holder] == row:
        holder = module.parent[holder]
    text = f"{old}: {new}" if module.kind[holder] == Kind.PROPERTY and module.has(holder, Flag.SHORTHAND) else new
    edits[start, end] = text.encode()


def _resolved(importer: str, specifier: str) -> str:
    """The path below the application that a relative specifier of the fixture means."""
    target = (Path("/") / importer).parent / specifier
    parts: list[str] = []
    for part in target.parts[1:]:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


@pytest.mark.parametrize("seed", range(3))
def test_renaming_every_local_name_function_and_file_changes_no_finding(tmp_path: Path, seed: int) -> None:
    source = random.Random(seed)
    original = FIXTURES / "express-shop"
    copy = tmp_path / "application"
    shutil.copytree(original, copy)
    code = sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*.js"))
    # The class of a file is told from its folders and from `.test.` in its name: those stay.
    names = {
        path: path if "test" in path else f"{Path(path).parent}/m{source.randrange(16**8):08x}.js" for path in code
    }
    for path in code:
        specifiers = {}
        for old, new in names.items():
            relative = Path(*[".."] * (len(Path(path).parts) - 1)) / new
            text = relative.as_posix() if relative.parts[0] == ".." else f"./{relative.as_posix()}"
            for spelled in {old, old.removesuffix(".js"), old.removesuffix("/index.js")}:
                specifiers[spelled] = text
        for asset in ("package.json",):
            specifiers[asset] = Path(*[".."] * (len(Path(path).parts) - 1), asset).as_posix()
        data = (copy / path).read_bytes()
        (copy / path).unlink()
        (copy / names[path]).write_bytes(renamed_text(data, source, specifiers, path))
    outcome = found(reviewed(copy))
    assert outcome == sorted((names[path], line, rule) for path, line, rule in expected("express-shop"))

"""The fixtures: small complete applications, each with its expected findings, written by hand before the first run."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest

from reviewer.finding import Review
from reviewer.reviewing import review
from reviewer.settings import Options
from tests.renaming import renamed

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


@pytest.mark.parametrize("name", ["express-clean", "nest-shop-clean"])
def test_a_clean_application_is_clean_in_every_profile(name: str) -> None:
    for profile in ("default", "strict"):
        assert reviewed(FIXTURES / name, profile=profile).findings == []


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
        text = renamed(data, source, path, lambda old, path=path, to=specifiers: to[_resolved(path, old)])
        (copy / names[path]).write_bytes(text)
    outcome = found(reviewed(copy))
    assert outcome == sorted((names[path], line, rule) for path, line, rule in expected("express-shop"))

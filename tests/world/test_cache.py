"""On real applications, a run with a cache finds what it would find without, after whatever happened in between."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.cache.entries import Cache, open_cache
from reviewer.report import FORMATS
from reviewer.reviewing import review
from reviewer.settings import Options
from tests.world.applications import unpacked

APPLICATIONS = ("mongo-express@1.0.2", "@node-red/runtime@4.0.2", "Haraka@3.0.3", "prerender@5.20.4", "pm2@5.4.2")
EDITS = 40  # of each application
KILLS = 100
_FUNCTION = re.compile(r"\bfunction(?= *\w* *\()")
_NAME = re.compile(r"\bfunction +(\w+)")


@pytest.fixture(scope="module", params=APPLICATIONS)
def application(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(request.param, tmp_path_factory.mktemp("application"))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    found = open_cache(tmp_path / "cache")
    assert found is not None
    return found


def told(root: Path, cache: Cache, jobs: int) -> str:
    return FORMATS["sarif"](review(Options(paths=(root,), root=root, jobs=jobs, cache=cache, profile="strict")))


def fresh(root: Path, cache: Cache) -> str:
    """What a run finds that knows nothing of the files; what is compiled of the rules stays."""
    for name in ("modules", "names", "runs"):
        shutil.rmtree(cache.folder / name, ignore_errors=True)
    return told(root, cache, 1)


def edited(root: Path, chance: random.Random) -> None:
    """One of the edits that people make, each in every application."""
    files = sorted(path for path in root.rglob("*.js") if path.is_file() and path.stat().st_size < 100_000)
    file, other = chance.sample(files, 2)
    text = file.read_text("utf-8", "surrogateescape")
    edits: list[Callable[[], object]] = [
        lambda: replaced(file, _FUNCTION, "async function", chance),  # made async
        lambda: replaced(file, re.compile(r"\basync "), "", chance),
        lambda: replaced(file, re.compile(r"\bawait "), "", chance),
        lambda: renamed_everywhere(root, text, chance),
        lambda: moved(file, other, chance),
        file.unlink,
        lambda: file.with_name(f"added{chance.randrange(10_000)}.js").write_text(text, "utf-8", "surrogateescape"),
        lambda: file.rename(file.with_name(f"renamed{chance.randrange(10_000)}.js")),
    ]
    chance.choice(edits)()


def replaced(file: Path, pattern: re.Pattern[str], by: str, chance: random.Random) -> None:
    text = file.read_text("utf-8", "surrogateescape")
    places = list(pattern.finditer(text))
    if places:
        at = chance.choice(places)
        file.write_text(text[: at.start()] + by + text[at.end() :], "utf-8", "surrogateescape")


def renamed_everywhere(root: Path, text: str, chance: random.Random) -> None:
    names = _NAME.findall(text)
    if names:
        name = chance.choice(names)
        for file in root.rglob("*.js"):
            before = file.read_text("utf-8", "surrogateescape")
            after = re.sub(rf"\b{name}\b", f"{name}Renamed", before)
            if after != before:
                file.write_text(after, "utf-8", "surrogateescape")


def moved(file: Path, other: Path, chance: random.Random) -> None:
    """Half of the lines of a file, from some line on, move to another."""
    lines = file.read_text("utf-8", "surrogateescape").split("\n")
    at = chance.randrange(len(lines))
    taken = lines[at : at + len(lines) // 2]
    file.write_text("\n".join(lines[:at] + lines[at + len(lines) // 2 :]), "utf-8", "surrogateescape")
    with other.open("a", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write("\n" + "\n".join(taken))


def test_after_any_edits_it_finds_what_it_would_find_anew(application: Path, cache: Cache, tmp_path: Path) -> None:
    root = Path(shutil.copytree(application, tmp_path / "copy"))
    other = open_cache(tmp_path / "other")
    assert other is not None
    chance = random.Random(len(application.parts))
    for number in range(EDITS):
        edited(root, chance)
        expected = fresh(root, other)
        assert told(root, cache, 1 + number % 3) == expected  # what has changed is read anew
        assert told(root, cache, 2) == expected  # nothing has changed: replayed


def test_killed_at_any_moment_it_leaves_the_cache_good(tmp_path: Path) -> None:
    root = unpacked(APPLICATIONS[0], tmp_path)
    folder = tmp_path / "cache"
    words = [sys.executable, "-m", "reviewer", "check", str(root), "--root", str(root), "--exit-zero", "-q"]
    words += ["--profile", "strict", "--cache-dir", str(folder)]
    chance = random.Random(20261122)
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    begun = time.monotonic()
    (root / "touched.js").write_text("// 0\n")
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    whole = time.monotonic() - begun
    for number in range(KILLS):
        (root / "touched.js").write_text(f"// {number}\n")
        running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.random() * whole)
        running.send_signal(signal.SIGKILL)
        running.wait()
    cache, other = open_cache(folder), open_cache(tmp_path / "other")
    assert cache is not None
    assert other is not None
    assert told(root, cache, 2) == fresh(root, other)
    assert not list(folder.rglob("*.part")) or sum(file.stat().st_size for file in folder.rglob("*.part")) < 100 << 20

"""The cache from outside: whatever was kept, damaged or planted, a run finds what it would find without."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer import reading
from reviewer.cache.entries import Cache, open_cache
from reviewer.finding import Review
from reviewer.report import FORMATS
from reviewer.reviewing import review
from reviewer.settings import Options
from reviewer.source import read

REPOSITORY = Path(__file__).resolve().parent.parent
SHOP = REPOSITORY / "fixtures" / "express-shop"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHOP, tmp_path / "shop"))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    found = open_cache(tmp_path / "cache")
    assert found is not None
    return found


def reviewed(root: Path, cache: Cache | None, **more: object) -> Review:
    return review(Options(paths=(root,), root=root, cache=cache, **more))  # type: ignore[arg-type]


def told(root: Path, cache: Cache | None, **more: object) -> str:
    return FORMATS["sarif"](reviewed(root, cache, **more))


def phases(found: Review) -> set[str]:
    return {phase.name for phase in found.phases}


def entries(cache: Cache) -> list[Path]:
    return sorted(path for path in cache.folder.rglob("*") if path.is_file() and path.stat().st_size)


def test_nothing_changed_is_replayed(shop: Path, cache: Cache) -> None:
    fresh = told(shop, None)
    assert told(shop, cache) == fresh
    again = reviewed(shop, cache)
    assert phases(again) == {"find", "replay"}
    assert FORMATS["sarif"](again) == fresh
    assert FORMATS["json"](again) == FORMATS["json"](reviewed(shop, None))


def test_other_questions_are_not_answered_by_it(shop: Path, cache: Cache) -> None:
    told(shop, cache)
    for more in (
        {"profile": "strict"},
        {"rules": ("sql-injection",)},
        {"ignore": ("sql-injection",)},
        {"local": False},
        {"exclude": ("src/routes/",)},
    ):
        assert told(shop, cache, **more) == told(shop, None, **more)
    (shop / ".nodereview.yml").write_text("rules: {sql-injection: off}\n")
    assert told(shop, cache) == told(shop, None)


def test_any_file_that_was_read_counts(shop: Path, cache: Cache) -> None:
    told(shop, cache)
    package = shop / "package.json"
    package.write_text(package.read_text().replace('"express": "^4', '"express": "^5'))
    assert "unhandled-async-handler" not in json.loads(FORMATS["json"](reviewed(shop, cache)))["findings"]
    assert told(shop, cache) == told(shop, None)


def test_a_file_that_is_not_read_may_change(shop: Path, cache: Cache) -> None:
    (shop / "tests").mkdir(exist_ok=True)
    (shop / "tests" / "new.test.js").write_text("test('a', () => {})\n")
    (shop / "photo.bin").write_bytes(bytes(10))
    told(shop, cache)
    (shop / "tests" / "new.test.js").write_text("test('a longer one', () => {})\n")
    (shop / "photo.bin").write_bytes(bytes(20))
    assert phases(reviewed(shop, cache)) == {"find", "replay"}
    (shop / "tests" / "another.test.js").write_text("test('b', () => {})\n")
    assert told(shop, cache) == told(shop, None)


def test_a_folder_that_takes_the_place_of_another_is_seen(shop: Path, cache: Cache) -> None:
    shutil.copytree(shop / "src", shop.parent / "src-other")
    other = shop.parent / "src-other" / "routes" / "users.js"
    other.write_text(other.read_text().replace("findById", "findByIx"))
    for path in (*shop.rglob("*"), *(shop.parent / "src-other").rglob("*")):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    told(shop, cache)
    (shop / "src").rename(shop.parent / "src-before")
    (shop.parent / "src-other").rename(shop / "src")
    assert told(shop, cache) == told(shop, None)


def test_a_change_that_keeps_size_and_date_is_seen(shop: Path, cache: Cache) -> None:
    file = shop / "src" / "routes" / "users.js"
    before = file.stat()
    told(shop, cache)
    text = file.read_text()
    file.write_text(text.replace("findById", "findByIx"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert told(shop, cache) == told(shop, None)


def edit(root: Path, chance: random.Random) -> None:
    """One of the edits that people make."""
    files = sorted(path for path in root.rglob("*.js") if path.is_file())
    file, other = chance.sample(files, 2)
    text = file.read_text()
    match chance.randrange(7):
        case 0:
            file.write_text(text.replace("async ", "", 1))
        case 1:
            file.write_text(text.replace("await ", "", 1))
        case 2:
            file.write_text(text + "\nmodule.exports.added = async () => { await JSON.parse(process.argv[2]); };\n")
        case 3:
            file.unlink()
        case 4:
            file.with_name(f"moved{chance.randrange(1000)}.js").write_text(text)
        case 5:
            lines = text.split("\n")
            del lines[chance.randrange(len(lines))]
            file.write_text("\n".join(lines))
        case _:
            file.write_text(other.read_text())


def test_after_any_edits_it_finds_what_it_would_find_anew(shop: Path, cache: Cache) -> None:
    chance = random.Random(20261122)
    for _ in range(10):
        edit(shop, chance)
        assert told(shop, cache) == told(shop, None)
        assert told(shop, cache, jobs=2) == told(shop, None)


def test_damage_changes_nothing(shop: Path, cache: Cache) -> None:
    fresh = told(shop, None)
    chance = random.Random(3)
    for _ in range(12):
        told(shop, cache)
        (shop / "src" / "touched.js").write_text(f"// {chance.random()}\n")  # so that more than the replay is needed
        for victim in chance.sample(entries(cache), 2):
            data = bytearray(victim.read_bytes())
            match chance.randrange(4):
                case 0:
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                case 1:
                    del data[chance.randrange(len(data)) :]
                case 2:
                    data = bytearray(chance.randbytes(200))
                case _:
                    data = bytearray(chance.choice(entries(cache)).read_bytes())
            victim.write_bytes(data)
        expected = told(shop, None)
        assert told(shop, cache) == expected
        assert told(shop, cache) == expected
    (shop / "src" / "touched.js").unlink()
    assert told(shop, cache) == fresh


def test_what_another_person_kept_is_not_believed(shop: Path, cache: Cache) -> None:
    told(shop, cache)
    theirs = Cache(cache.folder, bytes(32))
    found = reviewed(shop, theirs)
    assert "replay" in phases(found)
    assert "judge" in phases(found)
    assert FORMATS["sarif"](found) == told(shop, None)


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    shop: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = read.read_file
    target = "src/routes/users.js"
    count = iter(range(1000))

    def restless(root: Path, path: str, limit: int = read.MAX_BYTES) -> object:
        data = plain(root, path, limit)
        return data + b"\n" * next(count) if path == target and isinstance(data, bytes) else data

    with monkeypatch.context() as patch:
        patch.setattr("reviewer.source.tree.read_file", restless)
        told(shop, cache)
    assert not (cache.folder / "runs").exists()
    assert told(shop, cache) == told(shop, None)


def test_what_stands_among_the_rules_of_a_repository_is_not_waited_for(
    shop: Path, run: Callable[..., object], tmp_path: Path
) -> None:
    for name in ("rules", "libraries"):
        (shop / ".nodereview" / name / "async").mkdir(parents=True)
        os.mkfifo(shop / ".nodereview" / name / "async" / "pipe.txt")
        (shop / ".nodereview" / name / "zero.txt").symlink_to("/dev/zero")
    run(str(shop), "--root", str(shop), "--cache-dir", str(tmp_path / "cache"), "-q")


def test_a_file_on_which_a_worker_died_is_read_again(shop: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_: bytes, path: str) -> None:
        if path.endswith("users.js"):
            os._exit(1)

    with monkeypatch.context() as patch:
        plain = reading.lowered_file
        patch.setattr(reading, "lowered_file", lambda data, path: die(data, path) or plain(data, path))
        found = reviewed(shop, cache, jobs=2)
        assert any("ended its process" in gap.message for gap in found.gaps)
    assert told(shop, cache) == told(shop, None)


@pytest.mark.parametrize("plant", [os.mkfifo, os.mkdir])
def test_what_is_no_file_in_the_place_of_an_entry_is_left_alone(
    shop: Path, cache: Cache, plant: Callable[[Path], None]
) -> None:
    told(shop, cache)
    for path in entries(cache):
        path.unlink()
        plant(path)
    assert told(shop, cache) == told(shop, None)


def test_texts_instead_of_files_have_runs_of_their_own(shop: Path, cache: Cache) -> None:
    told(shop, cache)
    instead = {"src/routes/users.js": b"require('express')().get('/', async () => { await fetch('x') })\n"}
    assert told(shop, cache, instead=instead) == told(shop, None, instead=instead)
    other = {"src/routes/users.js": b"// nothing\n"}
    assert told(shop, cache, instead=other) == told(shop, None, instead=other)
    assert told(shop, cache, instead=instead) == told(shop, None, instead=instead)


def command(root: Path, output: Path, *more: str) -> list[str]:
    words = ("check", str(root), "--root", str(root), "--exit-zero", "-q", "-f", f"sarif={output}")
    return [sys.executable, "-m", "reviewer", *words, *more]


def start(words: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_killed_at_any_moment_it_leaves_the_cache_good(shop: Path, tmp_path: Path) -> None:
    fresh = told(shop, None)
    folder, output = tmp_path / "cache", tmp_path / "out.sarif"
    chance = random.Random(11)
    begun = time.monotonic()
    start(command(shop, output, "--cache-dir", str(folder))).wait()
    whole = time.monotonic() - begun
    for _ in range(8):
        (shop / "src" / "touched.js").write_text(f"// {chance.random()}\n")
        running = start(command(shop, output, "--cache-dir", str(folder)))
        time.sleep(chance.random() * whole)
        running.send_signal(signal.SIGKILL)
        running.wait()
    (shop / "src" / "touched.js").unlink()
    cache = open_cache(folder)
    assert told(shop, cache) == fresh


def test_runs_side_by_side_share_it(shop: Path, tmp_path: Path) -> None:
    fresh = json.loads(told(shop, None))
    folder = tmp_path / "cache"
    outputs = [tmp_path / f"{number}.sarif" for number in range(4)]
    for _ in range(2):
        running = [start(command(shop, output, "--cache-dir", str(folder))) for output in outputs]
        for one in running:
            assert one.wait() == 0
        for output in outputs:
            assert json.loads(output.read_text())["runs"][0]["results"] == fresh["runs"][0]["results"]


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


def test_a_cache_that_came_with_the_repository_is_left_alone(
    shop: Path, run: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    folder = shop / ".cache"
    git(shop, "init", "-q")
    assert "tracked" not in run("--cache-dir", ".cache", "-q").err  # type: ignore[attr-defined]
    assert (folder / "runs").is_dir()
    git(shop, "add", "-f", ".cache")
    before = entries(Cache(folder, bytes(32)))
    (shop / "src" / "app.js").write_text("// other\n")
    assert ".cache is tracked by git: it is not used" in run("--cache-dir", ".cache").err  # type: ignore[attr-defined]
    assert entries(Cache(folder, bytes(32))) == before


def test_clean_removes_what_runs_keep(shop: Path, run: Callable[..., object], tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    run(str(shop), "--root", str(shop), "--cache-dir", str(folder), "-q")
    assert (folder / "modules").is_dir()
    assert "MB removed from" in run("clean", "--cache-dir", str(folder)).out  # type: ignore[attr-defined]
    assert not (folder / "modules").exists()
    run(str(shop), "--root", str(shop), "--no-cache", "-q")
    assert not (folder / "modules").exists()


def test_timings_tell_rules_and_questions(shop: Path, run: Callable[..., object], tmp_path: Path) -> None:
    words = (str(shop), "--root", str(shop), "--cache-dir", str(tmp_path / "cache"), "-q", "--timings", "--exit-zero")
    told = run(*words)
    assert "phase" not in told.out  # type: ignore[attr-defined]
    lines = told.err.splitlines()  # type: ignore[attr-defined]
    names = [line.split("  ")[0] for line in lines]
    assert {"find", "parse and lower", "link", "judge", "together", "unhandled-async-handler", "values"} <= {*names}
    assert any(line.startswith("Parsing took") for line in lines)
    again = run(*words)
    assert "the run is the same as an earlier one" in again.err  # type: ignore[attr-defined]
    assert again.out == told.out  # type: ignore[attr-defined]


def test_a_path_is_judged_alone(shop: Path, cache: Cache) -> None:
    whole = {(one.rule, one.place) for one in reviewed(shop, None).findings}
    for path in ("src/routes/users.js", "src/repositories"):
        part = review(Options(paths=(shop / path,), root=shop, cache=cache))
        assert {(one.rule, one.place) for one in part.findings} == {
            (rule, place) for rule, place in whole if place.path.startswith(path)
        }
        assert part.findings

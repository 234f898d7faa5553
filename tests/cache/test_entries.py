"""Sealed entries: what was written comes back, and nothing else does."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from reviewer.cache.entries import Cache, clean, open_cache
from reviewer.cache.keys import user_key

KEY = bytes(range(32))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path, KEY)


def test_what_was_written_is_read(cache: Cache) -> None:
    assert cache.read("rules/one") is None
    assert cache.write("rules/one", b"text")
    found = cache.read("rules/one")
    assert found is not None
    assert bytes(found) == b"text"
    cache.write("rules/one", b"")
    assert cache.read("rules/one") == b""


def test_every_bit_counts(cache: Cache) -> None:
    cache.write("rules/one", b"text")
    path = cache.path("rules/one")
    good = path.read_bytes()
    for at in range(len(good)):
        for bit in range(8):
            path.write_bytes(good[:at] + bytes((good[at] ^ 1 << bit,)) + good[at + 1 :])
            assert cache.read("rules/one") is None
    for end in range(len(good)):
        path.write_bytes(good[:end])
        assert cache.read("rules/one") is None
    path.write_bytes(good + b"\0")
    assert cache.read("rules/one") is None
    path.write_bytes(good)
    assert cache.read("rules/one") == b"text"


def test_an_entry_fits_its_own_name_key_and_engine_only(cache: Cache) -> None:
    cache.write("rules/one", b"text")
    cache.path("rules/two").write_bytes(cache.path("rules/one").read_bytes())
    assert cache.read("rules/two") is None
    assert Cache(cache.folder, bytes(32)).read("rules/one") is None
    other = Cache(cache.folder, KEY, b"another engine !")
    assert other.read("rules/one") is None
    other.write("rules/one", b"newer")
    assert other.read("rules/one") == b"newer"


def test_what_cannot_be_written_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file", KEY)
    assert not cache.write("rules/one", b"text")
    assert cache.read("rules/one") is None


def test_the_longest_unused_goes_first(cache: Cache) -> None:
    for number, name in enumerate(("a", "b", "c")):
        cache.write(f"modules/{name}/index", bytes(1000))
        os.utime(cache.path(f"modules/{name}/index"), (number, number))
    cache.read("modules/a/index")  # of use now
    cache.trim("modules", 2500)
    assert [name for name in "abc" if cache.read(f"modules/{name}/index") is not None] == ["a", "c"]


def test_what_a_killed_run_left_goes(cache: Cache) -> None:
    cache.write("modules/a/index", b"text")
    old, new = (cache.path(f"modules/a/index.{name}.part") for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"te")
    os.utime(old, (time.time() - 7200,) * 2)
    cache.trim("modules")
    assert (old.exists(), new.exists(), cache.read("modules/a/index")) == (False, True, b"text")


def test_a_key_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    key = user_key(folder)
    assert key is not None
    assert len(key) == 32
    assert user_key(folder) == key
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("spoil", ["open", "cut", "link"])
def test_a_key_that_others_may_know_is_replaced(tmp_path: Path, spoil: str) -> None:
    key = user_key(tmp_path)
    path = tmp_path / "key"
    match spoil:
        case "open":
            path.chmod(0o644)
        case "cut":
            path.write_bytes(b"short")
        case _:
            (tmp_path / "elsewhere").write_bytes(bytes(32))
            path.unlink()
            path.symlink_to(tmp_path / "elsewhere")
    assert user_key(tmp_path) not in {key, bytes(32), None}


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert open_cache() is None
    assert open_cache(tmp_path / "other") is None


def test_a_folder_with_planted_links_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "modules").symlink_to(tmp_path)
    assert open_cache(folder) is None


def test_a_folder_of_its_own_is_marked(tmp_path: Path) -> None:
    cache = open_cache(tmp_path / "cache")
    assert cache is not None
    assert (tmp_path / "cache" / ".gitignore").read_text() == "*\n"
    assert (tmp_path / "cache" / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")


def test_cleaning_leaves_what_is_not_ours(tmp_path: Path) -> None:
    cache = open_cache(tmp_path / "cache")
    assert cache is not None
    cache.write("modules/a/index", bytes(100))
    cache.write("rules/shipped", bytes(100))
    (tmp_path / "cache" / "notes.txt").write_text("mine")
    assert clean(tmp_path / "cache") > 200
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == [".gitignore", "CACHEDIR.TAG", "notes.txt"]
    assert clean(tmp_path / "cache") == 0


def test_an_engine_is_known_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Cache(tmp_path, KEY).write("rules/one", b"text")
    # As if it were installed anew: the same bytes with other times.
    monkeypatch.setattr("reviewer.cache.entries.stamp", lambda: b"other times here")
    assert Cache(tmp_path, KEY).read("rules/one") == b"text"
    monkeypatch.setattr("reviewer.cache.entries.stamp", lambda: b"other bytes here")
    monkeypatch.setattr("reviewer.cache.entries.engine", lambda: b"another engine !")
    assert Cache(tmp_path, KEY).read("rules/one") is None

"""Blobs: pieces come back as they were put, however the files below them were treated."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from reviewer.cache.blobs import Blobs
from reviewer.cache.entries import Cache

KEY = bytes(range(32))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path, KEY)


def fill(cache: Cache, pieces: dict[bytes, bytes]) -> None:
    blobs = Blobs(cache, "modules/a")
    for key in blobs.kept():
        blobs.keep(key)
    for key, data in pieces.items():
        blobs.put(key, data)
    blobs.save()
    blobs.close()


def test_pieces_come_back(cache: Cache) -> None:
    assert not Blobs(cache, "modules/a")
    fill(cache, {b"1": b"one", b"2": b"", b"3": b"three" * 1000})
    fill(cache, {b"2": b"two"})
    blobs = Blobs(cache, "modules/a")
    assert len(blobs) == 3
    assert [blobs.get(key) for key in (b"1", b"2", b"3", b"4")] == [b"one", b"two", b"three" * 1000, None]


def test_what_was_damaged_is_not_there(cache: Cache) -> None:
    pieces = {bytes((number,)): bytes((number,)) * 50 for number in range(20)}
    chance = random.Random(7)
    for _ in range(60):
        fill(cache, pieces)
        files = [file for file in sorted(cache.path("modules/a").iterdir()) if file.stat().st_size]
        victim = chance.choice(files)
        data = bytearray(victim.read_bytes())
        match chance.randrange(4):
            case 0:
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            case 1:
                del data[chance.randrange(len(data)) :]
            case 2:
                data = bytearray()
            case _:
                data[0:0] = b"more"
        victim.write_bytes(data)
        blobs = Blobs(cache, "modules/a")
        for key, piece in pieces.items():
            assert blobs.get(key) in {piece, None}
        blobs.close()


def test_what_is_out_of_use_goes_in_the_end(cache: Cache) -> None:
    for number in range(40):
        blobs = Blobs(cache, "modules/a")
        blobs.put(b"same", bytes(1 << 20))
        blobs.put(bytes((number,)), bytes(1 << 20))
        blobs.save()
        blobs.close()
    files = sorted(cache.path("modules/a").iterdir())
    assert len(files) <= 13
    assert sum(file.stat().st_size for file in files) < 30 << 20
    last = Blobs(cache, "modules/a")
    assert last.get(b"same") == last.get(bytes((39,))) == bytes(1 << 20)


def test_a_run_that_began_before_reads_what_it_saw(cache: Cache) -> None:
    fill(cache, {b"1": b"one"})
    early = Blobs(cache, "modules/a")
    assert early.get(b"1") == b"one"
    for number in range(30):
        fill(cache, {b"1": b"%d" % number})
    assert early.get(b"1") == b"one"
    early.put(b"2", b"two")
    early.save()
    late = Blobs(cache, "modules/a")
    assert late.get(b"1") in {b"one", None}
    assert late.get(b"2") == b"two"


def test_forgetting_begins_anew(cache: Cache) -> None:
    fill(cache, {b"1": b"one"})
    Blobs(cache, "modules/a").forget()
    assert len(Blobs(cache, "modules/a")) == 0

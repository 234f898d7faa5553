"""Worker processes: every result arrives, in whatever message; a process that dies costs the item it died on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Final

import pytest

from reviewer.workers import balanced, can_fork, run

pytestmark = pytest.mark.skipif(not can_fork(), reason="this platform does not fork")
ITEMS: Final = list(range(40))


def sized(item: int) -> bytes:
    return str(item).encode() * (100_000 if item % 7 == 0 else 3)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_result_arrives(jobs: int) -> None:
    seen: list[int] = []
    results = run(sized, balanced([1] * len(ITEMS), jobs), seen.append)
    assert results == {item: sized(item) for item in ITEMS}
    assert seen == sorted(seen)
    assert seen[-1] == len(ITEMS)


def test_empty_results_arrive() -> None:
    assert run(lambda _: b"", [[0, 1], [2]], lambda _: None) == {0: b"", 1: b"", 2: b""}


def test_a_death_costs_one_item() -> None:
    def work(item: int) -> bytes:
        if item in {3, 4, 30}:
            os._exit(1)
        return sized(item)

    expected = {item: None if item in {3, 4, 30} else sized(item) for item in ITEMS}
    assert run(work, [ITEMS[:20], ITEMS[20:]], lambda _: None) == expected


def test_what_raises_counts_as_a_death(capfd: pytest.CaptureFixture[str]) -> None:
    def work(item: int) -> bytes:
        if item == 1:
            raise ValueError
        return sized(item)

    assert run(work, [[0, 1, 2], [3]], lambda _: None) == {0: sized(0), 1: None, 2: sized(2), 3: sized(3)}
    assert "ValueError" in capfd.readouterr().err


_TOO_MUCH = """
from reviewer.workers import run
results = run(lambda item: bytes(6 << 30)[:1] if item == 1 else b"done", [[0, 1, 2], [3]], lambda _: None)
print(sorted(results.items()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_what_takes_too_much_memory_counts_as_a_death() -> None:
    # In a process of its own: what another test has left mapped counts as taken before.
    done = subprocess.run([sys.executable, "-c", _TOO_MUCH], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[(0, b'done'), (1, None), (2, b'done'), (3, b'done')]"
    assert done.stderr == ""


def test_a_deadline_cuts_off_what_is_left() -> None:
    def work(item: int) -> bytes:
        if item:
            time.sleep(60)
        return sized(item)

    assert run(work, [[1]], lambda _: None, time.monotonic() + 0.3) == {}


@pytest.mark.parametrize("jobs", [1, 2])
def test_something_is_done_meanwhile(jobs: int) -> None:
    seen: list[int] = []
    batches = balanced([1] * len(ITEMS), jobs)
    results = run(sized, batches, lambda _: None, meanwhile=lambda: seen.append(1))
    assert (len(results), seen) == (len(ITEMS), [1])


def test_what_is_done_meanwhile_may_fail() -> None:
    def fail() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        run(sized, [ITEMS[:20], ITEMS[20:]], lambda _: None, meanwhile=fail)

"""Worker processes: work split over forked processes, results in order, and a process that dies costs one item only."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import accumulate, pairwise
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

_AT_ONCE: Final = 1 << 18  # bytes of results in a message: each costs its receiver more than 17 kB of a result
_PIPE: Final = 1 << 20  # bytes that a process may be ahead of whoever reads its messages
_SECONDS_APART: Final = 0.1  # at most, where results are there: progress shows them
_MEMORY: Final = 2 << 30  # bytes that a process may take beside what it shares; a review of 5,000 files takes a tenth

Work = Callable[[int], bytes]
Progress = Callable[[int], None]


def can_fork() -> bool:
    """Whether this platform forks; elsewhere all work is done in the one process."""
    return sys.platform != "win32" and "fork" in multiprocessing.get_all_start_methods()


def run(
    work: Work,
    batches: Sequence[Sequence[int]],
    done: Progress,
    deadline: float | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> dict[int, bytes | None]:
    """Do `work` for every item of every batch, a process for each batch; one batch is done in this process, unless
    there is a `deadline` (of `time.monotonic`).

    Returns the result of each item, None where its process died on it; what the deadline cut off is missing. `done` is
    called with the number of finished items, `meanwhile` once, while the processes are at work. What `work` raises ends
    the run: in a worker it counts as the death of the process, and so does what takes more than 2 GB.
    """
    batches = [batch for batch in batches if batch]
    results: dict[int, bytes | None] = {}
    if not can_fork() or (len(batches) <= 1 and deadline is None):
        meanwhile()
        for item in (item for batch in batches for item in batch):
            results[item] = work(item)
            done(len(results))
        return results
    pending = {_start(work, batch, is_careful=False): deque(batch) for batch in batches}
    try:
        meanwhile()
        while pending:
            ready = wait([worker.connection for worker in pending], _left(deadline))
            if not ready:
                break
            for connection in ready:
                worker = next(worker for worker in pending if worker.connection is connection)
                items = pending[worker]
                try:
                    received = _unpacked(worker.connection.recv_bytes())
                except (EOFError, OSError):  # it ended before a result, or within one
                    worker.stop()
                    del pending[worker]
                    if items and worker.is_careful:
                        results[items.popleft()] = None
                    if items:  # one of those that it had not sent is the cause: they are sent one by one now
                        pending[_start(work, items, is_careful=True)] = items
                else:
                    for result in received:
                        results[items.popleft()] = result
                done(len(results))
    finally:
        for worker in pending:
            worker.process.kill()
            worker.stop()
    return results


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


class _Worker:
    """One process and the end of its pipe; a careful one sends each result by itself."""

    def __init__(self, process: ForkProcess, connection: Connection, *, is_careful: bool) -> None:
        self.process = process
        self.connection = connection
        self.is_careful = is_careful

    def stop(self) -> None:
        self.connection.close()
        self.process.join()


def _start(work: Work, items: Iterable[int], *, is_careful: bool) -> _Worker:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    _widen(theirs)
    at_once = 0 if is_careful else _AT_ONCE
    process = context.Process(target=_serve, args=(work, list(items), theirs, ours, at_once), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours, is_careful=is_careful)


def _widen(connection: Connection) -> None:
    """Let a process be further ahead, where the platform can: elsewhere it waits until its messages are read."""
    with suppress(ImportError, AttributeError, OSError):
        fcntl = import_module("fcntl")  # Windows has none
        fcntl.fcntl(connection.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def _serve(work: Work, items: list[int], theirs: Connection, ours: Connection, at_once: int) -> None:
    ours.close()
    # Everything a worker builds lives until it ends: the cycle collector would only walk it again and again.
    gc.disable()
    _limit_memory()
    waiting: list[bytes] = []
    size, sent = 0, time.monotonic()
    try:
        for item in items:
            result = work(item)
            waiting.append(result)
            size += len(result)
            if size >= at_once or time.monotonic() - sent > _SECONDS_APART:
                theirs.send_bytes(_packed(waiting))
                waiting.clear()
                size, sent = 0, time.monotonic()
        if waiting:
            theirs.send_bytes(_packed(waiting))
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    except MemoryError:
        os._exit(1)  # whoever waits sees the death; to say more would take memory
    finally:
        theirs.close()


def _limit_memory() -> None:
    """Let this process run out of memory before the machine does, where the platform can."""
    with suppress(ImportError, AttributeError, OSError, ValueError):
        resource = import_module("resource")  # Windows has none
        pages = int(Path("/proc/self/statm").read_text().split()[0])  # what is mapped; only Linux tells
        wanted = pages * resource.getpagesize() + _MEMORY
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if all(limit == resource.RLIM_INFINITY or limit > wanted for limit in (soft, hard)):
            resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _packed(results: list[bytes]) -> bytes:
    return b"".join([len(results).to_bytes(4), *(len(result).to_bytes(4) for result in results), *results])


def _unpacked(message: bytes) -> list[bytes]:
    sizes = [int.from_bytes(message[at : at + 4]) for at in range(4, 4 + 4 * int.from_bytes(message[:4]), 4)]
    ends = [*accumulate(sizes, initial=4 + 4 * len(sizes))]
    return [message[start:end] for start, end in pairwise(ends)]


def balanced(sizes: Sequence[int], jobs: int) -> list[list[int]]:
    """Items 0, 1, … of these sizes in `jobs` batches of about equal size, each in ascending order."""
    batches: list[list[int]] = [[] for _ in range(max(1, jobs))]
    loads = [0] * len(batches)
    for item in sorted(range(len(sizes)), key=lambda item: (-sizes[item], item)):
        lightest = loads.index(min(loads))
        batches[lightest].append(item)
        loads[lightest] += sizes[item] + 200
    return [sorted(batch) for batch in batches]

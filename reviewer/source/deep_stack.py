"""Runs a function on a stack large enough for libraries in C that recurse as deep as their input nests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

_BYTES: Final = 128 * 1024 * 1024
_lock: Final = threading.Lock()

Result = TypeVar("Result")


def on_deep_stack(function: Callable[[], Result]) -> Result:
    """What `function` returns, called in a thread with a stack of 128 MB, of which only what is used takes memory.

    What it raises is printed, and a RuntimeError raised here.
    """
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(function()), daemon=True)
    with _lock:
        before = threading.stack_size(_BYTES)
        try:
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    if not results:
        raise RuntimeError("a thread ended without a result")
    return results[0]

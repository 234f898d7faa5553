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

    Raises what it raises.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def call() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001 - raised again where it can be handled
            errors.append(error)

    with _lock:
        before = threading.stack_size(_BYTES)
        try:
            thread = threading.Thread(target=call, daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]

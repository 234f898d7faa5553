"""The hash by which GitHub recognises the line of a finding when the file around it has changed.

It is the `primaryLocationLineHash` that the CodeQL action computes where a SARIF file has none: a polynomial of the 100
UTF-16 units that follow the start of the line, blanks and tabs left out and line ends made equal, modulo 2**64; then a
colon, and which of the lines with that hash it is. U+FFFF ends the file, zeros fill the last windows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import accumulate
from typing import Final

_WINDOW: Final = 100
_FACTOR: Final = 37
_MASK: Final = (1 << 64) - 1
_END_OF_FILE: Final = b"\xff\xff"
_UNIT: Final = 2  # bytes


def line_hashes(data: bytes, lines: Collection[int]) -> dict[int, str]:
    """The hashes of the given 1-based lines of a file; lines that the file does not have are left out."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    encoded = [f"{line}\n".encode("utf-16-le") for line in text.split("\n")]
    starts = [*accumulate(map(len, encoded[: max(lines, default=0)]), initial=0)][:-1]
    units = b"".join(encoded)[:-_UNIT] + _END_OF_FILE + bytes(_UNIT * _WINDOW)
    # Lines whose windows are equal have equal hashes: only those that are wanted need be computed.
    seen: Counter[bytes] = Counter()
    hashes: dict[int, str] = {}
    for line, start in enumerate(starts, 1):
        window = units[start : start + _UNIT * _WINDOW]
        seen[window] += 1
        if line in lines:
            hashes[line] = f"{_hash(window):x}:{seen[window]}"
    return hashes


def _hash(window: bytes) -> int:
    value = 0
    for at in range(0, len(window), _UNIT):
        value = (value * _FACTOR + window[at] + (window[at + 1] << 8)) & _MASK
    return value

"""The hash by which GitHub recognises the line of a finding when the file around it has changed.

It is the `primaryLocationLineHash` that the CodeQL action computes where a SARIF file has none: a polynomial of the 100
UTF-16 units that follow the start of the line, blanks and tabs left out and line ends made equal, modulo 2**64; then a
colon, and which of the lines with that hash it is. U+FFFF ends the file, zeros fill the last windows.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection
from itertools import accumulate
from typing import Final

_WINDOW: Final = 100
_FACTOR: Final = 37
_MASK: Final = (1 << 64) - 1
_FIRST: Final = pow(_FACTOR, _WINDOW, 1 << 64)
_END_OF_FILE: Final = 0xFFFF
_NEWLINE: Final = 0x0A


def line_hashes(data: bytes, lines: Collection[int]) -> dict[int, str]:
    """The hashes of the given 1-based lines of a file; lines that the file does not have are left out."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    units = memoryview(text.encode(f"utf-16-{sys.byteorder[0]}e")).cast("H")
    starts = [0, *(i + 1 for i, unit in enumerate(units) if unit == _NEWLINE)][: max(lines, default=0)]
    if not starts:
        return {}
    read = [*units[: starts[-1] + _WINDOW], _END_OF_FILE, *[0] * _WINDOW]
    sums = list(accumulate(read, lambda total, unit: (total * _FACTOR + unit) & _MASK, initial=0))
    seen: Counter[int] = Counter()
    hashes: dict[int, str] = {}
    for line, start in enumerate(starts, 1):
        value = (sums[start + _WINDOW] - sums[start] * _FIRST) & _MASK
        seen[value] += 1
        if line in lines:
            hashes[line] = f"{value:x}:{seen[value]}"
    return hashes

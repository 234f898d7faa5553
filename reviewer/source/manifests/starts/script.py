"""Scripts without an ending (`bin/www`): they are not reviewed, but what they load is where a program begins."""

from __future__ import annotations

import re
from typing import Final

_MAX_BYTES: Final = 100_000
_MAX_LOADED: Final = 100
_SHEBANG: Final = (b"#!/usr/bin/env node", b"#!/usr/bin/env -S node", b"#!/usr/bin/node", b"#!/usr/local/bin/node")
# `_load` is Node's own, which takes what it loads for the beginning of the process where it is told so.
_LOADS = re.compile(r"""\b(?:(?:require|import|_load)\s{0,9}\(|import|from)\s{0,9}["'`](\.[^"'`\n]{0,300})["'`]""")


def loaded_modules(data: bytes) -> list[str]:
    """The files that the text of a script for Node.js loads, relative to its folder; none for any other text."""
    if len(data) > _MAX_BYTES or not data.startswith(_SHEBANG):
        return []
    return [found[1] for found in _LOADS.finditer(data.decode("utf-8", "replace"))][:_MAX_LOADED]

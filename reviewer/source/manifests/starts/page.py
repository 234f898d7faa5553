"""The scripts that an HTML page loads from its own site."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SCRIPT = re.compile(r"""<script\b[^>]{0,300}?\bsrc\s{0,9}=\s{0,9}["']?([^"'>\s]{1,300}+)""", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def page_scripts(text: str) -> Iterator[str]:
    """The files of the `<script src>` elements, without a slash at their beginning and what follows a `?`."""
    for found in _SCRIPT.finditer(text):
        if not _ADDRESS.match(found[1]):
            yield found[1].partition("?")[0].lstrip("/")

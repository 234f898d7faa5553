"""Messages and locations as SARIF writes them: plain text that means itself, relative references, regions."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from reviewer.finding import Place
from reviewer.report.escape import visible

_LINK: Final = re.compile(r"\[(?=[^\]]*\]\()|\](?=\()")
_NOT_A_BYTE: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def message(text: str) -> dict[str, str]:
    """A message object whose text means itself: no embedded link (3.11.6), no placeholder (3.11.5), nothing hidden."""
    said = _LINK.sub(r"\\\g<0>", visible(text))
    return {"text": said.replace("{", "{{").replace("}", "}}")}


def artifact(path: str) -> dict[str, str]:
    """The artifactLocation of a path relative to the root (3.4.3): a percent-encoded relative reference of RFC 3986.

    The empty path is the root itself. Bytes of a name that are not UTF-8 keep their values.
    """
    data = _NOT_A_BYTE.sub("\ufffd", path).encode("utf-8", "surrogateescape")
    return {"uri": quote(data, safe="/~!$&'()*+,;=@") or ".", "uriBaseId": "%SRCROOT%"}


def region(place: Place) -> dict[str, int]:
    """The region of a place (3.30): 1-based, columns in UTF-16 units, the end exclusive; without columns, lines."""
    if not place.column:
        return {"startLine": place.line, "endLine": place.end_line}
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def location(place: Place) -> dict[str, object]:
    """The location of a place; without a region where the place is a file as a whole, or a folder (line 0)."""
    physical: dict[str, object] = {"artifactLocation": artifact(place.path)}
    if place.line:
        physical["region"] = region(place)
    return {"physicalLocation": physical}

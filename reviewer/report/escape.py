"""Text of the reviewed code, made harmless: what would hide, reorder, command or break is written out."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

# Controls (C0, DEL, C1), separators of lines and paragraphs, lone surrogates, and what Unicode calls default-ignorable
# (DerivedCoreProperties.txt: bidirectional controls, zero-width characters, fillers, tags, variation selectors) save
# U+FE0E and U+FE0F, which belong to emoji; and the blank Braille pattern, which looks like a space and is none.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

# In the logs of continuous integration `##[command]` and `##vso[command]` are obeyed wherever they stand, `::command`
# where only white space comes before it.
_LOG_COMMAND: Final = re.compile(r"##(?=\w*\[)|^(\s*):(?=:)")


def visible(text: str) -> str:
    """The text on one line, with a sign for every character that a person can't see: ␛ for ESC, ⟨U+202E⟩ for others."""
    return _HIDDEN.sub(_sign, text)


def harmless_in_logs(line: str) -> str:
    """A printed line that no log takes for a command: the first characters of what would be one stand in brackets."""
    return _LOG_COMMAND.sub(lambda match: f"{match[1] or ''}⟨{match[0].lstrip()}⟩", line)


def well_formed(text: str) -> str:
    """The text as valid Unicode: lone surrogates, which UTF-8 can't hold, become U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def json_text(value: object) -> str:
    """A JSON document of two-space steps, ending in a newline. Every string means what it meant; none can command a
    terminal that the document is printed to.
    """
    document = msgspec.json.format(well_formed(json.dumps(value, ensure_ascii=False)), indent=2)
    # Outside of strings JSON is printable ASCII and newlines, so what is found here stands in a string.
    shown = "\n".join(_HIDDEN.sub(_json_escape, line) for line in document.split("\n"))
    # Build servers look for `##[command]` anywhere in a line of a log.
    return shown.replace("##[", "#\\u0023[") + "\n"


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"⟨U+{code:04X}⟩"


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"

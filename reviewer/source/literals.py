"""Literals: the value of a string or identifier as it is written in the source (ECMAScript, 12.9.4 and 12.7.1)."""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(
    rb"\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([0-3]?[0-7]{1,2})|(\r\n|\xe2\x80[\xa8\xa9]|[\x00-\x7f])|(?=[\x80-\xff]))"
)
_SINGLE: Final = {b"n": "\n", b"t": "\t", b"r": "\r", b"b": "\b", b"f": "\f", b"v": "\v"}
_CONTINUATIONS: Final = frozenset({b"\n", b"\r", b"\r\n", b"\xe2\x80\xa8", b"\xe2\x80\xa9"})
_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE: Final = re.compile("[\ud800-\udfff]")
_MAX_CODE_POINT: Final = 0x10FFFF


def cook(raw: bytes) -> str:
    """The value of the text between quotes: escapes replaced, surrogate pairs joined, lone surrogates as U+FFFD."""
    if b"\\" not in raw:
        return raw.decode("utf-8", "replace")
    parts: list[str] = []
    at = 0
    for match in _ESCAPE.finditer(raw):
        parts.append(raw[at : match.start()].decode("utf-8", "replace"))
        parts.append(_value(match))
        at = match.end()
    parts.append(raw[at:].decode("utf-8", "replace"))
    text = _PAIR.sub(_join, "".join(parts))
    return _LONE.sub("\ufffd", text)


def _value(match: re.Match[bytes]) -> str:
    braced, four, two, octal, other = match.groups()
    digits = braced or four or two
    if digits is not None:
        # hostile: a million hexadecimal digits are no number worth computing
        code = int(digits, 16) if len(digits.lstrip(b"0")) <= 6 else _MAX_CODE_POINT + 1
        return chr(code) if code <= _MAX_CODE_POINT else "\ufffd"
    if octal is not None:
        return chr(int(octal, 8))
    if other in _CONTINUATIONS:
        return ""
    if other in _SINGLE:
        return _SINGLE[other]
    return other.decode("ascii") if other else ""  # before a character outside ASCII the backslash just goes


def _join(match: re.Match[str]) -> str:
    pair = match.group()
    return chr(0x10000 + ((ord(pair[0]) - 0xD800) << 10) + (ord(pair[1]) - 0xDC00))


def number_key(text: str) -> str:
    """The property name that a numeric literal stands for: `0x10` is `16`; what is no integer stays as written."""
    plain = text.replace("_", "").rstrip("n")
    try:
        return str(int(plain, 0)) if len(plain) <= 20 else text
    except ValueError:
        return text

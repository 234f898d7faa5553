"""Reads JSON, and JSON with comments and trailing commas (tsconfig.json, bun.lock), from untrusted bytes."""

from __future__ import annotations

import re

import msgspec

_TOKEN = re.compile(
    r'"(?:[^"\\\n]++|\\.)*+"'  # a string stays as it is
    r"|//[^\n]*+"
    r"|/\*(?:[^*]++|\*(?!/))*+\*/"
    r"|,(?=(?:\s++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+[}\]])",
)


class JsonError(Exception):
    """The text is no JSON; the message is part of a sentence."""


def read_json(data: bytes) -> dict[str, object]:
    """The object that the bytes hold as plain JSON (a byte order mark is allowed). Raises JsonError."""
    return _as_object(_decode(data.removeprefix(b"\xef\xbb\xbf")))


def read_jsonc(data: bytes) -> dict[str, object]:
    """The object that the bytes hold as JSON with comments and trailing commas. Raises JsonError."""
    return _as_object(_decode(plain_json(data)))


def plain_json(data: bytes) -> bytes:
    """The same text without comments, trailing commas and byte order mark, on the same lines. Raises nothing."""
    text = data.decode("utf-8-sig", "replace")
    return _TOKEN.sub(_keep_string, text).encode("utf-8", "replace")


def _keep_string(match: re.Match[str]) -> str:
    token = match[0]
    return token if token[0] == '"' else " " + "\n" * token.count("\n")


def _decode(data: bytes) -> object:
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise JsonError(str(error)) from error
    except UnicodeDecodeError as error:
        raise JsonError("the text is not UTF-8") from error
    except RecursionError as error:
        raise JsonError("it is nested too deeply") from error


def _as_object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise JsonError("the top level is not an object")
    return value


def strings(value: object) -> tuple[str, ...]:
    """The strings of a JSON array; empty for anything else."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def string_table(value: object) -> dict[str, str]:
    """The members of a JSON object whose value is a string; empty for anything else."""
    if not isinstance(value, dict):
        return {}
    return {key: item for key, item in value.items() if isinstance(key, str) and isinstance(item, str)}


def string(value: object) -> str:
    """The value where it is a string, else the empty string."""
    return value if isinstance(value, str) else ""

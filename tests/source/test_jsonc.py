"""JSON with comments, and JSON that wants to break its reader."""

from __future__ import annotations

import time

import pytest

from reviewer.source.jsonc import JsonError, read_json, read_jsonc


def test_comments_and_trailing_commas() -> None:
    text = b"""\xef\xbb\xbf// head
    {
      /* block, with "quotes" and , ] */
      "a": [1, 2, /* last */ ], // tail
      "b": "// no comment, \\" /* either */ ,}",
      "c": { "d": null, },
    }
    """
    assert read_jsonc(text) == {"a": [1, 2], "b": '// no comment, " /* either */ ,}', "c": {"d": None}}


def test_plain_json_is_strict() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    with pytest.raises(JsonError):
        read_json(b'{"a": 1,}')


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b'"a"', b"{", b'{"a":}', b"\x00", b'{"a": "\xff"}', b"/* {}"])
def test_no_object(text: bytes) -> None:
    with pytest.raises(JsonError):
        read_json(text)


@pytest.mark.parametrize(
    "text", [b"[" * 300_000, b'{"a":' * 300_000, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"]
)
def test_deep_nesting(text: bytes) -> None:
    with pytest.raises(JsonError, match="nested too deeply"):
        read_json(text)
    with pytest.raises(JsonError, match="nested too deeply"):
        read_jsonc(text)


@pytest.mark.parametrize(
    "text",
    [
        b"/" * 500_000,
        b"/*" * 250_000,
        b'"' + b"\\" * 500_001,
        b"," * 300_000,
        b",/**/" * 100_000,
        b", " * 200_000 + b"x",
    ],
)
def test_hostile_text_takes_no_time(text: bytes) -> None:
    start = time.process_time()
    with pytest.raises(JsonError):
        read_jsonc(text)
    assert time.process_time() - start < 2

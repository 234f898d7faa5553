"""Recognises text that nobody wrote by hand: minified, generated, or put out by a compiler or bundler."""

from __future__ import annotations

import re
from typing import Final

MINIFIED: Final = "minified"
GENERATED: Final = "generated"
BUILD_OUTPUT: Final = "build output"

_HEAD = 4096
_TAIL = 512
_LONG_LINE = 500

# Comments (and a hashbang and directives) before the first statement. Possessive: linear on hostile input.
_LEADING = re.compile(
    rb"""(?:\s++|\#![^\n]*+|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/|'use\ strict';?|"use\ strict";?)*+""",
    re.VERBOSE,
)
_GENERATED = re.compile(
    rb"""
      @generated\b
    | \b(?:file|code|module|content|class|schema|types?|bindings?|this)\b[^.\n]{0,40}
      \bauto(?:matically|matic)?[-\ ]?generated
    | ^[\s/*#!<>=-]*auto(?:matically)?[-\ ]?generated\b\s*
      (?:$|[.,;:!*-]|file|code|by|from|with|using|content|source|on\b)
    | ^[\s/*#!<>=-]*code\ generated\ by\b
    | \bgenerated\ (?:by|from|with|using)\b[^\n]{0,60}
      \b(?:protoc|protobuf|ts-proto|grpc|openapi|swagger|graphql-code-?gen|graphql-codegen|codegen|antlr|peg(?:\.?js|gy)
        |jison|nearley|emscripten|wasm-(?:bindgen|pack)|orval|prisma|zapatos)
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_HANDS_OFF = re.compile(rb"\b(?:do\s+not|don't|never)\s+(?:\w+\s+)?(?:edit|modify|change|touch|alter)\b", re.IGNORECASE)
_SOURCE_MAP = re.compile(rb"^\s*(?://|/\*)[#@][ \t]*sourceMappingURL=", re.MULTILINE)
_COMPILER_HEAD = re.compile(
    rb"(?:var __\w+ = \(this && this\.__\w+\) \|\|"
    rb'|Object\.defineProperty\(exports, ?"__esModule", ?\{\s*value: ?(?:true|!0),?\s*\}\);)',
)
_BUNDLER_MARKS = (
    b"webpackBootstrap",
    b"function __webpack_require__(",
    b'["webpackChunk',
    b'["webpackJsonp',
    b"parcelRequire",
    b"var __commonJS = (cb, mod)",
    b"var __create = Object.create;\nvar __defProp = Object.defineProperty;",
    b"function r(e,n,t){function o(i,f){if(!n[i])",
    b'(function (f){if(typeof exports==="object"',
    b'(function(f){if(typeof exports==="object"',
    b"System.register([",
)


def looks_generated(data: bytes) -> str | None:
    """Why the text of a file is not worth reviewing: "generated", "build output", "minified", or None.

    Generated: the comments before the first statement say so. Build output: a source map is named at the end, or the
    first statement or a runtime part is the one that a compiler or bundler writes. Minified: more than half of the text
    stands in very long lines that are code (long strings and embedded data are not).
    """
    leading = _LEADING.match(data, 0, _HEAD)
    comments = data[: leading.end()] if leading else b""
    if comments and (_GENERATED.search(comments) or (b"enerated" in comments and _HANDS_OFF.search(comments))):
        return GENERATED
    if _is_compiled(data, len(comments)):
        return BUILD_OUTPUT
    if _is_minified(data):
        return MINIFIED
    return None


def _is_compiled(data: bytes, first_statement: int) -> bool:
    if b"sourceMappingURL=" in data[-_TAIL:] and _SOURCE_MAP.search(data[-_TAIL:]):
        return True
    if _COMPILER_HEAD.match(data, first_statement) and data.find(b'"use strict"', 0, first_statement + 16) >= 0:
        return True
    return any(data.find(mark, 0, _HEAD) >= 0 for mark in _BUNDLER_MARKS)


def _is_minified(data: bytes) -> bool:
    if len(data) < 2 * _LONG_LINE or not _has_long_line(data):
        return False
    crowded = 0
    for line in data.split(b"\n"):
        if len(line) >= _LONG_LINE and _is_crowded(line):
            crowded += len(line)
    return crowded * 2 > len(data)


def _has_long_line(data: bytes) -> bool:
    """Looks for the last line break before each step of 500 bytes: most bytes are never looked at."""
    start, size = 0, len(data)
    while size - start >= _LONG_LINE:
        end = data.rfind(b"\n", start, start + _LONG_LINE)
        if end < 0:
            return True
        start = end + 1
    return False


def _is_crowded(line: bytes) -> bool:
    """Whether a long line is code without room: many brackets and separators, few blanks."""
    size = len(line)
    marks = sum(line.count(mark) for mark in (b"(", b")", b"{", b"}", b";", b","))
    blanks = line.count(b" ") + line.count(b"\t")
    return marks * 25 > size and blanks * 8 < size

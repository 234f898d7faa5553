"""Parsing: the bytes of one file to a tree-sitter tree, in the grammar that reads it best, within a budget."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Point, Tree

from reviewer.source.deep_stack import on_deep_stack

ERROR: Final = 65535  # the kind id of tree-sitter's error nodes, in every language

_LANGUAGES: Final[dict[str, Callable[[], object]]] = {
    "javascript": tree_sitter_javascript.language,
    "typescript": tree_sitter_typescript.language_typescript,
    "tsx": tree_sitter_typescript.language_tsx,
}
_BY_SUFFIX: Final = {
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
}
_CHUNK: Final = 1 << 10
_READS_A_CHUNK: Final = 8
_ALLOWANCE: Final = 200
_BYTES_A_CALL: Final = 18
_SECONDS: Final = 4.0
_CLOCK_EVERY: Final = 31  # calls between two looks at the clock, which costs as much as 20 steps; a mask
_FLAT: Final = 100_000  # bytes that cannot nest so deep that the parser overflows the stack of the process


_TYPE: Final = rb"\??\b(?:any|bigint|boolean|mixed|number|object|string|symbol|unknown|void)\b(?:\[\])*"
_KEYWORD: Final = re.compile(_TYPE)
_UNNAMED: Final = re.compile(rb"\(\s*" + _TYPE + rb"(?:\s*,\s*" + _TYPE + rb")*(?:\s*,)?\s*\)(?=\s*=>)")
# `await a.b<T>(c)`, up to the bracket: the grammar takes `await a.b` for what is called; so with `void`.
_INNERMOST: Final = rb"(?:=>|[^()<>])*+"
_INNER: Final = rb"(?:=>|[^()<>]|\(" + _INNERMOST + rb"\))*+"
_ARGUMENTS: Final = rb"\((?:=>|[^()<>]|\(" + _INNER + rb"\))*+\)"
_SPACE: Final = rb"(?:\s|//[^\n]*+\n|/\*[^*]*+\*/)++"
_CHAIN: Final = rb"(?:(?:" + _ARGUMENTS + rb"|" + _SPACE + rb"(?=\??\.))[\w$.?!]*+)*+(?=<)"
_AWAITED_GENERIC: Final = re.compile(rb"\b(?:await|void)\s++[\w$.?!]++" + _CHAIN)
_FURTHER_GENERIC: Final = re.compile(_CHAIN)
_DEPTH: Final = 4  # how deep type arguments and object types may stand in each other
_NOT_BREAKS: Final = re.compile(rb"[^\r\n]")
# `export v from './v'` and `export v, { w } from './v'`, which Babel reads (proposal-export-default-from).
_DEFAULT_EXPORT: Final = re.compile(
    rb"^export(?=\s+(?!type\s)[\w$]++\s*(?:,\s*\{[^{}]*+\}\s*)?\bfrom\s*['\"])", re.MULTILINE
)
_MAYBE: Final = re.compile(rb"([:<|,(]\s*)\?(?=\s*\()")


class Faults(NamedTuple):
    """What a tree could not make sense of: bytes below error nodes, how many places, the 1-based line of the first."""

    size: int = 0
    places: int = 0
    line: int = 0


class Parsed(NamedTuple):
    """A tree, the name of its grammar, and its faults."""

    tree: Tree
    language: str
    faults: Faults


@cache
def language(name: str) -> Language:
    """One of the grammars `javascript`, `typescript`, `tsx`."""
    return Language(_LANGUAGES[name]())


@cache
def _parser(name: str) -> Parser:
    return Parser(language(name))


def language_of(name: str) -> str:
    """The grammar for a file name; what has no known suffix is read as JavaScript."""
    return _BY_SUFFIX.get(os.path.splitext(name)[1].lower(), "javascript")


def parse(data: bytes, name: str) -> Parsed | None:
    """Parse one file, or return None where the parser lost itself (random bytes can send its error recovery astray).

    A JavaScript file with errors is also tried as TSX, which reads most of Flow; fewer faulty bytes win. The text that
    was parsed may differ from `data` in types and in what stands for `export`, never in its length.
    """
    if len(data) <= _FLAT:
        return _best(data, name)
    # tree-sitter releases its stack recursively where it is ambiguous: `{a:{a:{a:…`, 100,000 times.
    return on_deep_stack(lambda: _best(data, name))


def _best(data: bytes, name: str) -> Parsed | None:
    first = language_of(name)
    if first != "javascript":
        data = _without_awaited_types(data)
    tree = _tree(data, first)
    if tree is not None and not tree.root_node.has_error:
        return Parsed(tree, first, Faults())
    trees = [(first, tree)]
    named = _with_names(data)
    if first == "javascript":
        trees.append(("tsx", _tree(named, "tsx")))
    elif named != data:
        trees.append((first, _tree(named, first)))
    found = [Parsed(each, grammar, faults_of(each.root_node)) for grammar, each in trees if each is not None]
    return min(found, key=lambda parsed: parsed.faults[:2], default=None)


def _typed(depth: int) -> tuple[bytes, bytes]:
    """Patterns of type arguments, and of an object type: only there may a `;` stand."""
    inner = b"".join(b"|" + pattern for pattern in _typed(depth - 1)) if depth else b""
    return rb"<(?:=>|[^<>{}&;]|&(?!&)" + inner + rb")*+>", rb"\{(?:=>|[^<>{}]" + inner + rb")*+\}"


_TYPES: Final = re.compile(_typed(_DEPTH)[0] + rb"(?=\()")


def _without_awaited_types(data: bytes) -> bytes:
    """The text with spaces for the type arguments of awaited calls, also of all in a chain, which leave no rows; line
    ends stay.
    """
    parts: list[bytes] = []
    end = 0
    for found in _AWAITED_GENERIC.finditer(data):
        chain: re.Match[bytes] | None = found if found.start() >= end else None
        while chain is not None and (types := _TYPES.match(data, chain.end())) is not None:
            parts += (data[end : types.start()], _NOT_BREAKS.sub(b" ", types[0]))
            end = types.end()
            chain = _FURTHER_GENERIC.match(data, end)
    return b"".join((*parts, data[end:])) if parts else data


def _with_names(data: bytes) -> bytes:
    """The text with what the grammars cannot read in another form of the same length.

    `(string, any) => void`, in TypeScript parameters of these names, in Flow of these types, gets other names; Flow's
    `?() => void` loses its mark. `export v from` becomes `import v from`: lowering looks at the text itself.
    """
    data = _DEFAULT_EXPORT.sub(b"import", data)
    return _MAYBE.sub(rb"\1 ", _UNNAMED.sub(lambda found: _KEYWORD.sub(_renamed, found[0]), data))


def _renamed(keyword: re.Match[bytes]) -> bytes:
    return b"_" * len(keyword[0])


def _tree(data: bytes, grammar: str) -> Tree | None:
    reads = spent = 0
    end = time.thread_time() + _SECONDS
    allowed = _ALLOWANCE + _READS_A_CHUNK * (len(data) // _CHUNK + 1)

    # Real code is read about twice: an unclosed comment, regular expression or list of comments is looked through to
    # its end at each of its tokens, for hours. At the end of what is allowed the file seems to end.
    def read(offset: int, _: Point) -> bytes:
        nonlocal reads
        reads += 1
        return data[offset : offset + _CHUNK] if reads <= allowed else b""

    # One call a hundred parse steps: one in 100 bytes of real code, in 18 of brackets. Steps of error recovery cost
    # about four others. What is ambiguous over and over (`a<b,a<b,…` as TypeScript) takes memory that grows with the
    # square of its length, so that the allowance grows with the offset. Steps rather than seconds, so that the outcome
    # is pure; the seconds, fifty times what real code takes, end what makes each step dearer than the last.
    def exhausted(offset: int, recovering: bool) -> bool:  # noqa: FBT001  tree-sitter's signature
        nonlocal spent
        spent += 4 if recovering else 1
        if spent & _CLOCK_EVERY == 0 and time.thread_time() > end:
            return True
        return spent > _ALLOWANCE + offset // _BYTES_A_CALL

    parser = _parser(grammar)
    try:
        tree = parser.parse(read, encoding="utf8", progress_callback=exhausted)
    except ValueError:
        parser.reset()
        return None
    return tree if reads <= allowed else None


def faults_of(root: Node) -> Faults:
    """The topmost error nodes and the missing tokens of a tree."""
    size = places = 0
    first: Node | None = None
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_missing or node.kind_id == ERROR:
            places += 1
            size += max(1, node.end_byte - node.start_byte)
            if first is None or node.start_byte < first.start_byte:
                first = node
        elif node.has_error:
            pending.extend(node.children)
    return Faults(size, places, first.start_point.row + 1 if first is not None else 0)

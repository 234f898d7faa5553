"""JSON as the same bounded tree of nodes as YAML: each value knows its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from reviewer.diagnosis import quoted, wrong
from reviewer.finding import UsageError
from reviewer.yaml_nodes import MAX_DEPTH, MAX_DOCUMENT_DEPTH, MAX_NODES, Node, Scalar

_TOKEN: Final = re.compile(
    r'[ \t\r\n]*(?:(?P<sign>[{}\[\]:,])|(?P<text>"(?:[^"\\\x00-\x1f]|\\.)*")'
    r"|(?P<word>true|false|null)|(?P<number>-?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,18})?(?:[eE][-+]?[0-9]{1,3})?))"
)
_WORDS: Final = {"true": True, "false": False, "null": None}


def read_json_nodes(text: str, path: str, key: str = "", *, lenient: bool = False) -> Node | None:
    """The JSON document in `text` of the file `path`, or its top-level member `key`: None where there is none.

    UsageError with the line where it is malformed. The limits of YAML hold for what is given back. `lenient`: a member
    that is given twice counts as it is given last, as for JavaScript, and depth as for documents.
    """
    reader = _Reader(text, path, lenient=lenient)
    if not key:
        return reader.document()
    return reader.member(key)


class _Reader:
    """Reads tokens one after another; containers that are open stand on a stack, so that depth costs no recursion."""

    def __init__(self, text: str, path: str, *, lenient: bool) -> None:
        self._lenient = lenient
        self._depth = MAX_DOCUMENT_DEPTH if lenient else MAX_DEPTH
        self._text = text
        self._path = path
        self._at = 0
        self._seen = 0
        self._line = 1

    def document(self) -> Node:
        node = self._value(bounded=True)
        self._end()
        return node

    def member(self, wanted: str) -> Node | None:
        """A member of the object that the document is; the others are read for their form only."""
        if not self._take("{"):
            self._value(bounded=False)
            self._end()
            return None
        found: Node | None = None
        if not self._take("}"):
            while True:
                key = self._key()
                value = self._value(bounded=key == wanted)
                if key == wanted:
                    found = value
                if not self._take(","):
                    break
            self._must("}")
        self._end()
        return found

    def _value(self, *, bounded: bool) -> Node:
        """One value. What is not `bounded` is not kept, and may be of any size."""
        root: Node | None = None
        stack: list[Node] = []
        count = 0
        while True:
            key = ""
            if stack and stack[-1].entries is not None:
                key = self._key()
                if bounded and key in stack[-1].keys and not self._lenient:
                    raise self._wrong(f"{quoted(key)} is given twice")
                stack[-1].keys[key] = self._line
            node = self._begun()
            count += 1
            if bounded and count > MAX_NODES:
                raise self._wrong(f"more than {MAX_NODES:,} JSON values")
            root = root or node
            if stack and bounded:
                _attach(stack[-1], key, node)
            if (node.entries is not None and not self._take("}")) or (node.items is not None and not self._take("]")):
                stack.append(node)
                if bounded and len(stack) > self._depth:
                    raise self._wrong(f"nested more than {self._depth} levels deep")
                continue
            while stack and not self._take(","):
                self._must("}" if stack[-1].entries is not None else "]")
                stack.pop()
            if not stack:
                return root

    def _begun(self) -> Node:
        """The next scalar, or the beginning of the next container."""
        match = self._token()
        node = Node(self._path, self._line)
        sign = match["sign"]
        if sign == "{":
            node.entries = {}
        elif sign == "[":
            node.items = []
        elif sign:
            raise self._wrong(f"not JSON: `{sign}` where a value is wanted")
        else:
            node.scalar = self._scalar(match)
        return node

    def _scalar(self, match: re.Match[str]) -> Scalar:
        if match["word"]:
            return _WORDS[match["word"]]
        try:
            value: Scalar = json.loads(match["text"] or match["number"])
        except ValueError as error:
            raise self._wrong("not JSON: an invalid escape") from error
        return value

    def _key(self) -> str:
        match = self._token()
        if match["text"] is None:
            raise self._wrong("not JSON: a key wants double quotes")
        key = str(self._scalar(match))
        line = self._line
        self._must(":")
        self._line = line
        return key

    def _take(self, sign: str) -> bool:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match["sign"] != sign:
            return False
        self._token()
        return True

    def _must(self, sign: str) -> None:
        if not self._take(sign):
            self._look()
            raise self._wrong(f"not JSON: `{sign}` is missing")

    def _token(self) -> re.Match[str]:
        self._look()
        match = _TOKEN.match(self._text, self._at)
        if match is None:
            raise self._wrong("not JSON")
        self._at = match.end()
        return match

    def _look(self) -> None:
        """Go on to the line of the next token, whatever it is."""
        begin = self._at + _blank(self._text, self._at)
        self._line += self._text.count("\n", self._seen, begin)
        self._seen = begin

    def _end(self) -> None:
        if self._at + _blank(self._text, self._at) < len(self._text):
            self._look()
            raise self._wrong("not JSON: something stands after its end")

    def _wrong(self, message: str) -> UsageError:
        return wrong(self._path, self._line, message)


def _blank(text: str, at: int) -> int:
    rest = re.compile(r"[ \t\r\n]*").match(text, at)
    return len(rest[0]) if rest else 0


def _attach(parent: Node, key: str, node: Node) -> None:
    if parent.entries is not None:
        parent.entries[key] = node
    elif parent.items is not None:
        parent.items.append(node)


def pairs(node: Node | None) -> Iterator[tuple[str, int, Node]]:
    """Key, its line and its value, of a mapping in order."""
    for key, value in ((node.entries or {}) if node else {}).items():
        yield key, node.keys[key] if node else 0, value

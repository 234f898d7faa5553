"""YAML as a bounded tree of nodes that know their lines, and that say what they expected where they are wrong.

Of YAML 1.2 the plain part: mappings with distinct text keys, sequences, scalars. Anchors, aliases, tags and further
documents are refused, so nothing expands; depth and number of nodes have limits, so nothing hangs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final, TypeAlias

import yaml

from reviewer.diagnosis import quoted, unknown, wrong
from reviewer.finding import UsageError

MAX_DEPTH: Final = 16
MAX_DOCUMENT_DEPTH: Final = 64
MAX_NODES: Final = 20_000
MAX_CHARACTERS: Final = 1_000_000

Scalar: TypeAlias = str | int | float | bool | None

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null"})
_BOOLEAN = {"true": True, "false": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")


class Node:
    """One value of a YAML file: a scalar (`scalar`), a sequence (`items`) or a mapping (`entries`, with `keys`)."""

    __slots__ = ("entries", "items", "keys", "line", "path", "scalar")

    def __init__(self, path: str, line: int) -> None:
        self.path = path
        self.line = line
        self.scalar: Scalar = None
        self.items: list[Node] | None = None
        self.entries: dict[str, Node] | None = None
        self.keys: dict[str, int] = {}

    def wrong(self, message: str) -> UsageError:
        """The error to raise for this node."""
        return wrong(self.path, self.line, message)

    def mapping(self, what: str, known: Collection[str], required: Collection[str] = ()) -> dict[str, Node]:
        """The entries of a mapping whose keys are all in `known` and include `required`; UsageError otherwise."""
        if self.entries is None:
            raise self.wrong(f"{what} wants a mapping with {', '.join(sorted(known))}".lstrip())
        for key, line in self.keys.items():
            if key not in known:
                raise wrong(self.path, line, unknown(f"key of {what}" if what else "key", key, known))
        for key in required:
            if key not in self.entries:
                raise self.wrong(f"{what} lacks `{key}`")
        return self.entries

    def sequence(self, what: str) -> list[Node]:
        """The items of a list; UsageError otherwise."""
        if self.items is None:
            raise self.wrong(f"{what} wants a list")
        return self.items

    def one_or_more(self, what: str) -> list[Node]:
        """The items of a list that has some, or the node itself where it is a scalar; UsageError otherwise."""
        if self.items is None and self.entries is None:
            return [self]
        items = self.sequence(what)
        if not items:
            raise self.wrong(f"{what} is empty")
        return items

    def text(self, what: str) -> str:
        """A scalar that is text on one line and not blank; UsageError otherwise."""
        if self.items is not None or self.entries is not None or not isinstance(self.scalar, str):
            raise self.wrong(f"{what} wants text")
        text = self.scalar.strip()
        if not text or "\n" in text:
            raise self.wrong(f"{what} wants one line of text")
        return text

    def integer(self, what: str) -> int:
        """A scalar that is a whole number; UsageError otherwise."""
        if isinstance(self.scalar, bool) or not isinstance(self.scalar, int):
            raise self.wrong(f"{what} wants a number")
        return self.scalar

    def literal(self, what: str) -> Scalar:
        """Any scalar; UsageError for lists and mappings."""
        if self.items is not None or self.entries is not None:
            raise self.wrong(f"{what} wants a literal")
        return self.scalar

    def choice(self, what: str, known: Collection[str]) -> str:
        """A scalar that is one of the names in `known`; UsageError with the nearest otherwise."""
        name = self.text(what)
        if name not in known:
            raise self.wrong(unknown(what, name, known))
        return name

    def strings(self) -> Iterator[Node]:
        """Every text scalar below this node, keys left out."""
        pending = [self]
        while pending:
            node = pending.pop()
            if isinstance(node.scalar, str):
                yield node
            pending.extend(reversed(node.items or []))
            pending.extend(reversed((node.entries or {}).values()))


def read_yaml(text: str, path: str, first_line: int = 1) -> Node:
    """The one document in `text`, whose first line is line `first_line` of the file `path`; UsageError if malformed."""
    roots = _composed(text, _Composer(path, first_line, MAX_DEPTH, several=False), path, first_line)
    return roots[0] if roots else Node(path, first_line)


def read_yaml_documents(text: str, path: str) -> list[Node]:
    """Every document in the text of a file that is written for others, which may be nested deeper; UsageError if
    malformed.
    """
    return _composed(text, _Composer(path, 1, MAX_DOCUMENT_DEPTH, several=True), path, 1)


def _composed(text: str, composer: _Composer, path: str, first_line: int) -> list[Node]:
    if len(text) > MAX_CHARACTERS:
        raise wrong(path, first_line, f"more than {MAX_CHARACTERS:,} characters of YAML")
    try:
        return composer.compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise wrong(path, first_line + (mark.line if mark else 0), f"not YAML: {error.problem or error}") from error
    except yaml.YAMLError as error:
        raise wrong(path, first_line, f"not YAML: {getattr(error, 'reason', error)}") from error


class _Composer:
    """Builds nodes from parser events with a stack of its own, so that the depth of the input costs no recursion."""

    def __init__(self, path: str, first_line: int, depth: int, *, several: bool) -> None:
        self._path = path
        self._first = first_line
        self._depth = depth
        self._several = several
        self._stack: list[Node] = []
        self._keys: list[tuple[str, int] | None] = []
        self._roots: list[Node] = []

    def compose(self, text: str) -> list[Node]:
        count = 0
        for event in yaml.parse(text, Loader=_LOADER):
            line = self._first + (event.start_mark.line if event.start_mark else 0)
            if isinstance(event, yaml.AliasEvent):
                raise wrong(self._path, line, "aliases are not allowed")
            if isinstance(event, yaml.CollectionEndEvent):
                self._stack.pop()
                self._keys.pop()
                continue
            if not isinstance(event, yaml.NodeEvent):
                continue
            if event.anchor is not None or getattr(event, "tag", None) is not None:
                raise wrong(self._path, line, "anchors and tags are not allowed")
            if self._roots and not self._stack and not self._several:
                raise wrong(self._path, line, "a second YAML document")
            count += 1
            if count > MAX_NODES:
                raise wrong(self._path, line, f"more than {MAX_NODES:,} YAML values")
            self._take(event, line)
        return self._roots

    def _take(self, event: yaml.NodeEvent, line: int) -> None:
        if self._stack and self._stack[-1].entries is not None and self._keys[-1] is None:
            self._keys[-1] = self._key(event, line)
            return
        node = Node(self._path, line)
        self._attach(node)
        if isinstance(event, yaml.ScalarEvent):
            node.scalar = _resolve(event)
            return
        if isinstance(event, yaml.MappingStartEvent):
            node.entries = {}
        else:
            node.items = []
        self._stack.append(node)
        self._keys.append(None)
        if len(self._stack) > self._depth:
            raise wrong(self._path, line, f"nested more than {self._depth} levels deep")

    def _key(self, event: yaml.NodeEvent, line: int) -> tuple[str, int]:
        if not isinstance(event, yaml.ScalarEvent):
            raise wrong(self._path, line, "a key wants text")
        if event.value in self._stack[-1].keys:
            raise wrong(self._path, line, f"{quoted(event.value)} is given twice")
        return event.value, line

    def _attach(self, node: Node) -> None:
        if not self._stack:
            self._roots.append(node)
            return
        parent = self._stack[-1]
        if parent.entries is not None:
            key = self._keys[-1]
            if key is not None:
                parent.entries[key[0]] = node
                parent.keys[key[0]] = key[1]
                self._keys[-1] = None
        elif parent.items is not None:
            parent.items.append(node)


def _resolve(event: yaml.ScalarEvent) -> Scalar:
    """The value of a scalar by the core schema of YAML 1.2: quoted is text, and so are `on`, `no` and `12:30`."""
    value: str = event.value
    if event.style:
        return value
    if value in _NULL:
        return None
    if value in _BOOLEAN:
        return _BOOLEAN[value]
    if _INTEGER.fullmatch(value):
        return int(value)
    return float(value) if _FLOAT.fullmatch(value) else value

"""Rows under construction: the columns that the walk over a syntax tree fills, level by level.

Rows are numbered breadth first: while a row is lowered, its operand nodes are queued for the next level and so get
consecutive numbers. `first` and `parent` follow from `count` alone, and nothing recurses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Final, NamedTuple

from tree_sitter import Node

from reviewer.source.grammar import Grammar
from reviewer.source.literals import cook
from reviewer.source.module import Export, Kind, TypeDeclaration

# What a target does to its binding. Kinds of `BindingKind` declare and write; from BARE on they declare only.
WRITE: Final = -1
READ_WRITE: Final = -2
BARE: Final = 64

# Kinds of scope.
FUNCTION_SCOPE: Final = 0
ARROW_SCOPE: Final = 1
BODY_SCOPE: Final = 2  # a body apart from its parameters, whose defaults must not see its variables
VARIABLE_SCOPE: Final = 3  # program, namespace or static block: `var` ends here
BLOCK_SCOPE: Final = 4

# Codes of rows that no node kind stands for; `recoded` gives them to nodes.
AS_NONE: Final = -1
AS_PARAM: Final = -2
AS_METHOD: Final = -3  # the FUNCTION of a method
AS_IDENT: Final = -4  # the value of `{ name }`
AS_BODY: Final = -5  # a BLOCK that opens no scope of its own
AS_SHORTHAND_DEFAULT: Final = -6  # the DEFAULT of `{ name = value }`
AS_PARAM_DEFAULT: Final = -7  # the DEFAULT of TypeScript's `(name: Type = value)`
AS_CHUNK: Final = -8  # a STRING of a TEMPLATE
AS_STATIC_BLOCK: Final = -9
AS_USING: Final = -10  # a DECLARATOR that TypeScript's grammar reads as an assignment
AS_MEMBER: Final = -11  # a PROPERTY of an ENUM
AS_SPREAD: Final = -12  # what could not be read in an object literal
AS_ALIAS: Final = -13  # the DECLARATOR of `import x = A.B`

_IS_IDENT: Final = bytes(kind == Kind.IDENT for kind in range(256))
_IS_STRING: Final = bytes(kind == Kind.STRING for kind in range(256))


class Introduced(NamedTuple):
    """A name that leaves no row: of an import, interface or type alias, in the scope that `container` opens."""

    container: int
    name: int
    kind: int


class ImportDraft(NamedTuple):
    """An import declaration; `names` are (imported, index in `Rows.introduced`)."""

    source: str
    kind: str
    line: int
    names: list[tuple[str, int]]
    type_only: bool


class ExportDraft(NamedTuple):
    """`export { local as name }`: the local name is resolved when all scopes are known."""

    name: str
    local: int
    type_only: bool


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class Rows:
    """The columns of one file. Handlers get this, a node and its row, and queue the operand nodes by `push`."""

    __slots__ = (
        "annotations",
        "below",
        "below_base",
        "calls",
        "classes",
        "count",
        "data",
        "declared",
        "decorators",
        "equals",
        "export_drafts",
        "export_rows",
        "flags",
        "functions",
        "generics",
        "grammar",
        "has_using",
        "heads",
        "idents",
        "implements",
        "import_drafts",
        "introduced",
        "is_module",
        "is_utf8",
        "keys",
        "kind",
        "level",
        "level_base",
        "levels",
        "links",
        "may_be_strict",
        "members",
        "name",
        "named_types",
        "names",
        "recoded",
        "redirect",
        "reexports",
        "regions",
        "scopes",
        "selves",
        "spans",
        "strings",
        "tagged",
        "taken",
        "targets",
        "tokens",
        "types",
    )

    def __init__(self, data: bytes, grammar: Grammar, redirect: Callable[[Rows, Node, int], None]) -> None:
        """`redirect` lowers another node as a given row."""
        self.data = data
        self.grammar = grammar
        self.redirect = redirect
        self.kind: list[int] = []
        self.flags: dict[int, int] = {}
        self.count: list[int] = []
        self.name: list[int] = []
        self.strings: list[str] = []  # when the walk is over
        self.names: dict[bytes, int] = {b"": 0}
        self.is_utf8 = _is_utf8(data)
        self.equals = self.intern(b"=")
        self.links: dict[bytes, int] = {}
        self.tokens: dict[int, int] = {}
        self.levels: list[int] = []  # the first row of each
        self.level: list[Node] = []
        self.level_base = 0
        self.below: list[Node] = []
        self.below_base = 0
        self.recoded: dict[int, int] = {}
        self.spans: dict[int, tuple[int, int]] = {}
        self.targets: dict[int, int] = {}
        self.regions: list[int] = []
        self.scopes: dict[int, int] = {0: VARIABLE_SCOPE}
        self.declared: list[tuple[int, int]] = []
        self.heads: dict[int, int] = {}  # NAMESPACE rows to the name that they bind
        self.selves: list[int] = []
        self.introduced: list[Introduced] = []
        self.decorators: dict[int, list[Node]] = {}
        self.annotations: dict[int, str] = {}
        self.generics: dict[int, str] = {}
        self.named_types: set[str] = set()
        self.types: list[TypeDeclaration] = []
        self.import_drafts: list[ImportDraft] = []
        self.export_drafts: list[ExportDraft] = []
        self.reexports: list[Export] = []
        self.export_rows: list[int] = []
        self.idents: list[int] = []
        self.members: list[int] = []
        self.calls: list[int] = []
        self.tagged: list[int] = []
        self.functions: list[int] = []
        self.classes: list[int] = []
        self.implements: dict[str, list[int]] = {}
        self.keys: list[int] = []
        self.taken: list[int] = []
        self.is_module = False  # whether an import or export declaration stands at the top level
        self.has_using = b"using" in data
        self.may_be_strict = b"use strict" in data

    # names

    def intern(self, raw: bytes) -> int:
        """The string number of a text that holds no escapes."""
        if not self.is_utf8:
            raw = raw.decode("utf-8", "replace").encode()
        return self.names.setdefault(raw, len(self.names))

    def intern_text(self, text: str) -> int:
        """The string number of a text; equal texts have equal numbers."""
        return self.names.setdefault(text.encode(), len(self.names))

    def name_all(self, start: list[int], end: list[int]) -> None:
        """Give IDENT and STRING rows their names once all rows have their offsets, then decode all strings."""
        data, name, names, kind = self.data, self.name, self.names, self.kind
        get = names.get
        packed, numbers = bytes(kind), range(len(kind))
        self.idents = idents = [*compress(numbers, packed.translate(_IS_IDENT))]
        missing = False
        for row in idents:
            raw = data[start[row] : end[row]]
            name[row] = get(raw) or self.identifier(raw)
            if not raw:  # a token that the parser made up
                missing = True
                kind[row] = Kind.UNKNOWN
                name[row] = -1
        if missing:
            self.idents = [row for row in idents if name[row] >= 0]
        for row in compress(numbers, packed.translate(_IS_STRING)):
            if name[row] < 0:  # a chunk of a template has its name
                raw = data[start[row] + 1 : end[row] - 1]
                name[row] = self.cooked(raw) if b"\\" in raw else get(raw) or self.intern(raw)
        self.strings = [*map(bytes.decode, names)]

    def identifier(self, raw: bytes) -> int:
        """The string number of an identifier as written, where it was not met before."""
        return self.intern_text(cook(raw)) if b"\\" in raw else self.intern(raw)

    def name_of(self, node: Node) -> int:
        """The string number of an identifier node."""
        raw = self.data[node.start_byte : node.end_byte]
        return self.names.get(raw) or self.identifier(raw)

    def cooked(self, raw: bytes) -> int:
        """The string number of the value of a text between quotes."""
        if b"\\" in raw:
            return self.intern_text(cook(raw))
        return self.names.get(raw) or self.intern(raw)

    def value_of(self, node: Node) -> int:
        """The string number of a string node's value."""
        return self.cooked(self.data[node.start_byte + 1 : node.end_byte - 1])

    def token(self, kind: int) -> int:
        """The string number of a punctuation node's kind: an operator or keyword."""
        found = self.tokens.get(kind)
        if found is None:
            found = self.tokens[kind] = self.intern(self.grammar.text.get(kind, b""))
        return found

    def string(self, node: Node) -> str:
        """A string node's value."""
        return cook(self.data[node.start_byte + 1 : node.end_byte - 1])

    def text(self, node: Node) -> str:
        """A node's source text."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    # rows

    def push(self, row: int, operands: Sequence[Node]) -> int:
        """Queue the operands of `row`, once; returns the number of the first."""
        below = self.below
        first = self.below_base + len(below)
        self.count[row] = len(operands)
        below.extend(operands)
        return first

    def push_fixed(self, row: int, place: Node, *operands: Node | None) -> int:
        """Like `push`, with a NONE row, spanning `place`, for what is absent."""
        below = self.below
        first = at = self.below_base + len(below)
        self.count[row] = len(operands)
        for operand in operands:
            if operand is None:
                self.recoded[at] = AS_NONE
                below.append(place)
            else:
                below.append(operand)
            at += 1
        return first

    def operands(self, node: Node) -> list[Node]:
        """The children that leave rows, what could not be read included."""
        named = self.grammar.named
        return [child for child in node.named_children if child.kind_id in named]

    def parts(self, node: Node) -> list[Node]:
        """The children without comments and error nodes: as the grammar's rule has them."""
        noise = self.grammar.noise
        return [child for child in node.children if child.kind_id not in noise]

    def replace(self, node: Node, row: int) -> None:
        """Lower `node` as `row` in place of the node that stood there."""
        self.level[row - self.level_base] = node
        self.redirect(self, node, row)

    def flag(self, row: int, flag: int) -> None:
        """Set bits of the row's flags."""
        self.flags[row] = self.flags.get(row, 0) | flag

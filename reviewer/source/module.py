"""The IR: one flat table of rows per file, its bindings, and its surface; nothing in it points, nests or recurses.

A row is an integer. Its operands are the rows `first[row] .. first[row] + count[row] - 1`, in the order given beside
each kind in `Kind`; an operand that is absent in the source is a row of kind `NONE`, so that positions are fixed. A
row's children always have larger numbers than the row itself. Types, parentheses and comments leave no rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from reviewer.source.directives import Directive


class Kind:
    """Kinds of rows. The comment gives the operands in order; `x?` may be NONE, `x…` is any number."""

    NONE: Final = 0
    UNKNOWN: Final = 1  # whatever could be read below a syntax error…

    # structure
    PROGRAM: Final = 2  # statement…
    FUNCTION: Final = 3  # body (BLOCK, or an expression where EXPRESSION_BODY, or NONE), PARAM…; own name, its binding
    PARAM: Final = 4  # target (IDENT, pattern, DEFAULT or REST), DECORATOR…
    CLASS: Final = 5  # heritage?, then DECORATOR…, PROPERTY…, BLOCK (static block)…; name; binding
    PROPERTY: Final = 6  # key? (NONE unless COMPUTED), value? or target (in patterns), DECORATOR…; name where constant
    DECORATOR: Final = 7  # expression
    ENUM: Final = 8  # PROPERTY…; name; binding
    NAMESPACE: Final = 9  # BLOCK; name (`A.B` where written so); binding (of `A`)

    # patterns (targets of writes; a plain target is IDENT, MEMBER or INDEX)
    OBJECT_PATTERN: Final = 10  # PROPERTY (key?, target) | REST…
    ARRAY_PATTERN: Final = 11  # target | NONE (hole) | REST…
    DEFAULT: Final = 12  # target, value
    REST: Final = 13  # target

    # expressions
    IDENT: Final = 16  # name; binding or -1 where free
    THIS: Final = 17
    SUPER: Final = 18
    STRING: Final = 19  # name is the cooked value; also the left of `#name in object`
    NUMBER: Final = 20  # name is the source text
    BIGINT: Final = 21  # name is the source text
    REGEX: Final = 22  # name is the source text, slashes and flags included
    TRUE: Final = 23
    FALSE: Final = 24
    NULL: Final = 25
    UNDEFINED: Final = 26
    TEMPLATE: Final = 27  # STRING | expression…, in order; empty chunks are left out
    TAGGED: Final = 28  # tag, TEMPLATE
    ARRAY: Final = 29  # expression | NONE (hole) | SPREAD…
    OBJECT: Final = 30  # PROPERTY | SPREAD…
    CALL: Final = 31  # callee, argument | SPREAD…; name is the callee's last name (`query` of `db.query`), or none
    NEW: Final = 32  # callee, argument | SPREAD…; name like CALL
    MEMBER: Final = 33  # object; name (also for a constant string in brackets, then BRACKET)
    INDEX: Final = 34  # object, index
    UNARY: Final = 35  # operand; name is the operator: ! - + ~ typeof void delete
    UPDATE: Final = 36  # target; name is ++ or --; PREFIX
    BINARY: Final = 37  # left, right; name is the operator
    LOGICAL: Final = 38  # left, right; name is && || ??
    ASSIGN: Final = 39  # target, value; name is the operator: = += ||= …
    CONDITIONAL: Final = 40  # test, then, else
    AWAIT: Final = 41  # operand
    YIELD: Final = 42  # operand?; DELEGATE
    SPREAD: Final = 43  # operand
    SEQUENCE: Final = 44  # expression…
    IMPORT: Final = 45  # the callee of a dynamic import
    META: Final = 46  # import.meta, new.target; name is the source text
    JSX: Final = 47  # attribute values and children in braces, elements below, SPREAD…; name is the tag

    # statements
    EXPRESSION: Final = 56  # expression
    VAR: Final = 57  # DECLARATOR…; name is var, let, const or using
    DECLARATOR: Final = 58  # target, value?
    RETURN: Final = 59  # value?
    THROW: Final = 60  # value
    IF: Final = 61  # test, then, else?
    FOR: Final = 62  # initialiser? (VAR or expression), test?, update?, body
    FOR_IN: Final = 63  # target (IDENT, MEMBER or pattern, never VAR), iterated, body
    FOR_OF: Final = 64  # target, iterated, body; AWAITED for `for await`
    WHILE: Final = 65  # test, body
    DO: Final = 66  # body, test
    SWITCH: Final = 67  # discriminant, CASE…
    CASE: Final = 68  # test? (NONE is `default`), statement…
    TRY: Final = 69  # BLOCK, CATCH?, finally BLOCK?
    CATCH: Final = 70  # target?, BLOCK
    BREAK: Final = 71  # name is the label
    CONTINUE: Final = 72  # name is the label
    LABELED: Final = 73  # statement; name
    BLOCK: Final = 74  # statement…
    EXPORT: Final = 75  # declaration or expression (DEFAULT_EXPORT, or EXPORT_ASSIGNMENT for `export =`)
    WITH: Final = 76  # object, body


class Flag:
    """Bits of the `flags` column."""

    ASYNC: Final = 1  # FUNCTION
    GENERATOR: Final = 1 << 1  # FUNCTION
    ARROW: Final = 1 << 2  # FUNCTION
    METHOD: Final = 1 << 3  # FUNCTION and its PROPERTY: a method of a class or object
    GETTER: Final = 1 << 4  # FUNCTION, PROPERTY
    SETTER: Final = 1 << 5  # FUNCTION, PROPERTY
    STATIC: Final = 1 << 6  # PROPERTY
    EXPRESSION_BODY: Final = 1 << 7  # FUNCTION: an arrow without braces
    OPTIONAL: Final = 1 << 8  # CALL, MEMBER, INDEX: `?.` stands right before this link; PARAM: it has a `?`
    COMPUTED: Final = 1 << 9  # PROPERTY with a key expression
    BRACKET: Final = 1 << 10  # MEMBER written with brackets and a constant string
    PRIVATE: Final = 1 << 11  # MEMBER, PROPERTY: a #name (the name keeps its #)
    ACCESS: Final = 1 << 12  # PARAM: a TypeScript parameter property; it also writes the field of that name
    SHORTHAND: Final = 1 << 13  # PROPERTY: `{ name }`
    PREFIX: Final = 1 << 14  # UPDATE
    DELEGATE: Final = 1 << 15  # YIELD: `yield*`
    AWAITED: Final = 1 << 16  # FOR_OF: `for await`
    DECLARATION: Final = 1 << 17  # FUNCTION, CLASS as statements; FOR_IN, FOR_OF whose target is declared there
    DEFAULT_EXPORT: Final = 1 << 18  # EXPORT
    EXPORT_ASSIGNMENT: Final = 1 << 19  # EXPORT: TypeScript's `export = x`
    ABSTRACT: Final = 1 << 20  # CLASS; PROPERTY that only declares: `abstract`, or a field with `declare`
    USE_STRICT: Final = 1 << 21  # PROGRAM or FUNCTION with the directive
    CONST_ENUM: Final = 1 << 22  # ENUM
    EXPLAINED: Final = 1 << 23  # BLOCK: a comment stands among its statements, or instead of any


class BindingKind:
    """How a name came to be."""

    VAR: Final = 0
    LET: Final = 1
    CONST: Final = 2
    PARAM: Final = 3
    FUNCTION: Final = 4
    CLASS: Final = 5
    IMPORT: Final = 6
    CATCH: Final = 7
    ENUM: Final = 8
    NAMESPACE: Final = 9
    SELF: Final = 10  # the own name of a function or class expression
    ARGUMENTS: Final = 11  # `arguments` of a function that uses it
    TYPE: Final = 12  # interface, type alias: a name only annotations use


class BindingFlag:
    """Bits of the bindings' `flags` column."""

    ONCE: Final = 1  # exactly one write; `let x` without a value is none
    FROM_CLOSURE: Final = 1 << 1  # some write stands in another function than the declaration
    # A read of the same function stands, in the text, before the first write. Not for what is written on entry:
    # parameters, hoisted functions, own names.
    AFTER_USE: Final = 1 << 2
    TOP_LEVEL: Final = 1 << 3  # declared in the module's own scope


class Import(msgspec.Struct, array_like=True, gc=False):
    """One way in which this module takes something from another.

    kind: `import` (declaration), `require` (call, also `import x = require()`), `dynamic` (`import()` call), `reexport`
    (`export … from`, also compiled: `__exportStar(require(…), exports)`), `folder` (a `require` or `import()` whose
    text is a constant prefix and something computed; `source` is that prefix up to the last slash, `./routes/`).
    `require.resolve`, `new Worker` and `fork` are not here: they are roles. names: (imported, binding) pairs;
    imported is `default`, `*` or a name; `import x = require()` has `*`, calls have none; binding is -1 in
    re-exports. row: the CALL, or -1 for declarations and in files that were not parsed. line: 1-based.
    """

    source: str
    kind: str
    row: int
    line: int
    names: list[tuple[str, int]] = []
    type_only: bool = False


class Export(msgspec.Struct, array_like=True, gc=False):
    """One name that this module gives away.

    name: `default`, a name, `*` (`export * from`, or `export * as ns` under its own name), `=` (`export =`,
    `module.exports =`). Exactly one of these says what it is: `row` (an expression, function or class row), `binding`
    (a local binding), or `source` with `imported` (`*` for a whole namespace). commonjs: written by `exports.x =`,
    `module.exports.x =`, `module.exports =`, `this.x =` at the top level, or `Object.defineProperty(exports, 'x', …)`.
    """

    name: str
    row: int = -1
    binding: int = -1
    source: str = ""
    imported: str = ""
    commonjs: bool = False
    type_only: bool = False


class TypeDeclaration(msgspec.Struct, array_like=True, gc=False):
    """An interface or type alias: what annotations may name. members: name → annotation text, for object types only."""

    name: str
    kind: str  # interface | alias
    extends: list[str] = []
    members: dict[str, str] = {}
    text: str = ""


class Surface(msgspec.Struct, array_like=True, gc=False):
    """What linking reads of every module without opening its body. All lists of rows are ascending.

    calls: CALL and NEW rows by their `name`. unnamed_calls: those without one. reads: MEMBER rows by name, callees
    included, writes excluded. writes: MEMBER rows by name that are targets of an ASSIGN, UPDATE, pattern or loop,
    those that read as well (`a.b += 1`) included. keys: PROPERTY rows of objects and classes by name; taken: those of
    patterns. parameter_calls: CALL and NEW rows whose callee is a parameter, the element at which a FOR_OF is, or what
    was looked up in a table. globals: IDENT rows of free names, by name; writes to them included. global_writes: those
    that are targets. computed: lines of `require` and `import()` whose target is not known. annotated: names that
    annotations and type declarations mention, sorted. implements: CLASS rows by the last name of each interface after
    `implements`. tagged: TAGGED rows. said: the text that it begins with, as `use client`. loads: CALL rows that load
    what other files may tell: the name begins with a folder that they know, or a parameter stands in it. Strings are
    not indexed.
    """

    imports: list[Import] = []
    exports: list[Export] = []
    functions: list[int] = []
    classes: list[int] = []
    calls: dict[str, list[int]] = {}
    unnamed_calls: list[int] = []
    reads: dict[str, list[int]] = {}
    writes: dict[str, list[int]] = {}
    keys: dict[str, list[int]] = {}
    taken: dict[str, list[int]] = {}
    parameter_calls: list[int] = []
    globals: dict[str, list[int]] = {}
    global_writes: dict[str, list[int]] = {}
    types: list[TypeDeclaration] = []
    commonjs: bool = False  # no import or export declaration, and `require`, `module` or `exports` is used freely
    has_shebang: bool = False
    annotated: list[str] = []
    computed: list[int] = []
    implements: dict[str, list[int]] = {}
    tagged: list[int] = []
    said: str = ""
    loads: list[int] = []


class Body(msgspec.Struct, array_like=True, gc=False):
    """The columns of a module as bytes in this machine's order; `Module` gives typed access. Not for rules.

    kind: u8. flags: u32. All others i32. Rows of writes and refs of binding b:
    `writes[writes_at[b]:writes_at[b + 1]]`, likewise refs. annotations: row of a PARAM, PROPERTY, DECLARATOR target or
    FUNCTION (its return type; under -row the type of its `this`) → the type's text with white space folded, at most 300
    characters. generics: row of a FUNCTION → the text of its type parameters, likewise.
    """

    kind: bytes
    flags: bytes
    parent: bytes
    first: bytes
    count: bytes
    start: bytes
    end: bytes
    name: bytes
    binding: bytes
    region: bytes
    owner: bytes
    strings: list[str]
    binding_name: bytes
    binding_kind: bytes
    binding_flags: bytes
    binding_owner: bytes
    writes_at: bytes
    writes: bytes
    refs_at: bytes
    refs: bytes
    line_starts: bytes
    annotations: dict[int, str]
    generics: dict[int, str]


class SyntaxGap(msgspec.Struct, array_like=True, gc=False):
    """A part of a file that did not parse or was not read: kind is a `GapKind` value; line is 1-based."""

    line: int
    kind: str
    message: str


class Lowered(msgspec.Struct, gc=False):
    """What lowering gives of one file: the surface open, the body encoded (`open_module` opens it)."""

    surface: Surface
    body: bytes
    gaps: list[SyntaxGap]
    size: int
    lines: int
    directives: list[Directive] = []


def _ints(data: bytes) -> Sequence[int]:
    return memoryview(data).cast("i")


class Module:
    """Typed access to one file's rows.

    The columns are public because the model reads them in its innermost loops; they are never written.
    `region[row]` is the nearest enclosing region row: PROGRAM, FUNCTION, and every operand that may run not at all,
    more than once, or under other rules than its parent: then and else of IF and CONDITIONAL; the right of LOGICAL; the
    value of a logical ASSIGN and of DEFAULT; test, update and body of FOR; body of FOR_IN and FOR_OF; test and body
    of WHILE and DO; CASE; the three parts of TRY; the values of class PROPERTYs (the value's row, not the PROPERTY).
    The arguments and later links of an OPTIONAL chain are *not* regions (the flag says it). A region row's own
    `region` is the region around it. `owner[row]` is the FUNCTION or PROGRAM around the row, likewise (a FUNCTION's
    own owner is the function around it). The PROGRAM is its own parent, region and owner.
    """

    __slots__ = (
        "annotations",
        "binding",
        "binding_flags",
        "binding_kind",
        "binding_name",
        "binding_owner",
        "count",
        "end",
        "first",
        "flags",
        "generics",
        "index",
        "kind",
        "line_starts",
        "name",
        "owner",
        "parent",
        "path",
        "refs_all",
        "refs_at",
        "region",
        "start",
        "strings",
        "surface",
        "writes_all",
        "writes_at",
    )

    def __init__(self, index: int, path: str, surface: Surface, body: Body) -> None:
        self.index = index
        self.path = path
        self.surface = surface
        self.kind = body.kind
        self.flags: Sequence[int] = memoryview(body.flags).cast("I")
        self.parent = _ints(body.parent)
        self.first = _ints(body.first)
        self.count = _ints(body.count)
        self.start = _ints(body.start)
        self.end = _ints(body.end)
        self.name = _ints(body.name)
        self.binding = _ints(body.binding)
        self.region = _ints(body.region)
        self.owner = _ints(body.owner)
        self.strings = body.strings
        self.binding_name = _ints(body.binding_name)
        self.binding_kind = body.binding_kind
        self.binding_flags = body.binding_flags
        self.binding_owner = _ints(body.binding_owner)
        self.writes_at = _ints(body.writes_at)
        self.writes_all = _ints(body.writes)
        self.refs_at = _ints(body.refs_at)
        self.refs_all = _ints(body.refs)
        self.line_starts = _ints(body.line_starts)
        self.annotations = body.annotations
        self.generics = body.generics

    def __len__(self) -> int:
        return len(self.kind)

    def __repr__(self) -> str:
        return f"<Module {self.path}: {len(self)} rows>"

    # rows

    def op(self, row: int, position: int) -> int:
        """The operand row at `position`; the caller knows that the kind has it."""
        return self.first[row] + position

    def ops(self, row: int) -> range:
        """All operand rows of `row`, in order."""
        first = self.first[row]
        return range(first, first + self.count[row])

    def args(self, call: int) -> range:
        """The argument rows of a CALL or NEW, spreads included."""
        first = self.first[call]
        return range(first + 1, first + self.count[call])

    def params(self, function: int) -> range:
        """The PARAM rows of a FUNCTION."""
        first = self.first[function]
        return range(first + 1, first + self.count[function])

    def position(self, row: int) -> int:
        """Which operand of its parent `row` is, counted from 0."""
        return row - self.first[self.parent[row]]

    def text(self, row: int) -> str:
        """The row's name: identifier, member, operator, or a literal's value; empty where it has none."""
        name = self.name[row]
        return self.strings[name] if name >= 0 else ""

    def has(self, row: int, flag: int) -> bool:
        """Whether the row carries this bit of `Flag`."""
        return bool(self.flags[row] & flag)

    def line(self, row: int) -> int:
        """The 1-based line on which the row starts."""
        return bisect_right(self.line_starts, self.start[row])

    def descend(self, row: int) -> Iterator[int]:
        """`row` and every row below it, functions inside included, parents first and in source order."""
        pending = [row]
        while pending:
            row = pending.pop()
            yield row
            pending.extend(reversed(self.ops(row)))

    def descend_owned(self, row: int) -> Iterator[int]:
        """`row` and every row below it that runs with it: nested FUNCTION rows are given, their insides are not."""
        pending = [row]
        while pending:
            at = pending.pop()
            yield at
            if self.kind[at] != Kind.FUNCTION or at == row:
                pending.extend(reversed(self.ops(at)))

    def ancestors(self, row: int) -> Iterator[int]:
        """The rows above `row`, nearest first, the PROGRAM last."""
        while row:
            row = self.parent[row]
            yield row

    # bindings

    def writes(self, binding: int) -> Sequence[int]:
        """The target rows that write the binding: IDENT rows in declarators with a value, patterns, assignments, loops,
        parameters and updates; the FUNCTION, CLASS, ENUM or NAMESPACE row of a declaration; none for an import.
        """
        return self.writes_all[self.writes_at[binding] : self.writes_at[binding + 1]]

    def refs(self, binding: int) -> Sequence[int]:
        """The IDENT rows that read the binding, ascending; `x += 1` and `x++` read and write."""
        return self.refs_all[self.refs_at[binding] : self.refs_at[binding + 1]]

    def binding_text(self, binding: int) -> str:
        """The binding's name."""
        return self.strings[self.binding_name[binding]]


_BODY = msgspec.msgpack.Decoder(Body)


def open_module(index: int, path: str, surface: Surface, body: bytes | memoryview) -> Module:
    """Open a module's body. `index` is its number among the reviewed files, `path` is relative to the root."""
    return Module(index, path, surface, _BODY.decode(body))

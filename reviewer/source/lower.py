"""Lowering: the bytes of one file to its IR, level by level through the syntax tree, without recursion."""

from __future__ import annotations

import re
from array import array
from functools import cache, lru_cache
from itertools import count as count_from
from typing import Final

import msgspec
from tree_sitter import Node

from reviewer.source.directives import of_code
from reviewer.source.dispatch import Dispatch
from reviewer.source.lower_expressions import member as lower_member
from reviewer.source.module import Body, Kind, Lowered, SyntaxGap
from reviewer.source.parse import Parsed, parse
from reviewer.source.rows import Rows
from reviewer.source.scopes import Scopes, flattened, lines_of, packed
from reviewer.source.surface import surface_of
from reviewer.source.unparsed import scan

MAX_SIZE: Final = 1 << 20
MAX_DEPTH: Final = 5000
_CUT: Final = -1  # instead of the kind of a node that is too deep
# What its parent takes for granted is read however deep it stands; it holds expressions and patterns, which are not.
_PARTS: Final = frozenset({
    Kind.NONE, Kind.PARAM, Kind.PROPERTY, Kind.DECORATOR, Kind.DEFAULT, Kind.REST, Kind.SPREAD, Kind.DECLARATOR,
    Kind.CASE, Kind.CATCH,
})  # fmt: skip
_MOST_PARTS: Final = 2  # that stand in each other: a PARAM and its DEFAULT
_HEAD: Final = 8000  # bytes in which a NUL, or many other controls, tell a binary file
_CONTROLS: Final = bytes({*range(32)} - set(b"\t\n\v\f\r\x1b"))
_DOT_NAME: Final = re.compile(rb"\s*\.\s*([A-Za-z_$][\w$]*)")


@cache
def _dispatch(language: str) -> Dispatch:
    return Dispatch(language)


def lower(data: bytes, name: str) -> Lowered:
    """The IR of one file from its bytes; `name` is its file name, for the language. Pure, and no input raises.

    What is deeper than 5,000 rows is UNKNOWN and a gap; what is larger than 1 MB, or sends the parser astray, is a gap
    with the imports and exports that a scan of its text finds. A caller that lowers many files keeps Python's cycle
    collector off or frozen meanwhile: it makes no cycles, and takes several times as long with it.
    """
    lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    if len(data) > MAX_SIZE:
        gap = SyntaxGap(0, "too-large", f"{len(data):,} bytes; only imports and exports were read")
        return _unparsed(data, lines, gap)
    if _is_binary(data[:_HEAD]):
        return _unparsed(b"", lines, SyntaxGap(0, "unreadable", "a binary file"))
    parsed = parse(data, name)
    if parsed is None:
        gap = SyntaxGap(0, "syntax", "the parser gave up; only imports and exports were read")
        return _unparsed(data, lines, gap)
    return _lowered(data, lines, parsed)


def _is_binary(head: bytes) -> bool:
    """Whether a file begins like none that somebody wrote: with a NUL, as git tells them, or with noise."""
    return b"\0" in head or (len(head) - len(head.translate(None, _CONTROLS))) * 20 > len(head)


def _unparsed(data: bytes, lines: int, gap: SyntaxGap) -> Lowered:
    surface, body = scan(data)
    return Lowered(surface, msgspec.msgpack.encode(body), [gap], len(data), lines)


def _lowered(data: bytes, lines: int, parsed: Parsed) -> Lowered:
    gaps: list[SyntaxGap] = []
    faults = parsed.faults
    if faults.places:
        where = "1 place" if faults.places == 1 else f"{faults.places:,} places"
        gaps.append(SyntaxGap(faults.line, "syntax", f"{where} could not be parsed"))
    tables = _dispatch(parsed.language)
    rows = Rows(data, tables.grammar, tables.redirect)
    start, end, too_deep = _walk(rows, tables, parsed.tree.root_node)
    line_starts = lines_of(data)
    if too_deep is not None:
        message = f"nested deeper than {MAX_DEPTH:,} levels; what is below was not read"
        gaps.append(SyntaxGap(too_deep, "too-deep", message))
    scopes = Scopes(rows, start)
    surface = surface_of(rows, scopes, start, line_starts)
    body = msgspec.msgpack.encode(_encode(rows, scopes, start, end, line_starts))
    return Lowered(surface, body, gaps, len(data), lines, of_code(data, parsed.tree.root_node))


def _walk(rows: Rows, tables: Dispatch, root: Node) -> tuple[list[int], list[int], int | None]:
    """Fill the rows. Gives the columns of start and end offsets, and the first line that was too deep.

    The commonest kinds are dealt with in place: a call costs as much as what it would do.
    """
    kind_of, handler_of = tables.kinds.__getitem__, tables.handlers.get
    kind, count, name = rows.kind, rows.count, rows.name
    data, links = rows.data, rows.links
    found_member = rows.members.append
    start: list[int] = []
    end: list[int] = []
    level = [root]
    base = depth = 0
    too_deep: int | None = None
    while level:
        size = len(level)
        codes = [node.kind_id for node in level] if depth else [tables.grammar.program]
        if rows.recoded:
            for row, recoded in rows.recoded.items():
                codes[row - base] = recoded
            rows.recoded = {}
        rows.level, rows.level_base = level, base
        rows.levels.append(base)
        rows.below = below = []
        rows.below_base = base + size
        count += [0] * size
        name += [-1] * size
        kinds = [*map(kind_of, codes)]
        if depth >= MAX_DEPTH - _MOST_PARTS:
            for at, found_kind in enumerate(kinds):
                if found_kind not in _PARTS:
                    kinds[at], codes[at] = Kind.UNKNOWN, _CUT
                    line = level[at].start_point.row + 1
                    too_deep = line if too_deep is None else min(too_deep, line)
        kind += kinds
        for row, node, handler in zip(count_from(base), level, map(handler_of, codes), strict=False):
            if handler is None:
                continue
            if handler is lower_member:
                holder = node.child(0)
                link = data[holder.end_byte : node.end_byte]
                found = links.get(link)
                if found is None:
                    found = _name_of_link(rows, link)
                if found:
                    name[row] = found
                    found_member(row)
                    count[row] = 1
                    below.append(holder)
                else:
                    lower_member(rows, node, row)
            else:
                handler(rows, node, row)
        start += [node.start_byte for node in level]
        end += [node.end_byte for node in level]
        base += size
        level = below
        depth += 1
    for row, span in rows.spans.items():
        start[row], end[row] = span
    rows.name_all(start, end)
    return start, end, too_deep


def _name_of_link(rows: Rows, link: bytes) -> int:
    """The string number of the name in what follows a member's object, where that is a dot and a name only; else 0."""
    name = _linked_name(link)
    found = rows.links[link] = rows.intern(name) if name else 0
    return found


@lru_cache(maxsize=1 << 14)
def _linked_name(link: bytes) -> bytes:
    """The name in `.name`, empty where there is more than that; the same few thousand stand everywhere."""
    match = _DOT_NAME.fullmatch(link)
    return match[1] if match is not None else b""


def _encode(rows: Rows, scopes: Scopes, start: list[int], end: list[int], line_starts: list[int]) -> Body:
    flags = array("I", bytes(4 * len(rows.kind)))
    for row, bits in rows.flags.items():
        flags[row] = bits
    writes_at, writes = flattened(scopes.writes)
    refs_at, refs = flattened(scopes.refs)
    return Body(
        kind=bytes(rows.kind),
        flags=flags.tobytes(),
        parent=packed(scopes.parent),
        first=packed(scopes.first),
        count=packed(rows.count),
        start=packed(start),
        end=packed(end),
        name=packed(rows.name),
        binding=packed(scopes.binding),
        region=packed(scopes.region),
        owner=packed(scopes.owner),
        strings=rows.strings,
        binding_name=packed(scopes.binding_name),
        binding_kind=bytes(scopes.binding_kind),
        binding_flags=bytes(scopes.binding_flags),
        binding_owner=packed(scopes.binding_owner),
        writes_at=writes_at,
        writes=writes,
        refs_at=refs_at,
        refs=refs,
        line_starts=packed(line_starts),
        annotations=rows.annotations,
        generics=rows.generics,
    )

"""Lowering: the bytes of one file to its IR, level by level through the syntax tree, without recursion."""

from __future__ import annotations

import re
from array import array
from functools import cache
from typing import Final

import msgspec
from tree_sitter import Node

from reviewer.source.dispatch import Dispatch
from reviewer.source.lower_expressions import member as lower_member
from reviewer.source.lower_literals import name_leaves
from reviewer.source.module import Body, Kind, Lowered, SyntaxGap
from reviewer.source.parse import Parsed, parse
from reviewer.source.rows import Rows
from reviewer.source.scopes import Scopes, flattened, lines_of, packed
from reviewer.source.surface import surface_of
from reviewer.source.unparsed import scan

MAX_SIZE: Final = 1 << 20
MAX_DEPTH: Final = 5000
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
    return Lowered(surface, msgspec.Raw(msgspec.msgpack.encode(body)), [gap], len(data), lines)


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
    body = _encode(rows, scopes, start, end, line_starts)
    return Lowered(surface, msgspec.Raw(msgspec.msgpack.encode(body)), gaps, len(data), lines)


def _walk(rows: Rows, tables: Dispatch, root: Node) -> tuple[list[int], list[int], int | None]:
    """Fill the rows. Gives the columns of start and end offsets, and the first line that was too deep.

    The commonest kinds are dealt with in place: a call costs as much as what it would do.
    """
    kind_of, handler_of = tables.kinds.__getitem__, tables.handlers
    kind, count, name = rows.kind, rows.count, rows.name
    data, links = rows.data, rows.links
    identifier, string, member = tables.grammar.identifier, tables.grammar.string, tables.grammar.member_expression
    found_ident, found_string, found_member = rows.idents.append, rows.literals.append, rows.members.append
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
        rows.below = below = []
        rows.below_base = base + size
        count += [0] * size
        name += [-1] * size
        if depth >= MAX_DEPTH:
            kind += [Kind.UNKNOWN] * size
            too_deep = min(node.start_point.row for node in level) + 1
            codes = []
        else:
            kind += map(kind_of, codes)
        row = base
        for kind_id, node in zip(codes, level, strict=False):
            if kind_id == identifier:
                found_ident(row)
            elif kind_id == member:
                holder = node.children[0]
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
            elif kind_id == string:
                found_string(row)
            else:
                handler = handler_of[kind_id]
                if handler is not None:
                    handler(rows, node, row)
            row += 1
        start += [node.start_byte for node in level]
        end += [node.end_byte for node in level]
        base += size
        level = below
        depth += 1
    for row, span in rows.spans.items():
        start[row], end[row] = span
    name_leaves(rows, start, end)
    return start, end, too_deep


def _name_of_link(rows: Rows, link: bytes) -> int:
    """The string number of the name in what follows a member's object, where that is a dot and a name only; else 0."""
    match = _DOT_NAME.fullmatch(link)
    found = rows.links[link] = rows.intern(match[1]) if match is not None else 0
    return found


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
    )

"""Scopes: every name resolved to its binding, with the binding's writes and reads (ECMAScript, 9.1 and 14.2.3)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain, compress, count, pairwise
from operator import add
from typing import Final

from reviewer.source.module import BindingFlag, BindingKind, Kind
from reviewer.source.rows import BARE, BLOCK_SCOPE, BODY_SCOPE, FUNCTION_SCOPE, READ_WRITE, Rows

_HOISTED: Final = frozenset({BindingKind.FUNCTION, BindingKind.SELF, BindingKind.PARAM})  # written on entry


class Scopes:
    """The columns `first`, `parent`, `region`, `owner`, `binding`, and the bindings' own columns, from finished rows.

    A *frame* is what the operands of a row have in common: scope, region and owner. `_around[row]` is the frame in
    which a row stands, `_inner[row]` that of its operands where it opens one. `start` gives the rows' byte offsets.
    """

    def __init__(self, rows: Rows, start: list[int]) -> None:
        self._rows = rows
        self._start = start
        size = len(rows.kind)
        self.first: list[int] = [*accumulate(rows.count[:-1], initial=1)]
        self._scope_row: list[int] = []
        self._scope_kind: list[int] = []
        self._scope_parent: list[int] = []
        self._tables: list[dict[int, int]] = []
        self.parent: list[int] = [0]
        for row in compress(range(size), rows.count):
            self.parent += [row] * rows.count[row]
        self.region: list[int] = []
        self.owner: list[int] = []
        self._around: list[int] = [0]
        self._inner: dict[int, int] = {}
        self._frame_scope: list[int] = []
        self._frame_owner: list[int] = []
        self._build_frames()
        self.binding: list[int] = [-1] * size
        self.binding_name: list[int] = []
        self.binding_kind: list[int] = []
        self.binding_flags: list[int] = []
        self.binding_owner: list[int] = []
        self.writes: list[list[int]] = []
        self.refs: list[list[int]] = []
        self.introduced: list[int] = []
        self._declare_all()
        self._resolve_all()
        self._flag_all()

    def top_level(self, name: int) -> int:
        """The binding of a name in the module's own scope, or -1."""
        return self._tables[0].get(name, -1)

    # frames

    def _build_frames(self) -> None:
        rows = self._rows
        scopes = rows.scopes
        functions = set(rows.functions)
        regions = {0, *functions, *rows.regions}
        scope_of, owner_of = self._frame_scope, self._frame_owner
        region_of: list[int] = []
        parent, around, inner = self.parent, self._around, self._inner
        frames: list[int] = []  # of the operands of each row
        special = sorted({*regions, *scopes})
        opened = 0
        for base, end in pairwise([*rows.levels, len(rows.kind)]):
            if base:
                around += map(frames.__getitem__, parent[base:end])
            frames += around[base:]
            while opened < len(special) and (row := special[opened]) < end:
                above = around[row]
                scope = scope_of[above] if row else -1
                if row in scopes:
                    scope = self._open_scope(row, scopes[row], scope)
                frames[row] = inner[row] = len(scope_of)
                scope_of.append(scope)
                region_of.append(row if row in regions else region_of[above])
                owner_of.append(row if row in functions or not row else owner_of[above])
                opened += 1
        self.region = [*map(region_of.__getitem__, around)]
        self.owner = [*map(owner_of.__getitem__, around)]

    def _open_scope(self, row: int, kind: int, parent: int) -> int:
        self._scope_row.append(row)
        self._scope_kind.append(kind)
        self._scope_parent.append(parent)
        self._tables.append({})
        return len(self._tables) - 1

    def _scope_around(self, row: int) -> int:
        return self._frame_scope[self._around[row]]

    def _scope_inside(self, row: int) -> tuple[int, int]:
        """The scope and the owner of a row's operands."""
        frame = self._inner.get(row, self._around[row])
        return self._frame_scope[frame], self._frame_owner[frame]

    # declarations

    def _declare_all(self) -> None:
        rows = self._rows
        kinds, names = rows.kind, rows.name
        for container, name, kind in rows.introduced:
            scope, owner = self._scope_inside(container)
            self.introduced.append(self._declare(scope, name, kind, owner))
        for row, kind in rows.declared:
            name = rows.heads.get(row, names[row])
            binding = self._declare(self._scope_around(row), name, kind, self.owner[row])
            self.binding[row] = binding
            self.writes[binding].append(row)
        variables: list[int] = []
        for row, mode in rows.targets.items():
            if mode < 0 or kinds[row] != Kind.IDENT:
                continue
            kind = mode % BARE
            if kind == BindingKind.VAR:
                variables.append(row)
            else:
                self._declare(self._scope_around(row), names[row], kind, self.owner[row])
        for row in variables:  # last: whether they are parameters must be known
            scope = self._variable_scope(self._scope_around(row), names[row])
            self._declare(scope, names[row], BindingKind.VAR, self.owner[row])
        for row in rows.selves:
            self._declare_self(row, names[row])

    def _variable_scope(self, scope: int, name: int) -> int:
        """Where `var name` belongs: the function, or its parameters where one has that name."""
        while self._scope_kind[scope] == BLOCK_SCOPE:
            scope = self._scope_parent[scope]
        if self._scope_kind[scope] == BODY_SCOPE and name in self._tables[self._scope_parent[scope]]:
            return self._scope_parent[scope]
        return scope

    def _declare(self, scope: int, name: int, kind: int, owner: int) -> int:
        found = self._tables[scope].get(name)
        if found is None:
            found = self._tables[scope][name] = self._new(name, kind, owner)
            if scope == 0:
                self.binding_flags[found] = BindingFlag.TOP_LEVEL
        elif self.binding_kind[found] == BindingKind.TYPE:
            self.binding_kind[found] = kind  # an interface beside a class or value of its name
        return found

    def _declare_self(self, row: int, name: int) -> None:
        scope, _ = self._scope_inside(row)
        binding = self._new(name, BindingKind.SELF, row)
        self._tables[scope].setdefault(name, binding)
        self.binding[row] = binding
        self.writes[binding].append(row)

    def _new(self, name: int, kind: int, owner: int) -> int:
        self.binding_name.append(name)
        self.binding_kind.append(kind)
        self.binding_flags.append(0)
        self.binding_owner.append(owner)
        self.writes.append([])
        self.refs.append([])
        return len(self.binding_name) - 1

    # resolution

    def _resolve_all(self) -> None:
        rows = self._rows
        names, targets, around = rows.name, rows.targets, self._around
        tables, scope_parent, frame_scope = self._tables, self._scope_parent, self._frame_scope
        known = {name for table in tables for name in table}
        arguments = rows.names.get(b"arguments", -1)
        found: dict[tuple[int, int], int] = {}
        binding_of, refs, writes = self.binding, self.refs, self.writes
        for row in rows.idents:
            name = names[row]
            if name not in known and name != arguments:
                continue
            scope = frame_scope[around[row]]
            binding = tables[scope].get(name)
            if binding is None:
                key = (scope, name)
                binding = found.get(key)
                if binding is None:
                    at = scope
                    while binding is None and at >= 0:
                        binding = tables[at].get(name)
                        if binding is None and name == arguments and self._scope_kind[at] == FUNCTION_SCOPE:
                            binding = self._arguments(at, name)
                        at = scope_parent[at]
                    binding = found[key] = -1 if binding is None else binding
                if binding < 0:
                    continue
            binding_of[row] = binding
            mode = targets.get(row)
            if mode is None:
                refs[binding].append(row)
            elif mode == READ_WRITE:
                refs[binding].append(row)
                writes[binding].append(row)
            elif mode < BARE:
                writes[binding].append(row)

    def _arguments(self, scope: int, name: int) -> int:
        binding = self._tables[scope][name] = self._new(name, BindingKind.ARGUMENTS, self._scope_row[scope])
        return binding

    # flags

    def _flag_all(self) -> None:
        start, owner, refs_of = self._start, self.owner, self.refs
        kinds, homes, flags = self.binding_kind, self.binding_owner, self.binding_flags
        for binding, writes in enumerate(self.writes):
            if not writes:
                continue
            home, kind = homes[binding], kinds[binding]
            first = writes[0]
            if len(writes) == 1:
                flags[binding] |= BindingFlag.ONCE
                written = start[first]
                elsewhere = owner[first] != home
            else:
                writes.sort()
                written = min([start[row] for row in writes])
                elsewhere = any(owner[row] != home for row in writes)
            if elsewhere and kind != BindingKind.SELF:
                flags[binding] |= BindingFlag.FROM_CLOSURE
            if kind in _HOISTED:
                continue
            for row in refs_of[binding]:
                if start[row] < written and owner[row] == home:
                    flags[binding] |= BindingFlag.AFTER_USE
                    break


def packed(numbers: Sequence[int]) -> bytes:
    """A column of 32-bit integers in this machine's order; `struct` packs a list twice as fast as `array`."""
    return struct.pack(f"{len(numbers)}i", *numbers)


def flattened(lists: list[list[int]]) -> tuple[bytes, bytes]:
    """Lists end to end, as the encoded columns `…_at` and rows."""
    return packed([*accumulate(map(len, lists), initial=0)]), packed([*chain.from_iterable(lists)])


def lines_of(data: bytes) -> list[int]:
    """The byte offset at which each line starts."""
    return [*map(add, accumulate(map(len, data.split(b"\n")[:-1]), initial=0), count())]


def line_of(line_starts: list[int], offset: int) -> int:
    """The 1-based line of a byte offset."""
    return bisect_right(line_starts, offset)

"""Scopes: every name resolved to its binding, with the binding's writes and reads (ECMAScript, 9.1 and 14.2.3)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain, repeat
from typing import Final

from reviewer.source.module import BindingFlag, BindingKind, Kind
from reviewer.source.rows import BARE, BLOCK_SCOPE, BODY_SCOPE, FUNCTION_SCOPE, READ_WRITE, Rows

_WEAK: Final = frozenset({BindingKind.TYPE, BindingKind.VAR})
_HOISTED: Final = frozenset({BindingKind.FUNCTION, BindingKind.SELF, BindingKind.PARAM})  # written on entry


class Scopes:
    """The columns `parent`, `region`, `owner` and `binding`, and the bindings' own columns, computed from finished rows.

    A *frame* is what the operands of a row have in common: scope, region and owner. `inner[row]` is the frame of the row's
    operands, `around[row]` that of the row itself. `start` gives the rows' byte offsets.
    """

    def __init__(self, rows: Rows, start: list[int]) -> None:
        self._rows = rows
        self._start = start
        size = len(rows.kind)
        self.parent: list[int] = [0, *chain.from_iterable(map(repeat, range(size), rows.count))]
        self.first: list[int] = [*accumulate(rows.count[:-1], initial=1)]
        self._scope_row: list[int] = []
        self._scope_kind: list[int] = []
        self._scope_parent: list[int] = []
        self._tables: list[dict[int, int]] = []
        self.region: list[int] = []
        self.owner: list[int] = []
        self._inner: list[int] = []
        self._frame_scope: list[int] = []
        self._frame_owner: list[int] = []
        self._build_frames(size)
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

    def _build_frames(self, size: int) -> None:
        rows = self._rows
        scopes = rows.scopes
        functions = set(rows.functions)
        special = {0, *functions, *scopes, *rows.regions}
        regions = {0, *functions, *rows.regions}
        scope_of, region_of, owner_of = self._frame_scope, [], self._frame_owner
        parent, inner = self.parent, [0] * size
        for row in range(size):
            frame = inner[parent[row]]
            if row not in special:
                inner[row] = frame
                continue
            scope = scope_of[frame] if row else -1
            if row in scopes:
                scope = self._open_scope(row, scopes[row], scope)
            inner[row] = len(scope_of)
            scope_of.append(scope)
            region_of.append(row if row in regions else region_of[frame])
            owner_of.append(row if row in functions or not row else owner_of[frame])
        self._inner = inner
        around = [inner[above] for above in parent]
        self.region = [region_of[frame] for frame in around]
        self.owner = [owner_of[frame] for frame in around]

    def _open_scope(self, row: int, kind: int, parent: int) -> int:
        self._scope_row.append(row)
        self._scope_kind.append(kind)
        self._scope_parent.append(parent)
        self._tables.append({})
        return len(self._tables) - 1

    def _scope_around(self, row: int) -> int:
        return self._frame_scope[self._inner[self.parent[row]]]

    # declarations

    def _declare_all(self) -> None:
        rows = self._rows
        kinds, names = rows.kind, rows.name
        for container, name, kind in rows.introduced:
            frame = self._inner[container]
            self.introduced.append(self._declare(self._frame_scope[frame], name, kind, self._frame_owner[frame]))
        for row, kind in rows.declared:
            name = names[row]
            if kind == BindingKind.NAMESPACE:
                name = rows.intern_text(rows.strings[name].partition(".")[0])
            binding = self._declare(self._scope_around(row), name, kind, self.owner[row])
            self.binding[row] = binding
            self.writes[binding].append(row)
        for row, mode in rows.targets.items():
            if mode < 0 or kinds[row] != Kind.IDENT:
                continue
            kind = mode % BARE
            scope = self._scope_around(row)
            if kind == BindingKind.VAR:
                scope = self._variable_scope(scope, names[row])
            self._declare(scope, names[row], kind, self.owner[row])
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
        elif (self.binding_kind[found] in _WEAK and kind != BindingKind.VAR) or self.binding_kind[
            found
        ] == BindingKind.TYPE:
            self.binding_kind[found] = kind
        return found

    def _declare_self(self, row: int, name: int) -> None:
        scope = self._frame_scope[self._inner[row]]
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
        names, targets, parent = rows.name, rows.targets, self.parent
        tables, scope_parent, inner, frame_scope = self._tables, self._scope_parent, self._inner, self._frame_scope
        known = {name for table in tables for name in table}
        arguments = rows.names.get(b"arguments", -1)
        found: dict[tuple[int, int], int] = {}
        binding_of, refs, writes = self.binding, self.refs, self.writes
        for row in rows.idents:
            name = names[row]
            if name not in known and name != arguments:
                continue
            scope = frame_scope[inner[parent[row]]]
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
                elsewhere = any([owner[row] != home for row in writes])
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
    return [*accumulate([len(line) + 1 for line in data.split(b"\n")[:-1]], initial=0)]


def line_of(line_starts: list[int], offset: int) -> int:
    """The 1-based line of a byte offset."""
    return bisect_right(line_starts, offset)

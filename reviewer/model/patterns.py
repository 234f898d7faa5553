"""Patterns of names: what is known of a computed key, its constant start and end with `*` between them."""

from __future__ import annotations

from typing import Final

from reviewer.source.module import Kind, Module

ANY: Final = "*"
_PARTS: Final = 12
"""So many parts and variables are looked at: a name is short."""


def name_pattern(module: Module, row: int) -> str:
    """The pattern of a key, through variables that are written once; `*` alone where nothing is known of it."""
    left = [_PARTS]
    text = _pattern(module, row, left)
    head, star, rest = text.partition(ANY)
    return head + star + rest.rpartition(ANY)[2]


def _pattern(module: Module, row: int, left: list[int]) -> str:
    left[0] -= 1
    if left[0] < 0:
        return ANY
    if module.kind[row] == Kind.STRING:
        return module.text(row).replace(ANY, "")
    if module.kind[row] == Kind.TEMPLATE or (module.kind[row] == Kind.BINARY and module.text(row) == "+"):
        return "".join(_pattern(module, part, left) for part in module.ops(row))
    if module.kind[row] == Kind.IDENT and module.binding[row] >= 0:
        writes = module.writes(module.binding[row])
        declarator = module.parent[writes[0]] if len(writes) == 1 else 0
        if module.kind[declarator] == Kind.DECLARATOR and module.first[declarator] == writes[0]:
            return _pattern(module, module.op(declarator, 1), left)
    return ANY


def may_be_same(one: str, other: str) -> bool:
    """Whether two patterns, or a pattern and a name, may stand for the same name."""
    if ANY not in one and ANY not in other:
        return one == other
    (head, tail), (other_head, other_tail) = _ends(one), _ends(other)
    is_long = all(ANY in name or len(name) >= len(pattern) - len(ANY) for name, pattern in ((one, other), (other, one)))
    heads = head.startswith(other_head) or other_head.startswith(head)
    return is_long and heads and (tail.endswith(other_tail) or other_tail.endswith(tail))


def _ends(pattern: str) -> tuple[str, str]:
    """What is known of the start and of the end; of a name, both are all of it."""
    head, star, tail = pattern.partition(ANY)
    return (head, tail) if star else (pattern, pattern)

"""Said: whether a word stands in the text of a value, as a constant or a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.conditions import Literal

_WORDS: Final = frozenset({Kind.STRING, Kind.PROPERTY})
_READ_OF: Final = frozenset({Kind.MEMBER, Kind.INDEX, Kind.CALL, Kind.NEW})


def says(module: Module, row: int, words: frozenset[Literal]) -> bool | None:
    """Whether one of the words stands in a value's text, or in that of the locals which stand there: in what they were
    written with. None where others may say it, out of sight.
    """
    is_open = False
    pending, seen = [row], {row}
    while pending:
        for at in (start := pending.pop(), *module.descend(start)):
            if module.kind[at] in _WORDS and module.text(at) in words:
                return True
            if module.kind[at] != Kind.IDENT or module.kind[module.parent[at]] in {Kind.PARAM, Kind.DECLARATOR}:
                continue
            found = list(_held(module, at))
            is_open |= not found and not _is_read_of(module, at)
            pending += (each for each in found if each not in seen)
            seen.update(found)
    return None if is_open else False


def _held(module: Module, name: int) -> Iterator[int]:
    """What a local variable is written with; and what methods of it are given where it is a list: `list.push(item)`."""
    is_list = False
    for write in module.writes(module.binding[name]) if module.binding[name] >= 0 else ():
        if module.kind[write] == Kind.FUNCTION:
            yield write
        elif module.kind[module.parent[write]] in {Kind.DECLARATOR, Kind.ASSIGN}:
            value = module.op(module.parent[write], 1)
            is_list |= module.kind[value] == Kind.ARRAY
            yield value
    for ref in module.refs(module.binding[name]) if is_list else ():
        member = module.parent[ref]
        call = module.parent[member]
        if module.kind[member] == Kind.MEMBER and module.kind[call] == Kind.CALL and module.first[call] == member:
            yield from module.args(call)


def _is_read_of(module: Module, name: int) -> bool:
    """Whether a variable is only what something is a member of, or what is called."""
    parent = module.parent[name]
    return module.kind[parent] in _READ_OF and module.first[parent] == name

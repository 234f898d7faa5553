"""Renamed functions: calls of what a library gives, under a name that the module chose itself."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.link import Importer, Link

_WHOLE: Final = frozenset({"default", "*", "="})
_MADE: Final = 3  # how often what a call gives is kept under a further name


def renamed_calls(link: Link, importers: list[Importer], names: Container[str]) -> Iterator[int]:
    """The CALL rows of the importing module by a name of its own: of a member with one of `names` that was taken under
    another name, of the whole package, of what calling that gives, and of what is made of such a member by a call, as
    `promisify(exec)`. Several times the same where names meet.
    """
    for importer in importers:
        module = link.body(importer.module)
        for imported, binding in importer.record.names:
            if binding >= 0 and (imported in _WHOLE or imported in names):
                yield from _called(module, module.refs(binding))
                yield from _adapted(module, module.refs(binding), names)
        if importer.record.row >= 0:
            yield from _of_value(module, importer.record.row, names, 0)


def _of_value(module: Module, row: int, names: Container[str], depth: int) -> Iterator[int]:
    """The calls of what an expression gives: right here, or by the name under which it is kept."""
    parent = module.parent[row]
    if module.kind[parent] == Kind.MEMBER and module.text(parent) == "default":  # `require('a').default`
        row, parent = parent, module.parent[parent]
    if module.kind[parent] == Kind.CALL and module.first[parent] == row:
        yield parent
        if depth < _MADE:
            yield from _of_value(module, parent, names, depth + 1)
    if module.kind[parent] != Kind.DECLARATOR:
        return
    target = module.first[parent]
    if module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
        yield from _adapted(module, module.refs(module.binding[target]), names)
        for call in _called(module, module.refs(module.binding[target])):
            yield call
            if depth < _MADE:
                yield from _of_value(module, call, names, depth + 1)
    elif module.kind[target] == Kind.OBJECT_PATTERN:
        for property_ in module.ops(target):
            if module.kind[property_] == Kind.PROPERTY and module.text(property_) in names:
                taken = module.op(property_, 1)
                if module.kind[taken] == Kind.IDENT and module.binding[taken] >= 0:
                    yield from _called(module, module.refs(module.binding[taken]))
                    yield from _adapted(module, module.refs(module.binding[taken]), names)


def _adapted(module: Module, refs: Sequence[int], names: Container[str]) -> Iterator[int]:
    """The calls of what a call makes of a function that it is given, by the name under which that is kept."""
    for ref in refs:
        row = ref
        if module.kind[module.parent[row]] == Kind.MEMBER and module.text(module.parent[row]) in names:
            row = module.parent[row]
        call = module.parent[row]
        if module.kind[call] != Kind.CALL or module.first[call] == row:
            continue
        bound = module.parent[module.parent[call]]
        if module.kind[module.parent[call]] == Kind.MEMBER and module.text(module.parent[call]) == "bind":
            call = bound
        declarator = module.parent[call]
        target = module.first[declarator]
        if module.kind[declarator] == Kind.DECLARATOR and module.kind[target] == Kind.IDENT:
            yield from _called(module, module.refs(module.binding[target])) if module.binding[target] >= 0 else ()


def _called(module: Module, refs: Sequence[int]) -> Iterator[int]:
    for ref in refs:
        parent = module.parent[ref]
        if module.kind[parent] in {Kind.CALL, Kind.NEW} and module.first[parent] == ref:
            yield parent

"""Direct calls: those of a package itself, `mount('/path', app)`, or of a function that is imported from one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.link import Importer
    from reviewer.model.model import Model


def direct_calls(model: Model, packages: Iterable[str]) -> dict[int, list[int]]:
    """The CALL rows that run what is imported from one of the packages, by module; told from names alone."""
    found: dict[int, list[int]] = {}
    for package in packages:
        for importer in model.link.package_importers.get(package, ()):
            body = model.link.body(importer.module)
            found.setdefault(importer.module, []).extend(_of_import(body, importer))
    return found


def _of_import(body: Module, importer: Importer) -> Iterator[int]:
    bindings = [binding for _, binding in importer.record.names]
    loader = importer.record.row
    if loader >= 0 and body.kind[body.parent[loader]] == Kind.DECLARATOR:
        bindings += _declared(body, body.first[body.parent[loader]])
    refs = [ref for binding in bindings if binding >= 0 for ref in body.refs(binding)]
    for ref in (*refs, loader):
        if ref >= 0 and body.kind[body.parent[ref]] == Kind.CALL and body.first[body.parent[ref]] == ref:
            yield body.parent[ref]


def _declared(module: Module, target: int) -> Iterator[int]:
    """The bindings that a name, or a pattern of members, declares."""
    if module.kind[target] == Kind.IDENT:
        yield module.binding[target]
    elif module.kind[target] == Kind.OBJECT_PATTERN:
        for row in module.ops(target):
            if module.kind[row] == Kind.PROPERTY and module.kind[module.op(row, 1)] == Kind.IDENT:
                yield module.binding[module.op(row, 1)]

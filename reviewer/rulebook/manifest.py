"""The shape `manifest`: what a document must, or must not, hold at a key; or that it stands beside another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from reviewer.model.domain import Spot
from reviewer.source.documents.document import Document
from reviewer.source.paths import folder_of, upwards

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.rulebook.finder import Report
    from reviewer.rulebook.forms import Manifest
    from reviewer.yaml_nodes import Node

_ANY = "*"


class _Found(NamedTuple):
    """What stands at a key path: its value, None where the path ends early; the line of its key, and the key."""

    node: Node | None
    line: int
    key: str


def find_manifest(manifest: Manifest, subject: object, model: Model, report: Report) -> None:
    """Report the places of a document that are not as they must be; the document that lacks another one beside it."""
    if not isinstance(subject, Document):
        return
    if manifest.beside:
        _find_beside(manifest, subject, model, report)
        return
    if not manifest.at:
        _report(subject, _Found(None, 1, ""), report)
        return
    for found in _all(subject, manifest.at):
        if manifest.must == (found.node is not None and _fits(found.node, manifest)):
            report.silent("it is as it must be", Spot(subject.number, found.line))
        else:
            _report(subject, found, report)


def _find_beside(manifest: Manifest, subject: Document, model: Model, report: Report) -> None:
    folder = folder_of(subject.path)
    held = [found for found in _all(subject, manifest.at) if found.node is not None] if manifest.at else []
    found = held[0] if held else _Found(None, 1, "")
    at = Spot(subject.number, found.line)
    folders = _covering(manifest, model)
    if manifest.at and not held:
        report.silent("nothing here asks for it", at)
    elif not folders.isdisjoint(upwards(folder)):
        report.silent("it stands here, or in a folder above", at)
    elif manifest.programs and folder not in _starting(manifest.programs, model):
        report.silent("no such program starts in this folder", at)
    else:
        _report(subject, found, report)


def _covering(manifest: Manifest, model: Model) -> frozenset[str]:
    """The folders for which such a file stands; one beside none of the others is for all of the tree."""
    owners = {folder_of(path) for path in model.documents.named(manifest.beside)}
    found = {folder_of(path) for path in model.documents.own(manifest.file)}
    return frozenset(folder if folder in owners else "" for folder in found)


def _report(document: Document, found: _Found, report: Report) -> None:
    values = {"file": document.path, "key": found.key}
    wanted = {name: value for name, value in values.items() if name in report.wanted}
    report.at(Spot(document.number, found.line), steps=(), severity=None, facts=None, **wanted)


def _fits(node: Node, manifest: Manifest) -> bool:
    if not manifest.values:
        return True
    is_scalar = node.items is None and node.entries is None
    return is_scalar and any((type(value), value) == (type(node.scalar), node.scalar) for value in manifest.values)


def _all(document: Document, at: str) -> Iterator[_Found]:
    """What stands at a dotted path, `*` for every member and item; where it ends early, the last line that is there."""
    if not document.roots:
        yield _Found(None, 1, at)
    pending = [(root, root.line, at.split("."), "") for root in reversed(document.roots)]
    while pending:
        node, line, keys, before = pending.pop()
        if not keys:
            yield _Found(node, line, before)
        elif keys[0] == _ANY:
            members = [(key, node.keys[key], value) for key, value in (node.entries or {}).items()]
            items = [(str(index), value.line, value) for index, value in enumerate(node.items or ())]
            pending += [
                (value, place, keys[1:], f"{before}.{key}".lstrip("."))
                for key, place, value in reversed(members + items)
            ]
        else:
            value = (node.entries or {}).get(keys[0])
            shown = f"{before}.{keys[0]}".lstrip(".")
            if value is None:
                yield _Found(None, line, ".".join([shown, *keys[1:]]))
            else:
                pending.append((value, node.keys[keys[0]], keys[1:], shown))


def _starting(kinds: tuple[str, ...], model: Model) -> frozenset[str]:
    """The folders of the packages in which programs of these kinds start."""
    owners = (
        model.manifests.package_of(model.link.paths[root])
        for program in model.programs.all()
        if program.kind.value.lower() in kinds
        for root in program.roots
    )
    return frozenset(owner.dir for owner in owners if owner is not None)

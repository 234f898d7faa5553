"""Guesses: library rows for packages that nobody describes, with which the model tells where calls lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import msgspec

from reviewer.model.libraries import compile_libraries, read_libraries
from reviewer.model.libraries.automaton import Libraries
from reviewer.model.libraries.schema import parse_library
from reviewer.model.link import ToPackage
from reviewer.model.model import Model
from reviewer.model.rows import Rows
from reviewer.program import Program
from reviewer.rulebook.folder import rules_folder
from reviewer.source.manifests.versions import admits
from reviewer.source.module import Kind, Module

ROLE: Final = "sql.text"
"""The role that guessed rows give to arguments. Which one it is does not matter to the model."""
MOST_NAMES: Final = 60


class Guess(NamedTuple):
    """The types of one package by name, each with its place, and its library file as data."""

    types: Mapping[str, str]
    file: Mapping[str, object]


def owner(place: str, packages: Iterable[str]) -> str:
    """The package of which a place is, of those given; empty where it is of none."""
    return next((name for name in packages if place == name or place.startswith((f"{name}.", f"{name}/"))), "")


def taken_from(model: Model, package: str) -> dict[str, set[str]]:
    """The names that the repository takes from a package, each with the names that it takes from those."""
    found: dict[str, set[str]] = {}
    for importer in model.link.package_importers[package]:
        m = importer.module
        module = model.link.body(m)
        surface = model.link.surfaces[m]
        for imported, _ in importer.record.names:
            if imported not in {"default", "*"}:
                found.setdefault(imported, set())
        # What a pattern takes from `require(…)` is in no import: it may be any name that patterns of the file take.
        for name in surface.taken if importer.record.kind == "require" else ():
            found.setdefault(name, set())
        for name, rows in surface.reads.items():
            for row in rows:
                chain = _chain(model, module, row)
                if chain is not None and chain[0] == package:
                    first = chain[1] or name
                    found.setdefault(first, set()).update({name} if chain[1] else ())
    valid = [name for name in found if name.isidentifier() and name.isascii()]
    return {name: {one for one in found[name] if one.isidentifier()} for name in valid[:MOST_NAMES]}


def _chain(model: Model, module: Module, member: int) -> tuple[str, str] | None:
    """The package that a member is read from, and the export that it is a member of (empty: of the package itself)."""
    base = module.first[member]
    if module.kind[base] == Kind.MEMBER:
        above = _chain(model, module, base) if module.kind[module.first[base]] == Kind.IDENT else None
        return None if above is None or above[1] else (above[0], module.text(base))
    if module.kind[base] != Kind.IDENT or module.binding[base] < 0:
        return None
    target, imported = model.link.import_bindings[module.index].get(module.binding[base], (None, ""))
    if isinstance(target, ToPackage):
        return target.name, "" if imported in {"default", "*"} else imported
    return _required(model, module, module.binding[base])


def _required(model: Model, module: Module, binding: int) -> tuple[str, str] | None:
    """The same for a name that is declared as what `require` gives."""
    writes = module.writes(binding)
    if len(writes) != 1 or module.kind[module.parent[writes[0]]] != Kind.DECLARATOR:
        return None
    target = model.link.import_calls[module.index].get(module.op(module.parent[writes[0]], 1))
    return (target.name, "") if isinstance(target, ToPackage) else None


def model_with(program: Program, guesses: Mapping[str, Guess]) -> Model:
    """The model of the same program with the guessed rows beside those that are shipped."""
    roles = program.rulebook.vocabulary.kinds()
    files = read_libraries([rules_folder()], roles)
    # JSON is YAML as long as no tab stands in it.
    texts = {package: msgspec.json.encode(guess.file).decode() for package, guess in guesses.items()}
    files += [parse_library(text, package, roles) for package, text in texts.items()]
    return Model(program.model.link, Rows(Libraries(compile_libraries(files), admits)), program.model.manifests)

"""Library rows for in-house packages: which of their functions are called with SQL text, told by the model itself.

Rows are guessed for every way in which a package that nobody describes may give such a function; the model, run with
them, tells which of these places the calls lead to, through fields, parameters and files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from reviewer.model.link import OUTSIDE
from reviewer.model.model import Model
from reviewer.program import Program
from reviewer.proposal.guesses import MOST_NAMES, ROLE, Guess, model_with, owner, taken_from
from reviewer.proposal.statements import is_statement, may_begin
from reviewer.proposal.strangers import strangers
from reviewer.source.module import Kind, Module

_LITERALS: Final = frozenset({Kind.STRING, Kind.TEMPLATE, Kind.BINARY})
_LEAST: Final = 2
# What is awaited first: awaiting what is no promise gives it as well.
_WAYS: Final = ("Instance", "ReturnValue.Awaited", "ReturnValue")
_SUFFIXES: Final = {"Instance": "", "ReturnValue": "Given", "ReturnValue.Awaited": "Awaited"}


class Use(msgspec.Struct, frozen=True, order=True):
    """A call with SQL text: where it stands, how it is written, and the beginning of the text."""

    path: str
    line: int
    code: str
    text: str


class Wrapper(msgspec.Struct, frozen=True):
    """A function of a package out of sight. `type` is a name and its place, none for functions that are exported.

    `asked` counts its calls with a text that is known, `uses` are those with SQL.
    """

    package: str
    type: tuple[str, str] | None
    callee: str
    argument: int
    uses: tuple[Use, ...]
    asked: int
    awaited: bool


def wrappers(program: Program) -> list[Wrapper]:
    """The functions of unknown packages that are called with SQL text at least twice, and mostly."""
    names = _called_with_statements(program.model)
    packages = strangers(program.model)
    if not names or not packages:
        return []
    guesses = {package: _guess(program.model, package, names) for package in packages}
    model = model_with(program, guesses)
    found: dict[tuple[str, str, int], list[tuple[Use | None, bool]]] = {}
    for m in range(len(model.link)):
        if model.link.classes[m] in OUTSIDE:
            continue
        module = model.link.body(m) if model.link.surfaces[m].calls else None
        for site in model.sites.arguments(ROLE, m) if module is not None else ():
            place = model.libraries.place(site.state)
            package = owner(place, packages)
            if module is None or not package or site.inner is not None or site.path:
                continue
            position = site.argument - module.first[site.row] - 1
            texts = model.texts(module, site.argument)
            if texts:
                key = (package, place[len(package) :], position)
                use = _use(program, module, site.row, texts)
                found.setdefault(key, []).append((use, module.kind[module.parent[site.row]] == Kind.AWAIT))
    return sorted(_wrappers(found, guesses), key=lambda one: (one.package, -len(one.uses), one.callee))


def _wrappers(
    found: Mapping[tuple[str, str, int], Sequence[tuple[Use | None, bool]]], guesses: Mapping[str, Guess]
) -> Iterator[Wrapper]:
    for (package, place, position), asked in found.items():
        uses = tuple(sorted(use for use, _ in asked if use is not None))
        if len(uses) < _LEAST or 2 * len(uses) < len(asked):
            continue
        if not place:
            continue  # a row at the package itself has no name under which the model would look for calls
        type_name, callee = "", place.removeprefix(".")
        if place.startswith("/"):
            type_name, _, callee = place[1:].partition(".")
        yield Wrapper(
            package=package,
            type=(type_name, guesses[package].types[type_name]) if type_name else None,
            callee=callee,
            argument=position,
            uses=uses,
            asked=len(asked),
            awaited=any(awaited for _, awaited in asked),
        )


def _use(program: Program, module: Module, call: int, texts: Sequence[str]) -> Use | None:
    text = next((text for text in texts if is_statement(text)), None)
    if text is None:
        return None
    code = program.model.source_text(module, module.first[call])
    return Use(module.path, module.line(call), code, " ".join(text.split()))


def _called_with_statements(model: Model) -> dict[str, set[int]]:
    """The names of functions that get a literal of SQL, each with the positions of the argument."""
    found: dict[str, set[int]] = {}
    for m, surface in enumerate(model.link.surfaces):
        if model.link.classes[m] in OUTSIDE:
            continue
        for name, rows in surface.calls.items():
            module = model.link.body(m)
            for row in rows:
                for position, argument in enumerate(module.args(row)):
                    if _may_begin(module, argument) and any(map(is_statement, model.texts(module, argument))):
                        found.setdefault(name, set()).add(position)
    return dict(sorted(found.items())[:MOST_NAMES])


def _may_begin(module: Module, row: int) -> bool:
    """Whether a literal begins with the text of a statement, as far as its first piece tells."""
    while module.kind[row] in _LITERALS and module.kind[row] != Kind.STRING and module.count[row]:
        row = module.first[row]
    return module.kind[row] == Kind.STRING and may_begin(module.text(row))


def _guess(model: Model, package: str, names: Mapping[str, set[int]]) -> Guess:
    """A library file with every place at which the package may give a function of one of these names."""
    types: dict[str, str] = {}
    roles: list[str] = []
    members = taken_from(model, package)
    bases = ["Module", *(f"Member[{name}]" for name in sorted(members))]
    for name, inner in sorted(members.items()):
        bases += [f"Member[{name}].Member[{one}]" for one in sorted(inner)]
    for base in bases:
        for way in _WAYS:
            types[_type_name(base, way, types)] = f"{base}.{way}" if base != "Module" else way
        for name, positions in names.items():
            own = base.endswith(f"Member[{name}]") or base == "Module"
            for position in sorted(positions):
                if own:
                    roles.append(f"Argument[{position}]" if base == "Module" else f"{base}.Argument[{position}]")
                if not base.endswith(f"Member[{name}]"):
                    at = f"Member[{name}]" if base == "Module" else f"{base}.Member[{name}]"
                    roles.append(f"{at}.Argument[{position}]")
    roles += [
        f"{key}.Member[{name}].Argument[{position}]"
        for key in types
        for name, positions in names.items()
        for position in sorted(positions)
    ]
    data: dict[str, object] = {"package": package, "types": {key: [at] for key, at in types.items()}}
    data["roles"] = {ROLE: list(dict.fromkeys(roles))}
    return Guess(types, data)


def _type_name(base: str, way: str, taken: Mapping[str, str]) -> str:
    """A name for what a place gives: the class for `new`, else what it was made by."""
    last = base.rpartition("Member[")[2].rstrip("]") if base != "Module" else "Package"
    word = "".join(c for c in last if c.isascii() and (c.isalnum() or c == "_")).lstrip("0123456789") or "Thing"
    name = word[0].upper() + word[1:] + _SUFFIXES[way]
    while name in taken or name in _WAYS:
        name += "2"
    return name

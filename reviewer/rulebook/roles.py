"""The page of the vocabulary: every role, barrier and path step, who defines it, and who uses it.

`python -m reviewer.rulebook.roles` writes `ROLES.md` into the rules folder.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

import reviewer
from reviewer.rulebook.card import Card
from reviewer.rulebook.folder import read_text, rules_folder
from reviewer.rulebook.load import Rulebook, load_rulebook
from reviewer.rulebook.markdown import table
from reviewer.rulebook.vocabulary import BARRIERS, ROLES, RoleKind
from reviewer.yaml_nodes import Node, read_yaml

STEPS: Final = {
    "Module": "a module of the package, by its subpath written in full, or a built-in module",
    "Global": "a name that is there without an import",
    "Member": "a property of these names; `get*` is any that begins so, and goes on with no small letter",
    "AnyMember": "any property",
    "OtherMember": "any property that no row names",
    "Argument": "an argument by position from 0, `-1` the last, `1..` a range, `this` the receiver",
    "Parameter": "a parameter of a function that stands here, by position",
    "ReturnValue": "what a call gives, or what a function that stands here returns",
    "Instance": "what `new` gives, and what subclasses are",
    "Awaited": "what a promise is fulfilled with",
    "ArrayElement": "an element of an array, set or other iterable",
    "MemberName": "the name of any property of what stands here, as a text",
    "ParameterName": "the name of the parameter that stands here, as a text",
    "DecoratedClass": "a class with this decorator",
    "DecoratedMember": "a method or field with this decorator",
    "DecoratedParameter": "a parameter with this decorator",
    "WithArity": "only calls with so many arguments",
    "WithParameters": "only functions with so many parameters",
    "WithStringArgument": "only calls that give one of these texts as the argument",
    "WithTrueArgument": "only calls that give `true` as the argument, or as this member of it",
}
"""Bases and steps of the path language, in the order of the page."""

_HEAD = """# Roles

The words of the rules. Library files give roles to places, rules name roles; neither knows the other. Written by
`python -m reviewer.rulebook.roles` from `roles.yml`, `libraries/` and the rules: change those.
"""
_STEP = re.compile(rf"(?<![\w/])({'|'.join(STEPS)})(?![\w/])")


class _Uses:
    """Who defines and who uses each name; files and rules by their short names."""

    def __init__(self) -> None:
        self.defined: defaultdict[str, set[str]] = defaultdict(set)
        self.used: defaultdict[str, set[str]] = defaultdict(set)


def render_roles(rulebook: Rulebook, libraries: Mapping[str, str], engine: Mapping[str, str]) -> str:
    """The text of ROLES.md. `libraries` and `engine` are sources by short name: library files, modules of the model.

    UsageError for a library file that is not YAML.
    """
    uses = _Uses()
    names = rulebook.vocabulary.roles.keys()
    for name, text in libraries.items():
        _read_library(read_yaml(text, name), f"`{name}`", names, uses)
    for card in rulebook.cards.values():
        for role in _roles_of(card, names):
            uses.used[role].add(f"`{card.rule_id}`")
    finders = {rule: read_text(Path(file)) for rule, file in rulebook.finders.items()}
    for name, source in (*finders.items(), *engine.items()):
        for role in _named_in(source, names):
            uses.used[role].add(f"`{name}`")
    parts = [_HEAD]
    for title, kinds in (("Roles", ROLES), ("Barriers", BARRIERS)):
        parts.append(f"## {title}\n")
        parts.append(table(_role_rows(rulebook, kinds, uses), ("Name", "Kind", "What it is", "Given by", "Used by")))
    parts.append("## Path steps\n")
    rows = [(f"`{step}`", says, _list(uses.used[step])) for step, says in STEPS.items()]
    parts.append(table(rows, ("Step", "Where it leads", "Used by")))
    return "\n".join(parts)


def shipped_roles() -> str:
    """The text that the ROLES.md of the shipped rules should have."""
    folder = rules_folder()
    package = Path(reviewer.__file__).parent
    return render_roles(
        load_rulebook([folder]),
        {file.name: read_text(file) for file in sorted(folder.glob("libraries/*.yml"))},
        {
            file.relative_to(package).with_suffix("").as_posix(): read_text(file)
            for file in sorted(package.glob("model/**/*.py"))
        },
    )


def _read_library(root: Node, name: str, roles: Iterable[str], uses: _Uses) -> None:
    """What one library file gives (keys of `roles`, `makes` of barriers) and uses (steps, roles it asks for)."""
    entries = root.entries or {}
    for role in (entries["roles"].entries if "roles" in entries else None) or {}:
        uses.defined[role].add(name)
    for row in (entries["barriers"].items if "barriers" in entries else None) or ():
        makes = (row.entries or {}).get("makes")
        for barrier in makes.strings() if makes else ():
            uses.defined[str(barrier.scalar)].add(name)
    known = set(roles)
    for node in root.strings():
        text = str(node.scalar)
        for step in _STEP.findall(text):
            uses.used[step].add(name)
        if "." in text and text in known and name not in uses.defined[text]:
            uses.used[text].add(name)


def _roles_of(card: Card, names: Iterable[str]) -> Iterator[str]:
    """The roles and barriers that the front matter names."""
    known = set(names)
    if card.front.shape is not None:
        for value in msgspec.structs.astuple(card.front.shape):
            if isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, str) and item in known)
    yield from (subjects.of for subjects in card.front.subjects if subjects.of in known)


def _named_in(source: str, names: Iterable[str]) -> Iterator[str]:
    """The roles that Python code names in a string; names of one word are too common to tell."""
    known = {name for name in names if "." in name}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in known:
            yield node.value


def _role_rows(rulebook: Rulebook, kinds: frozenset[RoleKind], uses: _Uses) -> Iterator[tuple[str, ...]]:
    for name, role in sorted(rulebook.vocabulary.roles.items()):
        if role.kind in kinds:
            yield f"`{name}`", role.kind.value, role.says, _list(uses.defined[name]), _list(uses.used[name])


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nobody yet"


if __name__ == "__main__":
    (rules_folder() / "ROLES.md").write_text(shipped_roles(), encoding="utf-8")

"""Strict reading of one library file: every key, word, place, condition and version range is checked here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from reviewer.diagnosis import quoted, unknown, wrong
from reviewer.finding import UsageError
from reviewer.model.libraries import check_rows, rows
from reviewer.model.libraries.conditions import Condition, ConditionError, read_conditions
from reviewer.model.libraries.explained import explained
from reviewer.model.libraries.library_file import OFFERS, WORDS, LibraryFile, Statement, TypePlace
from reviewer.model.libraries.paths import STEP_NAMES, PathError, parse_path, parse_place
from reviewer.model.libraries.statements import Terms, states
from reviewer.model.libraries.steps import GUARDS, Place
from reviewer.model.libraries.steps import Path as AccessPath
from reviewer.yaml_nodes import Node, read_yaml

BARRIER: Final = "barrier"
_ROLES: Final = "roles"
_ROWS: Final[dict[str, type[rows.Row]]] = {
    "promise": rows.PromiseRow,
    "handles": rows.HandlesRow,
    "flows": rows.FlowRow,
    "calls": rows.CallRow,
    "adapts": rows.AdaptRow,
    "routes": rows.RouteRow,
    "measures": rows.MeasureRow,
    "prefixes": rows.PrefixRow,
    "loads": rows.LoadRow,
    "barriers": rows.BarrierRow,
    "schemas": check_rows.SchemaRow,
    "checks": check_rows.CheckRow,
    "refusals": check_rows.RefusalRow,
    "provides": rows.ProvideRow,
    "injects": rows.InjectRow,
    "channels": rows.ChannelRow,
    "removed": rows.RemovedRow,
}
_HEAD: Final = (
    "package",
    "language",
    "majors",
    "builtins",
    "types",
    "supertypes",
    "annotations",
    "words",
    "many",
    _ROLES,
)
KEYS: Final = (*_HEAD, *_ROWS)
_MAX_CHARACTERS: Final = 1_000_001
_COMPARATOR: Final = r"(?:[<>]=?|[=^~])?\d{1,6}(?:\.\d{1,6}){0,2}"
_RANGE: Final = re.compile(rf"{_COMPARATOR}(?: {_COMPARATOR})*(?: \|\| {_COMPARATOR}(?: {_COMPARATOR})*)*")
_TYPE_NAME: Final = re.compile(r"[A-Za-z_]\w*")


def read_library(file: Path, shown: str, roles: Mapping[str, str]) -> LibraryFile:
    """Read one file; `shown` is its name in messages, `roles` maps each role to its kind. Raises `UsageError`."""
    try:
        with file.open(encoding="utf-8") as stream:
            text = stream.read(_MAX_CHARACTERS)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{shown}: cannot be read: {error}") from error
    return parse_library(text, shown, roles)


def parse_library(text: str, shown: str, roles: Mapping[str, str]) -> LibraryFile:
    """Like `read_library`, for its text."""
    return _Reader(shown, roles).read(read_yaml(text, shown))


_Struct = TypeVar("_Struct", bound=msgspec.Struct)
_T = TypeVar("_T")


class _Reader:
    """Reads one file; places and paths are parsed once for each text."""

    def __init__(self, shown: str, roles: Mapping[str, str]) -> None:
        self._shown = shown
        self._roles = [name for name, kind in roles.items() if kind != BARRIER]
        self._barriers = [name for name, kind in roles.items() if kind == BARRIER]
        self._package = ""
        self._places: dict[str, tuple[Place, ...]] = {}
        self._paths: dict[str, tuple[AccessPath, ...]] = {}
        self._statements: list[Statement] = []

    def read(self, root: Node) -> LibraryFile:
        top = root.mapping("the file", KEYS, ("package",))
        packages = tuple(item.text("package") for item in top["package"].one_or_more("package"))
        self._package = packages[0]
        types, type_places = self._types(top.get("types"))
        if _ROLES in top:
            for role, line, entry in _entries(top[_ROLES], _ROLES):
                if role not in self._roles:
                    raise wrong(self._shown, line, unknown("role", role, self._roles))
                for item in _items(entry):
                    self._state(_ROLES, item, rows.RoleRow, role)
        for kind, model in _ROWS.items():
            if kind in top:
                for item in top[kind].sequence(kind):
                    self._state(kind, item, model)
        return LibraryFile(
            path=self._shown,
            packages=packages,
            language="language" in top and top["language"].literal("language") is True,
            majors=tuple(item.integer("majors") for item in _items_of(top, "majors")),
            builtins=tuple(item.text("builtins") for item in _items_of(top, "builtins")),
            types=types,
            type_places=type_places,
            supertypes=[
                (name, item.text("supertypes"), line)
                for name, line, entry in _entries(top.get("supertypes"), "supertypes")
                for item in entry.one_or_more("supertypes")
            ],
            annotations=[
                (specifier, name, item.text("annotations"), line)
                for specifier, _, entry in _entries(top.get("annotations"), "annotations")
                for name, line, item in _entries(entry, "annotations")
            ],
            statements=self._statements,
            words={
                kind: tuple(item.text("words") for item in entry.sequence("words"))
                for kind, entry in (top["words"].mapping("words", WORDS) if "words" in top else {}).items()
            },
            many={
                kind: entry.text("many")
                for kind, entry in (top["many"].mapping("many", OFFERS) if "many" in top else {}).items()
            },
        )

    def _types(self, node: Node | None) -> tuple[dict[str, int], list[TypePlace]]:
        names: dict[str, int] = {}
        places: list[TypePlace] = []
        for name, line, entry in _entries(node, "types"):
            if "/" not in name and (not _TYPE_NAME.fullmatch(name) or name in STEP_NAMES):
                raise wrong(self._shown, line, f"{quoted(name)} is no name for a type")
            names[name] = line
            for item in _items(entry):
                row = self._row(item, rows.TypeRow)
                self._check_range(item, row.versions)
                found = [(at, place) for at in _texts(row.at) for place in self._at(item, at)]
                if any(place.steps and place.steps[-1].kind in GUARDS for _, place in found):
                    raise item.wrong("a place of a type does not end in a condition")
                more = self._loading(item, row), row.declared
                places += [TypePlace(name, place, row.versions, item.line, at, *more) for at, place in found]
        return names, places

    def _loading(self, node: Node, row: rows.TypeRow) -> tuple[Condition, ...]:
        """The conditions of a type's place."""
        when, unless = self._conditions(node, row.when), self._conditions(node, row.unless)
        if any(condition.kind != "loaded" for condition in (*when, *unless)):
            raise node.wrong("a place of a type only asks what is `loaded`")
        return when + tuple(msgspec.structs.replace(condition, negated=True) for condition in unless)

    def _state(self, kind: str, node: Node, model: type[rows.Row], role: str = "") -> None:
        """Check one row and keep what it states at each of its places."""
        row = self._row(node, model)
        self._check_range(node, row.versions)
        if isinstance(row, rows.BarrierRow) and row.makes not in self._barriers:
            raise node.wrong(unknown("barrier", row.makes, self._barriers))
        if isinstance(row, check_rows.RefusalRow) and row.asked and row.asked not in self._roles:
            raise node.wrong(unknown("role", row.asked, self._roles))
        if isinstance(row, rows.ProvideRow) and not (row.by or row.alias):
            raise node.wrong("what is provided wants `by` or `alias`")
        when = self._conditions(node, _given(row))
        unless = self._conditions(node, row.unless)
        terms = Terms(f"{self._shown}:{node.line}", self._package, row.versions, when, unless)

        def parse(texts: rows.Paths) -> tuple[AccessPath, ...]:
            return self._relative(node, texts)

        for at in _texts(row.at):
            stated = states(row, role, self._at(node, at), terms, parse)
            self._statements += [Statement(kind, place, fact, node.line, at, row.declared) for place, fact in stated]

    def _conditions(self, node: Node, raw: Mapping[str, object]) -> tuple[Condition, ...]:
        try:
            conditions = read_conditions(raw)
        except ConditionError as error:
            raise node.wrong(str(error)) from error
        for condition in conditions:
            if condition.kind == "loaded" and condition.values[0] not in self._roles:
                raise node.wrong(unknown("role", str(condition.values[0]), self._roles))
        return conditions

    def _row(self, node: Node, model: type[_Struct]) -> _Struct:
        """The row in `node`; a text or a list of texts is its `at`."""
        if node.entries is None:
            node = _only_at(node)
        node.mapping("the row", model.__struct_encode_fields__)
        try:
            return msgspec.convert(_plain(node), model)
        except msgspec.ValidationError as error:
            raise explained(node, model, str(error)) from error

    def _at(self, node: Node, text: str) -> tuple[Place, ...]:
        if text not in self._places:
            self._places[text] = _parsed(parse_place, text, node)
        return self._places[text]

    def _relative(self, node: Node, texts: rows.Paths) -> tuple[AccessPath, ...]:
        found: list[AccessPath] = []
        for text in _texts(texts):
            if text not in self._paths:
                self._paths[text] = _parsed(parse_path, text, node)
            found += self._paths[text]
        return tuple(found)

    def _check_range(self, node: Node, versions: str) -> None:
        if versions and not _RANGE.fullmatch(versions):
            raise node.wrong(f"{quoted(versions)} is no range of versions such as <5 or >=2.1 <4 || ^5")


def _given(row: rows.Row) -> Mapping[str, object]:
    match row:
        case rows.CallRow():
            return row.given
        case rows.ConditionalRow():
            return row.when
        case _:
            return {}


def _parsed(parse: Callable[[str], _T], text: str, node: Node) -> _T:
    """The places or paths in `text`, or the error that points at its wrong character."""
    try:
        return parse(text)
    except PathError as error:
        raise node.wrong(f"{quoted(text)}, character {error.position + 1}: {error.message}") from error


def _only_at(node: Node) -> Node:
    """A row that says nothing but its place."""
    row = Node(node.path, node.line)
    row.entries, row.keys = {"at": node}, {"at": node.line}
    return row


def _entries(node: Node | None, what: str) -> Iterator[tuple[str, int, Node]]:
    """Key, its line and its value, in order."""
    if node is None:
        return
    if node.entries is None:
        raise node.wrong(f"{what} wants a mapping")
    for key, value in node.entries.items():
        yield key, node.keys[key], value


def _items(node: Node) -> list[Node]:
    """The rows of a list; anything else is the only row."""
    return [node] if node.items is None else node.items


def _items_of(top: Mapping[str, Node], key: str) -> list[Node]:
    return top[key].sequence(key) if key in top else []


def _texts(value: rows.Paths) -> list[str]:
    return [value] if isinstance(value, str) else value


def _plain(node: Node) -> object:
    """The data of a node without its lines. Depth is bounded by `read_yaml`."""
    if node.items is not None:
        return [_plain(item) for item in node.items]
    if node.entries is not None:
        return {key: _plain(value) for key, value in node.entries.items()}
    return node.scalar

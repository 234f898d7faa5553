"""The JSON Schema and the strict reader say the same of every file of settings."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

import jsonschema
import pytest

from reviewer.config.schema import FILE, schema, schema_text
from reviewer.config.strict import conform
from reviewer.finding import UsageError
from reviewer.json_nodes import read_json_nodes
from reviewer.yaml_nodes import Node

VALIDATOR = jsonschema.Draft202012Validator(schema())
EVERYTHING: dict[str, Any] = {
    "extends": ["a.yml"],
    "profile": "strict",
    "fail-on": "never",
    "rules": {"sql-injection": "off", "other": {"severity": "note", "reason": "why"}},
    "include": ["src/"],
    "exclude": ["a", "b"],
    "overrides": [{"paths": "x", "rules": {"a": "on"}}, {"paths": ["x", "y"], "rules": {}}],
    "ignore": [{"rule": "a", "path": ["b"], "reason": "c"}],
    "libraries": "lib",
    "cards": ["cards"],
    "baseline": "known.json",
}
ODD = (
    None,
    True,
    0,
    1.5,
    "",
    " ",
    "a",
    "a\nb",
    "error",
    "strict",
    [],
    ["a"],
    [""],
    [[]],
    {},
    {"severity": "off"},
    {"a": "on"},
)


def accepted(document: object) -> bool:
    node = read_json_nodes(json.dumps(document), "x.json")
    assert node is not None
    try:
        conform(node)
    except UsageError:
        return False
    return True


def places(value: object, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [above, *(place for key, one in inner for place in places(one, (*above, key)))]


def changed(place: tuple[Any, ...], odd: object, *, as_new: bool) -> object:
    """The document with something odd at a place, or beside it."""
    if not place:
        return odd
    document = deepcopy(EVERYTHING)
    holder: Any = document
    for key in place[:-1]:
        holder = holder[key]
    if not as_new:
        holder[place[-1]] = odd
    elif isinstance(holder, dict):
        holder["unheard"] = odd
    else:
        holder.append(odd)
    return document


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.Draft202012Validator.check_schema(schema({"a": "title"}, {"b": "a"}))


def test_the_copy_in_the_package_is_the_schema() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "python -m reviewer.config.schema"


def test_everything_is_accepted() -> None:
    assert accepted(EVERYTHING)
    assert VALIDATOR.is_valid(EVERYTHING)


@pytest.mark.parametrize("place", places(EVERYTHING), ids=str)
def test_reader_and_schema_agree(place: tuple[Any, ...]) -> None:
    for odd in ODD:
        for as_new in (False, True):
            document = changed(place, odd, as_new=as_new)
            assert accepted(document) == VALIDATOR.is_valid(document), document


def test_reader_and_schema_agree_on_what_lacks_something() -> None:
    for place in places(EVERYTHING)[1:]:
        document = deepcopy(EVERYTHING)
        holder: Any = document
        for key in place[:-1]:
            holder = holder[key]
        del holder[place[-1]]
        assert accepted(document) == VALIDATOR.is_valid(document), document


def test_rules_are_named_where_they_are_known() -> None:
    validator = jsonschema.Draft202012Validator(schema({"a-rule": "title"}, {"old-rule": "a-rule"}))
    assert validator.is_valid({"rules": {"a-rule": "off", "old-rule": "note"}})
    assert not validator.is_valid({"rules": {"b-rule": "off"}})
    assert not validator.is_valid({"overrides": [{"paths": "a", "rules": {"b-rule": "off"}}]})


def random_json(source: random.Random, depth: int) -> object:
    kind = source.randrange(8 if depth else 6)
    if kind == 6:
        return [random_json(source, depth - 1) for _ in range(source.randrange(4))]
    if kind == 7:
        return {
            source.choice(["a", "b", "ü", '"']) + str(n): random_json(source, depth - 1)
            for n in range(source.randrange(4))
        }
    return (None, True, source.randrange(-9, 9), 1.5e3, 'x\\"\n\t', "\U0001f600")[kind]


def plain(node: Node) -> object:
    if node.items is not None:
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()} if node.entries is not None else node.scalar


def test_json_is_read_as_json() -> None:
    source = random.Random(7)
    for _ in range(300):
        document = random_json(source, 5)
        for indent in (None, 2, "\t"):
            text = json.dumps(document, indent=indent)
            assert plain(read_json_nodes(text, "x.json")) == document
            cut = text[: source.randrange(len(text))]
            try:
                json.loads(cut)
            except ValueError:
                with pytest.raises(UsageError):
                    read_json_nodes(cut, "x.json")

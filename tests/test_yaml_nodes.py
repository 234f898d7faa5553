"""YAML is read strictly, with lines, and its hostile forms end in one sentence."""

import pytest

from reviewer.finding import UsageError
from reviewer.yaml_nodes import read_yaml


def test_nodes_know_their_lines() -> None:
    root = read_yaml("a: 1\nb:\n  - x\n  - [y, z]\nc: { d: on }\n", "f.yml", 10)
    entries = root.mapping("", {"a", "b", "c"})
    assert (entries["a"].line, entries["a"].integer("a")) == (10, 1)
    items = entries["b"].sequence("b")
    assert [item.line for item in items] == [12, 13]
    assert [item.text("b") for item in items[1].sequence("b")] == ["y", "z"]
    assert entries["c"].mapping("c", {"d"})["d"].text("d") == "on"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("12:30", "12:30"),
        ("S1:124", "S1:124"),
        ("'7'", "7"),
        ("7", 7),
        ("-7", -7),
        ("1.5", 1.5),
        ("true", True),
        ("null", None),
        ("2021-01-01", "2021-01-01"),
        ("0x10", "0x10"),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    assert read_yaml(f"k: {text}", "f.yml").mapping("", {"k"})["k"].literal("k") == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "f.yml:2: `a` is given twice"),
        ("a: &x [1]\nb: *x\n", "f.yml:1: anchors and tags are not allowed"),
        ("a: *x\n", "f.yml:1: aliases are not allowed"),
        ("a: !!python/object/apply:os.system [ls]\n", "f.yml:1: anchors and tags are not allowed"),
        ("a: 1\n---\nb: 2\n", "f.yml:3: a second YAML document"),
        ("[a, b]: 1\n", "f.yml:1: a key wants text"),
        ("\n" + "[" * 100_000, "f.yml:2: nested more than 16 levels deep"),
        ("a: [" + "1, " * 30_000 + "1]", "f.yml:1: more than 20,000 YAML values"),
        ("a" * 1_000_001, "f.yml:1: more than 1,000,000 characters of YAML"),
    ],
)
def test_hostile_yaml_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_yaml(text, "f.yml")
    assert str(caught.value) == message


@pytest.mark.parametrize(("text", "line"), [("a: [1\nb: 2\n", 2), ("a:\n\t- 1\n", 2), ("a: \x00", 1), ("a: 'x\n", 2)])
def test_malformed_yaml_names_its_line(text: str, line: int) -> None:
    with pytest.raises(UsageError) as caught:
        read_yaml(text, "f.yml")
    assert str(caught.value).startswith(f"f.yml:{line}: not YAML: ") or "\x00" in text
    assert "\x00" not in str(caught.value)


def test_an_unknown_key_names_the_nearest() -> None:
    root = read_yaml("severty: error\n", "f.yml")
    with pytest.raises(UsageError) as caught:
        root.mapping("", {"severity", "precision"})
    assert str(caught.value) == "f.yml:1: unknown key `severty`; did you mean `severity`?"


def test_terminal_escapes_are_made_visible() -> None:
    root = read_yaml('"\\e[31mred": 1\n', "f.yml")
    with pytest.raises(UsageError) as caught:
        root.mapping("", {"x"})
    assert str(caught.value) == "f.yml:1: unknown key `\\x1b[31mred`; known: x"

"""Whatever stands in a file of settings: it is read, or refused with a sentence; nothing else ever happens."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from reviewer.config.layers import read_layers
from reviewer.finding import UsageError

YAML = """extends: [a.yml]
profile: strict
fail-on: warning
rules: { sql-injection: off, other: { severity: note, reason: 'because: it is' } }
exclude:
  - src/**/old/
  - '!kept'
overrides:
  - paths: [a, "b"]
    rules: { x: error }
ignore: [{ rule: a, path: b.json, reason: c }]
"""
JSON = (
    '{\n\t"name": "x",\n\t"nodereview": { "rules": { "a": "off" }, "exclude": ["\\u00fc"], "profile": "strict" }\n}\n'
)
ODD = (
    "\0",
    "\x1b[31m",
    "&a ",
    "*a",
    "!!python/object ",
    "\t",
    "\r",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    ":",
    "- ",
    "\n",
    "#",
)
ODD_TOO = (",", "|", ">", "%", "---\n", "\ufeff", "\u2028", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"))


def mutated(text: str, source: random.Random) -> str:
    for _ in range(source.randrange(1, 5)):
        at = source.randrange(len(text) + 1)
        end = min(len(text), at + source.randrange(0, 8))
        text = text[:at] + source.choice((*ODD, *ODD_TOO, text[at:end] * 2, "")) + text[end:]
    return text


@pytest.mark.parametrize(("name", "text"), [(".nodereview.yml", YAML), ("package.json", JSON)])
def test_mutations_are_read_or_refused(tmp_path: Path, name: str, text: str) -> None:
    source = random.Random(11)
    (tmp_path / "a.yml").write_text("")
    for _ in range(600):
        changed = mutated(text, source)
        (tmp_path / name).write_bytes(changed.encode("utf-8", "surrogatepass"))
        try:
            read_layers(tmp_path)
        except UsageError as error:
            assert str(error).isprintable(), changed  # noqa: PT017 — both outcomes are right
            assert str(error).startswith((name, "a.yml")), changed  # noqa: PT017


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"profile: strict\n\xff", ".nodereview.yml:2: not UTF-8"),
        (b"\x00", ".nodereview.yml:1: not YAML: control characters are not allowed"),
        (b"a: " + b"[" * 200_000, ".nodereview.yml:1: nested more than 16 levels deep"),
        (b"exclude:\n" + b"- a\n" * 30_000, ".nodereview.yml:19999: more than 20,000 YAML values"),
        (b"a: &a [x]\nb: &b [*a, *a]\n", ".nodereview.yml:1: anchors and tags are not allowed"),
        (b"rules: !!python/object/apply:os.system [id]", ".nodereview.yml:1: anchors and tags are not allowed"),
        (b"? [a]\n: b", ".nodereview.yml:1: a key wants text"),
    ],
)
def test_bombs(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / ".nodereview.yml").write_bytes(data)
    with pytest.raises(UsageError) as refused:
        read_layers(tmp_path)
    assert str(refused.value) == expected

"""Directives: what the comments of a file say to nodereview."""

from __future__ import annotations

import pytest

from reviewer.source.directives import Directive, DirectiveKind, of_text
from reviewer.source.lower import lower


def read(text: str, name: str = "a.ts") -> list[Directive]:
    return lower(text.encode(), name).directives


def said(text: str, name: str = "a.ts") -> list[tuple[str, tuple[str, ...], str]]:
    return [(one.word, one.rules, one.reason) for one in read(text, name)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("// nodereview-disable-next-line a-rule -- why\n", ("disable-next-line", ("a-rule",), "why")),
        ("/* nodereview-disable a-rule, b-rule --- two\n words */", ("disable", ("a-rule", "b-rule"), "two words")),
        ("/** nodereview-disable-file -- old code */", ("disable-file", (), "old code")),
        ("run() // nodereview-disable-line", ("disable-line", (), "")),
        ("//nodereview-enable a-rule", ("enable", ("a-rule",), "")),
        ("// nodereview-ignore a-rule", ("ignore", ("a-rule",), "")),
        (
            "/*\n * nodereview-disable-next-line a-rule\n * -- because\n */",
            ("disable-next-line", ("a-rule",), "because"),
        ),
    ],
)
def test_a_comment_is_read(text: str, expected: tuple[str, tuple[str, ...], str]) -> None:
    assert said(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "const a = '// nodereview-disable-file'",
        "const a = `// nodereview-disable-file`",
        "const a = /nodereview-disable-file/",
        "// see nodereview-disable-file in the documentation",
        "// eslint-disable nodereview-disable-file",
    ],
)
def test_what_only_mentions_a_directive_is_none(text: str) -> None:
    assert read(text) == []


def test_a_comment_of_markup_is_read() -> None:
    text = "const a = <p>\n  {/* nodereview-disable-next-line a-rule -- why */}\n  {run()}\n</p>"
    assert [(one.rules, one.line, one.column, one.target) for one in read(text, "a.tsx")] == [(("a-rule",), 2, 4, 3)]


def test_directives_stack_over_comments_and_empty_lines() -> None:
    first, second = (f"// nodereview-disable-next-line {rule} -- x" for rule in "ab")
    text = f"{first}\n{second}\n\n/* other */\n// more\nrun()\n"
    assert [one.target for one in read(text)] == [6, 6]


def test_what_looks_like_a_comment_of_another_language_is_code() -> None:
    assert [one.target for one in read("class A {\n  // nodereview-disable-next-line a -- x\n  #b = run()\n}")] == [3]


def test_a_directive_at_the_end_means_the_line_that_is_not_there() -> None:
    assert [one.target for one in read("run()\n// nodereview-disable-next-line a")] == [3]


def test_columns_count_utf_16_units() -> None:
    (one,) = read("run('🙂') // nodereview-disable-line a -- é")
    assert (one.line, one.column, one.end_column) == (1, 11, 44)


@pytest.mark.parametrize(
    ("marker", "text", "expected"),
    [
        (b"#", "a: 1 # nodereview-disable-line a-rule -- why\n", ["disable-line"]),
        (b"#", "a: '# nodereview-disable-line'\n", []),
        (b"#", "a: b# nodereview-disable-line\n", []),
        (b"#", "# nodereview-disable-next-line a-rule\nFROM node\n", ["disable-next-line"]),
        (b"#", "# nodereview-disable-file\nA=1\n", ["disable-file"]),
        (b"//", "model A { // nodereview-disable-line\n", ["disable-line"]),
        (b"//", '{ "a": "// nodereview-disable-file" } // nodereview-enable', ["enable"]),
    ],
)
def test_other_formats_have_comments_of_their_own(marker: bytes, text: str, expected: list[str]) -> None:
    assert [one.word for one in of_text(text.encode(), marker)] == expected


def test_many_directives_end() -> None:
    text = "/* nodereview-disable-next-line */" * 20_000
    assert len(read(text)) == 500


def test_kinds_have_their_words() -> None:
    assert read("// nodereview-disable-next-line")[0].kind is DirectiveKind.NEXT_LINE
    assert read("// nodereview-other")[0].kind is DirectiveKind.OTHER
    assert read("// nodereview-never")[0].kind is DirectiveKind.OTHER

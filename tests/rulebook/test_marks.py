"""Marks: every form, in every comment style, and what is refused."""

import pytest

from reviewer.finding import UsageError
from reviewer.rulebook.marks import Mark, MarkKind, read_head, read_marks


@pytest.mark.parametrize(
    ("language", "line", "code", "marks"),
    [
        ("js", "f() // bad", "f()", [Mark(MarkKind.BAD, "x", 1, 30)]),
        ("js", "f()  //bad", "f()", [Mark(MarkKind.BAD, "x", 1, 30)]),
        ("js", "f() // bad: req.query", "f()", [Mark(MarkKind.BAD, "x", 1, 30, text="req.query")]),
        ("js", "f() // bad: http://x", "f()", [Mark(MarkKind.BAD, "x", 1, 30, text="http://x")]),
        ("ts", "f() // good", "f()", [Mark(MarkKind.GOOD, "x", 1, 30)]),
        ("js", "f() // other", "f()", [Mark(MarkKind.OTHER, "x", 1, 30)]),
        ("js", "f() // missed", "f()", [Mark(MarkKind.MISSED, "x", 1, 30)]),
        ("js", "f() // also: a-b, c", "f()", [Mark(MarkKind.ALSO, "x", 1, 30, rules=("a-b", "c"))]),
        (
            "js",
            "f() // bad: a b // also: x-y // also: z",
            "f()",
            [
                Mark(MarkKind.BAD, "x", 1, 30, text="a b"),
                Mark(MarkKind.ALSO, "x", 1, 30, rules=("x-y",)),
                Mark(MarkKind.ALSO, "x", 1, 30, rules=("z",)),
            ],
        ),
        ("yml", "image: a # bad", "image: a", [Mark(MarkKind.BAD, "x", 1, 30)]),
        (
            "dockerfile",
            "USER root # bad: root # also: q",
            "USER root",
            [Mark(MarkKind.BAD, "x", 1, 30, text="root"), Mark(MarkKind.ALSO, "x", 1, 30, rules=("q",))],
        ),
        ("sql", "DROP TABLE a -- good", "DROP TABLE a", [Mark(MarkKind.GOOD, "x", 1, 30)]),
        ("html", "<p> <!-- bad -->", "<p>", [Mark(MarkKind.BAD, "x", 1, 30)]),
        (
            "html",
            "<p> <!-- bad: a --> <!-- also: b -->",
            "<p>",
            [Mark(MarkKind.BAD, "x", 1, 30, text="a"), Mark(MarkKind.ALSO, "x", 1, 30, rules=("b",))],
        ),
        ("js", "f('http://bad')", "f('http://bad')", []),
        ("js", "f() // badly done", "f() // badly done", []),
        ("js", "f() // a bad idea", "f() // a bad idea", []),
        ("js", "f() // nodereview-allow x", "f() // nodereview-allow x", []),
        ("json", '{ "a": 1 } // bad', '{ "a": 1 } // bad', []),
        ("text", "a # bad", "a # bad", []),
    ],
)
def test_marks_stand_behind_code(language: str, line: str, code: str, marks: list[Mark]) -> None:
    fenced = read_marks(language, "x", [line], "c.md", 30)
    assert (fenced.code, list(fenced.marks)) == ((code,), marks)


def test_lines_count_from_one_in_the_file() -> None:
    fenced = read_marks("js", "a.js", ["", "f() // bad", "g() // good"], "c.md", 30)
    assert [(mark.line, mark.card_line) for mark in fenced.marks] == [(2, 31), (3, 32)]


@pytest.mark.parametrize(
    ("language", "line", "message"),
    [
        ("js", "// bad", "a mark on a line of its own; it belongs behind the code it speaks of"),
        ("js", "f() // bad idea", "`bad idea` is no mark; write `// bad` and nothing else"),
        ("js", "f() // bad // see above", "`bad // see above` is no mark; write `// bad` and nothing else"),
        ("js", "f() // bad:", "`bad:` wants text that the message holds"),
        ("js", "f() // good: caught", "the mark `good` takes no text"),
        ("js", "f() // also", "`also` wants rule ids, separated by commas"),
        ("js", "f() // also: A", "`also` wants rule ids, separated by commas"),
        ("js", "f() // also: a,", "`also` wants rule ids, separated by commas"),
        ("js", "f() // Bad", "unknown mark `Bad`; did you mean `bad`?"),
        ("js", "f() // godd", "unknown mark `godd`; did you mean `good`?"),
        ("js", "f() // als: x", "unknown mark `als`; did you mean `also`?"),
        ("html", "<p> <!-- mised -->", "unknown mark `mised`; did you mean `missed`?"),
        ("html", "<p> <!-- bad --> x", "text after the mark; the line ends with `-->`"),
        ("js", "f() // bad // bad", "the line is marked both `bad` and `bad`"),
        ("js", "f() // bad // good", "the line is marked both `bad` and `good`"),
    ],
)
def test_wrong_marks_are_refused(language: str, line: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_marks(language, "x", [line], "c.md", 30)
    assert str(caught.value) == f"c.md:30: {message}"


def test_heads_mark_lines_of_files_without_comments() -> None:
    assert read_head(["bad=4,6", "also=1:a-b,c", "good=2"], "package.json", 6, "c.md", 9) == (
        Mark(MarkKind.BAD, "package.json", 4, 9),
        Mark(MarkKind.BAD, "package.json", 6, 9),
        Mark(MarkKind.ALSO, "package.json", 1, 9, rules=("a-b", "c")),
        Mark(MarkKind.GOOD, "package.json", 2, 9),
    )


def test_heads_mark_folders_as_a_whole() -> None:
    assert read_head(["bad", "also=a-b"], "api", 0, "c.md", 9) == (
        Mark(MarkKind.BAD, "api", 1, 9),
        Mark(MarkKind.ALSO, "api", 1, 9, rules=("a-b",)),
    )


@pytest.mark.parametrize(
    ("word", "lines", "message"),
    [
        ("bad=7", 6, "`bad=7`: the file has 6 lines"),
        ("bad=0", 6, "`bad=0`: the file has 6 lines"),
        ("bad=99999999999999999999", 6, "`bad=99999999999999999999`: the file has 6 lines"),
        ("bad", 6, "`bad`: a mark in the head of a fence wants line numbers: `bad=4`"),
        ("bad=x", 6, "`bad=x`: a mark in the head of a fence wants line numbers: `bad=4`"),
        ("bda=1", 6, "unknown mark in the head of a fence `bda`; did you mean `bad`?"),
        ("bad=1", 0, "`bad=1`: a folder has no lines; write the mark alone"),
        ("also=1", 6, "`also` wants rule ids, separated by commas"),
    ],
)
def test_wrong_heads_are_refused(word: str, lines: int, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_head([word], "x", lines, "c.md", 9)
    assert str(caught.value) == f"c.md:9: {message}"

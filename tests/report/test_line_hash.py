"""The expected hashes were computed with the hash function of the CodeQL action itself."""

import pytest

from reviewer.report.line_hash import line_hashes

PROGRAM = """\
const express = require("express");
const app = express();

app.get("/", (req, res) => res.end());
app.listen(3000);
"""
LINE_ENDS = "const prices = ['10 €', '😀'];\r\n\tsell(prices)\r\n\r\nsell(prices)\rsell(prices)\n"


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            PROGRAM,
            [
                "55b5836a5866012:1",
                "4664ad1b6a0069e3:1",
                "f52b1754b638c0de:1",
                "771a393857134dac:1",
                "f85f8bdcff29f6b2:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
        (
            LINE_ENDS,
            [
                "dbaf0fc43c182a79:1",
                "d5a077ede20550b8:1",
                "195d0eb5c05bbcff:1",
                "b252fa3ece21be71:1",
                "c64a07f84ecfcb4c:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
        (
            "  next();\n" * 20,
            [
                *(f"3dcf6687628734b:{number}" for number in range(1, 9)),
                "3dcf6693bad7a8f:1",
                "1f7064abf0cb876:1",
                "16f194cd27dd5e7d:1",
                "69f0cec58d8cc8a4:1",
                "db17a8b67bb0d2eb:1",
                "60b7a063ee77d952:1",
                "8cbcf5b41118b7d9:1",
                "e72891aa7e42ca80:1",
                "8fcf7dd3c28ded47:1",
                "3a1c20fee0ea7c2e:1",
                "e1df8faa99115335:1",
                "3d6d3f142ff3ce5c:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_hashes_are_those_of_the_codeql_action(text: str, hashes: list[str]) -> None:
    every_line = range(1, len(hashes) + 5)
    assert line_hashes(text.encode(), every_line) == dict(enumerate(hashes, 1))


def test_only_the_asked_lines_are_answered() -> None:
    assert line_hashes(PROGRAM.encode(), {4, 99}) == {4: "771a393857134dac:1"}
    assert line_hashes(PROGRAM.encode(), ()) == {}

"""What a pattern takes out of a text wherever it stands, and the quotes between which a piece of a text stands."""

from __future__ import annotations

import pytest

from reviewer.model.quotes import Quotes, within
from reviewer.model.stripped import taken_out
from reviewer.source.lower import lower
from reviewer.source.module import Kind, open_module


@pytest.mark.parametrize(
    ("pattern", "gone", "left"),
    [
        (r"/['\"\\]/g", "'\"\\", "a ;"),
        (r"/'|\\/g", "'\\", '"'),
        (r"/[^\w ]/g", "'\"\\;", "a _"),
        (r"/[^ -~]+/g", "\x00\n", "'a"),
        (r"/['\"]+/g", "'\"", "\\"),
        (r"/'/", "", "'"),
        (r"/^'/g", "", "'"),
        (r"/'\\/g", "", "'"),
        (r"/'(?!a)/g", "", "'"),
        (r"/['\"/y", "", "'"),
        (r"/[z-a]/g", "", "'"),
        (r"/[[']/g", "['", '"'),
        (r"/['||a]/g", "'|a", '"'),
        (r"/[a&&']/v", "", "'"),
        (r"/[a&&']/gv", "", "'"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_what_a_pattern_takes_out(pattern: str, gone: str, left: str) -> None:
    found = taken_out(pattern)
    assert set(gone) <= found
    assert not set(left) & found


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("`a = '${x}'`", "'"),
        ("`a LIKE '%${x}%' AND b = 1`", "'"),
        ("'a.\"' + x + '\" = 1'", '"'),
        ("'a = ' + x", ""),
        ("`a = 'b' AND c = ${x}`", ""),
        ("`a = 'it''s' AND c = '${x}'`", "'"),
        ("`' AND c = '${x}`", ""),
        ("'`a`, `' + (`${x}b`) + '`'", "`"),
    ],
)
def test_between_which_quotes_a_piece_stands(text: str, quote: str) -> None:
    lowered = lower(f"f({text})".encode(), "test.js")
    module = open_module(0, "test.js", lowered.surface, lowered.body)
    (piece,) = (row for row in range(len(module)) if module.kind[row] == Kind.IDENT and module.text(row) == "x")
    assert Quotes().around(module, piece) == ((within(quote),) if quote else ())

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from rich.console import Console

from reviewer.finding import Finding, Fix, Gap, GapKind, Phase, Place, Precision, Severity, Step
from reviewer.report import render_text

if TYPE_CHECKING:
    from tests.report.conftest import Repository


Printed = Callable[..., str]

INJECTION = """\
routes/db.js

  1:35  error  sql-injection
  req.query.name becomes part of the SQL that db.query runs

  > 1 │ exports.find = (name) => db.query(`SELECT * FROM users WHERE name = '${name}'`)
      │                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

  1  routes/users.js:4  comes from the request
     │ const name = req.query.name
     │              ^^^^^^^^^^^^^^
  2  routes/users.js:5  is passed to find
     │ res.json(await find(name))
     │                ^^^^^^^^^^
  3  routes/db.js:1  stands between quotes in the SQL

  repair  Pass the value as a bound parameter

1 error
2 files, 7 lines reviewed
nodereview explain sql-injection: why it matters, and repaired code
"""


def body(text: str) -> str:
    """The report without its summary, which begins after the last empty line."""
    return text.rpartition("\n\n")[0]


def lines(text: str, count: int) -> str:
    """The rows of the code frame: what follows the message."""
    return "\n".join(text.split("\n")[5 : 5 + count])


def finding(place: Place, message: str = "is wrong", rule: str = "some-rule", remedy: str = "") -> Finding:
    return Finding(rule, Severity.ERROR, Precision.HIGH, message, place, remedy)


def test_other_places_stand_behind_the_evidence_by_file(
    printed: Printed, repository: Repository, injection: Finding
) -> None:
    places = [Place(path, line, 1, line, 2, 0, 1) for path in ("a.js", "b.js") for line in range(1, 5)]
    also = tuple(Step(place, "the same holds here") for place in places)
    said = printed(repository.review(msgspec.structs.replace(injection, also=also)))
    assert "quotes in the SQL\n  also  a.js:1, 2, 3, 4; b.js:1, 2 and 2 more\n\n  repair" in said


def test_a_finding_shows_its_code_its_evidence_and_its_repair(
    repository: Repository, injection: Finding, printed: Printed
) -> None:
    assert printed(repository.review(injection)) == INJECTION


def test_quiet_is_one_line_a_finding(repository: Repository, injection: Finding, printed: Printed) -> None:
    note = msgspec.structs.replace(injection, severity=Severity.NOTE)
    review = repository.review(injection, note)
    review.gaps = [Gap("a.js", 0, GapKind.SYNTAX, "unexpected token")]
    assert printed(review, quiet=True) == (
        "routes/db.js:1:35: error sql-injection: req.query.name becomes part of the SQL that db.query runs\n"
    )
    assert printed(repository.review(), quiet=True) == ""


def test_nothing_found_says_what_was_looked_at(repository: Repository, printed: Printed) -> None:
    review = repository.review()
    review.reviewed, review.lines = 1, 1_234
    review.phases = [Phase("find", 0.25), Phase("judge", 2.0)]
    review.left_out = {"minified": 2, "generated": 1_000, "vendored": 0}
    review.hidden_notes = 1
    assert printed(review) == (
        "Nothing found · 1 note not shown\n"
        "1 file, 1,234 lines reviewed in 2.2 s · 1,002 left out: 1,000 generated, 2 minified\n"
    )


def test_code_for_browsers_is_told_by_itself(repository: Repository, printed: Printed) -> None:
    review = repository.review()
    review.reviewed, review.lines = 3, 90
    review.left_out = {"tools": 2, "browser code": 1}
    assert printed(review) == (
        "Nothing found\n3 files, 90 lines reviewed · 2 left out: 2 tools\n1 file of browser code was not reviewed\n"
    )


def test_files_left_out_are_listed_where_everything_is_asked_for(repository: Repository, printed: Printed) -> None:
    review = repository.review()
    review.left_out = {"vendored": 300}
    review.left_out_files = [(f"lib/{number:03}\x1b.js", "vendored") for number in range(300)]
    said = printed(review, verbose=True).splitlines()
    assert said[:2] == ["Left out", "  lib/000␛.js  vendored"]
    assert said[201] == "  100 more"
    assert "lib/" not in printed(review)


def test_notes_are_counted_unless_asked_for(repository: Repository, injection: Finding, printed: Printed) -> None:
    note = msgspec.structs.replace(injection, severity=Severity.NOTE, evidence=(), remedy="")
    assert printed(repository.review(note)) == (
        "Nothing found · 1 note (-v shows them)\n"
        "2 files, 7 lines reviewed\n"
    )  # fmt: skip
    assert printed(repository.review(note), verbose=True).endswith(
        "                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "\n"
        "1 note\n"
        "2 files, 7 lines reviewed\n"
        "nodereview explain sql-injection: why it matters, and repaired code\n"
    )


def test_gaps_are_counted_faults_named_and_all_listed_when_asked(repository: Repository, printed: Printed) -> None:
    review = repository.review()
    review.profile = "strict"
    review.phases = [Phase("find", 0.25)]
    review.faults = 1
    review.gaps = [
        Gap("a.js", 3, GapKind.SYNTAX, "unexpected token"),
        Gap("b.js", 0, GapKind.UNRESOLVED, "the import ./c leads nowhere", "some-rule"),
        Gap("b.js", 0, GapKind.FAULT, "the rule some-rule broke: KeyError: 1", "some-rule"),
        Gap("", 0, GapKind.SYNTAX, "more"),
    ]
    assert printed(review) == (
        "Not reviewed in full\n"
        "  b.js  fault  the rule some-rule broke: KeyError: 1\n"
        "\n"
        "Nothing found\n"
        "2 files, 7 lines reviewed in 0.25 s · profile strict\n"
        "3 gaps: 2 syntax, 1 unresolved · -v lists them\n"
        "1 fault in nodereview itself: the report is incomplete\n"
    )
    assert printed(review, verbose=True) == (
        "Not reviewed in full\n"
        "  a.js:3  syntax  unexpected token\n"
        "  b.js  unresolved  the import ./c leads nowhere (some-rule)\n"
        "  b.js  fault  the rule some-rule broke: KeyError: 1\n"
        "  syntax  more\n"
        "\n"
        "Nothing found\n"
        "2 files, 7 lines reviewed in 0.25 s · profile strict\n"
        "find 0.25 s\n"
        "3 gaps: 2 syntax, 1 unresolved\n"
        "1 fault in nodereview itself: the report is incomplete\n"
    )


def test_findings_that_say_the_same_share_message_frame_and_repair(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", "one()\ntwo()\nthree()\nfour()\nfive()\nsix()\nseven()\n")
    found = [finding(repository.place("a.js", code), remedy="Call it once") for code in ("two()", "three()", "seven()")]
    assert body(printed(repository.review(*found))) == (
        "a.js\n"
        "\n"
        "  2:1  error  some-rule  also at 3:1, 7:1\n"
        "  is wrong\n"
        "\n"
        "    1 │ one()\n"
        "  > 2 │ two()\n"
        "      │ ^^^^^\n"
        "  > 3 │ three()\n"
        "      │ ^^^^^^^\n"
        "    4 │ four()\n"
        "      ┆\n"
        "    6 │ six()\n"
        "  > 7 │ seven()\n"
        "      │ ^^^^^^^\n"
        "\n"
        "  repair  Call it once"
    )


def test_different_findings_at_one_place_share_the_frame(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", "one(two())\n")
    at = repository.place("a.js", "two()")
    other = Finding("other-rule", Severity.WARNING, Precision.MEDIUM, "is slow", at, "Keep the result")
    assert printed(repository.review(finding(at, remedy="Leave it out"), other)) == (
        "a.js\n"
        "\n"
        "  1:5  error  some-rule\n"
        "  is wrong\n"
        "  1:5  warning  other-rule  medium precision\n"
        "  is slow\n"
        "\n"
        "  > 1 │ one(two())\n"
        "      │     ^^^^^\n"
        "\n"
        "  repair  some-rule: Leave it out\n"
        "  repair  other-rule: Keep the result\n"
        "\n"
        "1 error, 1 warning\n"
        "  1  other-rule\n"
        "  1  some-rule\n"
        "2 files, 7 lines reviewed\n"
        "nodereview explain RULE: why it matters, and repaired code\n"
    )


def test_a_fix_is_named_where_there_is_no_remedy(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", "one()\n")
    at = repository.place("a.js", "one()")
    fixed = msgspec.structs.replace(finding(at), fix=Fix(at, "await one()", "Await the call"))
    assert body(printed(repository.review(fixed))).endswith("      │ ^^^^^\n\n  repair  Await the call")


def test_without_its_file_a_finding_has_no_frame(repository: Repository, injection: Finding, printed: Printed) -> None:
    (repository.root / "routes/db.js").unlink()
    (repository.root / "routes/users.js").write_text("changed\n")
    assert body(printed(repository.review(injection))) == (
        "routes/db.js\n"
        "\n"
        "  1:35  error  sql-injection\n"
        "  req.query.name becomes part of the SQL that db.query runs\n"
        "\n"
        "  1  routes/users.js:4  comes from the request\n"
        "  2  routes/users.js:5  is passed to find\n"
        "  3  routes/db.js:1  stands between quotes in the SQL\n"
        "\n"
        "  repair  Pass the value as a bound parameter"
    )


def test_a_folder_has_no_position(repository: Repository, printed: Printed) -> None:
    folder = finding(Place("routes", 0, 0, 0, 0, 0, 0), "has no lock file")
    assert body(printed(repository.review(folder))) == "routes\n\n  error  some-rule\n  has no lock file"
    assert printed(repository.review(folder), quiet=True) == "routes: error some-rule: has no lock file\n"


def test_empty_texts_print(repository: Repository, printed: Printed) -> None:
    empty = Finding("", Severity.ERROR, Precision.HIGH, "", Place("", 0, 0, 0, 0, 0, 0))
    assert body(printed(repository.review(empty))) == "\n\n  error"


def test_a_file_behind_a_link_out_of_the_root_is_not_read(
    repository: Repository, tmp_path: Path, printed: Printed
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.js").write_text("secret()\n")
    (repository.root / "in").symlink_to(tmp_path / "outside")
    (repository.root / "in.js").symlink_to(tmp_path / "outside/secret.js")
    for path in ("in/secret.js", "in.js", "../outside/secret.js", str(tmp_path / "outside/secret.js"), "a\0b"):
        text = printed(repository.review(finding(Place(path, 1, 1, 1, 9, 0, 8))))
        assert "secret()" not in text, path
        assert "│" not in text, path


def test_tabs_and_wide_characters_keep_the_carets_below_the_code(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", "if (x) {\n\t\tf('日本',\tvalue)\n}\n")
    text = printed(repository.review(finding(repository.place("a.js", "value"))))
    assert lines(text, 4) == (
        "    1 │ if (x) {\n"
        "  > 2 │         f('日本',   value)\n"
        "      │                     ^^^^^\n"
        "    3 │ }"
    )  # fmt: skip


def test_columns_count_utf16_units(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", "f('😀😀', value)\n")
    place = repository.place("a.js", "value")
    assert place.column == 11
    assert lines(printed(repository.review(finding(place))), 2) == (
        "  > 1 │ f('😀😀', value)\n"
        "      │           ^^^^^"
    )  # fmt: skip


def test_a_long_line_is_cut_around_the_span(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", f"{'first(); ' * 9}wrong(); {'later(); ' * 9}\n")
    text = printed(repository.review(finding(repository.place("a.js", "wrong()"))), width=40)
    assert lines(text, 2) == (
        "  > 1 │ …; first(); wrong(); later(); l…\n"
        "      │             ^^^^^^^"
    )  # fmt: skip
    assert max(map(len, lines(text, 2).split("\n"))) <= 40


def test_a_span_longer_than_the_width_is_cut_at_the_right(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", f"query('{'x' * 200}')\n")
    text = printed(repository.review(finding(repository.place("a.js", f"'{'x' * 200}'"))), width=40)
    assert lines(text, 2) == (
        "  > 1 │ query('xxxxxxxxxxxxxxxxxxxxxxxx…\n"
        "      │       ^^^^^^^^^^^^^^^^^^^^^^^^^"
    )  # fmt: skip


def test_a_line_of_a_megabyte_shows_what_lies_around_the_span(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", f"{'a;' * 200_000}wrong();{'b;' * 200_000}\nnext()\n")
    text = printed(repository.review(finding(repository.place("a.js", "wrong()"))), width=40)
    assert lines(text, 2) == (
        "  > 1 │ …;a;a;a;a;a;wrong();b;b;b;b;b;b…\n"
        "      │             ^^^^^^^"
    )  # fmt: skip


def test_carriage_returns_do_not_reach_the_terminal(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", "one()\r\ntwo()\r\n  three(\rx)\r\n")
    text = printed(repository.review(finding(repository.place("a.js", "two()"))))
    assert lines(text, 4) == (
        "    1 │ one()\n"
        "  > 2 │ two()\n"
        "      │ ^^^^^\n"
        "    3 │   three(␍x)"
    )  # fmt: skip
    assert "\r" not in text


def test_a_span_of_several_lines_is_underlined_on_its_first(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", "run(\n  one,\n)\n")
    text = printed(repository.review(finding(Place("a.js", 1, 4, 3, 2, 3, 12))))
    assert lines(text, 4) == (
        "  > 1 │ run(\n"
        "      │    ^\n"
        "    2 │   one,\n"
        "    3 │ )"
    )  # fmt: skip


def test_what_hides_in_code_and_names_is_made_visible(repository: Repository, printed: Printed) -> None:
    repository.write("a\x1b[2J.js", "f('\x1b]0;owned\x07', '\u202egpj', e\u200bvil, \x9b31m)\n")
    place = repository.place("a\x1b[2J.js", "vil")
    text = printed(repository.review(finding(place, "\x1b[31mred\x1b[0m \u2066x\u2069\r\ny", remedy="\u200bz\x00")))
    assert text == (
        "a␛[2J.js\n"
        "\n"
        "  1:27  error  some-rule\n"
        "  ␛[31mred␛[0m ⟨U+2066⟩x⟨U+2069⟩␍␊y\n"
        "\n"
        "  > 1 │ f('␛]0;owned␇', '⟨U+202E⟩gpj', e⟨U+200B⟩vil, ⟨U+009B⟩31m)\n"
        "      │                                         ^^^\n"
        "\n"
        "  repair  ⟨U+200B⟩z␀\n"
        "\n"
        "1 error\n"
        "2 files, 7 lines reviewed\n"
        "nodereview explain some-rule: why it matters, and repaired code\n"
    )


def test_marks_piled_on_a_letter_are_counted_not_printed(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", "e" + "\u0301" * 5 + "f()\n")
    text = printed(repository.review(finding(repository.place("a.js", "f()"))))
    assert lines(text, 2) == (
        "  > 1 │ e\u0301\u0301\u0301⟨U+0301⟩⟨U+0301⟩f()\n"
        "      │                  ^^^"
    )  # fmt: skip


def test_markup_and_emoji_codes_are_text(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", "f('[bold]x[/bold]', ':smile:')\n")
    text = printed(repository.review(finding(repository.place("a.js", "f"), "[red]:smile: is wrong[/red]")))
    assert "  [red]:smile: is wrong[/red]\n" in text
    assert "  > 1 │ f('[bold]x[/bold]', ':smile:')\n" in text


def test_no_line_is_a_command_to_a_log(repository: Repository, printed: Printed) -> None:
    repository.write("::error::a.js", "// ##[add-mask]x ##vso[task.setvariable]y\n::stop\n")
    place = repository.place("::error::a.js", "x")
    text = printed(repository.review(finding(place, "::warning::done")))
    assert text.startswith("⟨:⟩:error::a.js\n")
    assert "\n  ⟨:⟩:warning::done\n" in text
    assert "  > 1 │ // ⟨##⟩[add-mask]x ⟨##⟩vso[task.setvariable]y\n" in text
    assert "    2 │ ::stop\n" in text
    assert printed(repository.review(finding(place)), quiet=True).startswith("⟨:⟩:error::a.js:1:16: error")


def test_a_terminal_gets_wrapped_prose_and_the_colours_of_its_theme(repository: Repository, injection: Finding) -> None:
    stream = StringIO()
    console = Console(file=stream, width=40, force_terminal=True, color_system="standard", legacy_windows=False)
    render_text(repository.review(injection), console)
    assert stream.getvalue().split("\n")[:9] == [
        "\x1b[1mroutes/db.js\x1b[0m",
        "",
        "  1:35  \x1b[1;31merror\x1b[0m  \x1b[1msql-injection\x1b[0m",
        "  req.query.name becomes part of the SQL",
        "  that db.query runs",
        "",
        "\x1b[1;31m  > 1\x1b[0m\x1b[2m │\x1b[0m ….query(`SELECT * FROM users WH…",
        "\x1b[2m     \x1b[0m\x1b[2m │\x1b[0m\x1b[1;31m         ^^^^^^^^^^^^^^^^^^^^^^^\x1b[0m",
        "",
    ]
    assert "\x1b[38;" not in stream.getvalue()
    assert "\x1b[48;" not in stream.getvalue()


def test_a_step_too_long_for_the_line_has_its_note_below(repository: Repository, injection: Finding) -> None:
    stream = StringIO()
    render_text(repository.review(injection), Console(file=stream, width=41, force_terminal=True, color_system=None))
    assert (
        "  1  routes/users.js:4\n"
        "     comes from the request\n"
        "     │ const name = req.query.name\n"
        "     │              ^^^^^^^^^^^^^^\n"
        "  2  routes/users.js:5  is passed to find\n"
    ) in stream.getvalue()


@pytest.mark.parametrize(
    ("variables", "has_escapes", "has_colour"),
    [
        ({}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_the_environment_decides_on_colour(
    repository: Repository,
    injection: Finding,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    *,
    has_escapes: bool,
    has_colour: bool,
) -> None:
    for name, value in {"TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    stream = StringIO()
    render_text(repository.review(injection), Console(file=stream, width=100))
    assert ("\x1b[" in stream.getvalue()) == has_escapes
    assert ("\x1b[1;31m" in stream.getvalue()) == has_colour


@pytest.mark.parametrize("width", [1, 20, 40, 80, 160])
def test_no_line_ends_in_white_space(repository: Repository, injection: Finding, width: int) -> None:
    repository.write("a.js", "one()\n\n\ttwo()   \n\n   \nthree()\n")
    review = repository.review(injection, finding(repository.place("a.js", "two()")))
    for console in (
        Console(file=StringIO(), width=width),
        Console(file=StringIO(), width=width, force_terminal=True, color_system=None),
    ):
        render_text(review, console, verbose=True)
        text = console.file.getvalue()
        assert [line for line in text.split("\n") if line != line.rstrip()] == []
        assert "two()" in text


def test_an_encoding_without_box_characters_gets_ascii(repository: Repository, injection: Finding) -> None:
    stream = TextIOWrapper(BytesIO(), encoding="ascii", errors="backslashreplace", newline="\n")
    review = repository.review(injection)
    review.hidden_notes = 2
    render_text(review, Console(file=stream, width=60))
    stream.flush()
    text = stream.buffer.getvalue().decode("ascii")
    assert lines(text, 2) == (
        "  > 1 | ...uery(`SELECT * FROM users WHERE name = '${name...\n"
        "      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    )  # fmt: skip
    assert "\n1 error - 2 notes not shown\n" in text


def test_the_order_of_files_and_findings_is_that_of_the_review(repository: Repository, printed: Printed) -> None:
    repository.write("a.js", "one()\ntwo()\n")
    repository.write("b.js", "three()\n")
    review = repository.review(
        finding(repository.place("a.js", "one()"), "first"),
        finding(repository.place("a.js", "two()"), "second"),
        finding(repository.place("b.js", "three()"), "third"),
    )
    found = [
        line.strip()
        for line in printed(review).split("\n")
        if line.strip() in {"a.js", "b.js", "first", "second", "third"}
    ]
    assert found == ["a.js", "first", "second", "b.js", "third"]

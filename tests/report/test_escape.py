import json

import pytest

from reviewer.report.escape import harmless_in_logs, json_text, visible, well_formed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – 日本 😀 ❤️ e\u0301", "plain – 日本 😀 ❤️ e\u0301"),
        ("\x1b[31m\x00\t\n\r\x7f", "␛[31m␀␉␊␍␡"),
        ("\x85\x9b", "⟨U+0085⟩⟨U+009B⟩"),
        ("\u202a\u202e\u2066\u2069\u200e\u061c", "⟨U+202A⟩⟨U+202E⟩⟨U+2066⟩⟨U+2069⟩⟨U+200E⟩⟨U+061C⟩"),
        ("\u200b\u200d\u2060\ufeff\xad\u3164", "⟨U+200B⟩⟨U+200D⟩⟨U+2060⟩⟨U+FEFF⟩⟨U+00AD⟩⟨U+3164⟩"),
        ("\u2028\u2029", "⟨U+2028⟩⟨U+2029⟩"),
        ("\ufe01\U000e0041\U000e0100", "⟨U+FE01⟩⟨U+E0041⟩⟨U+E0100⟩"),
        ("\ud800\udcff", "⟨U+D800⟩⟨U+DCFF⟩"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", "⟨:⟩:error::x"),
        ("  ::error::x", "  ⟨:⟩:error::x"),
        ("x ::error::x", "x ::error::x"),
        ("a ##[group]b", "a ⟨##⟩[group]b"),
        ("a ##vso[task.complete]b", "a ⟨##⟩vso[task.complete]b"),
        ("## heading [x]", "## heading [x]"),
    ],
)
def test_a_printed_line_commands_no_log(line: str, shown: str) -> None:
    assert harmless_in_logs(line) == shown


def test_lone_surrogates_become_the_replacement_character() -> None:
    assert well_formed("a\ud800b\udc80😀") == "a\ufffdb\ufffd😀"


def test_json_strings_mean_the_same_and_command_no_terminal() -> None:
    strings = ["–日本😀", "\x1b[0m\x9b31m\x7f", "\u202e\u2028\ufeff", "\U000e0041", '"\\\n']
    text = json_text({"strings": strings, "lone": "\ud800x"})
    assert json.loads(text) == {"strings": strings, "lone": "\ufffdx"}
    assert text == (
        "{\n"
        '  "strings": [\n'
        '    "–日本😀",\n'
        '    "\\u001b[0m\\u009b31m\\u007f",\n'
        '    "\\u202e\\u2028\\ufeff",\n'
        '    "\\udb40\\udc41",\n'
        '    "\\"\\\\\\n"\n'
        "  ],\n"
        '  "lone": "\ufffdx"\n'
        "}\n"
    )

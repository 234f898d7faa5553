"""Messages: placeholders, and filling them with untrusted text."""

import pytest

from reviewer.rulebook.message import fill, placeholders


def test_placeholders_are_listed_once_in_order() -> None:
    assert placeholders("{b} and {a} and {b}, {{not this}}") == ("b", "a")


@pytest.mark.parametrize("template", ["{", "a } b", "{a!r}", "{a.b}", "{a[0]}", "{a:>9}", "{}", "{A}"])
def test_what_is_no_placeholder_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"placeholder|lone"):
        placeholders(template)


def test_values_are_taken_literally() -> None:
    assert fill("{a} in {{ {b} }}", {"a": "{b}", "b": "x\n  y"}) == "{b} in { x y }"

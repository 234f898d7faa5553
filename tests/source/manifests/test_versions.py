"""Ranges of rules held against versions and declared ranges."""

from __future__ import annotations

import pytest

from reviewer.source.manifests.versions import Range, Version, admits, alias_of, declared_range


@pytest.mark.parametrize(
    ("rule", "found", "expected"),
    [
        ("<5", Version("4.18.2"), True),
        ("<5", Version("5.0.0"), False),
        (">=5", Version("5.0.0-beta.1"), True),
        ("<5", Version("5.0.0-beta.1"), False),
        ("4", Version("4.0.0+build.5"), True),
        ("4 || 5", Version("6.0.0"), False),
        ("<5", Version("github:expressjs/express"), None),
        ("<5", Version("4.18"), None),
        ("<5", Range("^4.18"), True),
        (">=5", Range("^4.18"), False),
        ("<5", Range(">=4"), None),
        ("<5", Range("*"), None),
        ("<5", Range("latest"), None),
        ("<5", Range("4.x || 5.x"), None),
        ("4 || 5", Range("^4.17.0 || ^5.0.0"), True),
        (">=4 <6", Range("4.17 - 5.1"), True),
        ("<4.16", Range("~4.15.3"), True),
        ("<4.16", Range("^4.15.3"), None),
        (">=5", Range("^5.0.0-beta.1"), True),
        ("<5", Range(">= 4.1 < 5"), True),
        ("<5", Range("~> 4.1"), True),
        ("<5", Range("v4.1.0"), True),
        ("<5", Range(">4 <3"), None),
        (">4", Range("^4.1"), False),
        ("<=4", Range("^4.1"), True),
        ("*", None, True),
        ("*", Range("latest"), True),
        ("<5", None, None),
        ("<5", "4.18.2", True),
        ("<5", "^4.18.2", True),
        ("<5", "5.0.0-beta.1", False),
    ],
)
def test_admits(*, rule: str, found: Version | Range | str | None, expected: bool | None) -> None:
    assert admits(rule, found) is expected


@pytest.mark.parametrize("rule", ["latest", "^^4", "x" * 300, "^4 - 5", "1.2.3.4"])
def test_rule_that_is_no_range(rule: str) -> None:
    with pytest.raises(ValueError, match="is not an npm version range"):
        admits(rule, Version("4.0.0"))


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("^4.18.0", "^4.18.0"),
        (" 4 ", "4"),
        ("", "*"),
        ("*", "*"),
        ("npm:express@^4", "^4"),
        ("npm:@scope/express@^4", "^4"),
        ("npm:express", "*"),
        ("npm:^4", "^4"),
        ("workspace:^1.2.0", "^1.2.0"),
        ("workspace:*", None),
        ("workspace:~", None),
        ("patch:express@npm:4.18.0#./fix.patch", "4.18.0"),
        ("patch:@a/b@npm%3A^1.0.0#~/fix.patch", "^1.0.0"),
        ("git+ssh://git@host/x.git#semver:^1.2", "^1.2"),
        ("expressjs/express#v4.17.1", "4.17.1"),
        ("expressjs/express#main", None),
        ("expressjs/express", None),
        ("latest", None),
        ("file:../x", None),
        ("https://host/x-1.0.0.tgz", None),
        ("^4 - 5", None),
        ("9" * 300, None),
    ],
)
def test_declared_range(declared: str, expected: str | None) -> None:
    assert declared_range(declared) == expected


def test_alias() -> None:
    assert alias_of("npm:express@^4") == "express"
    assert alias_of("npm:@scope/express") == "@scope/express"
    assert alias_of("npm:^4") is None
    assert alias_of("^4") is None

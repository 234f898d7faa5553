"""The form of a file of settings: its keys, what they hold and what they mean; for the reader and the JSON Schema."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from reviewer.finding import Severity
from reviewer.settings import State

DEFAULT_PROFILE: Final = "default"
DEFAULT_FAIL_ON: Final = "error"
PROFILES: Final = ("default", "strict")
LIMITS: Final = (*(severity.value for severity in Severity), "never")


class Text(msgspec.Struct, frozen=True):
    """One line of text that is not blank."""


class Words(msgspec.Struct, frozen=True):
    """One word of a closed set."""

    words: tuple[str, ...]


class Several(msgspec.Struct, frozen=True):
    """A list."""

    item: Kind
    least: int = 0


class Named(msgspec.Struct, frozen=True):
    """A mapping with keys of any name; `what` they are, such as `rules`."""

    value: Kind
    what: str


class Key(msgspec.Struct, frozen=True):
    """One key of a mapping: its name, what it holds, and what that means."""

    name: str
    holds: Kind
    says: str
    required: bool = False
    default: str = ""


class Keys(msgspec.Struct, frozen=True):
    """A mapping with these keys only."""

    name: str
    says: str
    keys: tuple[Key, ...]


class Either(msgspec.Struct, frozen=True):
    """One of several kinds, of which no two have the same shape (scalar, list, mapping)."""

    kinds: tuple[Kind, ...]


Kind: TypeAlias = Text | Words | Several | Named | Keys | Either

_PATTERNS: Final = "gitignore patterns, relative to the root of the repository."
_TEXTS: Final = Either((Text(), Several(Text(), least=1)))
_STATES: Final = Words(tuple(state.value for state in State))
_RULE: Final = Keys(
    "Rule",
    "A rule's state with the reason for it.",
    (
        Key(
            "severity",
            _STATES,
            "off: it does not run; on: as its card says; else: the severity of all its findings.",
            required=True,
        ),
        Key("reason", Text(), "Why, for those who read it in a year."),
    ),
)
_RULES: Final = Named(Either((_STATES, _RULE)), "rules")
_OVERRIDE: Final = Keys(
    "Override",
    "What is different below some paths. The last override that matches a file has the last word.",
    (
        Key("paths", _TEXTS, _PATTERNS, required=True),
        Key("rules", _RULES, "Rules by id, as in `rules` above.", required=True),
    ),
)
_IGNORE: Final = Keys(
    "Ignore",
    "Findings that are not told: for files that take no comments, such as JSON, and for folders.",
    (
        Key("rule", _TEXTS, "The id of a rule, or several.", required=True),
        Key("path", _TEXTS, _PATTERNS, required=True),
        Key("reason", Text(), "Why these findings may stay. An entry without one is a note."),
    ),
)
FORM: Final = Keys(
    "Settings",
    "Settings of nodereview: `.nodereview.yml` in the root of a repository, or `nodereview` in its package.json. "
    "Patterns are those of gitignore and relative to the root of the repository; files and folders are relative to the "
    "file that names them. The command line has the last word.",
    (
        Key("extends", _TEXTS, "Files of settings (.yml, .yaml, .json) to begin with. Lists are added to theirs."),
        Key(
            "profile",
            Words(PROFILES),
            "default: rules that are right nine times of ten; strict: all.",
            default=DEFAULT_PROFILE,
        ),
        Key(
            "fail-on",
            Words(LIMITS),
            "End with status 1 at findings of this severity or graver.",
            default=DEFAULT_FAIL_ON,
        ),
        Key("rules", _RULES, "Rules by id: off, on (also where the profile leaves it out), or a severity of your own."),
        Key(
            "include",
            Several(Text()),
            "Report only what matches. The rest is still read, to follow values through it.",
        ),
        Key(
            "exclude",
            Several(Text()),
            "Don't read what matches. `!pattern` takes back, also what is left out for its name.",
        ),
        Key("overrides", Several(_OVERRIDE), "What is different below some paths."),
        Key("ignore", Several(_IGNORE), "Findings that are not told, each with the reason."),
        Key("libraries", _TEXTS, "Folders of library files (*.yml) that say what your own packages do."),
        Key(
            "cards",
            _TEXTS,
            "Folders of cards, <category>/<rule-id>.md. Code beside them is never run from a repository.",
        ),
        Key("baseline", Text(), "The file of known findings, which are not told."),
    ),
)

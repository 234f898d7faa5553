"""The form of a file of settings: its keys, what they hold and what they mean; for the reader and the JSON Schema."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from reviewer.settings import State

Text: TypeAlias = Annotated[str, Meta(pattern=r"^\s*[^\s]([^\n]*[^\s])?\s*$")]
Texts: TypeAlias = Text | Annotated[list[Text], Meta(min_length=1)]


class RuleForm(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
    """A rule's state with the reason for it."""

    severity: Annotated[
        State, Meta(description="off: it does not run; on: as its card says; else: the severity of all its findings.")
    ]
    reason: Annotated[Text, Meta(description="Why, for those who read it in a year.")] = ""


RuleForms: TypeAlias = dict[str, State | RuleForm]


class OverrideForm(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
    """What is different below some paths. The last override that matches a file has the last word."""

    paths: Annotated[Texts, Meta(description="gitignore patterns, relative to the root of the repository.")]
    rules: Annotated[RuleForms, Meta(description="Rules by id, as in `rules` above.")]


class IgnoreForm(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
    """Findings that are not told: for files that take no comments, such as JSON, and for folders."""

    rule: Annotated[Texts, Meta(description="The id of a rule, or several.")]
    path: Annotated[Texts, Meta(description="gitignore patterns, relative to the root of the repository.")]
    reason: Annotated[Text, Meta(description="Why these findings may stay. An entry without one is a note.")] = ""


class Form(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
    """Settings of nodereview: `.nodereview.yml` in the root of a repository, or `nodereview` in its package.json.

    Patterns are those of gitignore and relative to the root of the repository; files and folders are relative to the
    file that names them. The command line has the last word.
    """

    extends: Annotated[
        Texts, Meta(description="Files of settings (.yml, .yaml, .json) to begin with. Lists are added to theirs.")
    ] = ""
    profile: Annotated[
        Literal["default", "strict"], Meta(description="default: rules that are right nine times of ten; strict: all.")
    ] = "default"
    fail_on: Annotated[
        Literal["error", "warning", "note", "never"],
        Meta(description="End with status 1 at findings of this severity or graver."),
    ] = "error"
    rules: Annotated[
        RuleForms,
        Meta(description="Rules by id: off, on (also where the profile leaves it out), or a severity of your own."),
    ] = {}
    include: Annotated[
        list[Text], Meta(description="Report only what matches. The rest is still read, to follow values through it.")
    ] = []
    exclude: Annotated[
        list[Text],
        Meta(description="Don't read what matches. `!pattern` takes back, also what is left out for its name."),
    ] = []
    overrides: Annotated[list[OverrideForm], Meta(description="What is different below some paths.")] = []
    ignore: Annotated[list[IgnoreForm], Meta(description="Findings that are not told, each with the reason.")] = []
    libraries: Annotated[
        Texts, Meta(description="Folders of library files (*.yml) that say what your own packages do.")
    ] = ""
    cards: Annotated[
        Texts,
        Meta(description="Folders of cards, <category>/<rule-id>.md. Code beside them is never run from a repository."),
    ] = ""
    baseline: Annotated[Text, Meta(description="The file of known findings, which are not told.")] = ""


DEFAULTS: Final = Form()
KEYS: Final = Form.__struct_encode_fields__

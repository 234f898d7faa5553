"""The reference for people who write rules: every word of the code has its sentence, and finders find what they ask."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reviewer.model import QUESTIONS, Model
from reviewer.model.solve import Question
from reviewer.program import program_of
from reviewer.reference import Entry, as_markdown, as_text, reference
from reviewer.reference.entries import sentence
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.forms import CONTEXTS, FORMS
from reviewer.rulebook.front_matter import KEYS
from reviewer.rulebook.load import Rulebook, load_rulebook
from reviewer.rulebook.shapes import SHAPES
from reviewer.rulebook.subjects import OF_DOCUMENTS, OF_ROLE, PLAIN

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook([rules_folder()])


@pytest.fixture(scope="module")
def entries(rulebook: Rulebook) -> dict[str, dict[str, Entry]]:
    return {part.title: {one.name: one for one in part.entries} for part in reference(rulebook)}


def with_keys(entries: dict[str, Entry]) -> Iterator[Entry]:
    for entry in entries.values():
        yield entry
        yield from entry.keys


def test_every_word_has_its_sentence(entries: dict[str, dict[str, Entry]]) -> None:
    dumb = [f"{title}: {one.name}" for title, words in entries.items() for one in with_keys(words) if not one.says]
    assert dumb == []


def test_every_word_of_cards_is_there(rulebook: Rulebook, entries: dict[str, dict[str, Entry]]) -> None:
    assert entries["Front matter"].keys() == KEYS.keys() - SHAPES.keys()
    assert entries["Shapes"].keys() == SHAPES.keys() == FORMS.keys()
    assert entries["Entries"].keys() == CONTEXTS.keys()
    assert {name.split(" ROLE")[0].split(" DOCUMENTS")[0] for name in entries["Subjects"]} == {
        *PLAIN,
        *OF_ROLE,
        *OF_DOCUMENTS,
    }
    words = {name for title in entries if title.startswith(("Roles", "Barriers")) for name in entries[title]}
    assert words == rulebook.vocabulary.roles.keys()
    flow = {key.name: key.says for key in entries["Shapes"]["flow"].keys}
    assert flow["from"] == "the roles of values that begin it"
    assert flow["{sink}"] == "the function that gets it"


def test_every_public_question_of_the_model_has_its_sentence(rulebook: Rulebook) -> None:
    model = program_of({}, rulebook).model
    dumb = []
    for name, family in vars(model).items():
        if not type(family).__module__.startswith("reviewer.") or name.startswith("_"):
            continue
        for member, value in vars(family).items():
            if isinstance(value, Question) and not member.startswith("_") and not sentence(value.equation):
                dumb.append(f"model.{name}.{member}")
        for member, value in inspect.getmembers(type(family), inspect.isfunction):
            if not member.startswith("_") and not sentence(value):
                dumb.append(f"model.{name}.{member}")
    assert dumb == []


def test_finders_ask_only_what_the_reference_names(rulebook: Rulebook) -> None:
    wrong = []
    for rule, path in rulebook.finders.items():
        with open(path, encoding="utf-8") as file:
            tree = ast.parse(file.read())
        for node in ast.walk(tree):
            names = chain(node)
            family = max((one for one in QUESTIONS if names[: len(parts(one))] == parts(one)), key=len, default=None)
            if not names or family is None or len(names) == len(parts(family)):
                continue
            asked = names[len(parts(family))]
            if asked not in QUESTIONS[family] and not is_family([*parts(family), asked]):
                wrong.append(f"{rule}: model.{'.'.join(names)}")
    assert wrong == []


def chain(node: ast.AST) -> list[str]:
    """`routes`, `apps`, `on` of `model.routes.apps.on`."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return names if isinstance(node, ast.Name) and node.id == "model" else []


def parts(family: str) -> list[str]:
    return family.split(".") if family else []


def is_family(names: list[str]) -> bool:
    return any(parts(one)[: len(names)] == names for one in QUESTIONS)


def test_arguments_and_answers_are_told(entries: dict[str, dict[str, Entry]]) -> None:
    asked = {key.name: key for family in entries["Questions"].values() for key in family.keys}
    assert asked["model.origins.closed(m, row, path)"].gives == "Answer"
    assert asked["model.routes.full_paths(route)"].gives == "list[str]"
    assert asked["model.link.paths"].says == "the path of each module"
    assert entries["Things"]["Spot"].gives == "module, row"
    assert Model.__name__ not in entries["Things"]


@pytest.mark.parametrize("width", [40, 80, 100])
def test_lines_fit(rulebook: Rulebook, width: int) -> None:
    lines = [line.plain for line in as_text(reference(rulebook), width)]
    long = [line for line in lines if len(line) > width and len(line.split()) > 1]
    assert long == []
    assert all(line == line.rstrip() for line in lines)


def test_formats(run: Run, rulebook: Rulebook) -> None:
    page = run("rules", "--reference", "-f", "markdown").out
    assert page == as_markdown(reference(rulebook))
    assert "| `request.data` | a value that the client chose:" in page
    assert "### `flow`\n\nA value of a source role" in page
    told = run("rules", "--reference").out
    assert told.startswith("FRONT MATTER\nThe keys of a card")
    assert "\x1b" not in told
    assert [part["title"] for part in json.loads(run("rules", "--reference", "-f", "json").out)][:2] == [
        "Front matter",
        "Shapes",
    ]
    assert run("rules", "-f", "markdown").out.startswith("| rule | category | severity | precision | title |\n| --- |")
    refused = run("rules", "--reference", "--coverage")
    assert (refused.status, refused.out) == (2, "")

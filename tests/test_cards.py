"""Every example of every card that nodereview ships, reviewed as a small repository."""

from __future__ import annotations

import functools

import pytest

from reviewer.rulebook.card import Card
from reviewer.rulebook.examples import Example
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import Rulebook, load_rulebook
from reviewer.rulebook.verdicts import judge_example
from reviewer.trial import trial


@functools.cache
def rulebook() -> Rulebook:
    return load_rulebook([rules_folder()])


EXAMPLES = [
    pytest.param(card, example, id=f"{card.rule_id}: {example.title}")
    for card in rulebook().cards.values()
    for example in card.examples
]


@pytest.mark.parametrize(("card", "example"), EXAMPLES)
def test_an_example_is_as_its_marks_say(card: Card, example: Example) -> None:
    outcome = trial(rulebook())(example.files, card.rule_id)
    assert [str(mismatch) for mismatch in judge_example(card.rule_id, example, outcome)] == []

"""The model's answers do not depend on the order in which it is asked."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from reviewer.model import Model
from reviewer.model.census import census
from reviewer.review import open_program
from reviewer.settings import Options

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"


@pytest.mark.parametrize("name", ["express-shop", "express-clean"])
def test_shuffled_orders_give_the_same_answers(name: str) -> None:
    program = open_program(Options(paths=(FIXTURES / name,), root=FIXTURES / name))
    first = program.model
    keys = list(census(first))
    answers = [first.ask(key) for key in keys]
    for seed in range(3):
        model = Model(first.link, first.libraries, first.manifests)
        again = list(census(model))
        order = list(range(len(again)))
        random.Random(seed).shuffle(order)
        shuffled = {at: model.ask(again[at]) for at in order}
        differing = [(keys[at][0].name, keys[at][1]) for at in order if shuffled[at] != answers[at]]
        assert differing == []

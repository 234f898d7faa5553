"""Every example of every library: what is said of its lines is all that the rows state there; and no row is without."""

from __future__ import annotations

import functools

import pytest

from reviewer.coverage import examples_coverage
from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import Rulebook, load_rulebook
from reviewer.told import LibraryExample, Teller, read_examples

EXAMPLES = [pytest.param(example, id=f"{example.page}: {example.title}") for example in read_examples(rules_folder())]


@functools.cache
def rulebook() -> Rulebook:
    return load_rulebook([rules_folder()])


@pytest.mark.parametrize("example", EXAMPLES)
def test_all_that_is_said_of_a_line_is_stated_there_and_nothing_else(example: LibraryExample) -> None:
    teller = Teller(program_of(example.files, rulebook()))
    wrong = []
    for (path, line), said in example.said.items():
        told = teller.told(path, line, said)
        at = f"{example.page}:{example.at[path, line]}"
        wrong += [f"{at}: only said: {statement}" for statement in sorted(said - told)]
        wrong += [f"{at}: not said: {statement}" for statement in sorted(told - said)]
    assert wrong == []


def test_every_row_is_exercised() -> None:
    found = examples_coverage(rulebook(), [rules_folder()])
    assert [f"{row.file}:{row.line}: {row.path} from {row.base}: {why}" for row, why in found.unexercised] == []

"""Whether a word stands in the text of a value, or of the locals that stand there."""

from __future__ import annotations

import pytest

from reviewer.model.said import says
from reviewer.source.module import Kind
from tests.model.test_conventions import model_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("log({ listens: true })", True),
        ("log({ level: 'info' })", False),
        ("const all = [make({ listens: true })]; log({ all })", True),
        ("const all = []; all.push({ listens: true }); log({ all })", True),
        ("const all = []; all.push({ level: 'info' }); log({ all })", False),
        ("const of = () => ({ listens: true }); log({ all: [of()] })", True),
        ("import { all } from './all'; log({ all })", None),
        ("import { make } from './all'; log({ all: [make({ level: 'info' })] })", False),
        ("export const start = (all) => log({ all })", None),
        ("log({ all: (each) => each.name !== 'listens' })", True),
    ],
)
def test_says(code: str, *, expected: bool | None) -> None:
    model = model_of({"log.js": code.encode()})
    module = model.link.body(0)
    call = next(row for row in model.link.of_kind(0, Kind.CALL) if module.text(row) == "log")
    assert says(module, module.args(call)[0], frozenset({"listens"})) is expected

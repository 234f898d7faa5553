"""Normal forms of answers: what is left of a union is what is left of what is left of its parts."""

from __future__ import annotations

import random

import pytest

from reviewer.model.escapes import Escape, normal_escapes
from reviewer.model.folding import NAMES_LIMIT, PATHS_LIMIT, PLACES_LIMIT, normal_origins
from reviewer.model.solve import Answer, answer, join
from reviewer.model.sources import DEEP, NAMES, FromParameter, Source


def origins(chance: random.Random, size: int) -> Answer:
    items: list[Source | FromParameter] = []
    for _ in range(size):
        passed = ("built",) if chance.random() < 0.3 else ()
        path = tuple(chance.choice("abcdefghijk") for _ in range(chance.randint(0, 3)))
        if chance.random() < 0.4:
            deep = path if chance.random() < 0.9 else (*path[:1], DEEP)
            deep = (*deep, NAMES) if chance.random() < 0.3 else deep
            items.append(FromParameter(0, chance.randint(0, 1), chance.randint(0, 1), deep, passed))
        else:
            kind = chance.choice(["caller", "caller", "request.data"])
            name = ".".join(("req", *path))
            items.append(Source(kind, "body", chance.randint(0, 1), chance.randint(0, 9), name, passed))
    return answer(items)


def escapes(chance: random.Random, size: int) -> Answer:
    return answer(Escape(0, chance.randint(0, 4), "await", certain=chance.random() < 0.5) for _ in range(size))


@pytest.mark.parametrize("made", ["origins", "escapes"])
@pytest.mark.parametrize("seed", range(200))
def test_a_normal_form_does_not_depend_on_the_parts(made: str, seed: int) -> None:
    chance = random.Random(seed)
    parts = [
        (origins if made == "origins" else escapes)(chance, chance.choice([1, 3, 8, 20, 60]))
        for _ in range(chance.randint(2, 4))
    ]
    normal = normal_origins if made == "origins" else normal_escapes
    whole = answer()
    for part in parts:
        whole = join(whole, part)
    wanted = normal(whole)
    assert normal(wanted) == wanted
    for _ in range(4):
        chance.shuffle(parts)
        grown = answer()
        for part in parts:
            grown = normal(join(grown, normal(part)))
        assert grown == wanted


def test_what_is_many_is_folded() -> None:
    paths = [FromParameter(0, 0, 0, (str(number),)) for number in range(PATHS_LIMIT + 1)]
    assert normal_origins(answer(paths)).items == {FromParameter(0, 0, 0, (DEEP,))}
    below = [FromParameter(0, 0, 0, ("body", str(number))) for number in range(NAMES_LIMIT + 1)]
    other = FromParameter(0, 0, 0, ("query", "q"))
    assert normal_origins(answer([*below, other])).items == {FromParameter(0, 0, 0, ("body", DEEP)), other}
    names = [Source("request.data", "body", 0, 0, f"req.body.x{number}") for number in range(PATHS_LIMIT + 1)]
    assert normal_origins(answer(names)).items == {Source("request.data", "body", 0, 0, "req.body…")}
    callers = [Source("caller", "", 0, row, "x") for row in range(PLACES_LIMIT + 5)]
    assert normal_origins(answer(callers)) == answer(callers[:PLACES_LIMIT], ["cap"])


def test_names_of_one_caller_crowd_no_other_out() -> None:
    named = [Source("caller", "", 0, 0, f"req.body.x{number}") for number in range(PATHS_LIMIT)]
    others = [Source("caller", "", 0, row, "x") for row in range(1, PLACES_LIMIT)]
    last = answer([Source("caller", "", 0, 0, "req.body.last")])
    grown = normal_origins(join(normal_origins(answer(named + others)), last))
    assert grown == normal_origins(join(answer(named + others), last))
    assert grown.items == {Source("caller", "", 0, 0, "req.body…"), *others}

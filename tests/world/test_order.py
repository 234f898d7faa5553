"""On real applications, no answer and no finding depends on the order of asking, the number of workers, or the names of
locals.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import msgspec
import pytest

from reviewer.model import Model
from reviewer.model.census import census
from reviewer.model.solve import Answer
from reviewer.model.sources import Source
from reviewer.program import open_program
from reviewer.reviewing import review
from reviewer.settings import Options
from reviewer.source.classes import is_code
from tests.renaming import renamed
from tests.world.applications import unpacked

# Applications and servers whose packages hold their source as it was written.
APPLICATIONS = ("mongo-express@1.0.2", "@node-red/runtime@4.0.2", "Haraka@3.0.3")
QUESTIONS = 6_000


@pytest.fixture(scope="module", params=APPLICATIONS)
def application(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(request.param, tmp_path_factory.mktemp("application"))


def test_shuffled_questions_get_the_same_answers(application: Path) -> None:
    program = open_program(Options(paths=(application,), root=application, jobs=2))
    first = program.model
    keys = list(census(first))
    drawn = sorted(random.Random(len(keys)).sample(range(len(keys)), min(QUESTIONS, len(keys))))
    answers = {at: first.ask(keys[at]) for at in drawn}
    print(f"{application}: {len(keys)} questions, {len(drawn)} asked in two more orders")
    for seed in range(2):
        model = Model(first.link, first.libraries, first.manifests)
        again = list(census(model))
        order = list(drawn)
        random.Random(seed).shuffle(order)
        differing = [(keys[at][0].name, keys[at][1]) for at in order if model.ask(again[at]) != answers[at]]
        assert differing == []


def test_two_workers_find_what_one_finds(application: Path) -> None:
    one, two = (review(Options(paths=(application,), root=application, profile="strict", jobs=jobs)) for jobs in (1, 2))
    print(f"{application}: {one.reviewed} files, {one.lines} lines, {len(one.findings)} findings, {len(one.gaps)} gaps")
    assert (two.findings, two.gaps) == (one.findings, one.gaps)


def test_renaming_every_local_name_changes_no_answer(application: Path, tmp_path: Path) -> None:
    copy = tmp_path / "application"
    shutil.copytree(application, copy)
    source = random.Random(1)
    for path in sorted(copy.rglob("*")):
        if path.is_file() and is_code(path.name):
            path.write_bytes(renamed(path.read_bytes(), source, path.name))
    first, second = (open_program(Options(paths=(at,), root=at, jobs=2)).model for at in (application, copy))
    assert [len(first.link.body(m)) for m in range(len(first.link))] == [
        len(second.link.body(m)) for m in range(len(second.link))
    ]
    keys, again = list(census(first)), list(census(second))
    drawn = sorted(random.Random(len(keys)).sample(range(len(keys)), min(QUESTIONS, len(keys))))
    differing = [
        (keys[at][0].name, first.link.paths[keys[at][1][0]], keys[at][1])
        for at in drawn
        if unnamed(first.ask(keys[at])) != unnamed(second.ask(again[at]))
    ]
    assert differing == []


def unnamed(found: Answer) -> Answer:
    """The answer without what only its reader is told: how the code writes a source."""
    items = (msgspec.structs.replace(item, name="") if isinstance(item, Source) else item for item in found.items)
    return Answer(frozenset(items), found.open)

"""Which rows of the library files no example of a card or of a library exercises."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reviewer.model.libraries import compile_libraries, read_libraries
from reviewer.model.libraries.coverage import Coverage, coverage
from reviewer.model.libraries.recording import Recording
from reviewer.model.rows import SOURCE_ROLES, Rows
from reviewer.program import program_of
from reviewer.rulebook.load import Rulebook
from reviewer.rulebook.verdicts import judge_card
from reviewer.source.manifests.versions import admits
from reviewer.told import Teller, read_examples
from reviewer.trial import trial


def examples_coverage(rulebook: Rulebook, folders: Sequence[Path]) -> Coverage:
    """Run the examples of all cards and libraries, whatever their verdict, on the library files of these rules folders
    alone, and tell which of their rows no question came to. Raises `UsageError`.
    """
    files = read_libraries(folders, rulebook.vocabulary.kinds())
    recording = Recording(compile_libraries(files), admits)
    rows = Rows(recording)
    run = trial(rulebook, rows)
    for card in rulebook.cards.values():
        judge_card(card, run)
    for folder in folders:
        for example in read_examples(folder):
            teller = Teller(program_of(example.files, rulebook, rows))
            for (path, line), said in example.said.items():
                teller.told(path, line, said)
    return coverage(files, recording, SOURCE_ROLES)

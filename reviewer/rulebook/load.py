"""Loading rules: the cards and finders of rules folders, read strictly and checked against each other."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Final, cast

import msgspec

from reviewer.diagnosis import unknown, visible, wrong
from reviewer.finding import Gap, GapKind, UsageError
from reviewer.rulebook.card import CATEGORIES, Card, parse_card
from reviewer.rulebook.finder import Find
from reviewer.rulebook.folder import read_text
from reviewer.rulebook.marks import MarkKind
from reviewer.rulebook.vocabulary import Vocabulary, load_vocabulary

DATA_FOLDERS: Final = frozenset({"libraries", "checklists"})
"""Folders of a rules folder that hold no cards."""
PAGES: Final = frozenset({"ROLES.md", "README.md"})
"""Markdown of a rules folder that is no card."""


class Rulebook(msgspec.Struct, frozen=True):
    """The rules of a run: cards by id, sorted; former ids; the files of finders by rule; the vocabulary; gaps."""

    cards: dict[str, Card]
    aliases: dict[str, str]
    finders: dict[str, str]
    vocabulary: Vocabulary
    gaps: tuple[Gap, ...] = ()

    def card(self, name: str) -> Card:
        """The rule with this id or former id; UsageError with the nearest otherwise."""
        card = self.cards.get(self.aliases.get(name, name))
        if card is None:
            raise UsageError(visible(unknown("rule", name, self.cards.keys())))
        return card

    def finder(self, rule_id: str) -> Find:
        """The function of the finder beside the rule's card, imported now; UsageError where it can't be imported."""
        return load_finder(rule_id, Path(self.finders[rule_id]))


def load_rulebook(folders: Sequence[Path], *, untrusted: Sequence[Path] = (), root: Path | None = None) -> Rulebook:
    """The rules of trusted `folders` (shipped, or named on the command line) and of `untrusted` ones (under review).

    Of an untrusted folder only cards are read, and no links are followed; what is left aside becomes a gap, its path
    relative to `root`. UsageError for the first thing that is wrong.
    """
    distinct = list({os.path.realpath(folder): folder for folder in (*folders, *untrusted)}.values())
    vocabulary = load_vocabulary([folder for folder in distinct if folder not in untrusted])
    cards: dict[str, Card] = {}
    finders: dict[str, str] = {}
    gaps: list[Gap] = []
    for folder in distinct:
        if folder in untrusted:
            found = _discover(folder, lambda path, why: gaps.append(_left_out(path, why, root)))
        else:
            found = _discover(folder, None)
        for file in found.cards:
            if file.stem in found.withheld:
                continue
            card = parse_card(read_text(file), file, vocabulary)
            _add(card, cards)
        finders.update(found.finders)
    _check_finders(cards, finders)
    aliases = _aliases(cards)
    _check_references(cards)
    return Rulebook(dict(sorted(cards.items())), aliases, dict(sorted(finders.items())), vocabulary, tuple(gaps))


class _Discovered:
    """The files of one rules folder; `withheld` are rules that need code which is not run."""

    def __init__(self) -> None:
        self.cards: list[Path] = []
        self.finders: dict[str, str] = {}
        self.withheld: set[str] = set()


def _discover(folder: Path, leave_out: Callable[[Path, str], None] | None) -> _Discovered:
    """The cards and finders below `folder`; with `leave_out`, links and code are handed to it instead."""
    found = _Discovered()
    for entry in _entries(folder):
        if leave_out and entry.is_symlink():
            leave_out(Path(entry.path), "a link in the rules of the repository is not followed")
        elif not entry.is_dir():
            if entry.name.endswith((".md", ".py")) and entry.name not in PAGES:
                raise wrong(entry.path, 0, "rules stand in the folder of their category")
        elif entry.name in CATEGORIES:
            _discover_category(Path(entry.path), leave_out, found)
        elif entry.name not in DATA_FOLDERS:
            raise wrong(entry.path, 0, unknown("category", entry.name, CATEGORIES))
    return found


def _discover_category(folder: Path, leave_out: Callable[[Path, str], None] | None, found: _Discovered) -> None:
    for entry in _entries(folder):
        file = Path(entry.path)
        if leave_out and entry.is_symlink():
            leave_out(file, "a link in the rules of the repository is not followed")
            found.withheld.add(file.stem)
        elif file.suffix == ".md" and entry.is_file():
            found.cards.append(file)
        elif file.suffix == ".py" and entry.is_file():
            if leave_out:
                leave_out(file, "code in the rules of the repository is not run")
                found.withheld.add(file.stem)
            elif file.stem in found.finders:
                raise wrong(file, 0, f"a second finder for the rule; the first is {found.finders[file.stem]}")
            else:
                found.finders[file.stem] = str(file)
        else:
            raise wrong(file, 0, "neither a card (.md) nor a finder (.py)")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What stands in `folder`, sorted, without hidden things and Python's own folder."""
    try:
        with os.scandir(folder) as entries:
            names = [entry for entry in entries if not entry.name.startswith((".", "__pycache__"))]
    except OSError as error:
        raise wrong(folder, 0, f"no folder of rules: {error.strerror}") from error
    return sorted(names, key=lambda entry: entry.name)


def _left_out(path: Path, why: str, root: Path | None) -> Gap:
    shown = path.relative_to(root) if root is not None and path.is_relative_to(root) else path
    return Gap(path=shown.as_posix(), line=0, kind=GapKind.LEFT_OUT, message=why)


def _add(card: Card, cards: dict[str, Card]) -> None:
    before = cards.get(card.rule_id)
    if before is not None:
        raise wrong(card.path, 0, f"the rule `{card.rule_id}` is also defined in {before.path}")
    cards[card.rule_id] = card


def _check_finders(cards: Mapping[str, Card], finders: Mapping[str, str]) -> None:
    for rule_id, file in finders.items():
        card = cards.get(rule_id)
        if card is None or Path(card.path).parent != Path(file).parent:
            raise wrong(file, 0, f"a finder without its card, {rule_id}.md, beside it")
        if not card.has_finder:
            raise wrong(file, 0, f"the card {card.path} defines a shape; a rule has a shape or a finder")
    for card in cards.values():
        if card.has_finder and card.rule_id not in finders:
            raise wrong(card.path, 0, f"`subjects` without a finder, {card.rule_id}.py, beside the card")


def _aliases(cards: Mapping[str, Card]) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for card in cards.values():
        for alias in card.front.aliases:
            taken = alias.rule if alias.rule in cards else aliases.get(alias.rule)
            if taken is not None:
                raise wrong(card.path, alias.line, f"the alias `{alias.rule}` already means the rule `{taken}`")
            aliases[alias.rule] = card.rule_id
    return aliases


def _check_references(cards: Mapping[str, Card]) -> None:
    """Rules that cards name in `instead-of` and in `also` exist, and no rule takes its own place in a circle."""
    for card in cards.values():
        named = [(reference.rule, reference.line) for reference in card.front.instead_of]
        for example in card.examples:
            for mark in example.marked(MarkKind.ALSO):
                named.extend((rule, mark.card_line) for rule in mark.rules)
        for rule, line in named:
            if rule not in cards:
                raise wrong(card.path, line, unknown("rule", rule, cards.keys()))
    try:
        TopologicalSorter({card.rule_id: _places(card) for card in cards.values()}).prepare()
    except CycleError as error:
        circle: Iterable[str] = error.args[1]
        first = cards[min(circle)]
        line = first.front.instead_of[0].line
        raise wrong(first.path, line, f"a circle of `instead-of`: {', '.join(sorted(set(circle)))}") from error


def _places(card: Card) -> list[str]:
    return [reference.rule for reference in card.front.instead_of]


def load_finder(rule_id: str, file: Path) -> Find:
    """Import the finder `file`, from a trusted folder, and give its function `find`; UsageError where there is none.

    Whatever else its top level raises passes through.
    """
    name = "nodereview_finder_" + rule_id.replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise wrong(file, 0, "cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise wrong(error.filename or file, error.lineno or 0, f"cannot be imported: {error.msg}") from error
    except ImportError as error:
        lines = [frame.lineno or 0 for frame in extract_tb(error.__traceback__) if frame.filename == str(file)]
        raise wrong(file, lines[-1] if lines else 0, f"cannot be imported: {error}") from error
    except OSError as error:
        raise wrong(file, 0, f"cannot be read: {error.strerror}") from error
    return _find(module, file)


def _find(module: ModuleType, file: Path) -> Find:
    find = getattr(module, "find", None)
    if not inspect.isfunction(find):
        raise wrong(file, 0, "a finder has a function `find(subject, model, report)`")
    try:
        inspect.signature(find).bind(None, None, None)
    except TypeError as error:
        raise wrong(
            file, find.__code__.co_firstlineno, "`find` takes three arguments: subject, model, report"
        ) from error
    return cast("Find", find)

"""Settings with the rules that they speak of: own cards and libraries are read, and every name is a rule's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from reviewer.cache.entries import Cache
from reviewer.config.layers import read_layers
from reviewer.diagnosis import unknown, wrong
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import Rulebook, load_rulebook
from reviewer.settings import Folder, Former, Ignored, Origin, Override, Ruling, Settings

_SHIPPED: Final = "rules/shipped"


def load_settings(
    root: Path,
    given: Path | None = None,
    own: Collection[str] = (),
    *,
    local: bool = True,
    cache: Cache | None = None,
) -> tuple[Settings, Rulebook]:
    """The settings in force for a repository, and all rules; see `read_layers`. `own` are ids that have no card.

    Raises `UsageError` for the first thing that is wrong in a file of settings or in a card.
    """
    settings = read_layers(root, given, local=local)
    rulebook = rulebook_of(settings.cards, root, cache)
    return _Names(rulebook, own).settled(settings), rulebook


def rulebook_of(cards: Iterable[Folder], root: Path, cache: Cache | None = None) -> Rulebook:
    """The rules that nodereview ships and those in these folders; the former as an earlier run has read them where
    there is a cache. Raises `UsageError`.
    """
    folders = list(cards)
    if cache is not None and not folders:
        return _shipped(cache)
    return load_rulebook(
        [rules_folder(), *(folder.path for folder in folders if folder.trusted)],
        untrusted=[folder.path for folder in folders if not folder.trusted],
        root=root,
    )


def _shipped(cache: Cache) -> Rulebook:
    """The rules that nodereview ships. An entry is of this engine, whose name tells every file of them."""
    kept = cache.read(_SHIPPED)
    if kept is not None:
        with suppress(msgspec.DecodeError):
            return msgspec.msgpack.decode(kept, type=Rulebook)
    rulebook = load_rulebook([rules_folder()])
    cache.write(_SHIPPED, msgspec.msgpack.encode(rulebook))
    return rulebook


class _Names:
    """Calls rules by their ids of today, and keeps where a former one stands."""

    def __init__(self, rulebook: Rulebook, own: Collection[str]) -> None:
        self._rulebook = rulebook
        self._known = frozenset(rulebook.cards) | frozenset(own)
        self._former: list[Former] = []

    def settled(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(
            settings,
            rules=self._rules(settings.rules),
            overrides=tuple(
                Override(override.paths, self._rules(override.rules), override.origin)
                for override in settings.overrides
            ),
            ignored=tuple(
                Ignored(
                    tuple(self._today(name, entry.origin) for name in entry.rules),
                    entry.paths,
                    entry.reason,
                    entry.origin,
                )
                for entry in settings.ignored
            ),
            former=tuple(self._former),
        )

    def _rules(self, rules: Mapping[str, Ruling]) -> dict[str, Ruling]:
        found: dict[str, Ruling] = {}
        for name, ruling in rules.items():
            today = self._today(name, ruling.origin)
            before = found.get(today)
            if before is not None and before.origin.path == ruling.origin.path:
                raise wrong(
                    ruling.origin.path, ruling.origin.line, f"`{today}` is set on line {before.origin.line} too"
                )
            found[today] = ruling
        return found

    def _today(self, name: str, origin: Origin) -> str:
        today = self._rulebook.aliases.get(name, name)
        if today not in self._known:
            raise wrong(origin.path, origin.line, unknown("rule", name, self._known))
        if today != name:
            self._former.append(Former(name, today, origin))
        return today

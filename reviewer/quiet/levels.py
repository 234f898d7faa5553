"""Levels: which rules run at which paths, and with which severity, when the settings of the team are heard."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from reviewer.finding import Finding, Severity
from reviewer.quiet.notes import RULES as OWN_RULES
from reviewer.rulebook.card import Card
from reviewer.rulebook.load import Rulebook
from reviewer.settings import Options, Ruling, Settings, State
from reviewer.source.ignore import IgnorePatterns


class Levels:
    """What the settings make of each rule. `chosen` are the ids that run where settings say nothing of them; those that
    are `named` on the command line run although settings turn them off for the whole repository.
    """

    def __init__(self, settings: Settings, chosen: Collection[str], named: Collection[str] = ()) -> None:
        self._settings = settings
        self._chosen = frozenset(chosen)
        self._named = frozenset(named)
        self._overrides = [(IgnorePatterns(override.paths), override) for override in settings.overrides]

    def run(self, rule: str) -> bool:
        """Whether a rule runs anywhere."""
        if self._named:
            return rule in self._named
        states = {override.rules[rule].state for override in self._settings.overrides if rule in override.rules}
        return self._is_on(rule) or bool(states - {State.OFF})

    def ruling(self, rule: str, path: str = "") -> Ruling | None:
        """What settings say of a rule: in the last override that matches the path, else for the whole repository."""
        for patterns, override in reversed(self._overrides) if path else ():
            if rule in override.rules and patterns.verdict(path):
                return override.rules[rule]
        return self._settings.rules.get(rule)

    def is_on(self, rule: str, path: str) -> bool:
        """Whether a rule runs at a path."""
        ruling = self.ruling(rule, path)
        if ruling is None or ruling is self._settings.rules.get(rule):
            return self._is_on(rule)
        return ruling.state is not State.OFF

    def severity(self, rule: str, path: str, given: Severity) -> Severity:
        """The severity of a finding to which its card gives the severity `given`."""
        ruling = self.ruling(rule, path)
        return given if ruling is None or ruling.state in {State.OFF, State.ON} else Severity(ruling.state.value)

    def settled(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings of rules that run where they stand, each with its severity."""
        return [self._settled(finding) for finding in findings if self.is_on(finding.rule, finding.place.path)]

    def _settled(self, finding: Finding) -> Finding:
        severity = self.severity(finding.rule, finding.place.path, finding.severity)
        return finding if severity is finding.severity else msgspec.structs.replace(finding, severity=severity)

    def _is_on(self, rule: str) -> bool:
        """Whether a rule runs where no override speaks of it."""
        ruling = self._settings.rules.get(rule)
        if rule in self._named:
            return True
        if self._named:
            return False
        return rule in self._chosen if ruling is None else ruling.state is not State.OFF


def levels_of(rulebook: Rulebook, options: Options) -> Levels:
    """What the profile, the settings and the command line make of each rule."""
    chosen = {
        card.rule_id
        for card in rulebook.cards.values()
        if options.profile == "strict" or card.front.precision == "high"
    }
    named = [name if name in OWN_RULES else rulebook.card(name).rule_id for name in options.rules]
    return Levels(options.settings, chosen | OWN_RULES.keys(), named)


def selected(rulebook: Rulebook, options: Options) -> list[Card]:
    """The rules of a run, by id: those named, else those of the profile and of the settings, without those ignored."""
    levels = levels_of(rulebook, options)
    ignored = {rulebook.card(name).rule_id for name in options.ignore if name not in OWN_RULES}
    cards = [card for card in rulebook.cards.values() if levels.run(card.rule_id) and card.rule_id not in ignored]
    return sorted(cards, key=_by_id)


def _by_id(card: Card) -> str:
    return card.rule_id

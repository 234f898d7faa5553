"""The judge: holds every rule against every subject of a module, and keeps what each decided."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.finding import Finding, Gap, GapKind, Step
from reviewer.model.domain import Spot
from reviewer.model.sites import OTHER
from reviewer.rulebook import shaped
from reviewer.rulebook.finder import Report
from reviewer.rulebook.fingerprint import normalised
from reviewer.rulebook.message import fill
from reviewer.rulebook.verdicts import Status
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.model.model import Model
    from reviewer.rulebook.card import Card
    from reviewer.rulebook.finder import Find
    from reviewer.rulebook.load import Rulebook
    from reviewer.rulebook.places import Places
    from reviewer.rulebook.subjects import Subjects

IN_SCOPE = frozenset({"source", "config"})
"""Classes of files that rules about running code look at."""

_NEAR: Final = 2
"""So many imports may lead from a file that hands over a handler to the helper that registers it: an index is one."""
_ANY_CALL: Final = frozenset({"callbacks", "dropped promises", "returned promises"})
"""The subjects that any call may be."""


class Decision(msgspec.Struct, frozen=True, order=True, gc=False):
    """What a rule made of a subject without a finding: silence (`open` False) or an incomplete answer. 1-based line."""

    rule: str
    path: str
    line: int
    open: bool
    reason: str


class Judged(msgspec.Struct):
    """What the rules say of one module. A finding's fingerprint is still without its number among equals.
    seconds: what each rule took, with all that it was the first to ask.
    """

    findings: list[Finding] = []
    decisions: list[Decision] = []
    faults: list[Gap] = []
    unreviewed: list[Gap] = []
    seconds: dict[str, float] = {}


class Judge:
    """Runs rules. One is made for each process; the model's answers are shared by all its rules."""

    def __init__(self, model: Model, rulebook: Rulebook, cards: Sequence[Card], places: Places) -> None:
        self.model = model
        self.places = places
        self._rules: list[tuple[Card, Find | None]] = [
            (card, rulebook.finder(card.rule_id) if card.has_finder else None) for card in cards
        ]

    def documents(self) -> Judged:
        """Every rule about documents against each of them; those that can't be read are left unreviewed."""
        judged = Judged()
        unread: set[Gap] = set()
        for card, find in self._rules:
            for kind in shaped.documents(card):
                for document in self.model.documents.of(kind):
                    if isinstance(document, Gap):
                        unread.add(document)
                        continue
                    with _contained(card, document.path, judged):
                        self._hold(card, find, Spot(document.number, 1), document, judged)
        judged.unreviewed.extend(sorted(unread))
        return judged

    def has_subjects(self, m: int) -> bool:
        """Whether a module may hold a subject of any rule, told from names alone."""
        return self._is_in_scope(m) and any(self._may_hold(card, m) for card, _ in self._rules)

    def _is_in_scope(self, m: int) -> bool:
        """Whether a module may run in a server: by its class, and by the programs that load it."""
        return self.model.link.classes[m] in IN_SCOPE and not self.model.programs.is_aside(m)

    def _may_hold(self, card: Card, m: int) -> bool:
        if shaped.documents(card) and len(shaped.documents(card)) >= len(card.front.subjects):
            return False
        # A wrapper hands on what it is given under any name: roles of arguments are looked for everywhere.
        if card.is_of_arguments:
            return bool(self.model.link.surfaces[m].functions)
        return True

    def telling(self, modules: set[int]) -> set[int]:
        """Other modules whose subjects may have findings in these: helpers to which they hand handlers."""
        found = modules
        for _ in range(_NEAR):
            found = found | {imported for m in found for imported in self.model.link.imported[m]}
        return {m for m in found - modules if self.model.routes.candidates(m)}

    def module(self, m: int, *, elsewhere: bool = False) -> Judged:
        """Every rule against every subject of module `m`; only those whose findings may stand `elsewhere`, if asked."""
        judged = Judged()
        if not self._is_in_scope(m):
            return judged
        for card, find in self._rules:
            if elsewhere and not any(subjects.kind == "routes" for subjects in card.front.subjects):
                continue
            begun = perf_counter()
            with _contained(card, self.model.link.paths[m], judged):
                for spot, subject in self._subjects(card, m):
                    self._hold(card, find, spot, subject, judged)
            judged.seconds[card.rule_id] = perf_counter() - begun
        return judged

    def _hold(self, card: Card, find: Find | None, spot: Spot, subject: object, judged: Judged) -> None:
        """A rule against one subject, which stands at `spot`."""
        report = Report(spot, card.front.placeholders)
        if spot.module >= 0 and self.model.drawn.is_in_browser(*spot):
            report.silent("only browsers are known to run it")
        elif find is not None:
            find(subject, self.model, report)
        else:
            shaped.find(card.front.shape, subject, self.model, report)
        self._take(card, report, judged)

    def _subjects(self, card: Card, m: int) -> Iterator[tuple[Spot, object]]:
        yield from shaped.subjects(card.front.shape, self.model, m)
        for subjects in card.front.subjects:
            yield from self._of_kind(subjects, m)

    def _of_role(self, role: str, m: int) -> Iterator[tuple[Spot, object]]:
        for site in self.model.sites.arguments(role, m):
            yield Spot(m, site.row), site

    def _of_kind(self, subjects: Subjects, m: int) -> Iterator[tuple[Spot, object]]:
        match subjects.kind:
            case "routes":
                for route in self.model.routes.in_module(m):
                    yield Spot(m, route.row), route
            case "apps":
                for app in self.model.routes.apps.in_module(m):
                    yield app.spot, app
            case "callbacks":
                for callback in self.model.callbacks.in_module(m):
                    yield callback.given, callback
            case "dropped promises":
                for spot in self.model.dropped.promises(m):
                    yield spot, spot
            case "returned promises":
                for returned in self.model.returned.in_module(m):
                    yield Spot(m, returned.row), returned
            case "failure handlers":
                for handler in self.model.handlers.in_module(m):
                    yield handler.spot, handler
            case "arguments":
                yield from self._of_role(subjects.of, m)
            case "calls":
                yield from ((spot, spot) for spot in self.model.sites.playing(subjects.of, m))
            case "repetitions":
                for repetition in self.model.does.repeated(subjects.of, m):
                    yield Spot(m, repetition.calls[0].row), repetition
            case "documents":
                pass  # they stand in no module
            case kind:
                raise AssertionError(f"the judge has no subjects `{kind}`")

    def _take(self, card: Card, report: Report, judged: Judged) -> None:
        for found in report.found:
            place = self.places.of(*found.spot)
            severity = card.severity_of(found.facts, found.severity)
            code, function = self._marks(found.spot)
            judged.findings.append(
                Finding(
                    rule=card.rule_id,
                    severity=severity,
                    precision=card.front.precision,
                    message=fill(card.front.message, found.values),
                    place=place,
                    remedy=fill(card.front.remedy, found.values),
                    evidence=tuple(Step(self.places.of(*spot), note) for spot, note in found.steps),
                    fingerprint=f"{card.rule_id}\n{code}\n{function}",
                    function=function,
                )
            )
        for reasons, is_open in ((report.silences, False), (report.opened, True)):
            for reason in reasons:
                place = self.places.of(*reason.spot)
                judged.decisions.append(Decision(card.rule_id, place.path, place.line, is_open, reason.text))

    def _marks(self, spot: Spot) -> tuple[str, str]:
        """What a finding is told from others by: its code, and the path of names to it."""
        if spot.module < 0:
            return self.places.code(*spot), ""
        module = self.model.link.body(spot.module)
        return normalised(module, spot.row), self.model.name_path(module, spot.row)

    def status(self, card: Card, judged: Judged, m: int, line: int) -> Status:
        """What the rule made of a line of module `m`, for the marks of examples and for `why`."""
        path = self.model.link.paths[m] if m >= 0 else self.model.documents.path(m)
        if any(f.rule == card.rule_id and (f.place.path, f.place.line) == (path, line) for f in judged.findings):
            return Status.FINDING
        decisions = [d for d in judged.decisions if d.rule == card.rule_id and (d.path, d.line) == (path, line)]
        if any(not decision.open for decision in decisions):
            return Status.SILENT
        if decisions:
            return Status.UNRESOLVED
        if m < 0:
            return Status.NOTHING if self.model.documents.is_own(path) else Status.OTHER
        if not self._is_in_scope(m):
            return Status.OTHER
        alikes = [
            self.model.sites.look_alike(self.model.link.body(m), call) for call in self._candidates(card, m, line)
        ]
        if not alikes:
            return Status.NOTHING
        return Status.OTHER if all(alike == OTHER for alike in alikes) else Status.UNRESOLVED

    def _candidates(self, card: Card, m: int, line: int) -> Iterator[int]:
        """The calls on a line whose names could have made them subjects."""
        roles = list(shaped.roles(card.front.shape))
        roles.extend(subjects.of for subjects in card.front.subjects if subjects.of)
        rows = {row for role in roles for row in self.model.sites.named(role, m)}
        if any(subjects.kind == "routes" for subjects in card.front.subjects):
            rows.update(self.model.routes.named(m))
        if any(subjects.kind in _ANY_CALL for subjects in card.front.subjects):
            module = self.model.link.body(m)
            rows.update(row for row in range(len(module)) if module.kind[row] in {Kind.CALL, Kind.NEW})
        for row in sorted(rows):
            if self.places.of(m, row).line == line:
                yield row


@contextmanager
def _contained(card: Card, path: str, judged: Judged) -> Iterator[None]:
    """Let a rule break by itself: that is named, and the rest delivered."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever a rule raises
        said = f"the rule {card.rule_id} broke: {type(error).__name__}: {error}"
        judged.faults.append(Gap(path, 0, GapKind.FAULT, said, card.rule_id))

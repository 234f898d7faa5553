"""What a finder is given and gives back: the report of one subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from reviewer.finding import Severity

if TYPE_CHECKING:
    from reviewer.model.domain import Spot


class Found(NamedTuple):
    """A finding as the finder reports it: where, the values of the message, the steps, a lower severity if asked."""

    spot: Spot
    values: dict[str, str]
    steps: tuple[tuple[Spot, str], ...]
    severity: Severity | None
    facts: Mapping[str, str]


class Reason(NamedTuple):
    """Why a rule kept silent, and where the reason stands."""

    spot: Spot
    text: str


class Report:
    """What one rule says about one subject: findings, decisions for silence, and what kept it from deciding.

    A finder that says nothing at all takes the subject for none of its own.
    """

    __slots__ = ("_offers", "found", "opened", "silences", "subject")

    def __init__(self, subject: Spot, placeholders: Sequence[str]) -> None:
        """`subject` is where the subject stands; `placeholders` are the values that the card's message wants."""
        self.subject = subject
        self._offers = frozenset(placeholders)
        self.found: list[Found] = []
        self.silences: list[Reason] = []
        self.opened: list[Reason] = []

    def at(
        self,
        spot: Spot,
        *,
        steps: Sequence[tuple[Spot, str]] = (),
        severity: Severity | None = None,
        facts: Mapping[str, str] | None = None,
        **values: str,
    ) -> None:
        """A finding at `spot`; `steps` lead to it from the cause, `values` fill the card's message.

        `severity` counts where it is lower than the card's, which may depend on `facts`. ValueError where values are
        not exactly the placeholders.
        """
        if values.keys() != self._offers:
            wanted = ", ".join(sorted(self._offers)) or "nothing"
            raise ValueError(
                f"the message wants {wanted}, and the finder gives {', '.join(sorted(values)) or 'nothing'}"
            )
        self.found.append(Found(spot, values, tuple(steps), severity, facts or {}))

    @property
    def wanted(self) -> frozenset[str]:
        """The values that the card's message wants."""
        return self._offers

    def silent(self, reason: str, spot: Spot | None = None) -> None:
        """The rule looked at the subject and decided for silence; `reason` says why, `spot` where that stands."""
        self.silences.append(Reason(spot or self.subject, reason))

    def open(self, reason: str, spot: Spot | None = None) -> None:
        """An incomplete answer silenced the rule: the judge makes it a gap, and `nodereview why` prints it."""
        self.opened.append(Reason(spot or self.subject, reason))


class Find(Protocol):
    """The function `find` of a finder: called for each subject that the card names."""

    def __call__(self, subject: object, model: object, report: Report, /) -> None: ...

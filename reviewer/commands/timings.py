"""Where the time of a run went: its phases one after the other, then rules and questions over all workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reviewer.commands.table import table
from reviewer.finding import Review, Timing

_MOST: Final = 40  # kinds of questions that are told one by one; there are some hundred


def timing_lines(review: Review, jobs: int) -> Iterator[str]:
    """The lines to print."""
    total = sum(phase.seconds for phase in review.phases)
    yield ""
    yield from table(
        [
            *({"phase": phase.name, **_time(phase.seconds, total)} for phase in review.phases),
            {"phase": "together", **_time(total, total)},
        ]
    )
    parsed = sum(one.seconds for one in review.timings if one.kind == "part")
    if parsed:
        yield ""
        yield f"Parsing took {parsed:.3f} s of `parse and lower`, over all workers."
    yield from _told("rule", [one for one in review.timings if one.kind == "rule"], jobs)
    yield from _told("question", [one for one in review.timings if one.kind == "question"], jobs)
    if not review.timings:
        yield ""
        yield "No rule ran: the run is the same as an earlier one. --no-cache runs them all."


def _told(kind: str, timings: Sequence[Timing], jobs: int) -> Iterator[str]:
    """A table of one kind. A rule pays for every answer that it was the first to ask for; a question does not pay for
    those that it asks.
    """
    if not timings:
        return
    total = sum(one.seconds for one in timings)
    records: list[dict[str, object]] = []
    for one in timings[:_MOST]:
        asked = {"asked": f"{one.asked:,}"} if one.asked else {}
        records.append({kind: one.name, **asked, **_time(one.seconds, total)})
    rest = timings[_MOST:]
    if rest:
        asked = {"asked": f"{sum(one.asked for one in rest):,}"} if any(one.asked for one in rest) else {}
        records.append({kind: f"{len(rest)} others", **asked, **_time(sum(one.seconds for one in rest), total)})
    yield ""
    yield f"{kind.capitalize()}s, seconds of {jobs} worker{'s' if jobs > 1 else ''} added up:"
    yield from table(records)


def _time(seconds: float, total: float) -> dict[str, object]:
    return {"seconds": f"{seconds:7.3f}", "share": f"{100 * seconds / total if total else 0:4.0f} %"}

"""The report that a finder writes."""

import pytest

from reviewer.finding import Severity
from reviewer.model.domain import Spot
from reviewer.rulebook.finder import Found, Reason, Report

SUBJECT = Spot(3, 40)


def test_a_report_keeps_what_the_finder_says() -> None:
    report = Report(SUBJECT, ("handler",))
    report.at(Spot(3, 41), steps=[(Spot(1, 2), "rejects here")], severity=Severity.NOTE, handler="create")
    report.silent("a catch covers it", Spot(1, 9))
    report.silent("nothing rejects")
    report.open("the handler is computed")
    steps = ((Spot(1, 2), "rejects here"),)
    assert report.found == [Found(Spot(3, 41), {"handler": "create"}, steps, Severity.NOTE, {})]
    assert report.silences == [Reason(Spot(1, 9), "a catch covers it"), Reason(SUBJECT, "nothing rejects")]
    assert report.opened == [Reason(SUBJECT, "the handler is computed")]


def test_values_are_exactly_the_placeholders_of_the_message() -> None:
    report = Report(SUBJECT, ("handler", "route"))
    with pytest.raises(ValueError, match=r"the message wants handler, route, and the finder gives handler") as caught:
        report.at(SUBJECT, handler="x")
    assert str(caught.value) == "the message wants handler, route, and the finder gives handler"

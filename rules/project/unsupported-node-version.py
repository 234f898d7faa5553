"""Versions of Node.js that an image or a version file names, and that have seen their last security fix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.source.documents.document import Document
from reviewer.source.documents.node_versions import base_stage, image_of, is_of_node, major_of_file, major_of_image

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.rulebook.finder import Report

# The schedule of the Node.js release team, as far as it has passed in November 2026.
_ENDED: Final = {
    4: "30 April 2018", 5: "30 June 2016", 6: "30 April 2019", 7: "30 June 2017", 8: "31 December 2019",
    9: "30 June 2018", 10: "30 April 2021", 11: "1 June 2019", 12: "30 April 2022", 13: "1 June 2020",
    14: "30 April 2023", 15: "1 June 2021", 16: "11 September 2023", 17: "1 June 2022", 18: "30 April 2025",
    19: "1 June 2023", 20: "30 April 2026", 21: "1 June 2024", 23: "1 June 2025", 25: "1 June 2026",
}  # fmt: skip
_FOR_DEVELOPMENT: Final = re.compile(
    r"(?:^|/)\.[^/]+/|(?:^|[/._-])(?:dev|devel|development|tests?|e2e|ci|local)(?:[._-][^/]*)?$"
)


def find(subject: Document, model: Model, report: Report) -> None:
    """Report the line that names a version without support."""
    del model
    if subject.kind.name == "dockerfile":
        _find_image(subject, report)
        return
    _judge(major_of_file(subject.lines), Spot(subject.number, 1), report)


def _find_image(subject: Document, report: Report) -> None:
    """The image that the last stage begins with, through the stages that it is built on."""
    stage = base_stage(subject.instructions)
    if stage is None:
        return
    at = Spot(subject.number, stage.line)
    if _FOR_DEVELOPMENT.search(subject.path.lower()):
        report.silent("it is made for development or tests", at)
        return
    image = image_of(stage, subject.instructions)
    if image is None:
        report.silent("the image is named when it is built", at)
    elif is_of_node(image):
        _judge(major_of_image(image), at, report)
    else:
        report.silent("it is no image of Node.js", at)


def _judge(major: int | None, at: Spot, report: Report) -> None:
    if major is None:
        report.silent("it names no version", at)
    elif major in _ENDED:
        report.at(at, version=str(major), end=_ENDED[major])
    else:
        report.silent("this version gets fixes", at)

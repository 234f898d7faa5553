"""Versions of Node.js that an image or a version file names, and that have seen their last security fix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.source.documents.dockerfile import Stage, stages
from reviewer.source.documents.document import Document

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
_NAMED: Final = {
    "argon": 4, "boron": 6, "carbon": 8, "dubnium": 10, "erbium": 12, "fermium": 14, "gallium": 16, "hydrogen": 18,
    "iron": 20, "jod": 22, "krypton": 24,
}  # fmt: skip
_VERSION: Final = re.compile(r"v?(\d{1,3})(?![\w])")
_DISTROLESS: Final = re.compile(r"nodejs(\d{1,3})(?:-.*)?")
_ARGUMENT: Final = re.compile(r"([A-Za-z_]\w*)=[\"']?([^\s\"']*)")
_VARIABLE: Final = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-([^}]*))?\})")
_FOR_DEVELOPMENT: Final = re.compile(
    r"(?:^|/)\.[^/]+/|(?:^|[/._-])(?:dev|devel|development|tests?|e2e|ci|local)(?:[._-][^/]*)?$"
)


def find(subject: Document, model: Model, report: Report) -> None:
    """Report the line that names a version without support."""
    del model
    if subject.kind.name == "dockerfile":
        _find_image(subject, report)
        return
    text = subject.lines[0].partition("#")[0].strip() if subject.lines else ""
    _judge(_major(text.removeprefix("lts/").removeprefix("node-")), Spot(subject.number, 1), report)


def _find_image(subject: Document, report: Report) -> None:
    """The image that the last stage begins with, through the stages that it is built on."""
    found = stages(subject.instructions)
    if not found:
        return
    stage = found[-1]
    known = {one.name: one for one in found if one.name}
    seen: set[str] = set()
    while stage.image.lower() in known and stage.image.lower() not in seen:
        seen.add(stage.image.lower())
        stage = known[stage.image.lower()]
    at = Spot(subject.number, stage.line)
    if _FOR_DEVELOPMENT.search(subject.path.lower()):
        report.silent("it is made for development or tests", at)
        return
    image = _expanded(stage, subject)
    if image is None:
        report.silent("the image is named when it is built", at)
        return
    name, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    distroless = _DISTROLESS.fullmatch(name)
    if distroless:
        _judge(int(distroless[1]), at, report)
    elif name == "node":
        _judge(_major(tag), at, report)
    else:
        report.silent("it is no image of Node.js", at)


def _expanded(stage: Stage, subject: Document) -> str | None:
    """The image with the defaults of the arguments before the first stage; None where one has no default."""
    defaults: dict[str, str] = {}
    for one in subject.instructions:
        if one.word == "FROM":
            break
        if one.word == "ARG":
            defaults |= dict(_ARGUMENT.findall(one.text))
    image = _VARIABLE.sub(lambda found: defaults.get(found[1] or found[2]) or found[3] or "$", stage.image)
    return None if "$" in image else image


def _major(version: str) -> int | None:
    """The major version of a version or tag; None where it moves along, as `lts` does."""
    found = _VERSION.match(version)
    return int(found[1]) if found else _NAMED.get(version.partition("-")[0].lower())


def _judge(major: int | None, at: Spot, report: Report) -> None:
    if major is None:
        report.silent("it names no version", at)
    elif major in _ENDED:
        report.at(at, version=str(major), end=_ENDED[major])
    else:
        report.silent("this version gets fixes", at)

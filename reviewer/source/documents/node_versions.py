"""Versions of Node.js that images and version files name (Dockerfile reference, tags of the image `node`, nvm)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reviewer.source.documents.dockerfile import Instruction, Stage, stages

_NAMED: Final = {
    "argon": 4, "boron": 6, "carbon": 8, "dubnium": 10, "erbium": 12, "fermium": 14, "gallium": 16, "hydrogen": 18,
    "iron": 20, "jod": 22, "krypton": 24,
}  # fmt: skip
_VERSION: Final = re.compile(r"v?(\d{1,3})(?![\w])")
_DISTROLESS: Final = re.compile(r"nodejs(\d{1,3})(?:-.*)?")
_ARGUMENT: Final = re.compile(r"([A-Za-z_]\w*)=[\"']?([^\s\"']*)")
_VARIABLE: Final = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-([^}]*))?\})")


def base_stage(found: tuple[Instruction, ...]) -> Stage | None:
    """The stage whose image the last stage is built on, through the stages between them."""
    every = stages(found)
    if not every:
        return None
    stage = every[-1]
    known = {one.name: one for one in every if one.name}
    seen: set[str] = set()
    while stage.image.lower() in known and stage.image.lower() not in seen:
        seen.add(stage.image.lower())
        stage = known[stage.image.lower()]
    return stage


def image_of(stage: Stage, found: Sequence[Instruction]) -> str | None:
    """The image with the defaults of the arguments before the first stage; None where one has no default."""
    defaults: dict[str, str] = {}
    for one in found:
        if one.word == "FROM":
            break
        if one.word == "ARG":
            defaults |= dict(_ARGUMENT.findall(one.text))
    image = _VARIABLE.sub(lambda named: defaults.get(named[1] or named[2]) or named[3] or "$", stage.image)
    return None if "$" in image else image


def is_of_node(image: str) -> bool:
    """Whether an image is one of Node.js."""
    name = _name_and_tag(image)[0]
    return name == "node" or _DISTROLESS.fullmatch(name) is not None


def major_of_image(image: str) -> int | None:
    """The major version that an image of Node.js has; None where its tag moves along, as `lts` does."""
    name, tag = _name_and_tag(image)
    distroless = _DISTROLESS.fullmatch(name)
    return int(distroless[1]) if distroless else _major(tag)


def major_of_file(lines: Sequence[str]) -> int | None:
    """The major version that the file of a version manager names; None where it moves along."""
    text = lines[0].partition("#")[0].strip() if lines else ""
    return _major(text.removeprefix("lts/").removeprefix("node-"))


def _name_and_tag(image: str) -> tuple[str, str]:
    name, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    return name, tag


def _major(version: str) -> int | None:
    found = _VERSION.match(version)
    return int(found[1]) if found else _NAMED.get(version.partition("-")[0].lower())

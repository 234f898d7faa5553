"""What finding yields: the files to review, the manifests, and what was left out and why."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from reviewer.finding import Gap
from reviewer.source.classes import FileClass
from reviewer.source.log import Stamp


class Reason(StrEnum):
    """Why a file is not reviewed."""

    NODE_MODULES = "node_modules"
    BUILD_OUTPUT = "build output"
    VENDORED = "vendored"
    MINIFIED = "minified"
    GENERATED = "generated"
    DECLARATION = "declarations"
    EXCLUDED = "excluded"
    LINK = "link to a file of the tree"
    OUTSIDE_LINK = "link outside the root"
    BROKEN_LINK = "broken link"
    SPECIAL = "not a regular file"
    TOO_LARGE = "too large"
    OTHER_CHECKOUT = "submodule or other checkout"
    UNNAMEABLE = "name is not UTF-8"


class SourceFile(msgspec.Struct, frozen=True, order=True, gc=False):
    """A file to review: its path relative to the root with forward slashes, its size in bytes, its class."""

    path: str
    size: int
    file_class: FileClass


class LeftOut(msgspec.Struct, frozen=True, order=True, gc=False):
    """A file that is not reviewed, and why: a `Reason`, or what the reading of its text found."""

    path: str
    reason: str


class Found(msgspec.Struct):
    """The tree as it is reviewed; every list is sorted by path.

    `paths` are all files of the tree, reviewed or of another kind, without those left out. `links` leads from the path
    of a link to the path of the file or folder inside the root that it stands for, and from that of a compiled file to
    its source. `stamps` tell by path what the file system says of the files (see `log`).
    """

    files: list[SourceFile] = []
    paths: list[str] = []
    manifests: list[str] = []
    links: dict[str, str] = {}
    left_out_files: list[LeftOut] = []
    gaps: list[Gap] = []
    stamps: dict[str, Stamp] = {}

    @property
    def left_out(self) -> dict[str, int]:
        """How many files each reason left out, by reason."""
        counts: dict[str, int] = {}
        for file in self.left_out_files:
            counts[file.reason] = counts.get(file.reason, 0) + 1
        return dict(sorted(counts.items()))

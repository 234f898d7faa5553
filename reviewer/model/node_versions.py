"""Node.js versions: on which one the code runs, as far as its packages, version files and images tell it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.source.documents.document import Document
from reviewer.source.documents.node_versions import base_stage, image_of, is_of_node, major_of_file, major_of_image
from reviewer.source.manifests.package import engine_range
from reviewer.source.manifests.versions import admits, is_range
from reviewer.source.paths import folder_of, upwards

if TYPE_CHECKING:
    from reviewer.model.model import Model

_IMAGE: Final = "dockerfile"
_FILE: Final = "node-version"


class NodeVersions:
    """Asked only for what is reported."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def below(self, path: str, major: int) -> str:
        """The version, for people, on which the file at a path runs, where all that its folder and those above it say
        is below a major version; empty where it is not, or nothing is said.
        """
        said = [text for folder in upwards(folder_of(path)) for text in self._said_in(folder)]
        told = [(admits(f"<{major}", text), text) for text in said]
        known = [(is_below, text) for is_below, text in told if is_below is not None]
        return known[0][1].lstrip("^~=v ") if known and all(is_below for is_below, _ in known) else ""

    def _said_in(self, folder: str) -> Iterator[str]:
        """The versions and ranges that are named in a folder, the surest first."""
        yield from self._named.get(folder, ())
        package = self.model.manifests.packages.get(folder)
        declared = engine_range(package) if package is not None else ""
        if declared and is_range(declared):
            yield declared

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        """The major versions that images and version files name, by folder."""
        found: dict[str, list[str]] = {}
        for kind in (_IMAGE, _FILE):
            for document in self.model.documents.of(kind):
                major = _major(document) if isinstance(document, Document) else None
                if major is not None:
                    found.setdefault(folder_of(document.path), []).append(str(major))
        return found


def _major(document: Document) -> int | None:
    if document.kind.name == _FILE:
        return major_of_file(document.lines)
    stage = base_stage(document.instructions)
    image = image_of(stage, document.instructions) if stage is not None else None
    return major_of_image(image) if image is not None and is_of_node(image) else None

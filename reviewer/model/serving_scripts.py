"""Serving scripts: files of a folder of scripts with which a server begins that belongs to the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.marks import Marks
from reviewer.model.roots import Roots
from reviewer.source.classes import FileClass
from reviewer.source.manifests.starts.start import Starting

if TYPE_CHECKING:
    from reviewer.model.model import Model


def serving_scripts(model: Model) -> list[int]:
    """The modules among scripts and tools that a manifest starts to run on, in production, that accept connections
    themselves and load sources of the application: what builds and serves pages for those who develop loads none.
    """
    link = model.link
    scripts = [m for m, kind in enumerate(link.classes) if kind == FileClass.SCRIPT]
    loading = {m for m in scripts if any(link.classes[at] == FileClass.SOURCE for at in link.imported[m])}
    if not loading:
        return []
    marks = Marks(model)
    serving = {m for m in loading if marks.listens([m])}
    if not serving:
        return []
    roots = Roots(model).of_manifests()
    started = {root.module for root in roots if root.starting is Starting.SERVER and not root.for_development}
    return sorted(serving & started)

"""What the reference is made of: parts with entries, each a name and its sentence."""

from __future__ import annotations

import inspect
import re

import msgspec

_SENTENCE = re.compile(r"(?<=[.?])\s+(?=[A-Z`])")


class Entry(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A word: what it is called, what it is, what it gives, and the words that belong to it."""

    name: str
    says: str
    gives: str = ""
    keys: tuple[Entry, ...] = ()


class Part(msgspec.Struct, frozen=True, gc=False):
    """Words of one kind, with a sentence on how they are used."""

    title: str
    says: str
    entries: tuple[Entry, ...]


def sentence(thing: object) -> str:
    """The first sentence of what is written about a class, function or question in the code; empty where there is none.

    Without its full stop, as tables have it.
    """
    paragraph = (inspect.getdoc(thing) or "").split("\n\n")[0]
    return _SENTENCE.split(" ".join(paragraph.split()))[0].removesuffix(".")

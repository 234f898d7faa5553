"""The reference for people who write rules: what a card may say and what a finder may ask, drawn from the code."""

from __future__ import annotations

from reviewer.reference.entries import Entry, Part
from reviewer.reference.page import as_markdown, as_text
from reviewer.reference.parts import reference

__all__ = ["Entry", "Part", "as_markdown", "as_text", "reference"]

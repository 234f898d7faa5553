"""The rows about schemas as they are written: what makes them, what holds data against them, what refuses requests."""

from __future__ import annotations

import msgspec

from reviewer.model.libraries.rows import ConditionalRow, Part, Paths


class SchemaRow(ConditionalRow, frozen=True, kw_only=True):
    """See `SchemaFact`."""

    members: Paths = []
    elements: Paths = []
    same: Paths = []
    either: Paths = []
    pattern: Paths = []


class CheckRow(ConditionalRow, frozen=True, kw_only=True):
    """See `CheckFact`."""

    of: Paths = "Argument[0]"
    schema: Paths = "Argument[this]"
    to: Paths = []
    told: Paths = msgspec.field(default=[], name="by")
    fits: bool = False


class RefusalRow(ConditionalRow, frozen=True, kw_only=True):
    """See `RefusalFact`."""

    part: Part | None = None
    schema: Paths = []
    field: Paths = []
    asked: str = ""

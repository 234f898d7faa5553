"""The rows about schemas as they are written: what makes them, what holds data against them, what refuses requests."""

from __future__ import annotations

import msgspec

from reviewer.model.libraries.rows import ConditionalRow, Part, Paths


class SchemaRow(ConditionalRow, frozen=True, kw_only=True):
    """See `SchemaFact`."""

    members: Paths = msgspec.field(default_factory=list)
    elements: Paths = msgspec.field(default_factory=list)
    same: Paths = msgspec.field(default_factory=list)
    either: Paths = msgspec.field(default_factory=list)
    pattern: Paths = msgspec.field(default_factory=list)


class CheckRow(ConditionalRow, frozen=True, kw_only=True):
    """See `CheckFact`."""

    of: Paths = "Argument[0]"
    schema: Paths = "Argument[this]"
    to: Paths = msgspec.field(default_factory=list)
    told: Paths = msgspec.field(default_factory=list, name="by")
    fits: bool = False


class RefusalRow(ConditionalRow, frozen=True, kw_only=True):
    """See `RefusalFact`."""

    part: Part | None = None
    schema: Paths = msgspec.field(default_factory=list)
    field: Paths = msgspec.field(default_factory=list)
    listed: Paths = msgspec.field(default_factory=list)
    within: str = ""
    asked: str = ""

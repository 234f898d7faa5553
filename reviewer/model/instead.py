"""Instead: what a store offers that does the same for all elements as a query does for each of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import External
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.sent import Sending

_QUERY: Final = "database.query"
_READING_SQL: Final = re.compile(r"\s*(?:select|with)\s", re.IGNORECASE)
_BY_KEY: Final = frozenset({"get", "getbuffer"})
"""The commands of which a store of keys has one for many keys."""


def instead_of(model: Model, sending: Sending) -> str:
    """What does the same for all elements, to be read after `use`."""
    query = sending.way[-1]
    module = model.link.body(query.module)
    package = package_asked(model, module, query.row)
    many = model.libraries.many
    if sending.writes:
        deleted = many(package, "delete") if model.statements.deletes(sending.way) else ""
        return deleted or many(package, "write") or "one statement for all of them"
    if sending.is_same:
        return "the one query before the loop: it asks for the same each time"
    counted = many(package, "count") if model.statements.counts(sending.way) else ""
    if counted:
        return counted
    if many(package, "piped") and module.text(query.row).lower() not in _BY_KEY:
        return many(package, "piped")
    if any(_READING_SQL.match(text) for text in model.statements.sent(sending.way)):
        return many(package, "text") or "`WHERE id IN (…)` with the list of ids, or a join"
    found = (many(package, kind) for kind in ("read", "text", "single"))
    return next(filter(None, found), "one query for all of them")


def package_asked(model: Model, module: Module, row: int) -> str:
    """The package whose rows speak of what a row calls, first of all as a query; empty where none does."""
    if module.kind[row] not in {Kind.CALL, Kind.NEW, Kind.TAGGED}:
        return ""
    run = model.ask(model.calls.run(module.index, row))
    states = [item.state for item in run.items if isinstance(item, External) and item.state]
    libraries = model.libraries
    nearest = min(states, key=lambda state: (not libraries.has_role(state, _QUERY, None), state), default=0)
    return libraries.package_name(nearest) if nearest else ""

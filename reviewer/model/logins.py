"""Logins: entries that run where somebody logs in, and not for each request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.entries import Entry
    from reviewer.model.model import Model

_REQUEST: Final = "request"
_CHECKS: Final = "login.check"


def is_login(model: Model, entry: Entry) -> bool:
    """Whether what registers an entry only has it look up who logs in."""
    module = model.link.body(entry.module)
    is_call = module.kind[entry.row] in {Kind.CALL, Kind.NEW}
    return is_call and entry.kind == _REQUEST and model.sites.plays(_CHECKS, module, entry.row)

"""What every statement of a library file has: where it stands, and when it holds."""

from __future__ import annotations

import msgspec

from reviewer.model.libraries.conditions import Condition


class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What every fact has: the row it comes from, `source` (`file:line`), and when it holds. package: whose version
    `versions` (an npm range, empty: all) is about. when: all must hold. unless: not where all of these do.
    """

    source: str
    package: str
    versions: str = ""
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()

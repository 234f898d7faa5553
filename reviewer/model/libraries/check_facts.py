"""What library files state about schemas: what makes them, what holds data against them, what refuses requests."""

from __future__ import annotations

from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.steps import Path


class SchemaFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place makes a schema out of others (paths from the call), in one chain with those that made what it
    is called on. A barrier at the place of a schema says what fits it.

    members: what fits has members that fit the schemas there, by name. elements: they are elements of what fits. same:
    it fits the schemas there as well. either: it fits one of them. pattern: it matches the regular expression there.
    """

    members: tuple[Path, ...] = ()
    elements: tuple[Path, ...] = ()
    same: tuple[Path, ...] = ()
    either: tuple[Path, ...] = ()
    pattern: tuple[Path, ...] = ()


class CheckFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place holds what stands at `of` against the schema at `schema`: the receiver, or what is called, if
    no row says another place.

    to: where it gives back what fits. told: where it says whether all fits (`fits`: by a true value there, else by a
    false one or none); empty: it throws, or rejects, where something does not.
    """

    of: tuple[Path, ...]
    schema: tuple[Path, ...]
    to: tuple[Path, ...] = ()
    told: tuple[Path, ...] = ()
    fits: bool = False


class RefusalFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place makes middleware that refuses requests with other data than it says.

    part: of the request; empty: any. schema: what the part has to fit. field: the names of the members, as paths with
    dots, that have to be what the barrier at the end of the call's chain says. listed: objects of such names, each with
    the names of the calls that a chain would have; the parts stand there as `within`. asked: the role of what tells a
    handler whether they are; while nobody asks for it, nothing is refused.
    """

    part: str = ""
    schema: tuple[Path, ...] = ()
    field: tuple[Path, ...] = ()
    listed: tuple[Path, ...] = ()
    within: str = ""
    asked: str = ""

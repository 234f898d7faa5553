"""Copies: the routers that one function makes at each of its calls, and what they have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from reviewer.model.domain import Spot

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Site(NamedTuple):
    """A router, application or plugin's server, by the CALL or NEW row that makes it.

    plugin: the module of the plugin, where one call makes a server for each of several; -1 otherwise. Where the
    creation is not known, the row is below zero and stands for the function that has it as a parameter.
    """

    module: int
    row: int
    plugin: int = -1


class Copies:
    """What is made in a function is made anew at each call of it: the site of the call is a copy of that in the
    function. `add` tells the sites at which something is registered or mounted; others are not told apart.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._bases: dict[Site, tuple[Site, ...]] = {}
        self._copies: dict[Site, list[Site]] = {}
        self._known: set[Site] = set()

    def add(self, sites: Iterable[Site]) -> None:
        """Tell sites apart."""
        for site in sites:
            if site not in self._known:
                self._known.add(site)
                for base in self.bases(site):
                    self._copies.setdefault(base, []).append(site)

    def bases(self, site: Site) -> tuple[Site, ...]:
        """The sites of which one is a copy, the nearest first."""
        found = self._bases.get(site)
        if found is None:
            above: dict[Site, None] = {}
            pending = [site] if site.row >= 0 and site.plugin < 0 else []
            for at in pending:
                for spot in self.model.results.anew.copied(Spot(at.module, at.row)):
                    base = Site(*spot)
                    if base != site and base not in above:
                        above[base] = None
                        pending.append(base)
            found = self._bases[site] = tuple(above)
        return found

    def family(self, site: Site) -> tuple[Site, ...]:
        """A site with those whose registrations it may have: of which it is a copy, and its own copies."""
        return (site, *self.bases(site), *self._copies.get(site, ()))

    def told_apart(self, site: Site) -> Site:
        """The site itself, or the nearest of which it is a copy that is known."""
        if site in self._known:
            return site
        return next((base for base in self.bases(site) if base in self._known), site)

    def last(self, site: Site) -> list[Site]:
        """The copies of a site of which there are no others, those of running code first of all; itself, where none."""
        copies = [copy for copy in self._copies.get(site, ()) if copy not in self._copies]
        aside = self.model.programs.aside()
        running = [copy for copy in copies if copy.module not in aside]
        return sorted(running or copies) or [site]

    def first(self, site: Site) -> list[Site]:
        """The sites of which one is a copy that are none themselves; itself, where it is none."""
        return [base for base in self.bases(site) if not self.bases(base)] or [site]

    def depth(self, site: Site, of: Iterable[Site]) -> int:
        """How early what is registered on one of several sites is registered on a copy: higher is earlier, and -1 that
        it is not.
        """
        line = (site, *self.bases(site))
        return max((line.index(each) for each in of if each in line), default=-1)

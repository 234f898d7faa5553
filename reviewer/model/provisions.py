"""Provisions: what the code gives to containers, by key; found once, from names and literals alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from reviewer.model.domain import Spot
from reviewer.model.link import OUTSIDE
from reviewer.model.members import own_constructor
from reviewer.model.patterns import ANY, may_be_same, name_pattern
from reviewer.model.places import Placed, placed, reached
from reviewer.model.services import files_loaded, service_names
from reviewer.model.tokens import Token
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import ProvideFact
    from reviewer.model.libraries.steps import Path
    from reviewer.model.model import Model


class Provision(NamedTuple):
    """What one row says of a call, or of the literal that stands at its place: `start`. `branch` is the element or
    member that this provision is about, at so many steps of the row's paths (0: the start).
    """

    start: Spot
    fact: ProvideFact
    branch: Spot
    steps: int

    def rest(self, path: Path) -> tuple[Spot, Path]:
        """Where to go on from for one of the row's paths, and the steps that are left."""
        return (self.branch, path[self.steps :]) if self.steps else (self.start, path)

    def gives(self, model: Model) -> bool:
        """Whether anything stands where the row says that the value does."""
        paths = (*self.fact.by, *self.fact.alias)
        return any(reached(model, *self.rest(path)) for path in paths)


class Kept(NamedTuple):
    """A provision whose key the code computes, at a row."""

    provision: Provision
    key: Spot


class Provisions:
    """The index of provisions, and of the functions that containers call."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._is_known = False
        self._by_token: dict[Token, list[Provision]] = {}
        self._as_they_are: set[Token] = set()
        self._loaded: dict[Token, list[Spot]] = {}
        self._computed: list[Kept] = []
        self._patterned: list[tuple[str, Provision]] = []
        self._given: list[tuple[Spot, int]] = []
        self._places: dict[Spot, set[int]] = {}
        self._taken: dict[Spot, list[Token | None]] = {}

    def of(self, token: Token) -> list[Provision]:
        """What is provided under a key."""
        self._find()
        self.model.solver.touch(("provided", token))
        return self._by_token.get(token, [])

    def loaded(self, token: Token) -> list[Spot]:
        """The expressions of loaded files that are provided under a key: classes and functions."""
        self._find()
        return self._loaded.get(token, [])

    def computed(self) -> list[Kept]:
        """What may be provided under any text."""
        self._find()
        return self._computed

    def patterned(self, pattern: str) -> list[tuple[str, Provision]]:
        """What is provided under computed names, by what is known of them, that may be a name or fit a pattern."""
        self._find()
        self.model.solver.touch(("provided", Token("text", pattern)))
        return [(name, provision) for name, provision in self._patterned if may_be_same(name, pattern)]

    def texts(self, pattern: str) -> list[str]:
        """The texts that a pattern fits under which something is provided."""
        self._find()
        known = {token.text for token in (*self._by_token, *self._loaded) if token.kind == "text"}
        return sorted(text for text in known if may_be_same(text, pattern))

    def given(self) -> list[tuple[Spot, int]]:
        """Expressions whose functions and classes are provided at a place of a library, where names don't say which."""
        self._find()
        return self._given

    def is_known(self, token: Token) -> bool:
        """Whether something else than the class itself is provided under the key."""
        self._find()
        self.model.solver.touch(("provided", token))
        return token in self._by_token or token in self._loaded

    def any(self) -> bool:
        """Whether anything is provided."""
        self._find()
        return bool(self._by_token)

    def is_of_package(self, provision: Provision) -> bool:
        """Whether what is provided is itself made by a call of the container's package, for it alone."""
        spots = [spot for path in provision.fact.by for spot, _ in reached(self.model, *provision.rest(path))]
        for m, row in spots:
            module = self.model.link.body(m)
            callee = self.model.names.callee(module, row) if module.kind[row] == Kind.CALL else None
            if callee is not None and callee.package == provision.fact.package:
                return True
        return False

    def is_provided_as_it_is(self, token: Token) -> bool:
        """Whether a class is also provided as itself."""
        self._find()
        return token in self._as_they_are

    def places(self, m: int, function: int) -> list[int]:
        """The places of libraries at which a function or the class of a constructor is provided."""
        self._find()
        return sorted(self._places.get(Spot(m, function), ()))

    def taken(self, m: int, function: int) -> list[Token | None]:
        """The keys of what a container gives to the parameters of a function."""
        self._find()
        return self._taken.get(Spot(m, function), [])

    # finding

    def _find(self) -> None:
        if self._is_known:
            return
        self._is_known = True
        libraries, link = self.model.libraries, self.model.link
        used = link.package_importers.keys()
        providing, shaped = libraries.providing_facts(used), libraries.shaped_facts(used)
        taking = libraries.taking_names(used)
        loading = libraries.service_facts(used)
        for m, surface in enumerate(link.surfaces):
            if link.classes[m] in OUTSIDE:
                continue
            for name in sorted(providing.keys() & surface.calls.keys()):
                for call in surface.calls[name]:
                    for fact in providing[name]:
                        self._note(Spot(m, call), fact)
            for name in sorted(shaped.keys() & surface.keys.keys()):
                for row in surface.keys[name]:
                    self._note_shaped(link.body(m), row, shaped[name])
            for name in sorted(taking & surface.calls.keys()):
                for call in surface.calls[name]:
                    self._note_taken(link.body(m), call)
            for name in sorted(loading.keys() & surface.calls.keys()):
                for call in surface.calls[name]:
                    for state, load in loading[name]:
                        self._note_loaded(link.body(m), call, state, load.file)

    def _note_shaped(self, module: Module, property_: int, facts: list[ProvideFact]) -> None:
        literal = module.parent[property_]
        if module.kind[literal] != Kind.OBJECT:
            return
        own = {module.text(row) for row in module.ops(literal) if module.kind[row] == Kind.PROPERTY}
        for fact in facts:
            if any(path[0].name in own for path in (*fact.by, *fact.alias)):
                self._note(Spot(module.index, literal), fact)

    def _note(self, start: Spot, fact: ProvideFact) -> None:
        """Put down what one row says of one call or literal."""
        module = self.model.link.body(start.module)
        shape = self.model.call_shape(module, start.row) if module.kind[start.row] == Kind.CALL else None
        if not self.model.libraries.admits(fact, shape):
            return
        for path in fact.key:
            steps = max((at + 1 for at, step in enumerate(path) if step.kind in _BRANCHING), default=0)
            for branch in placed(self.model, start, path[:steps]):
                self._note_branch(Provision(start, fact, branch.spot, steps), branch, path)
        for path in fact.by:
            if fact.takes and path[-1].kind in {"return", "awaited"}:
                functions = [step for step in path if step.kind not in {"return", "awaited"}]
                for given in placed(self.model, start, tuple(functions)):
                    found = self.model.names.of(*given.spot)
                    if isinstance(found, Spot):
                        self._taken.setdefault(found, list(self._taken_by(start, fact)))

    def _note_branch(self, provision: Provision, branch: Placed, path: Path) -> None:
        if path[provision.steps - 1 : provision.steps] and path[provision.steps - 1].kind == "member-name":
            self._note_named(branch.name, provision)
            return
        for key in placed(self.model, branch.spot, path[provision.steps :]):
            token = self.model.tokens.of(*key.spot)
            as_it_is = any(
                by[:-1] == path and by[-1].kind == "instance" for by in provision.fact.by if len(by) > len(path)
            )
            if token is None:
                module = self.model.link.body(key.spot.module)
                if not provision.fact.shape:
                    self._note_named(name_pattern(module, key.spot.row), provision)
                if module.kind[key.spot.row] in {Kind.IDENT, Kind.MEMBER} and not provision.fact.shape:
                    self._computed.append(Kept(provision, key.spot))
            elif as_it_is:
                self._as_they_are.add(token)
            elif provision.gives(self.model):
                self._by_token.setdefault(token, []).append(provision)

    def _note_named(self, name: str, provision: Provision) -> None:
        """Put down what is provided under a name, or under one of which only a part is known."""
        if ANY in name:
            self._patterned.append((name, provision))
        else:
            self._by_token.setdefault(Token("text", name), []).append(provision)

    def _taken_by(self, start: Spot, fact: ProvideFact) -> Iterator[Token | None]:
        """The keys that a row's `takes` name, in order: each itself, or a member of it."""
        paths = sorted(fact.takes, key=len)
        for each in placed(self.model, start, paths[0]):
            below = [one.spot for path in paths[1:] for one in placed(self.model, each.spot, path[len(paths[0]) :])]
            found = (self.model.tokens.of(*spot) for spot in (each.spot, *below))
            yield next((token for token in found if token is not None), None)

    # functions that containers call

    def _note_taken(self, module: Module, call: int) -> None:
        callee = self.model.names.callee(module, call)
        for state in callee.states if callee is not None else ():
            for index, argument in enumerate(module.args(call)):
                for place in self.model.libraries.argument(state, index, self.model.call_shape(module, call), None):
                    if self.model.libraries.is_injected_into(place):
                        self._note_place(Spot(module.index, argument), place)

    def _note_place(self, given: Spot, place: int) -> None:
        function = self._function(given)
        if function is not None:
            self._places.setdefault(function, set()).add(place)
        elif not isinstance(self.model.names.of(*given), Spot):
            self._given.append((given, place))

    def _function(self, given: Spot) -> Spot | None:
        """The function that an expression stands for, or the constructor of a class, be it inherited."""
        for _ in range(_ANCESTORS):
            found = self.model.names.of(*given)
            if not isinstance(found, Spot):
                return None
            module = self.model.link.body(found.module)
            if module.kind[found.row] == Kind.FUNCTION:
                return found
            if module.kind[found.row] != Kind.CLASS:
                return None
            constructor = own_constructor(module, found.row)
            if constructor >= 0:
                return Spot(found.module, constructor)
            given = Spot(found.module, module.first[found.row])
        return None

    # files that containers load

    def _note_loaded(self, module: Module, call: int, state: int, paths: tuple[Path, ...]) -> None:
        for path in paths:
            places = self.model.libraries.after(state, path)
            for pattern in placed(self.model, Spot(module.index, call), path):
                for m in files_loaded(self.model, pattern.spot):
                    found = self.model.names.export(m, "default")
                    if isinstance(found, Spot):
                        for name in service_names(self.model.link.paths[m]):
                            known = self._loaded.setdefault(Token("text", name), [])
                            if found not in known:
                                known.append(found)
                        for place in places:
                            self._note_place(found, place)


_BRANCHING = frozenset({"element", "any-member", "member-name"})
_ANCESTORS = 8

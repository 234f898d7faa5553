"""Traces: the shortest way that a value takes from its source to where it does harm, told step by step."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Spot
from reviewer.model.folding import is_fold
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.arguments import Argument
    from reviewer.model.model import Model
    from reviewer.model.origins import FromParameter, Local, Source
    from reviewer.model.solve import Key
    from reviewer.model.sources import Edge

_VISITS: Final = 4_000
_STEPS: Final = 12


class Hop(NamedTuple):
    """One step of a trace: where, and what happens there."""

    module: int
    row: int
    note: str


class Traces:
    """Finds the evidence for an origin by walking the edges that its answer was made of; asks final answers only."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def path(self, key: Key, source: Source) -> list[Key]:
        """The keys from the sink's question to the one that states the source itself; shortest first, ties by order."""
        origins = self.model.origins
        start = (key, source)
        came: dict[tuple[Key, Source | FromParameter], tuple[Key, Source | FromParameter] | None] = {start: None}
        pending: deque[tuple[Key, Source | FromParameter]] = deque([start])
        while pending and len(came) < _VISITS:
            at = pending.popleft()
            inner = self._inner(at[0])
            if inner is not None:
                # Where the answer was taken over as it is, the way goes on where it was made.
                taken = [item for item in sorted(self.model.ask(inner).items, key=repr) if is_fold(at[1], item)]
                for item in taken:
                    if (inner, item) not in came:
                        came[inner, item] = at
                        pending.append((inner, item))
                if taken:
                    continue
            local = self._local(at[0])
            if any(is_fold(at[1], item) for item in local.direct):
                return self._back(at, came)
            for edge in sorted(local.edges, key=_by_key):
                for below in sorted(self.model.ask(edge.key).items, key=repr):
                    if is_fold(at[1], origins.passed(below, edge.passes)) and (edge.key, below) not in came:
                        came[edge.key, below] = at
                        pending.append((edge.key, below))
        return [key]

    def _inner(self, key: Key) -> Key | None:
        """The question whose sources this one takes over: of a closed value the open one, of a call what it returns."""
        question, arguments = key
        origins = self.model.origins
        if question is origins.closed:
            return origins.of(*arguments)
        if question is origins.given_back:
            return origins.returned(arguments[0], arguments[1], arguments[4])
        return None

    def _back(
        self,
        at: tuple[Key, Source | FromParameter],
        came: dict[tuple[Key, Source | FromParameter], tuple[Key, Source | FromParameter] | None],
    ) -> list[Key]:
        keys = []
        here: tuple[Key, Source | FromParameter] | None = at
        while here is not None:
            keys.append(here[0])
            here = came[here]
        return keys

    def _local(self, key: Key) -> Local:
        """The edges of a key, its equation run over final answers."""
        return self.model.settled(self.model.origins.local(key))

    def hops(self, key: Key, source: Source) -> list[Hop]:
        """The trace from the source to the sink's question."""
        origins = self.model.origins
        keys = self.path(key, source)
        hops: list[Hop] = []
        begun = False
        parameters = {origins.parameter, origins.chosen}
        first = self._read(keys)
        for index, (question, arguments) in enumerate(keys):
            match arguments:
                case (int(m), int(row), tuple()) if index == first:
                    begun = True
                    hops.append(Hop(m, row, f"{source.name} is read here"))
                case (int(m), int(row), tuple()) if question is origins.target:
                    module = self.model.link.body(m)
                    if module.kind[row] == Kind.IDENT and begun:
                        hops.append(Hop(m, row, f"it is kept in `{module.text(row)}`"))
                case (int(gm), int(g), int(m), int(call), tuple()) if question is origins.given_back:
                    name = self.model.function_name(self.model.link.body(gm), g) or "the function"
                    hops.append(Hop(m, call, f"`{name}` gives it back"))
                case (int(m), int(function), int(at), tuple(), *_) if question in parameters and index and begun:
                    before = keys[index - 1][1]
                    body = self.model.link.body(m)
                    name = self.model.function_name(body, function)
                    if isinstance(before[0], int) and isinstance(before[1], int) and len(before) == 3:
                        called = f"`{name}`" if name else "a function"
                        hops.append(Hop(before[0], before[1], f"it is passed to {called}{self._as(m, function, at)}"))
                case _:
                    pass
        return self._thinned(hops)

    def _read(self, keys: list[Key]) -> int:
        """Which of the keys is about the expression that reads the source: the first about the value itself in the
        function where the way begins, else the first about anything that holds it.
        """
        origins = self.model.origins
        first = -1
        begins: tuple[int, int] | None = None
        for index, (question, arguments) in enumerate(keys):
            match arguments:
                case (int(m), int(row), tuple(path)) if question in {origins.of, origins.target, origins.closed}:
                    function = (m, self.model.link.body(m).owner[row])
                    if begins is None:
                        first, begins = index, function
                    if not path and function == begins:
                        return index
                case _:
                    pass
        return first

    def _as(self, m: int, function: int, position: int) -> str:
        module = self.model.link.body(m)
        params = module.params(function)
        if position < len(params):
            target = module.first[params[position]]
            if module.kind[target] == Kind.DEFAULT:
                target = module.first[target]
            if module.kind[target] == Kind.IDENT:
                return f" as `{module.text(target)}`"
        return ""

    def _thinned(self, hops: list[Hop]) -> list[Hop]:
        """One hop a line, and of a long trace its two ends."""
        kept: list[Hop] = []
        for hop in hops:
            line = (hop.module, self.model.link.body(hop.module).line(hop.row))
            if kept and (kept[-1].module, self.model.link.body(kept[-1].module).line(kept[-1].row)) == line:
                if hop.note.startswith("it is passed"):
                    kept[-1] = Hop(kept[-1].module, kept[-1].row, _merged(kept[-1].note, hop.note))
                continue
            kept.append(hop)
        return kept if len(kept) <= _STEPS else kept[: _STEPS // 2] + kept[-_STEPS // 2 :]

    def steps(self, key: Key, source: Source, sink: Argument) -> list[tuple[Spot, str]]:
        """The trace as evidence, the sink last: the call itself, and behind a wrapper the call that it makes."""
        steps = [(Spot(hop.module, hop.row), hop.note) for hop in self.hops(key, source)]
        site: Argument | None = sink
        while site is not None:
            module = self.model.link.body(site.module)
            name = self.model.source_text(module, module.first[site.row])
            says = "takes it as SQL text" if site.inner is None else "takes it and hands it on"
            steps.append((Spot(site.module, site.row), f"`{name}` {says}"))
            site = site.inner
        return steps


def _by_key(edge: Edge) -> tuple[str, str]:
    """An order that does not depend on how the edges were found."""
    return (edge.key[0].name, repr((edge.key[1], edge.passes)))


def _merged(first: str, second: str) -> str:
    return (
        f"{first.replace(' is read here', ' is read')} and {second.removeprefix('it ')}"
        if "read here" in first
        else first
    )

"""What is built once for a flow, and how long it is kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from reviewer.model.paths.blocks import Flow
from reviewer.model.paths.statements import Statements
from reviewer.source.module import Module

T = TypeVar("T")
_ROOM: Final = 1_000_000


class _Flows:
    """The flows last asked for, as many as hold a million rows together."""

    def __init__(self) -> None:
        self.flows: OrderedDict[tuple[Module, int], Flow] = OrderedDict()
        self.size = 0

    def get(self, module: Module, root: int) -> Flow:
        key = (module, root)
        found = self.flows.get(key)
        if found is None:
            found = self.flows[key] = Statements(module, root).build()
            self.size += found.size
            while self.size > _ROOM and len(self.flows) > 1:
                self.size -= self.flows.popitem(last=False)[1].size
        else:
            self.flows.move_to_end(key)
        return found


flow_of: Final = _Flows().get
"""`flow_of(module, root)`: the flow of a FUNCTION, a PROGRAM, or any other row by itself; built once, then kept."""


class PerFlow(Generic[T]):
    """A function of a flow that is evaluated once and kept as long as the flow is."""

    def __init__(self, build: Callable[[Module, Flow], T]) -> None:
        self.build = build
        self.kept: WeakKeyDictionary[Flow, T] = WeakKeyDictionary()

    def __call__(self, module: Module, flow: Flow) -> T:
        found = self.kept.get(flow)
        if found is None:
            found = self.kept[flow] = self.build(module, flow)
        return found

"""Where a function goes: the calls that run it, and the library calls that take it as a callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import Closure
from reviewer.model.forward import Forward
from reviewer.model.importers import Importers
from reviewer.model.readers import Readers
from reviewer.model.solve import NOTHING, Equation, Question, answer, join
from reviewer.model.use import HELD, Use
from reviewer.source.module import Flag, Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Uses:
    """`of(module, FUNCTION row)`: every `Use` of the function; `escapes` is among `open` where it is lost from sight.

    The rest are the steps on the way, each for the function or class at (fm, fr): `flow` of an expression's value,
    `binding` of a local name, `exported` from a module, `named` as a member; `got`: the reads of a class's getter.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.forward = Forward(model)
        self.of = Question("uses", 1, self._of)
        self.running = Question("running call", 1, self._running)
        self.flow = Question("forward flow", 1, self.forward.flow, shortcut=self.forward.plain)
        self.binding = Question("binding flow", 1, self.forward.binding, shortcut=self.forward.plain_binding)
        self.exported = Question("export flow", 1, Importers(model).exported)
        readers = Readers(model)
        self.named = Question("member flow", 1, readers.named)
        self.chosen = readers.chosen
        self.got = Question("getter reads", 1, readers.got)

    def _of(self, m: int, function: int) -> Equation:
        """Every `Use` of a function: the calls that run it, and what takes it; open where it is lost from sight."""
        found = yield from self._followed(m, function)
        if HELD not in found.open:
            return found
        return join(found, (yield from self._through_parameters(m, function)))

    def _through_parameters(self, m: int, function: int) -> Equation:
        """The function went on inside an object: the calls of parameters that, seen from the callee, run it."""
        found = NOTHING
        for other, row in self.model.link.parameter_calls():
            found = join(found, (yield self.running(other, row, m, function)))
        return found

    def _running(self, m: int, call: int, fm: int, fr: int) -> Equation:
        """Whether a call runs the function at (fm, fr): a question of its own, so that its reader, who asks it of every
        call of a parameter, has to look again only where the answer is another one.
        """
        callees = yield self.model.calls.callees(m, call)
        return answer([Use("call", m, call)] if Closure(fm, fr) in callees.items else [])

    def _followed(self, m: int, function: int) -> Equation:
        module = self.model.link.body(m)
        parent = module.parent[function]
        found = NOTHING
        if module.kind[parent] == Kind.PROPERTY:
            return (yield from self.forward.of_property(module, parent, m, function))
        binding = module.binding[function]
        if binding >= 0:
            found = join(found, (yield self.binding(m, binding, m, function)))
        if not (binding >= 0 and module.has(function, Flag.DECLARATION)) or module.kind[parent] == Kind.EXPORT:
            found = join(found, (yield self.flow(m, function, m, function)))
        return found

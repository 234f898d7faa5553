"""Every question that can be asked about some modules: what a test asks in shuffled orders."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.model.model import Model
from reviewer.model.solve import Key
from reviewer.source.module import Kind


def census(model: Model) -> Iterator[Key]:
    """One key for each expression, call, function, parameter and argument, in the order of the text."""
    for m in range(len(model.link)):
        module = model.link.body(m)
        for row in range(len(module)):
            kind = module.kind[row]
            if kind in {Kind.IDENT, Kind.MEMBER, Kind.CALL, Kind.NEW, Kind.THIS}:
                yield model.values.resolved(m, row)
            if kind in {Kind.CALL, Kind.NEW}:
                yield model.calls.callees(m, row)
                yield model.promises.yields(m, row)
                yield model.promises.rejects(m, row)
                for argument in module.args(row):
                    yield model.origins.closed(m, argument, ())
            elif kind == Kind.FUNCTION:
                yield model.uses.of(m, row)
                yield model.calls.returns(m, row)
                yield model.promises.escapes(m, row)
                yield model.promises.throws(m, row)
                for index in range(len(module.params(row))):
                    yield model.calls.parameter(m, row, index)

"""The model of the programs: one solver, and the questions that rules ask."""

from reviewer.model.callbacks import Callback
from reviewer.model.domain import Closure, External, Instance, Spot
from reviewer.model.escapes import Escape
from reviewer.model.model import Model
from reviewer.model.names import Library
from reviewer.model.origins import Source
from reviewer.model.promises import RUNS
from reviewer.model.route import Handler, Route
from reviewer.model.sites import Argument

__all__ = [
    "RUNS",
    "Argument",
    "Callback",
    "Closure",
    "Escape",
    "External",
    "Handler",
    "Instance",
    "Library",
    "Model",
    "Route",
    "Source",
    "Spot",
]

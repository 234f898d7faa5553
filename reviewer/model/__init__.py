"""The model of the programs: one solver, and the questions that rules ask."""

from reviewer.model.domain import Closure, External, Promised, Spot
from reviewer.model.escapes import Escape
from reviewer.model.model import Model
from reviewer.model.origins import Source
from reviewer.model.route import Handler, Route
from reviewer.model.sites import Argument

__all__ = ["Argument", "Closure", "Escape", "External", "Handler", "Model", "Promised", "Route", "Source", "Spot"]

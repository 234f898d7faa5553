"""The model of the programs: one solver, and the questions that rules ask."""

from reviewer.model.apps import App
from reviewer.model.does import Doing, Repetition
from reviewer.model.domain import Atom, Closure, External, Spot
from reviewer.model.escapes import Escape
from reviewer.model.headers import HeaderCall
from reviewer.model.model import Model
from reviewer.model.origins import Source
from reviewer.model.placed import Placed
from reviewer.model.route import Handler, Route
from reviewer.model.sites import Argument
from reviewer.model.turns import Turn

__all__ = [
    "App",
    "Argument",
    "Atom",
    "Closure",
    "Doing",
    "Escape",
    "External",
    "Handler",
    "HeaderCall",
    "Model",
    "Placed",
    "Repetition",
    "Route",
    "Source",
    "Spot",
    "Turn",
]

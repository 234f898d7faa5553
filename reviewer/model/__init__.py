"""The model of the programs: one solver, and the questions that rules ask."""

from reviewer.model.apps import App
from reviewer.model.callbacks import Callback
from reviewer.model.does import Doing, Repetition
from reviewer.model.domain import Atom, Closure, External, Instance, Spot
from reviewer.model.escapes import Escape
from reviewer.model.headers import HeaderCall
from reviewer.model.model import Model
from reviewer.model.names import Library
from reviewer.model.origins import Source
from reviewer.model.placed import Placed
from reviewer.model.promises import RUNS
from reviewer.model.route import Handler, Route
from reviewer.model.sites import Argument
from reviewer.model.turns import Turn

__all__ = [
    "RUNS",
    "App",
    "Argument",
    "Atom",
    "Callback",
    "Closure",
    "Doing",
    "Escape",
    "External",
    "Handler",
    "HeaderCall",
    "Instance",
    "Library",
    "Model",
    "Placed",
    "Repetition",
    "Route",
    "Source",
    "Spot",
    "Turn",
]

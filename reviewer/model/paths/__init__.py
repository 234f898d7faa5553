"""Paths: one walker runs small state machines over the statement tree of a function, and the questions it answers."""

from reviewer.model.paths.blocks import Truth
from reviewer.model.paths.conditions import conditions, conditions_at_end
from reviewer.model.paths.definitions import in_effect, reaching
from reviewer.model.paths.exits import Exits
from reviewer.model.paths.machine import ALL_THROW, CALLS_THROW, Fork, Machine
from reviewer.model.paths.obligations import Path, at_most_once, between, must, receiver, surely_again
from reviewer.model.paths.order import Ends, Known, after_one, before, covered, evaluation_order, exits, reachable
from reviewer.model.paths.walk import walk

__all__ = [
    "ALL_THROW",
    "CALLS_THROW",
    "Ends",
    "Exits",
    "Fork",
    "Known",
    "Machine",
    "Path",
    "Truth",
    "after_one",
    "at_most_once",
    "before",
    "between",
    "conditions",
    "conditions_at_end",
    "covered",
    "evaluation_order",
    "exits",
    "in_effect",
    "must",
    "reachable",
    "reaching",
    "receiver",
    "surely_again",
    "walk",
]

"""Solving: questions that are equations over other questions, and the one solver that answers them."""

from reviewer.model.solve.answers import NO, NOTHING, YES, Answer, Attempt, Equation, Key, Question, answer, join
from reviewer.model.solve.solver import READS_LIMIT, Solver
from reviewer.model.solve.timed import Spent, TimedSolver

__all__ = [
    "NO",
    "NOTHING",
    "READS_LIMIT",
    "YES",
    "Answer",
    "Attempt",
    "Equation",
    "Key",
    "Question",
    "Solver",
    "Spent",
    "TimedSolver",
    "answer",
    "join",
]

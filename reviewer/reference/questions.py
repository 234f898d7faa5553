"""What a finder may ask, and what it gets: the questions of the model, their arguments, the things in answers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import get_origin

import reviewer.model as things
from reviewer.model import QUESTIONS, Model
from reviewer.model.solve import Question
from reviewer.program import program_of
from reviewer.reference.entries import Entry, sentence
from reviewer.rulebook.finder import Report
from reviewer.rulebook.load import Rulebook
from reviewer.source.module import Module

_ANSWER = "Answer"


def families(rulebook: Rulebook) -> Iterator[Entry]:
    """The families of questions in their order, each with its questions."""
    model = program_of({}, rulebook).model
    for name, members in QUESTIONS.items():
        holder: object = model
        for step in filter(None, name.split(".")):
            holder = getattr(holder, step)
        asked = tuple(_question(name, member, holder) for member in members)
        yield Entry(f"model.{name}" if name else "model", sentence(inspect.getmodule(type(holder))), keys=asked)


def answers() -> Iterator[Entry]:
    """The things that finders are called with and that answers hold, each with its fields."""
    for name in sorted(things.__all__):
        thing = getattr(things, name)
        if inspect.isclass(thing) and thing is not Model:
            yield Entry(name, sentence(thing), ", ".join(_fields(thing)))


def rows() -> Iterator[Entry]:
    """What a module says of its rows."""
    yield from _methods(Module, "module")


def reporting() -> Iterator[Entry]:
    """How a finder says what it found."""
    yield from _methods(Report, "report")


def _question(family: str, member: str, holder: object) -> Entry:
    found = getattr(holder, member)
    name = ".".join(filter(None, ("model", family, member)))
    if isinstance(found, Question):
        return Entry(f"{name}({_arguments(found.equation)})", sentence(found.equation), _ANSWER)
    if callable(found):
        return Entry(f"{name}({_arguments(found)})", sentence(found), _result(found))
    return Entry(name, *_described(type(holder), member))


def _described(family: type, member: str) -> tuple[str, str]:
    """What the documentation of a class says of an attribute: `name: what it is.`"""
    words = " ".join((inspect.getdoc(family) or "").split())
    says = words.partition(f"{member}: ")[2].partition(".")[0]
    return says, ""


def _methods(of: type, name: str) -> Iterator[Entry]:
    for member, method in vars(of).items():
        if not member.startswith("_") and inspect.isfunction(method):
            yield Entry(f"{name}.{member}({_arguments(method)})", sentence(method), _result(method))


def _arguments(function: object) -> str:
    parameters = inspect.signature(function).parameters.values() if callable(function) else ()
    return ", ".join(
        f"{'**' if one.kind is one.VAR_KEYWORD else ''}{one.name}{'=…' if one.default is not one.empty else ''}"
        for one in parameters
        if one.name not in {"self", "left"}
    )


def _result(function: object) -> str:
    found = inspect.signature(function).return_annotation if callable(function) else ""
    said = found if isinstance(found, str) else getattr(found, "__name__", str(get_origin(found) or found))
    return "" if said == "None" else said


def _fields(thing: type) -> tuple[str, ...]:
    return tuple(getattr(thing, "__struct_fields__", ()) or getattr(thing, "_fields", ()))

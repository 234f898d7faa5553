"""The path language: where in a library's interface a value, a function or a call stands.

The language is CodeQL's access paths for API graphs ("Data extensions for JavaScript", access paths), with
`Module[…]`, `Global[…]` and type names as bases and shell-like `{a,b}` alternatives anywhere. A place is a base and
steps; a path is steps alone, read from the place that a row names.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from reviewer.diagnosis import quoted, unknown
from reviewer.model.libraries.steps import OPEN, PLAIN, Path, Place, Step

MAX_ALTERNATIVES: Final = 4096  # places that one text may stand for
MAX_BRACES: Final = 64


class PathError(Exception):
    """A text that is no place or path. `position` is the 0-based character of the text that is wrong."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


_WITH_OPERAND: Final = (
    *("Member", "Argument", "Parameter", "WithArity", "WithParameters", "WithStringArgument", "WithTrueArgument"),
)
STEP_NAMES: Final = (*PLAIN, *_WITH_OPERAND)
_MODULE: Final = "Module"
_GLOBAL: Final = "Global"

_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_TYPE: Final = re.compile(r"(?:@[\w.-]+/)?[\w.-]+/[A-Za-z_]\w*|[A-Za-z_]\w*")
_RANGE: Final = re.compile(r"(?P<low>\d+)?(?P<dots>\.\.)?(?P<high>\d+)?")


def parse_place(text: str) -> tuple[Place, ...]:
    """The places that `text` stands for, alternatives written out, in the order of the text.

    Raises `PathError` at the first character that does not fit.
    """
    places: list[Place] = []
    for plain, positions in _expand(text):
        base, name, at = _base(plain, positions)
        for steps in _steps(plain, positions, at):
            places.append(Place(base, name, steps))
            _bound(places, positions)
    return tuple(places)


def parse_path(text: str) -> tuple[Path, ...]:
    """The paths that `text` stands for, alternatives written out. Raises `PathError`."""
    paths: list[Path] = []
    for plain, positions in _expand(text):
        if not plain:
            raise PathError("a path needs a step", positions[0])
        for steps in _steps(plain, positions, 0):
            paths.append(steps)
            _bound(paths, positions)
    return tuple(paths)


def _bound(found: Sequence[object], positions: Sequence[int]) -> None:
    if len(found) > MAX_ALTERNATIVES:
        raise PathError(f"more than {MAX_ALTERNATIVES} alternatives", positions[0])


def _expand(text: str) -> list[tuple[str, list[int]]]:
    """Write out `{a,b}`; every result comes with the position in `text` of each of its characters, and of its end."""
    if text.count("{") > MAX_BRACES:
        raise PathError(f"more than {MAX_BRACES} braces", text.index("{"))
    pending = [(text, list(range(len(text) + 1)))]
    if "{" not in text and "}" not in text:
        return pending
    done: list[tuple[str, list[int]]] = []
    while pending:
        plain, positions = pending.pop(0)
        start = plain.find("{")
        if start < 0:
            stray = plain.find("}")
            if stray >= 0:
                raise PathError("`}` without `{`", positions[stray])
            done.append((plain, positions))
            continue
        end, commas = _brace(plain, start, positions)
        bounds = [start, *commas, end]
        pending[:0] = [
            (plain[:start] + plain[low + 1 : high] + plain[end + 1 :],
             positions[:start] + positions[low + 1 : high] + positions[end + 1 :])
            for low, high in itertools.pairwise(bounds)
        ]  # fmt: skip
        _bound(pending, positions)
        _bound(done, positions)
    return done


def _brace(text: str, start: int, positions: Sequence[int]) -> tuple[int, list[int]]:
    """Where the brace at `start` ends, and its own commas: those of inner braces and of brackets are not."""
    depth = brackets = 0
    commas: list[int] = []
    for at in range(start, len(text)):
        match text[at]:
            case "{":
                depth += 1
            case "}":
                depth -= 1
                if depth == 0:
                    return at, commas
            case "[":
                brackets += 1
            case "]":
                brackets -= 1
            case "," if depth == 1 and brackets == 0:
                commas.append(at)
            case _:
                pass
    raise PathError("`{` without `}`", positions[start])


def _base(text: str, positions: Sequence[int]) -> tuple[str, str, int]:
    """The base of a place and where its steps begin; a place that begins with a step begins at the module."""
    found = _TYPE.match(text)
    if not found:
        raise PathError("a place begins with a step, a type, Module or Global[…]", positions[0])
    word = found.group()
    if word in STEP_NAMES:
        return "package", "", 0
    end = found.end()
    if word == _MODULE:
        name, end = _operand(text, end, positions) if text[end : end + 1] == "[" else ("", end)
        return "package", name, _next(text, end, positions)
    if word == _GLOBAL:
        name, end = _operand(text, end, positions)
        return "global", name, _next(text, end, positions)
    if text[end : end + 1] == "[":
        raise PathError(_unknown_step(word), positions[0])
    return "type", word, _next(text, end, positions)


def _next(text: str, at: int, positions: Sequence[int]) -> int:
    """The position after the dot at `at`, or the end of the text."""
    if at == len(text):
        return at
    if text[at] != "." or at + 1 == len(text):
        raise PathError("expected `.` and a step", positions[at])
    return at + 1


def _steps(text: str, positions: Sequence[int], at: int) -> list[Path]:
    """Every path that the text from `at` on stands for."""
    alternatives: list[list[Step]] = []
    size = 1
    while at < len(text):
        found = _WORD.match(text, at)
        if not found:
            raise PathError("expected a step", positions[at])
        word, end = found.group(), found.end()
        if word in PLAIN:
            steps = [Step(PLAIN[word])]
        elif word in _WITH_OPERAND:
            inner = end + 1
            operand, end = _operand(text, end, positions)
            steps = _with_operand(word, operand, positions[inner])
        else:
            raise PathError(_unknown_step(word), positions[at])
        alternatives.append(steps)
        size *= len(steps)
        if size > MAX_ALTERNATIVES:
            raise PathError(f"more than {MAX_ALTERNATIVES} alternatives", positions[at])
        at = _next(text, end, positions)
    return [tuple(steps) for steps in itertools.product(*alternatives)]


def _unknown_step(word: str) -> str:
    return unknown("step", word, (*STEP_NAMES, _MODULE, _GLOBAL))


def _operand(text: str, at: int, positions: Sequence[int]) -> tuple[str, int]:
    """What stands in the brackets at `at`, and where they end."""
    if text[at : at + 1] != "[":
        raise PathError("expected `[`", positions[at])
    end = text.find("]", at)
    if end < 0:
        raise PathError("`[` without `]`", positions[at])
    operand = text[at + 1 : end].strip()
    if not operand:
        raise PathError("nothing between `[` and `]`", positions[at])
    return operand, end + 1


def _with_operand(word: str, operand: str, position: int) -> list[Step]:
    if word == "WithStringArgument":
        index, equals, values = operand.partition("=")
        if not equals or not index.isdecimal():
            raise PathError("WithStringArgument is written [position=text,text]", position)
        return [Step("with-string-argument", low=int(index), values=tuple(_names(values, position)))]
    if word == "WithTrueArgument":
        index, dot, name = operand.partition(".")
        if not index.isdecimal() or bool(dot) != bool(name):
            raise PathError("WithTrueArgument is written [position] or [position.member]", position)
        return [Step("with-true-argument", name, low=int(index))]
    parts = _names(operand, position)
    match word:
        case "Member":
            return [Step("member", name) for name in parts]
        case "Argument" | "Parameter":
            return [_indexed(word, part, position) for part in parts]
        case _:
            kind = "with-arity" if word == "WithArity" else "with-parameters"
            return [Step(kind, "", *parse_range(part, position)) for part in parts]


def _names(text: str, position: int) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if "" in names:
        raise PathError("an empty name between commas", position)
    return names


def _indexed(word: str, text: str, position: int) -> Step:
    kind = word.lower()
    if text == "this":
        return Step("receiver" if kind == "argument" else "parameter-this")
    if text.startswith("-") and text[1:].isdecimal() and int(text) < 0:
        return Step(kind, "", int(text), int(text))
    return Step(kind, "", *parse_range(text, position))


def parse_range(text: str, position: int = 0) -> tuple[int, int]:
    """`2`, `2..`, `..3` or `1..3` as the smallest and the largest number, `OPEN` where there is none. Raises
    `PathError`.
    """
    found = _RANGE.fullmatch(text)
    if not found or not (found["low"] or found["high"]):
        raise PathError(f"{quoted(text)} is no number or range such as 0, 1.. or 0..2", position)
    low = int(found["low"] or 0)
    if not found["dots"]:
        return low, low
    high = int(found["high"]) if found["high"] else OPEN
    if high < low:
        raise PathError(f"the range {quoted(text)} ends before it begins", position)
    return low, high

"""What a container image runs: CMD and ENTRYPOINT of a Dockerfile (Dockerfile reference)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Final

import msgspec

_INSTRUCTION = re.compile(r"[ \t]*(FROM|CMD|ENTRYPOINT)[ \t]+(.*)", re.IGNORECASE)
_CONTINUED = re.compile(r"\\[ \t]*\r?\n")
_MAX_LINES: Final = 5000


def image_commands(text: str) -> Iterator[str]:
    """The shell lines that the stages of a Dockerfile run, in order."""
    entry = command = ""
    for line in _CONTINUED.sub(" ", text).splitlines()[:_MAX_LINES]:
        found = _INSTRUCTION.match(line)
        if found is None:
            continue
        word = found[1].upper()
        if word == "FROM":
            yield from _run(entry, command)
            entry = command = ""
        elif word == "CMD":
            command = _line(found[2])
        else:
            entry = _line(found[2])
    yield from _run(entry, command)


def _run(entry: str, command: str) -> Iterator[str]:
    """CMD is what ENTRYPOINT gets as arguments; an entry point that is a script often runs them."""
    if entry and command:
        yield f"{entry} {command}"
    if entry or command:
        yield command or entry


def _line(text: str) -> str:
    """The exec form (a JSON array) or the shell form as a shell line."""
    if text.startswith("["):
        try:
            return shlex.join(msgspec.json.decode(text.encode(), type=list[str]))
        except msgspec.DecodeError:
            return ""
    return text

"""What a container image runs: CMD and ENTRYPOINT of a Dockerfile (Dockerfile reference)."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import msgspec

from reviewer.source.documents.dockerfile import instructions
from reviewer.source.manifests.starts.options import with_variable


def image_commands(text: str) -> Iterator[str]:
    """The shell lines that the stages of a Dockerfile run, in order."""
    entry = command = setting = ""
    for one in instructions(text):
        if one.word == "FROM":
            yield from (with_variable(line, setting) for line in _run(entry, command))
            entry = command = setting = ""
        elif one.word == "ENV":
            setting += f"{one.text};"
        elif one.word == "CMD":
            command = _line(one.text)
        elif one.word == "ENTRYPOINT":
            entry = _line(one.text)
    yield from (with_variable(line, setting) for line in _run(entry, command))


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

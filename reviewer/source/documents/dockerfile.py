"""Dockerfiles: instructions with the lines on which they begin, and the stages they make (Dockerfile reference)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

_MAX_LINES: Final = 5000
_WORD: Final = re.compile(r"[ \t]*([A-Za-z]+)(?:[ \t]+|$)")
_ESCAPE: Final = re.compile(r"[ \t]*#[ \t]*escape[ \t]*=[ \t]*`[ \t]*", re.IGNORECASE)
_HEREDOC: Final = re.compile(r"<<-?[ \t]*([\"']?)(\w+)\1")
_TAKES_HEREDOCS: Final = frozenset({"RUN", "COPY", "ADD"})
_FLAG: Final = re.compile(r"--[\w-]+(?:=\S*)?[ \t]+")


class Instruction(NamedTuple):
    """One instruction: its word in capitals, what follows on one line, and the 1-based line on which it begins."""

    word: str
    text: str
    line: int


class Stage(NamedTuple):
    """What a FROM begins: the image as it is written, the name of the stage in small letters, all its instructions."""

    image: str
    name: str
    instructions: tuple[Instruction, ...]

    @property
    def line(self) -> int:
        """The line of the FROM."""
        return self.instructions[0].line


def instructions(text: str) -> Iterator[Instruction]:
    """The instructions of a Dockerfile in order. Comments, continued lines and here-documents are understood; what is
    no instruction is passed over.
    """
    lines = text.splitlines()[:_MAX_LINES]
    continued = re.compile(r"`[ \t]*$" if lines and _ESCAPE.fullmatch(lines[0]) else r"\\[ \t]*$")
    at = 0
    while at < len(lines):
        begin = at
        parts: list[str] = []
        while at < len(lines):
            line = lines[at]
            at += 1
            if line.lstrip().startswith("#") or (parts and not line.strip()):
                if not parts:
                    break
                continue
            found = continued.search(line)
            parts.append(line[: found.start()] if found else line)
            if not found:
                break
        whole = " ".join(parts)
        word = _WORD.match(whole)
        if word is None:
            continue
        name = word[1].upper()
        for mark in _HEREDOC.finditer(whole) if name in _TAKES_HEREDOCS else ():
            while at < len(lines) and lines[at].strip() != mark[2]:
                at += 1
            at += 1
        yield Instruction(name, whole[word.end() :].strip(), begin + 1)


def stages(found: tuple[Instruction, ...]) -> list[Stage]:
    """The stages of a Dockerfile, the last of which is the image; what stands before the first FROM belongs to none."""
    result: list[Stage] = []
    begins = [at for at, one in enumerate(found) if one.word == "FROM"]
    for begin, end in pairwise([*begins, len(found)]):
        words = _FLAG.sub("", found[begin].text + " ").split()
        name = words[2].lower() if len(words) > 2 and words[1].upper() == "AS" else ""
        result.append(Stage(words[0] if words else "", name, found[begin:end]))
    return result

"""Program: what is started together, and as what."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from reviewer.model.domain import Spot


class ProgramKind(StrEnum):
    """What a program is. LIBRARY: what a package gives away, for programs elsewhere."""

    SERVER = "server"
    WORKER = "worker"
    CLI = "CLI"
    LIBRARY = "library"
    BROWSER = "browser"
    TOOL = "tool"
    TESTS = "tests"


ASIDE: Final = frozenset({ProgramKind.BROWSER, ProgramKind.TOOL, ProgramKind.TESTS})
"""Kinds of programs about which rules of running servers say nothing."""


class Program(msgspec.Struct, frozen=True, gc=False):
    """What is started together: `roots` are modules, `said` where they are named. is_apart: a process or thread that
    another program starts, to which nobody connects. heard_by: the framework that starts it, for people, if that goes
    on when nobody handles a rejection. for_development: those who develop start it, and production runs another one.
    rejections: what Node.js is told to do with a rejection that nobody handles; empty where all ways do not say so.
    threads: the calls that start it, where all of them start a thread of another program's process.
    """

    kind: ProgramKind
    name: str
    roots: tuple[int, ...]
    said: str
    is_apart: bool = False
    heard_by: str = ""
    for_development: bool = False
    rejections: str = ""
    threads: tuple[Spot, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def agreed(texts: Iterable[str]) -> str:
    """What all say; empty where they differ."""
    different = set(texts)
    return different.pop() if len(different) == 1 else ""

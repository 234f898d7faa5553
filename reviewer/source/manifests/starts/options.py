"""Options of Node.js in what is started: what it is told to do with rejections that nobody handles.

Source: Node.js, command-line API, `--unhandled-rejections`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

_MODE = re.compile(r"--unhandled-rejections[=\s]\s*(strict|throw|warn-with-error-code|warn|none)\b")
_VARIABLE: Final = "NODE_OPTIONS"
NODE_ARGUMENTS: Final = ("node_args", "nodeArgs", "interpreter_args", "interpreterArgs")
"""How the files of process managers call what Node.js is to be given (PM2, "Attributes available")."""
_HANDED_ON = re.compile(r"--(?:node|interpreter)-args\b")
_EXPORT: Final = "export"


def rejections_mode(texts: Iterable[str]) -> str:
    """The last mode that options say, for it counts; empty where they say none."""
    return next(iter(_MODE.findall(" ".join(texts))[-1:]), "")


def mode_before(words: Sequence[str], file: str) -> str:
    """The mode that a simple command says for a file: what stands behind that is for the file, if no process manager
    hands it on.
    """
    at = words.index(file) if file in words else len(words)
    handed = next((each for each in range(at, len(words)) if _HANDED_ON.match(words[each])), len(words))
    return rejections_mode([*words[:at], *words[handed:]])


def exported_mode(words: Sequence[str]) -> str:
    """The mode for all that the rest of a shell line runs: `export NODE_OPTIONS=--unhandled-rejections=warn`."""
    is_exported = len(words) > 1 and words[0] == _EXPORT and words[1].startswith(f"{_VARIABLE}=")
    return rejections_mode(words) if is_exported else ""


def with_variable(line: str, setting: str) -> str:
    """A shell line for which a file sets variables apart, in the words of the file."""
    mode = rejections_mode([setting]) if _VARIABLE in setting else ""
    return f"{_EXPORT} {_VARIABLE}=--unhandled-rejections={mode}; {line}" if mode else line

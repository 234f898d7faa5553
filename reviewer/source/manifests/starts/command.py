"""Shell lines as words: enough to see which program is run with which arguments; nothing is expanded."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_OPERATORS: Final = ";&|()"
_OPERATOR = re.compile(rf"[{_OPERATORS}]+")
_QUOTING = re.compile(r"""["'\\]""")
_MAX_CHARACTERS: Final = 20_000
_MAX_COMMANDS: Final = 100
_MAX_NESTED: Final = 3
_MANAGERS: Final = frozenset({"npm", "yarn", "pnpm", "bun"})
# An argument of these says that the script is that of another package.
_ELSEWHERE: Final = ("--prefix", "-w", "--workspace", "--filter", "-F", "--dir", "-C", "--cwd", "workspace", "-r")
_RUN: Final = frozenset({"run", "run-script"})
_CONCURRENT: Final = tuple(f"{manager}:" for manager in sorted(_MANAGERS))


@lru_cache(maxsize=4096)
def commands_in(line: str) -> tuple[list[str], ...]:
    """The simple commands of a shell line as words, in order, those inside quotes after the one that quotes them."""
    found: list[list[str]] = []
    pending = [(line[:_MAX_CHARACTERS], 0)]
    while pending and len(found) < _MAX_COMMANDS:
        text, depth = pending.pop(0)
        for words in _split(text):
            found.append(words)
            if depth < _MAX_NESTED:
                pending += [(word, depth + 1) for word in words if " " in word]
    return tuple(found)


def _split(text: str) -> Iterator[list[str]]:
    if not _QUOTING.search(text):
        yield from (part.split() for part in _OPERATOR.split(text))
        return
    lexer = shlex.shlex(text, posix=True, punctuation_chars=_OPERATORS)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        for word in lexer:
            if word.strip(_OPERATORS):
                words.append(word)
            else:
                yield words
                words = []
    except ValueError:  # an unclosed quote
        words = text.split()
    yield words


def called_scripts(words: list[str]) -> list[str]:
    """The scripts of the same package.json that a simple command runs: `npm run build`, `yarn start`."""
    if any(word.startswith(_ELSEWHERE) for word in words):
        return []
    called = [word.partition(":")[2] for word in words if word.startswith(_CONCURRENT)]
    for at, word in enumerate(words):
        if word in _MANAGERS:
            plain = [after for after in words[at + 1 :] if not after.startswith("-") and after not in _RUN]
            called += plain[:1]
            break
    return called

"""The texts of TypeScript types, taken apart: unions, heads and arguments, object and function types, elements."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_OPENING: Final = "<([{"
_CLOSING: Final = ">)]}"
_MEMBER: Final = re.compile(
    r"""(?:readonly\s+)?(?:(['"])(?P<quoted>.*?)\1|(?P<name>[\w$]+))\??\s*(?P<rest>[:(<].*)""", re.DOTALL
)
_INDEX: Final = re.compile(r"(?:readonly\s+)?\[[^\]]*\]\??\s*:\s*(?P<type>.*)", re.DOTALL)
_ELEMENT: Final = frozenset(
    (
        *("Array", "ReadonlyArray", "Set", "ReadonlySet", "WeakSet", "Iterable", "Iterator", "IterableIterator"),
        *("AsyncIterable", "AsyncIterator", "AsyncIterableIterator", "Generator", "AsyncGenerator", "ArrayLike"),
    )
)
_KEYED: Final = frozenset({"Map", "ReadonlyMap", "WeakMap", "Record"})
CONTAINERS: Final = _ELEMENT | _KEYED
"""The language's generic types whose last argument is what they hold, or their first."""
_PLAIN = frozenset({"number", "boolean", "bigint", "true", "false"})
_NOTHING = frozenset({"null", "undefined", "void"})
_PROMISES = frozenset({"Promise", "PromiseLike"})


def _depths(text: str) -> list[int]:
    """How many brackets are open after each character; the `>` of an arrow closes none."""
    depths = []
    depth = 0
    for index, char in enumerate(text):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING and not (char == ">" and text[index - 1 : index] == "="):
            depth -= 1
        depths.append(depth)
    return depths


@lru_cache(maxsize=1 << 12)
def split_type(text: str, separators: str) -> tuple[str, ...]:
    """The parts of a type's text between separators outside all brackets, trimmed; parentheses around the whole go."""
    text = _bare(text)
    parts: list[str] = []
    start = 0
    for index, (char, depth) in enumerate(zip(text, _depths(text), strict=True)):
        if char in separators and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    parts.append(text[start:].strip())
    return tuple(part for part in parts if part)


def _bare(text: str) -> str:
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and _closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text.removeprefix("readonly ").strip()


def _closing(text: str) -> int:
    """Where the bracket closes that the text begins with, or -1."""
    return next((index for index, depth in enumerate(_depths(text)) if depth == 0), -1)


@lru_cache(maxsize=1 << 12)
def type_head(text: str) -> tuple[str, tuple[str, ...]]:
    """`Repository<User>` → (`Repository`, (`User`,)); what is no name, with or without arguments, has the head `?`."""
    at = text.find("<")
    name = (text if at < 0 else text[:at]).strip()
    if not all(part.isidentifier() for part in name.replace("$", "_").split(".")):
        return "?", ()
    if at < 0:
        return name, ()
    return (name, split_type(text[at + 1 : -1], ",")) if text.endswith(">") else ("?", ())


@lru_cache(maxsize=1 << 12)
def returned_type(text: str) -> str | None:
    """What a function type, `(…) => T`, or a method's signature, `(…): T`, gives; None for other types."""
    text = _bare(text)
    if text.startswith("<"):
        text = text[_closing(text) + 1 :].strip()
    if not text.startswith("("):
        return None
    rest = text[_closing(text) + 1 :].strip()
    for sign in ("=>", ":"):
        if rest.startswith(sign):
            return rest[len(sign) :].strip()
    return None


@lru_cache(maxsize=1 << 12)
def element_type(text: str, key: str) -> str | None:
    """What an array, tuple, map, set, record or index signature holds, under `key` or `*` for any; None for others."""
    text = _bare(text)
    if text.endswith("[]"):
        return text[:-2].strip()
    if text.startswith("[") and text.endswith("]"):
        parts = split_type(text[1:-1], ",")
        if key.isdigit():
            return _bare(parts[int(key)]) if int(key) < len(parts) else None
        return " | ".join(parts)
    if text.startswith("{"):
        return object_members(text).get("*")
    head, arguments = type_head(text)
    if head in _KEYED and len(arguments) > 1:
        return arguments[1]
    return arguments[0] if head in _ELEMENT and arguments else None


@lru_cache(maxsize=1 << 12)
def _members_of(text: str) -> tuple[tuple[str, str], ...]:
    members = []
    for part in split_type(text[1:-1], ";,"):
        index = _INDEX.fullmatch(part)
        if index is not None:
            members.append(("*", index["type"]))
            continue
        found = _MEMBER.fullmatch(part)
        if found is not None:
            rest = found["rest"]
            members.append((found["name"] or found["quoted"] or "", rest[1:].strip() if rest[0] == ":" else rest))
    return tuple(members)


def object_members(text: str) -> dict[str, str]:
    """Name → type of the members of an object type `{ … }`; `*` is its index signature, a method has its signature."""
    return dict(_members_of(text))


@lru_cache(maxsize=1 << 12)
def is_plain(text: str, path: tuple[str, ...]) -> bool:
    """Whether what lies `path` below a value of a type, or of what it promises, is a number or truth value."""
    for step in path:
        text = _promised(text)
        below = object_members(text).get(step) if text.startswith("{") else None
        below = below or element_type(text, step)
        if below is None:
            return False
        text = below
    parts = {_bare(part) for part in split_type(_promised(text), "|")}
    return bool(parts & _PLAIN) and parts <= _PLAIN | _NOTHING


def _promised(text: str) -> str:
    """What a promise of a type gives, or the type itself, without brackets around it."""
    head, arguments = type_head(_bare(text))
    return _bare(arguments[0]) if head in _PROMISES and len(arguments) == 1 else _bare(text)

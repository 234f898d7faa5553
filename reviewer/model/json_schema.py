"""JSON Schema: what an instance is known to be that a schema has let pass. Source: JSON Schema Validation, draft 7."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Constant, Literal
from reviewer.model.narrow_patterns import is_narrow_pattern
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import DEEP, NAMES, Path, is_element

if TYPE_CHECKING:
    from reviewer.model.model import Model

_TYPES: Final = {"integer": "number", "number": "number", "boolean": "boolean"}
_FORMATS: Final = {"uuid": "uuid", "date": "date", "date-time": "date", "time": "date"}


def proved(model: Model, schema: Answer, path: Path) -> Generator[Key, Answer, frozenset[str]]:
    """The barriers that a value has passed which lies `path` below what one of these object literals describes."""
    for step in path:
        if step in {DEEP, NAMES}:
            return frozenset()
        if is_element(step):
            schema = yield from _keyword(model, schema, "items")
        else:
            properties = yield from _keyword(model, schema, "properties")
            # Without `properties` an object may be a short form that lists them itself.
            schema = yield from _keyword(model, properties if properties.items else schema, step)
        if not schema.items:
            return frozenset()
    found: frozenset[str] | None = None
    for item in sorted(schema.items, key=repr):
        kinds = yield from _kinds(model, Answer(frozenset([item]), frozenset()))
        found = kinds if found is None else found & kinds
    return found or frozenset()


def _kinds(model: Model, schema: Answer) -> Generator[Key, Answer, frozenset[str]]:
    for keyword in ("enum", "const"):
        listed = yield from model.values.member_of(schema, keyword)
        if any(isinstance(item, Literal | Constant) and item != Constant("undefined", "") for item in listed.items):
            return frozenset({"identifier"})
    types = yield from model.values.member_of(schema, "type")
    formats = yield from model.values.member_of(schema, "format")
    patterns = yield from model.values.member_of(schema, "pattern")
    texts = [item.text for item in patterns.items if isinstance(item, Constant)]
    narrow = bool(texts) and all(is_narrow_pattern(f"/{text}/") for text in texts) and not patterns.open
    return _all(types, _TYPES) | _all(formats, _FORMATS) | frozenset({"identifier"} if narrow else ())


def _all(values: Answer, meanings: dict[str, str]) -> frozenset[str]:
    """What the constants mean, where all of them mean the same."""
    texts = {item.text for item in values.items if isinstance(item, Constant)}
    found = {meanings.get(text, "") for text in texts}
    is_known = bool(texts) and len(texts) == len(values.items) and len(found) == 1
    return frozenset(found - {""}) if is_known else frozenset()


def _keyword(model: Model, schema: Answer, name: str) -> Generator[Key, Answer, Answer]:
    """The object literals that a keyword of these has."""
    held = yield from model.values.member_of(schema, name)
    return Answer(frozenset(item for item in held.items if isinstance(item, Literal)), frozenset())

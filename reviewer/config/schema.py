"""The JSON Schema of settings, made from the form that the reader holds files against.

`python -m reviewer.config.schema` writes the copy that stands in the package, which names no rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from reviewer.config.form import FORM, Either, Keys, Kind, Named, Several, Text, Words

FILE: Final = Path(__file__).parent / "nodereview-settings.schema.json"
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_ONE_LINE: Final = r"^\s*[^\s]([^\n]*[^\s])?\s*$"


def schema(rules: Mapping[str, str] | None = None, former: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The schema as data. `rules` are all rules with their titles, `former` the rule of today of each former id: where
    they are given, no other is valid.
    """
    defs: dict[str, Any] = {}
    found = {"$schema": _DRAFT, "$id": "urn:nodereview:settings:1", "title": "nodereview settings", **_of(FORM, defs)}
    found["type"] = ["object", "null"]
    if rules is not None:
        value = defs["rules"].pop("additionalProperties")
        known: dict[str, Any] = {rule: {"description": title, **value} for rule, title in sorted(rules.items())}
        for name, today in sorted((former or {}).items()):
            known[name] = {"description": f"Called {today} today.", "deprecated": True, **value}
        defs["rules"] |= {"properties": known, "additionalProperties": False}
    return {**found, "$defs": defs}


def schema_text(rules: Mapping[str, str] | None = None, former: Mapping[str, str] | None = None) -> str:
    """The schema as a JSON document that ends in a newline; see `schema`."""
    return msgspec.json.format(msgspec.json.encode(schema(rules, former)), indent=2).decode() + "\n"


def _of(kind: Kind, defs: dict[str, Any]) -> dict[str, Any]:
    """The schema of one kind; what has a name is kept in `defs`."""
    match kind:
        case Text():
            return {"type": "string", "pattern": _ONE_LINE}
        case Words(words):
            return {"enum": list(words)}
        case Several(item, least):
            return {"type": "array", "items": _of(item, defs)} | ({"minItems": least} if least else {})
        case Either(kinds):
            return {"anyOf": [_of(one, defs) for one in kinds]}
        case Named(value, what):
            defs[what] = {"type": "object", "additionalProperties": _of(value, defs)}
            return {"$ref": f"#/$defs/{what}"}
        case Keys():
            return _of_keys(kind, defs)


def _of_keys(kind: Keys, defs: dict[str, Any]) -> dict[str, Any]:
    required = [key.name for key in kind.keys if key.required]
    return {
        "description": kind.says,
        "type": "object",
        "properties": {
            key.name: {"description": key.says, **_of(key.holds, defs)}
            | ({"default": key.default} if key.default else {})
            for key in kind.keys
        },
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")

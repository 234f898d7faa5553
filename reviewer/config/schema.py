"""The JSON Schema of settings, made from the form that the reader holds files against.

`python -m reviewer.config.schema` writes the copy that stands in the package, which names no rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from reviewer.config.form import Form

FILE: Final = Path(__file__).parent / "nodereview-settings.schema.json"
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema(rules: Mapping[str, str] | None = None, former: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The schema as data. `rules` are all rules with their titles, `former` the rule of today of each former id: where
    they are given, no other is valid.
    """
    _, defs = msgspec.json.schema_components([Form], ref_template="#/$defs/{name}")
    found: dict[str, Any] = {"$schema": _DRAFT, "$id": "urn:nodereview:settings:1", **defs.pop("Form")}
    found["title"] = "nodereview settings"
    found["type"] = [found["type"], "null"]
    found["$defs"] = dict(sorted(defs.items()))
    for model in (found, *defs.values()):
        model["description"] = " ".join(model["description"].split())
        for field in model.get("properties", {}).values():
            if not field.get("default", "?"):
                del field["default"]
        if not model.get("required", "?"):
            del model["required"]
    named = found["properties"]["rules"]["additionalProperties"]
    defs["Rules"] = {"type": "object", "additionalProperties": named}
    for model in (found, defs["OverrideForm"]):
        del model["properties"]["rules"]["additionalProperties"], model["properties"]["rules"]["type"]
        model["properties"]["rules"]["$ref"] = "#/$defs/Rules"
    if rules is not None:
        defs["Rules"] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {rule: {"description": title, **named} for rule, title in sorted(rules.items())}
            | {
                name: {"description": f"Called {today} today.", "deprecated": True, **named}
                for name, today in sorted((former or {}).items())
            },
        }
    found["$defs"] = dict(sorted(defs.items()))
    return found


def schema_text(rules: Mapping[str, str] | None = None, former: Mapping[str, str] | None = None) -> str:
    """The schema as a JSON document that ends in a newline; see `schema`."""
    return msgspec.json.format(msgspec.json.encode(schema(rules, former)), indent=2).decode() + "\n"


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")

"""The machine file as JSON Schema, for editors and for other people's tools."""

from __future__ import annotations

from typing import Any

import msgspec

from trapline.targets.model import Link, Module, Target
from trapline.targets.quantity import Quantity, unit_of

SCHEMA_URL = "https://json-schema.org/draft/2020-12/schema"


def target_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a machine file, with the unit of every number.

    The schema says what each table may hold. What one table cannot know of another is checked on
    loading only: `low <= value <= high`, names that repeat, links that end nowhere, qubits that do
    not add up, and networks without a link.
    """
    schema: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Target)))
    definitions = schema["$defs"]
    for kind in (Module, Link):
        for key, entry in definitions[kind.__name__]["properties"].items():
            if _holds_quantity(entry, definitions):
                entry["description"] = f"{entry['description']} Unit: {unit_of(key)}."
    return {"$schema": SCHEMA_URL, "title": "Trapline machine file", **schema}


def _holds_quantity(entry: dict[str, Any], definitions: dict[str, Any]) -> bool:
    options = [entry, *entry.get("anyOf", [])]
    names = [option["$ref"].rpartition("/")[2] for option in options if "$ref" in option]
    fields = {field.name for field in msgspec.structs.fields(Quantity)}
    return any(set(definitions[name]["properties"]) == fields for name in names)

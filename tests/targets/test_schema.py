"""The schema and the loader must agree; a small judge of JSON Schema stands in for a library."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from trapline.errors import TargetError
from trapline.targets.load import catalogue, target_of
from trapline.targets.schema import target_schema

KEYWORDS = {
    "$ref", "$defs", "$schema", "title", "description", "default", "type", "enum", "anyOf",
    "properties", "required", "additionalProperties", "items", "prefixItems", "minItems",
    "maxItems", "minLength", "pattern", "minimum", "maximum", "exclusiveMinimum",
}  # fmt: skip
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,),
    "null": (type(None),), "integer": (int,), "number": (int, float),
}  # fmt: skip


def accepts(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """Judge a value by the part of JSON Schema that the machine schema uses."""
    assert set(schema) <= KEYWORDS, f"teach the judge {set(schema) - KEYWORDS}"
    if "$ref" in schema and not accepts(
        root["$defs"][schema["$ref"].rpartition("/")[2]], value, root
    ):
        return False
    if "anyOf" in schema and not any(accepts(option, value, root) for option in schema["anyOf"]):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "type" in schema:
        good = isinstance(value, TYPES[schema["type"]])
        if not good or (isinstance(value, bool) and schema["type"] != "boolean"):
            return False
    return within_limits(schema, value) and children_accepted(schema, value, root)


def within_limits(schema: dict[str, Any], value: Any) -> bool:
    if isinstance(value, str):
        pattern = schema.get("pattern", "")
        return len(value) >= schema.get("minLength", 0) and bool(re.search(pattern, value))
    if isinstance(value, list):
        return schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
    if isinstance(value, int | float):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        return low <= value <= high and value > schema.get("exclusiveMinimum", value - 1)
    return True


def children_accepted(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    if isinstance(value, list):
        kinds = [
            *schema.get("prefixItems", []),
            *([schema["items"]] * len(value) if isinstance(schema.get("items"), dict) else []),
        ]
        return all(accepts(kind, item, root) for kind, item in zip(kinds, value, strict=False))
    if not isinstance(value, dict) or "properties" not in schema:
        return True
    known = schema["properties"]
    return (
        set(schema.get("required", [])) <= set(value)
        and (schema.get("additionalProperties", True) or set(value) <= set(known))
        and all(accepts(known[key], item, root) for key, item in value.items() if key in known)
    )


def schema_accepts(data: object) -> bool:
    schema = target_schema()
    return accepts(schema, data, schema)


def loader_accepts(data: Any) -> bool:
    try:
        target_of(data)
    except TargetError:
        return False
    return True


@pytest.mark.parametrize("name", catalogue())
def test_schema_and_loader_accept_every_catalogue_file(name: str) -> None:
    text = files("trapline.targets").joinpath("catalog", f"{name}.toml").read_text("utf-8")
    data = tomllib.loads(text)
    assert schema_accepts(data)
    assert loader_accepts(data)


BROKEN: list[tuple[tuple[str | int, ...], object]] = [
    (("schema_version",), 2),
    (("name",), "two words"),
    (("name",), 3),
    (("summary",), ""),
    (("network",), "star"),
    (("modules",), []),
    (("modules",), {}),
    (("extra",), 1),
    (("references",), [""]),
    (("modules", 0, "count"), 0),
    (("modules", 0, "count"), "2"),
    (("modules", 0, "extensible"), 1),
    (("modules", 0, "platform"), "abacus"),
    (("modules", 0, "native_gates"), []),
    (("modules", 0, "two_qubit_gate_tme_us"), 1),
    (("modules", 0, "two_qubit_gate_time_us"), 100),
    (("modules", 0, "two_qubit_gate_time_us", "value"), 0),
    (("modules", 0, "two_qubit_gate_time_us", "value"), True),
    (("modules", 0, "two_qubit_gate_time_us", "low"), -1),
    (("modules", 0, "two_qubit_gate_time_us", "unit"), "us"),
    (("modules", 0, "two_qubit_gate_time_us", "confidence"), "certain"),
    (("modules", 0, "two_qubit_gate_time_us", "source"), ""),
    (("modules", 0, "two_qubit_gate_error", "value"), 0.6),
    (("modules", 0, "data_qubits", "value"), 1.5),
    (("modules", 0, "data_qubits", "value"), 0),
    (("modules", 0, "communication_qubits", "value"), -1),
    (("links", 0, "ends"), ["node"]),
    (("links", 0, "ends"), ["node", "node", "node"]),
    (("links", 0, "ends"), ["node", "no de"]),
    (("links", 0, "kind"), "string"),
    (("links", 0, "bell_fidelity", "value"), 1.01),
    (("links", 0, "bell_fidelity", "value"), 0.2),
    (("links", 0, "efficiency_power"), 3),
    (("links", 0, "herald"), "three-photon"),
    (("links", 0, "multiplexing"), {"value": 0, "source": "s", "confidence": "assumed"}),
]


@pytest.mark.parametrize(("path", "value"), BROKEN)
def test_schema_and_loader_refuse_the_same_broken_files(
    machine_data: dict[str, Any], path: tuple[str | int, ...], value: object
) -> None:
    assert schema_accepts(machine_data)
    assert loader_accepts(machine_data)
    table: Any = machine_data
    for step in path[:-1]:
        table = table[step]
    table[path[-1]] = value
    assert not schema_accepts(machine_data)
    assert not loader_accepts(machine_data)


REQUIRED = {
    "modules": (
        "name", "platform", "native_gates", "physical_qubits", "data_qubits",
        "communication_qubits", "one_qubit_gate_time_us", "two_qubit_gate_time_us",
        "measurement_time_us", "one_qubit_gate_error", "two_qubit_gate_error",
        "measurement_error", "idle_coherence_time_s", "parallel_two_qubit_gates",
    ),
    "links": ("name", "ends", "kind", "bell_fidelity", "pair_rate_hz", "latency_us"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("group", "key"), [(group, key) for group, keys in REQUIRED.items() for key in keys]
)
def test_what_the_estimator_relies_on_is_required_by_both(
    machine_data: dict[str, Any], group: str, key: str
) -> None:
    del machine_data[group][0][key]
    assert not schema_accepts(machine_data)
    assert not loader_accepts(machine_data)


def test_every_quantity_of_the_schema_names_its_unit() -> None:
    schema = target_schema()
    for kind in ("Module", "Link"):
        for key, entry in schema["$defs"][kind]["properties"].items():
            is_number = key.rsplit("_", 1)[-1] in (
                "us",
                "s",
                "hz",
                "m",
                "quanta",
                "error",
                "qubits",
            )
            if is_number:
                assert "Unit: " in entry["description"], key
    time = schema["$defs"]["Module"]["properties"]["idle_coherence_time_s"]["description"]
    rate = schema["$defs"]["Link"]["properties"]["pair_rate_hz"]["description"]
    assert time.endswith("Unit: s.")
    assert rate.endswith("Unit: 1/s.")


def test_every_key_is_described() -> None:
    definitions = target_schema()["$defs"]
    for kind in ("Target", "Module", "Link"):
        for key, entry in definitions[kind]["properties"].items():
            if key != "note":
                assert entry.get("description"), f"{kind}.{key}"


def test_the_schema_is_json() -> None:
    assert json.loads(json.dumps(target_schema())) == target_schema()

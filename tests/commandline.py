"""Run the command line, in this process or in one of its own, and check JSON against a schema."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

ROOT = Path(__file__).resolve().parents[1]
CIRCUITS = ROOT / "tests" / "circuits"
ADDER = ROOT / "examples" / "adder_n10.qasm"
SECONDS = 300
"""More than the first compilation of a fresh checkout takes, which also compiles the search."""

_WIDTH = {"COLUMNS": None}
"""Tests do not depend on the terminal they are run from."""


def trapline(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    """Run a command in this process."""
    from trapline.compiler.cli import main

    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(main, words, input=stdin, env=_WIDTH)


def network(kind: str, modules: int, data_qubits: int) -> list[str]:
    """Options of an ideal network, at the lowest effort."""
    return [
        "--network", kind, "--modules", str(modules), "--data-qubits", str(data_qubits),
        "--effort", "fast",
    ]  # fmt: skip


def process(
    *arguments: str | Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command as `python -m trapline`."""
    return subprocess.run(
        [sys.executable, "-m", "trapline", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        timeout=SECONDS,
        check=False,
        env={**{k: v for k, v in os.environ.items() if k not in _WIDTH}, **environment},
    )


def violations(
    schema: dict[str, Any], value: Any, root: dict[str, Any], at: str = "$"
) -> list[str]:
    """Places where a value breaks a schema; knows the keywords that our reports' schemas use."""
    unknown = set(schema) - _KEYWORDS
    assert not unknown, f"teach the validator {unknown}"
    if "$ref" in schema:
        return violations(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root, at)
    if "anyOf" in schema:
        tried = [violations(choice, value, root, at) for choice in schema["anyOf"]]
        return [] if [] in tried else [f"{at}: no choice fits"]
    kinds = schema.get("type", [])
    if kinds and not any(_is(kind, value) for kind in ([kinds] if type(kinds) is str else kinds)):
        return [f"{at}: {value!r} is not {kinds}"]
    found: list[str] = []
    if value not in schema.get("enum", [value]):
        found.append(f"{at}: {value!r} is not one of {schema['enum']}")
    if isinstance(value, int | float) and value < schema.get("minimum", value):
        found.append(f"{at}: {value} < {schema['minimum']}")
    if isinstance(value, list):
        for i, item in enumerate(value):
            found += violations(schema.get("items", {}), item, root, f"{at}[{i}]")
    if isinstance(value, dict):
        found += _violations_of_object(schema, value, root, at)
    return found


def _violations_of_object(
    schema: dict[str, Any], value: dict[str, Any], root: dict[str, Any], at: str
) -> list[str]:
    found = [f"{at}: no {key}" for key in schema.get("required", []) if key not in value]
    for key, item in value.items():
        rest = schema.get("additionalProperties", {})
        inner = schema.get("properties", {}).get(key, rest)
        if inner is False:
            found.append(f"{at}: {key} is not known")
        else:
            found += violations(inner, item, root, f"{at}.{key}")
    return found


_KEYWORDS = {
    "$defs", "$ref", "$schema", "additionalProperties", "anyOf", "description", "enum", "items",
    "minimum", "properties", "required", "title", "type",
}  # fmt: skip
_KINDS = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
    "number": (int, float), "null": type(None),
}  # fmt: skip


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS[kind])

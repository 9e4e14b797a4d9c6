"""The code of a choice for the report: its name, its parameters, the qubits of its blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.estimates import block_laws
from trapline.estimates.code_bicycle import bicycle_codes
from trapline.estimates.report import Code
from trapline.estimates.surface_code import patch_qubits

if TYPE_CHECKING:
    from trapline.estimates.bicycle import Bicycle
    from trapline.estimates.goal import Goal

FAMILY = "rotated-surface"


def bicycle_of(chosen: dict[str, float]) -> Bicycle | None:
    """Return the kind of block of a choice; None for the surface code."""
    number = int(chosen["code"])
    return block_laws.BICYCLES[number - 1] if number else None


def code_name(chosen: dict[str, float]) -> str:
    """Return the name of the code of a choice, as `trapline codes` lists it."""
    bicycle = bicycle_of(chosen)
    return FAMILY if bicycle is None else bicycle.code


def code_of(chosen: dict[str, float]) -> Code:
    """Return the code of a choice."""
    d, bicycle = int(chosen["distance"]), bicycle_of(chosen)
    if bicycle is None:
        parameters = {"n": d * d, "k": 1, "d": d, "physical_qubits": patch_qubits(d)}
        return Code(family=FAMILY, distance=d, parameters=parameters)
    code = next(row for row in bicycle_codes() if row.name == bicycle.code)
    parameters = {
        "n": code.n,
        "k": code.k,
        "d": d,
        "d_circuit": code.circuit_distance,
        "physical_qubits": bicycle.qubits,
        "data_logical_qubits": block_laws.DATA_LOGICAL,
        "blocks": int(chosen["hosts"] * chosen["blocks"]),
    }
    if chosen["port"]:
        parameters["port_distance"] = int(chosen["port"])
    return Code(family=code.family, distance=d, parameters=parameters)


def code_qubits(goal: Goal, chosen: dict[str, float]) -> dict[str, int]:
    """Return the data, ancilla and routing qubits of a choice, and those for logical pairs."""
    d, hosts, bicycle = int(chosen["distance"]), int(chosen["hosts"]), bicycle_of(chosen)
    spare = hosts * int(chosen["spare_patches"])
    if bicycle is None:
        return {
            "data": goal.logical_qubits * d * d,
            "ancilla": goal.logical_qubits * (d * d - 1),
            "routing": int(chosen["routing"]) * patch_qubits(d),
            "logical_pairs": spare * patch_qubits(d),
        }
    blocks, port = hosts * int(chosen["blocks"]), int(chosen["port"])
    n = bicycle.block // 2
    adapter = 2 * port - 1 if port else block_laws.LARGEST_ADAPTER
    return {
        "data": blocks * n,
        "ancilla": blocks * n,
        "routing": blocks * (bicycle.processing + bicycle.adapter) + hosts * adapter,
        "logical_pairs": spare * (patch_qubits(port) if port else 0),
    }

"""The form of the answers of architectures, for their JSON Schema and for checks.

Keys that an `EstimateReport` has as well mean the same here. What a source does not say is null.
"""

from __future__ import annotations

from typing import Any

import msgspec

from trapline.estimates.report import Assumption, EstimateReport, FrontierPoint


class CodeOfArchitecture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code of an architecture: n, k, d and all qubits of a block with ancillas."""

    family: str
    distance: int
    parameters: dict[str, int]


class LinkOfArchitecture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How pairs are used; null where the source does not say."""

    raw_fidelity: float | None
    used_fidelity: float | None
    distillation: str
    raw_pairs_per_remote_operation: float | None
    required_pairs_per_s: float | None
    available_pairs_per_s: float | None


class CountedByArchitecture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the physical qubits of an architecture include, in words."""

    communication: str
    factories: str
    routing: str


class ArchitectureReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer of one published architecture, `estimate --architecture NAME`.

    `ratio_to_monolith` compares with one big module of the same physical error that reaches the
    error asked for, `ratio_to_monolith_at_its_error` with one that reaches the answer's own.
    `factors` multiply to physical qubits a logical qubit. `unknown` is what the source leaves open.
    """

    version: str
    feasible: bool
    logical_qubits: int
    logical_error_wanted: float
    modules: int | None
    physical_qubits: int | None
    logical_qubits_per_module: float | None
    architecture: str
    title: str
    source: str
    confidence: str
    regime: str | None
    code: CodeOfArchitecture | None
    physical_error: float | None
    cycle_time_us: float | None
    logical_cycle_time_us: float | None
    remote_operation_time_us: float | None
    runtime_s: float | None
    logical_error: float | None
    logical_error_is_per: str
    meets_goal: bool | None
    t_state_error: float | None
    ratio_to_monolith: float | None
    ratio_to_monolith_at_its_error: float | None
    link_model: str
    link: LinkOfArchitecture | None
    qubits_by_role: dict[str, int] | None
    factors: dict[str, float] | None
    counted: CountedByArchitecture
    error_budget: dict[str, float]
    binding_constraint: str
    binding_reason: str
    frontier: list[FrontierPoint]
    extrapolated: list[str]
    unknown: list[str]
    assumptions: list[Assumption]
    references: list[str]
    nearest_feasible: dict[str, float] | None
    seed: int


class Comparison(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers of all architectures, `estimate --architecture all`."""

    version: str
    logical_qubits: int
    logical_error_wanted: float
    architectures: list[ArchitectureReport]
    references: list[str]
    seed: int


def estimate_schema() -> dict[str, Any]:
    """Return the JSON Schema of what `trapline estimate` prints, with and without architectures."""
    forms, parts = msgspec.json.schema_components(
        [EstimateReport, ArchitectureReport, Comparison], ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "anyOf": list(forms),
        "$defs": parts,
    }

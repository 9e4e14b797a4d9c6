"""The report of a compilation as plain data, and its JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trapline import __version__
from trapline.passes.gates import BARRIER
from trapline.passes.plan import Event, Plan
from trapline.targets.objective import OBJECTIVES

if TYPE_CHECKING:
    from trapline.compiler.pipeline import Compiled


def compile_report(result: Compiled) -> dict[str, Any]:
    """Return the report of `trapline compile --format json`, with the keys of the interface."""
    network, usage, solution, program = (
        result.network,
        result.usage,
        result.solution,
        result.program,
    )
    expanded = result.plan.expanded
    sizes = np.diff(expanded.operand_start)
    bound = solution.lower_bound
    return {
        "version": __version__,
        "circuit": {
            "name": program.name,
            "sha256": result.sha256,
            "qubits": program.n_qubits,
            "operations": int((program.opcodes != BARRIER).sum()),
            "interactions": result.interactions,
        },
        "form": result.form,
        "form_interactions": int(
            ((sizes > 1) & (expanded.bits < 0) & (expanded.opcodes != BARRIER)).sum()
        ),
        "network": {
            "kind": network.kind,
            "modules": network.n_modules,
            "data_qubits": list(network.data_qubits),
            "comm_qubits": list(network.comm_qubits),
        },
        "epr_pairs": usage.epr_pairs,
        "objective": {
            "name": result.objective.name,
            "value": usage.objective,
            "unit": result.objective.unit,
        },
        "lower_bound": bound if bound > 0 or usage.epr_pairs == 0 else None,
        "optimal": usage.epr_pairs == bound,
        "static_epr_pairs": solution.static_epr_pairs,
        "round_robin_epr_pairs": solution.round_robin_epr_pairs,
        "mt_kahypar_epr_pairs": solution.mt_kahypar_epr_pairs,
        "migrations": usage.migrations,
        "packets": count_packets(result.plan),
        "modules": [
            {"name": name, "peak_data_qubits": data, "peak_comm_qubits": comm}
            for name, data, comm in zip(
                network.names, usage.peak_data_qubits, usage.peak_comm_qubits, strict=True
            )
        ],
        "links": [
            {"ends": [network.names[a], network.names[b]], "epr_pairs": count}
            for (a, b), count in zip(network.links, usage.link_pairs, strict=True)
        ],
        "qubit_map": result.emission.qubit_map,
        "makespan_us": None if result.timing is None else result.timing.makespan_us,
        "fidelity": None if result.timing is None else result.timing.fidelity,
        "verification": _verification(result),
        "seconds": {stage: round(seconds, 6) for stage, seconds in result.seconds.items()},
        "pipeline": f"recover,expand,segment,solve{{effort={result.effort}}},allocate,check,emit"
        + ("" if result.timing is None else ",schedule")
        + ("" if result.verification is None else ",verify"),
        "seed": result.seed,
        "stopped": result.stopped,
    }


def count_packets(plan: Plan) -> int:
    """Count the copies that served at least one interaction."""
    columns = zip(plan.kinds.tolist(), plan.items.tolist(), plan.modules.tolist(), strict=True)
    unused: set[tuple[int, int]] = set()
    packets = 0
    wholes = _operands_of_groups(plan)
    for kind, item, module in columns:
        if kind == Event.FETCH:
            unused.add((item, module))
        elif kind in (Event.RUN, Event.WHOLE):
            qubits = plan.expanded.qubits_of(item) if kind == Event.RUN else wholes[item]
            for q in qubits:
                if (q, module) in unused:
                    unused.discard((q, module))
                    packets += 1
        elif kind == Event.SPREAD:
            used = set(plan.expanded.qubits_of(item))
            served = {pair for pair in unused if pair[0] in used}
            packets += len(served)
            unused -= served
        elif kind == Event.RELEASE:
            unused.discard((item, module))
    return packets


def _operands_of_groups(plan: Plan) -> dict[int, set[int]]:
    whole = set(plan.items[plan.kinds == Event.WHOLE].tolist())
    found: dict[int, set[int]] = {group: set() for group in whole}
    if whole:
        for op, group in enumerate(plan.group.tolist()):
            if group in whole:
                found[group].update(plan.expanded.qubits_of(op))
    return found


def _verification(result: Compiled) -> dict[str, Any]:
    done = result.verification
    if done is None:
        return {
            "method": "plan-check",
            "passed": True,
            "checked": f"{result.usage.events} events of the plan; simulation was declined",
        }
    return {"method": done.method, "passed": done.passed, "checked": done.checked}


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of the report."""
    count = {"type": "integer", "minimum": 0}
    text = {"type": "string"}
    number = {"type": ["number", "null"], "minimum": 0}
    names = {"type": "object", "additionalProperties": text}
    properties: dict[str, Any] = {
        "version": text,
        "circuit": _object(
            name=text, sha256=text, qubits=count, operations=count, interactions=count
        ),
        "form": {
            "enum": ["given", "simplified", "recovered", "shared-parities"],
            "description": "Form of the circuit that was distributed; shown to mean the same.",
        },
        "form_interactions": count,
        "network": _object(
            kind=text,
            modules=count,
            data_qubits={"type": "array", "items": count},
            comm_qubits={"type": "array", "items": {"type": ["integer", "null"], "minimum": 0}},
        ),
        "epr_pairs": {**count, "description": "EPR pairs used; a pair over h hops counts h."},
        "objective": {
            **_object(name={"enum": list(OBJECTIVES)}, value={"type": "number"}, unit=text),
            "description": "What the plan keeps small, summed over its pairs.",
        },
        "lower_bound": {
            "type": ["integer", "null"],
            "description": "EPR pairs, whatever the objective; proven, or null.",
        },
        "optimal": {
            "type": "boolean",
            "description": "Proven: no plan of this form and order has fewer pairs.",
        },
        "static_epr_pairs": {**count, "description": "Best assignment without migration."},
        "round_robin_epr_pairs": count,
        "mt_kahypar_epr_pairs": {"type": ["integer", "null"]},
        "migrations": count,
        "packets": {**count, "description": "Copies that served at least one interaction."},
        "modules": {
            "type": "array",
            "items": _object(name=text, peak_data_qubits=count, peak_comm_qubits=count),
        },
        "links": {
            "type": "array",
            "items": _object(ends={"type": "array", "items": text}, epr_pairs=count),
        },
        "qubit_map": _object(initial=names, final=names),
        "makespan_us": {**number, "description": "Microseconds; null on an ideal network."},
        "fidelity": {**number, "description": "0 to 1; null on an ideal network."},
        "verification": _object(method=text, passed={"type": ["boolean", "null"]}, checked=text),
        "seconds": {"type": "object", "additionalProperties": {"type": "number"}},
        "pipeline": text,
        "seed": {"type": "integer"},
        "stopped": {"type": "boolean", "description": "Whether a limit cut the search short."},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "trapline compile report",
        **_object(**properties),
    }


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}

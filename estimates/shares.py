"""Shares of an estimate for the report: of links, of qubits, of errors, of the network."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from trapline.estimates.code_use import code_qubits
from trapline.estimates.distributed import links_of
from trapline.estimates.factories import FACTORIES
from trapline.estimates.frontier import distillation_of, is_buffered, regime_of
from trapline.estimates.report import Demand, LinkUse, Roles

if TYPE_CHECKING:
    from trapline.estimates.goal import Goal
    from trapline.estimates.machine import Machine

PARTS = {
    "bulk": "local_operations",
    "along": "seam_along",
    "across": "seam_across",
    "outcome": "merge_outcome",
    "transversal": "transversal_gate",
    "logical": "logical_pair",
    "waiting": "waiting_for_pairs",
    "block": "block_operation",
}
# Shown in every budget, the rest only where they are not zero.
ALWAYS = ("local_operations", "seam_along", "seam_across", "merge_outcome", "waiting_for_pairs")


def link_use_of(machine: Machine, best: dict[str, float]) -> LinkUse:
    """Return how a link is used."""
    raw = machine.link.bell_fidelity.value if machine.link else 0.0
    return LinkUse(
        raw_fidelity=raw,
        used_fidelity=1.0 - best["bell_error"],
        distillation=distillation_of(best),
        buffered=is_buffered(best),
        raw_pairs_per_remote_operation=best["raw_pairs"],
        required_pairs_per_s=best["required_hz"],
        available_pairs_per_s=best["available_hz"],
        stall_fraction=1.0 - best["unstalled_us"] / best["remote_time_us"],
        communication_qubits_without_stall=_without_stall(machine, best),
    )


def links_of_module(best: dict[str, float]) -> int:
    """Return the links that a module serves at once: one, or those of its part of a patch."""
    if regime_of(best) == "hosted":
        return 1
    return int(links_of(tiles=best["patch_modules"] > best["seams"] + 1))


def demand_of(machine: Machine, best: dict[str, float]) -> Demand:
    """Work out what the network between the modules has to do while all of them work."""
    modules = int(best["hosts"])
    at_once = modules * links_of_module(best) // 2
    each = min(best["required_hz"], best["available_hz"])
    return Demand(
        links_at_once=at_once,
        switch_ports=int(best["modules"]) * int(machine.hardware.communication_qubits[0]),
        pairs_per_s=at_once * each,
    )


def roles_of(machine: Machine, goal: Goal, best: dict[str, float]) -> Roles:
    """Count physical qubits by role; what no role takes is unused."""
    code = code_qubits(goal, best)
    modules, hosts = int(best["modules"]), int(best["hosts"])
    factory = FACTORIES[int(best["factory"])].qubits if best["factory"] >= 0 else 0
    roles = {
        "data": code["data"],
        "ancilla": code["ancilla"],
        "communication": modules * int(machine.hardware.communication_qubits[0]),
        "memory": hosts * int(best["memory"]),
        "distillation": hosts * int(best["workspace"]),
        "factory": int(best["n_factories"]) * factory,
        "routing": code["routing"],
        "logical_pairs": code["logical_pairs"],
    }
    total = modules * int(machine.hardware.physical_qubits[0])
    return Roles(**roles, unused=total - sum(roles.values()))


def magic_of(goal: Goal, best: dict[str, float]) -> dict[str, float | str] | None:
    """Return the supply of T states; None where none are needed."""
    if best["factory"] < 0:
        return None
    factory = FACTORIES[int(best["factory"])]
    return {
        "factory": factory.name,
        "factories": best["n_factories"],
        "t_states_per_step": goal.t_per_step,
        "error": factory.error,
        "source": factory.source,
    }


def workload_of(goal: Goal) -> dict[str, float] | None:
    """Return what the program takes; None without one."""
    if goal.steps is None:
        return None
    found = {
        "steps": float(goal.steps),
        "t_states_per_step": goal.t_per_step,
        "remote_share": goal.remote_share,
    }
    if goal.traffic is not None:
        found["remote_operations"] = float(goal.traffic.operations)
        found["remote_operations_per_step"] = goal.traffic.operations / goal.steps
    return found


def budget_of(goal: Goal, best: dict[str, float]) -> dict[str, float]:
    """Return the parts of the logical error, their sum, and what was allowed."""
    parts = {label: best[name] for name, label in PARTS.items()}
    parts = {label: value for label, value in parts.items() if value > 0.0 or label in ALWAYS}
    return {**parts, "total": sum(parts.values()), "allowed": goal.logical_error}


def _without_stall(machine: Machine, best: dict[str, float]) -> int:
    """Return the communication qubits a module would need for the rate that causes no stall."""
    hardware = machine.hardware
    links = links_of_module(best)
    busy = min(float(hardware.communication_qubits[0]), links * float(hardware.multiplexing[0]))
    return ceil(busy * max(1.0, best["required_hz"] / best["available_hz"]))

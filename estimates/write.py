"""From the numbers of the search to those of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trapline import __version__
from trapline.estimates.assumptions import extrapolations
from trapline.estimates.block_report import block_extrapolations
from trapline.estimates.code_use import bicycle_of, code_of
from trapline.estimates.frontier import operation_of, regime_of, runtime_s
from trapline.estimates.operations import transversal_p
from trapline.estimates.outcome import TRANSVERSAL, WOVEN
from trapline.estimates.remote import remote_gate_infidelity
from trapline.estimates.report import Assumption, Numbers
from trapline.estimates.shares import (
    budget_of,
    demand_of,
    link_use_of,
    magic_of,
    roles_of,
    workload_of,
)

if TYPE_CHECKING:
    from trapline.estimates.goal import Goal
    from trapline.estimates.machine import Machine
    from trapline.targets.model import Target

# Parts of a report that `estimate` fills in when they are asked for.
NOT_ASKED: dict[str, Any] = {
    "elasticities": [],
    "thresholds": [],
    "distribution": None,
    "explanations": [],
}


def feasible_numbers(
    target: Target, goal: Goal, machine: Machine, best: dict[str, float], *, seed: int
) -> Numbers:
    """Write down what a machine takes.

    Args:
        target: The target.
        goal: What was asked.
        machine: The machine taken.
        best: The choice.
        seed: Echoed.
    """
    physical = float(machine.hardware.physical_qubits[0])
    linked = best["plan"] >= 0
    return Numbers(
        version=__version__,
        target=target.name,
        feasible=True,
        logical_qubits=goal.logical_qubits,
        modules=int(best["modules"]),
        physical_qubits=int(best["modules"] * physical),
        logical_qubits_per_module=best["per_module"],
        module_kind=machine.name,
        architecture=_architecture(best),
        regime=regime_of(best),
        operation=operation_of(best),
        code=code_of(best),
        code_choice=goal.code,
        logical_cycle_time_us=best["cycle_time_us"],
        remote_operation_time_us=best["remote_time_us"] if linked else None,
        runtime_s=runtime_s(goal, best),
        link=link_use_of(machine, best) if linked else None,
        network_demand=demand_of(machine, best) if linked else None,
        qubits_by_role=roles_of(machine, goal, best),
        magic_states=magic_of(goal, best),
        workload=workload_of(goal),
        error_budget=budget_of(goal, best),
        extrapolated=[str(row.source) for row in extrapolated(machine, best)],
        seed=seed,
        **NOT_ASKED,
    )


def infeasible_numbers(target: Target, goal: Goal, machine: Machine, *, seed: int) -> Numbers:
    """Write down that a machine does not do; see `feasible_numbers` for the arguments."""
    return Numbers(
        version=__version__,
        target=target.name,
        feasible=False,
        logical_qubits=goal.logical_qubits,
        modules=None,
        physical_qubits=None,
        logical_qubits_per_module=None,
        module_kind=machine.name,
        architecture="none",
        regime=None,
        operation=None,
        code=None,
        code_choice=goal.code,
        logical_cycle_time_us=None,
        remote_operation_time_us=None,
        runtime_s=None,
        link=None,
        network_demand=None,
        qubits_by_role=None,
        magic_states=None,
        workload=workload_of(goal),
        error_budget={"allowed": goal.logical_error},
        extrapolated=[],
        seed=seed,
        **NOT_ASKED,
    )


def extrapolated(machine: Machine, best: dict[str, float]) -> list[Assumption]:
    """List the values of a choice that lie outside the range of the simulations."""
    found = block_extrapolations(machine, best)
    return found if best["code"] and not best["port"] else found + _patches_beyond(machine, best)


def is_tiled(best: dict[str, float]) -> bool:
    """Tell whether the patches of a choice are cut both ways."""
    return best["patch_modules"] > best["seams"] + 1


def _patches_beyond(machine: Machine, best: dict[str, float]) -> list[Assumption]:
    """List the values of the patches of a choice that lie outside the range of simulations."""
    hardware = machine.hardware
    distance = int(best["port"] or best["distance"])
    p_round, p_local = best["p_round"], float(hardware.p_local[0])
    if best["plan"] < 0:
        return extrapolations(distance, p_round, 0.0, p_local)
    infidelity = float(
        remote_gate_infidelity(
            min(0.75, best["bell_error"]),
            p_local=min(0.9, float(hardware.p_two[0])),
            p_measure=float(hardware.p_measure[0]),
        )
    )
    noisy = transversal_p(np.asarray(p_round), np.asarray(infidelity))
    cut = int(best["operation"]) == WOVEN
    return extrapolations(
        distance,
        p_round,
        infidelity,
        p_local,
        # A patch in parts is charged one seam more, to the patch that it is merged with.
        seams=int(best["seams"]) + cut,
        tiles=cut and is_tiled(best),
        p_noisy=float(noisy) if int(best["operation"]) == TRANSVERSAL else 0.0,
    )


def _architecture(best: dict[str, float]) -> str:
    bicycle = bicycle_of(best)
    if bicycle is not None:
        linked = f"in modules, {operation_of(best)} between their ports"
        return f"{bicycle.code} bicycle blocks {linked if best['port'] else 'in one module'}"
    if best["plan"] < 0:
        return "surface code in one module"
    if regime_of(best) == "hosted":
        return f"surface-code patches in modules, {operation_of(best)} across links"
    shape = "tiles" if is_tiled(best) else "strips"
    return f"surface-code patches cut into {shape} over modules"

"""From the numbers of the search to the report: roles, budgets, words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline import __version__
from trapline.estimates.assumptions import assumptions_of, extrapolations
from trapline.estimates.factories import FACTORIES
from trapline.estimates.references import references_of
from trapline.estimates.remote import remote_gate_infidelity
from trapline.estimates.report import (
    Change,
    Code,
    EstimateReport,
    FrontierPoint,
    LinkUse,
    NearestFeasible,
    Roles,
)
from trapline.estimates.search import (
    alternatives,
    distillation_of,
    frontier,
    is_buffered,
    regime_of,
)
from trapline.estimates.surface_code import patch_qubits

if TYPE_CHECKING:
    from trapline.estimates.goal import Goal
    from trapline.estimates.machine import Machine
    from trapline.estimates.nearest import Binding, Suggestion
    from trapline.estimates.outcome import Outcome
    from trapline.targets.model import Target

FAMILY = "rotated-surface"
PARTS = {
    "bulk": "local_operations",
    "along": "seam_along",
    "across": "seam_across",
    "outcome": "merge_outcome",
    "waiting": "waiting_for_pairs",
}


def feasible_report(
    target: Target,
    machine: Machine,
    goal: Goal,
    outcome: Outcome,
    best: dict[str, float],
    binds: Binding,
    *,
    seed: int,
) -> EstimateReport:
    """Write the report of a machine that does.

    Args:
        target: The target.
        machine: The kind of module and link chosen.
        goal: What was asked.
        outcome: All choices, for the frontier.
        best: The choice taken.
        binds: The constraint that matters most.
        seed: Echoed.
    """
    physical = float(machine.hardware.physical_qubits[0])
    linked = best["plan"] >= 0
    used = best["remote_time_us"] if linked else best["cycle_time_us"]
    return EstimateReport(
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
        code=_code(int(best["distance"])),
        logical_cycle_time_us=best["cycle_time_us"],
        remote_operation_time_us=best["remote_time_us"] if linked else None,
        runtime_s=None if goal.steps is None else goal.steps * used * 1e-6,
        link=_link_use(machine, best) if linked else None,
        qubits_by_role=_roles(machine, goal, best),
        magic_states=_magic(goal, best),
        error_budget=_budget(goal, best),
        binding_constraint=binds.name,
        binding_reason=_binding_words(binds, best),
        frontier=[FrontierPoint(**point) for point in frontier(outcome, 0, physical)],
        alternatives=[FrontierPoint(**point) for point in alternatives(outcome, 0, physical)],
        extrapolated=_extrapolated(machine, best),
        assumptions=assumptions_of(machine, goal),
        references=references_of(
            link=linked,
            distillation=distillation_of(best),
            factory=FACTORIES[int(best["factory"])].source if best["factory"] >= 0 else "",
            workload=goal.steps is not None,
        ),
        nearest_feasible=None,
        seed=seed,
    )


def infeasible_report(
    target: Target,
    machine: Machine,
    goal: Goal,
    suggestions: list[Suggestion],
    *,
    seed: int,
) -> EstimateReport:
    """Write the report of a machine that does not do, with the nearest change that would."""
    changes = [
        Change(
            constraints=list(s.constraints),
            factor=s.factor,
            settings=dict(s.settings),
            modules=s.modules,
        )
        for s in suggestions
    ]
    name, words = _why_not(machine, suggestions)
    return EstimateReport(
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
        code=None,
        logical_cycle_time_us=None,
        remote_operation_time_us=None,
        runtime_s=None,
        link=None,
        qubits_by_role=None,
        magic_states=None,
        error_budget={"allowed": goal.logical_error},
        binding_constraint=name,
        binding_reason=words,
        frontier=[],
        alternatives=[],
        extrapolated=[],
        assumptions=assumptions_of(machine, goal),
        references=references_of(
            link=machine.link is not None,
            distillation="none",
            factory="",
            workload=goal.steps is not None,
        ),
        nearest_feasible=NearestFeasible(change=changes[0], alternatives=changes[1:])
        if changes
        else None,
        seed=seed,
    )


def _architecture(best: dict[str, float]) -> str:
    if best["plan"] < 0:
        return "surface code in one module"
    if regime_of(best) == "hosted":
        return "surface-code patches in modules, lattice surgery across links"
    shape = "tiles" if best["patch_modules"] > best["seams"] + 1 else "strips"
    return f"surface-code patches cut into {shape} over modules"


def _code(distance: int) -> Code:
    parameters = {
        "n": distance * distance,
        "k": 1,
        "d": distance,
        "physical_qubits": patch_qubits(distance),
    }
    return Code(family=FAMILY, distance=distance, parameters=parameters)


def _link_use(machine: Machine, best: dict[str, float]) -> LinkUse:
    raw = machine.link.bell_fidelity.value if machine.link else 0.0
    return LinkUse(
        raw_fidelity=raw,
        used_fidelity=1.0 - best["bell_error"],
        distillation=distillation_of(best),
        buffered=is_buffered(best),
        raw_pairs_per_remote_operation=best["raw_pairs"],
        required_pairs_per_s=best["required_hz"],
        available_pairs_per_s=best["available_hz"],
    )


def _roles(machine: Machine, goal: Goal, best: dict[str, float]) -> Roles:
    """Count physical qubits by role; what no role takes is unused."""
    d = int(best["distance"])
    modules, hosts = int(best["modules"]), int(best["hosts"])
    factory = FACTORIES[int(best["factory"])].qubits if best["factory"] >= 0 else 0
    roles = {
        "data": goal.logical_qubits * d * d,
        "ancilla": goal.logical_qubits * (d * d - 1),
        "communication": modules * int(machine.hardware.communication_qubits[0]),
        "memory": hosts * int(best["memory"]),
        "distillation": hosts * int(best["workspace"]),
        "factory": int(best["n_factories"]) * factory,
        "routing": int(best["routing"]) * patch_qubits(d),
    }
    total = modules * int(machine.hardware.physical_qubits[0])
    return Roles(**roles, unused=total - sum(roles.values()))


def _magic(goal: Goal, best: dict[str, float]) -> dict[str, float | str] | None:
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


def _budget(goal: Goal, best: dict[str, float]) -> dict[str, float]:
    """Return the parts of the logical error, their sum, and what was allowed."""
    parts = {label: best[name] for name, label in PARTS.items()}
    return {**parts, "total": sum(parts.values()), "allowed": goal.logical_error}


def _extrapolated(machine: Machine, best: dict[str, float]) -> list[str]:
    hardware = machine.hardware
    infidelity = 0.0
    if best["plan"] >= 0:
        infidelity = float(
            remote_gate_infidelity(
                min(0.75, best["bell_error"]),
                p_local=min(0.9, float(hardware.p_two[0])),
                p_measure=float(hardware.p_measure[0]),
            )
        )
    p_local = float(hardware.p_local[0])
    return extrapolations(int(best["distance"]), best["p_round"], infidelity, p_local)


def _binding_words(binds: Binding, best: dict[str, float]) -> str:
    """Say what binds, and how much it would help to loosen it."""
    more = ""
    if best["plan"] >= 0 and best["available_hz"] < best["required_hz"]:
        more = (
            f"; a link gives {best['available_hz']:.3g} pairs/s, and {best['required_hz']:.3g} "
            "would cause no stall"
        )
    return (
        f"{binds.words}: twice as good, qubits x time of an operation fall by a factor of "
        f"{binds.gain:.2f}{more}"
    )


def _why_not(machine: Machine, suggestions: list[Suggestion]) -> tuple[str, str]:
    """Name the constraint that makes a machine infeasible, and say why."""
    missing = "" if machine.link else "modules of this kind have no link and one is too small; "
    if not suggestions:
        name = "module_size" if machine.link is None else "local_error"
        return name, f"{missing}no improvement of these modules within reason was found that does"
    first = suggestions[0]
    listed = ", ".join(name.replace("_", " ") for name in first.constraints)
    if machine.link is None:
        name = "no_link" if "module_size" in first.constraints else first.constraints[0]
    else:
        name = first.constraints[0]
    if first.constraints == ("module_count",):
        return name, f"the target has a fixed number of modules, and it takes {first.modules}"
    have = "it alone has" if len(first.constraints) == 1 else "together they have"
    count = "" if first.modules is None else f", and it then takes {first.modules} modules"
    return name, f"{missing}{listed}: {have} to be up to {first.factor:.3g} times better{count}"

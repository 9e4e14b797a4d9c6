"""From the numbers of the search to the report: roles, budgets, words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trapline import __version__
from trapline.estimates.assumptions import assumptions_of, extrapolations
from trapline.estimates.factories import FACTORIES
from trapline.estimates.frontier import (
    Answer,
    alternatives,
    distillation_of,
    frontier,
    operation_of,
    regime_of,
    runtime_s,
)
from trapline.estimates.references import references_of
from trapline.estimates.remote import remote_gate_infidelity
from trapline.estimates.report import (
    Assumption,
    Change,
    Code,
    EstimateReport,
    NearestFeasible,
)
from trapline.estimates.shares import (
    budget_of,
    demand_of,
    link_use_of,
    magic_of,
    roles_of,
    workload_of,
)
from trapline.estimates.surface_code import patch_qubits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trapline.estimates.goal import Goal
    from trapline.estimates.machine import Machine
    from trapline.estimates.nearest import Binding, Suggestion
    from trapline.targets.model import Target

FAMILY = "rotated-surface"
# Parts of a report that `estimate` fills in when they are asked for.
NOT_ASKED: dict[str, Any] = {
    "elasticities": [],
    "thresholds": [],
    "distribution": None,
    "explanations": [],
}


def feasible_report(
    target: Target,
    goal: Goal,
    answers: Sequence[Answer],
    chosen: tuple[Answer, dict[str, float]],
    binds: Binding | None,
    *,
    seed: int,
) -> EstimateReport:
    """Write the report of a machine that does.

    Args:
        target: The target.
        goal: What was asked.
        answers: All choices of all machines, for the frontier.
        chosen: The machine taken, and the choice.
        binds: The constraint that matters most; None in brief, without the frontier.
        seed: Echoed.
    """
    answer, best = chosen
    machine = answer.machine
    physical = float(machine.hardware.physical_qubits[0])
    linked = best["plan"] >= 0
    outside = _extrapolated(machine, best)
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
        operation=operation_of(best),
        code=_code(int(best["distance"])),
        logical_cycle_time_us=best["cycle_time_us"],
        remote_operation_time_us=best["remote_time_us"] if linked else None,
        runtime_s=runtime_s(goal, best),
        link=link_use_of(machine, best) if linked else None,
        network_demand=demand_of(machine, best) if linked else None,
        qubits_by_role=roles_of(machine, goal, best),
        magic_states=magic_of(goal, best),
        workload=workload_of(goal),
        error_budget=budget_of(goal, best),
        binding_constraint="" if binds is None else binds.name,
        binding_reason="" if binds is None else _binding_words(binds, best),
        frontier=[] if binds is None else frontier(answers, goal),
        alternatives=[] if binds is None else alternatives(answer, goal),
        extrapolated=[str(row.source) for row in outside],
        assumptions=assumptions_of(machine, goal) + outside,
        references=references_of(
            link=linked,
            distillation=distillation_of(best),
            factory=FACTORIES[int(best["factory"])].source if best["factory"] >= 0 else "",
            workload=goal.steps is not None,
            operation=operation_of(best),
        ),
        nearest_feasible=None,
        seed=seed,
        **NOT_ASKED,
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
        operation=None,
        code=None,
        logical_cycle_time_us=None,
        remote_operation_time_us=None,
        runtime_s=None,
        link=None,
        network_demand=None,
        qubits_by_role=None,
        magic_states=None,
        workload=workload_of(goal),
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
            operation="local",
        ),
        nearest_feasible=NearestFeasible(change=changes[0], alternatives=changes[1:])
        if changes
        else None,
        seed=seed,
        **NOT_ASKED,
    )


def _architecture(best: dict[str, float]) -> str:
    if best["plan"] < 0:
        return "surface code in one module"
    if regime_of(best) == "hosted":
        return f"surface-code patches in modules, {operation_of(best)} across links"
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


def _extrapolated(machine: Machine, best: dict[str, float]) -> list[Assumption]:
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

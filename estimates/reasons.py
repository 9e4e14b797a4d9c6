"""Why an estimate is what it is: what binds, what else could be had, what would do.

Each function returns the fields of `EstimateReport` that `Numbers` lacks, for `on_demand.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trapline.estimates.assumptions import assumptions_of
from trapline.estimates.block_report import block_assumptions
from trapline.estimates.code_use import code_name
from trapline.estimates.factories import FACTORIES
from trapline.estimates.frontier import (
    Answer,
    alternatives,
    distillation_of,
    frontier,
    operation_of,
)
from trapline.estimates.nearest import binding, nearest, probes
from trapline.estimates.other_codes import other_codes
from trapline.estimates.references import references_of
from trapline.estimates.report import Change, NearestFeasible
from trapline.estimates.search import everything, everything_and_costs
from trapline.estimates.write import extrapolated, is_tiled

if TYPE_CHECKING:
    from trapline.estimates.goal import Goal
    from trapline.estimates.machine import Machine
    from trapline.estimates.nearest import Binding, Suggestion


def feasible_reasons(
    machines: tuple[Machine, ...],
    goal: Goal,
    machine: Machine,
    best: dict[str, float],
    *,
    brief: bool,
) -> dict[str, Any]:
    """Work out what goes with a machine that does.

    Args:
        machines: All machines that the target allows.
        goal: What was asked.
        machine: The machine taken, one of them.
        best: The choice.
        brief: Whether to leave out the frontier, the alternatives and what binds.
    """
    found: dict[str, Any] = {
        "binding_constraint": "",
        "binding_reason": "",
        "frontier": [],
        "alternatives": [],
        "other_codes": [],
        "nearest_feasible": None,
        "assumptions": assumptions_of(machine, goal, tiles=is_tiled(best))
        + block_assumptions(machine, best)
        + extrapolated(machine, best),
        "references": references_of(
            link=best["plan"] >= 0,
            distillation=distillation_of(best),
            factory=FACTORIES[int(best["factory"])].source if best["factory"] >= 0 else "",
            workload=goal.steps is not None,
            operation=operation_of(best),
            code=code_name(best),
        ),
    }
    return found if brief else found | _choices(machines, goal, machine, best)


def infeasible_reasons(
    machines: tuple[Machine, ...], goal: Goal, machine: Machine
) -> dict[str, Any]:
    """Work out what goes with a machine that does not do, with the nearest change that would.

    Args:
        machines: All machines that the target allows.
        goal: What was asked.
        machine: The most promising of them.
    """
    suggestions = nearest(machine, goal)
    changes = [
        Change(
            constraints=list(s.constraints),
            factor=s.factor,
            settings=dict(s.settings),
            modules=s.modules,
        )
        for s in suggestions
    ]
    name, words = _why_not(machine, goal, suggestions)
    return {
        "binding_constraint": name,
        "binding_reason": words,
        "frontier": [],
        "alternatives": [],
        "other_codes": other_codes(machines, goal),
        "nearest_feasible": NearestFeasible(change=changes[0], alternatives=changes[1:])
        if changes
        else None,
        "assumptions": assumptions_of(machine, goal),
        "references": references_of(
            link=machine.link is not None,
            distillation="none",
            factory="",
            workload=goal.steps is not None,
            operation="local",
            code=goal.code,
        ),
    }


def _choices(
    machines: tuple[Machine, ...], goal: Goal, machine: Machine, best: dict[str, float]
) -> dict[str, Any]:
    """Work out the frontier, the alternatives and what binds, in one search for the machine."""
    better = probes(machine, machine.hardware)
    rows = type(better).stack([machine.hardware, better])
    outcome, modules, time_us = everything_and_costs(rows, goal)
    taken = Answer(machine, outcome)
    answers = [
        taken if other is machine else Answer(other, everything(other.hardware, goal))
        for other in machines
    ]
    volume = best["modules"] * float(machine.hardware.physical_qubits[0]) * best["step_time_us"]
    binds = binding(machine, better, modules, time_us, volume)
    return {
        "binding_constraint": binds.name,
        "binding_reason": _binding_words(binds, best),
        "frontier": frontier(answers, goal),
        "alternatives": alternatives(taken, goal),
        "other_codes": other_codes(machines, goal),
    }


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


def _why_not(machine: Machine, goal: Goal, suggestions: list[Suggestion]) -> tuple[str, str]:
    """Name the constraint that makes a machine infeasible, and say why."""
    if not goal.patches and not machine.hardware.far_gates[0]:
        return "connectivity", "blocks need gates between any two qubits of a module"
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

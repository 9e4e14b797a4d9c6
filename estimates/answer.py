"""The estimate: from a target and a goal to the modules it takes, the clock, and what binds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from trapline.estimates.explain import explanations
from trapline.estimates.frontier import Answer
from trapline.estimates.goal import DEFAULT_LOGICAL_QUBITS, goal_of
from trapline.estimates.machine import machines_of
from trapline.estimates.nearest import binding, nearest, probes
from trapline.estimates.outcome import best_of_rows
from trapline.estimates.search import best as best_of_hardware
from trapline.estimates.search import everything_and_costs
from trapline.estimates.sensitivity import elasticities, thresholds
from trapline.estimates.uncertainty import DEFAULT_SAMPLES, distribution, ranges_of
from trapline.estimates.write import feasible_report, infeasible_report
from trapline.targets.load import apply_overrides, load_target
from trapline.targets.model import Target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal, Traffic
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.machine import Machine
    from trapline.estimates.report import EstimateReport
    from trapline.targets.overrides import Value

__all__ = ["DEFAULT_LOGICAL_QUBITS", "estimate"]


def estimate(
    *,
    logical_qubits: int | None = None,
    logical_error: float = 1e-9,
    budget: float | None = None,
    target: str | Path | Target,
    link: Mapping[str, Value] | None = None,
    module: Mapping[str, Value] | None = None,
    counts: Mapping[str, int] | None = None,
    traffic: Traffic | None = None,
    brief: bool = False,
    analysis: bool = False,
    explain: bool = False,
    uncertainty: bool | None = None,
    samples: int = DEFAULT_SAMPLES,
    seed: int = 0,
) -> EstimateReport:
    """Work out how many modules of a target give the logical qubits wanted.

    Args:
        logical_qubits: Logical qubits wanted; those of the counts, or 1,024, when not given.
        logical_error: Largest error a logical qubit and logical operation.
        budget: Chance that a whole program fails; needs counts and replaces logical_error.
        target: Name in the catalogue, path of a TOML file, or a target.
        link: New numbers for every link, for example `{"bell_fidelity": 0.98}`, or ranges,
            `{"bell_fidelity": (0.96, 0.99)}`.
        module: New numbers or ranges for every kind of module.
        counts: Logical counts of a program by the names of `azure_v1`.
        traffic: Operations between modules of a compiled program; every step holds one when None.
        brief: Whether to leave out the frontier, the alternatives and what binds, which take most
            of the time of a feasible answer.
        analysis: Whether to add the elasticity of each input and the thresholds.
        explain: Whether to add the formula and the source of each figure.
        uncertainty: Whether to sample the ranges of all inputs; when None, those that the user
            gave, if any.
        samples: Design points to sample.
        seed: Seed of the sample, echoed in the report; nothing else is drawn.

    Returns:
        The report; `feasible` is False where no number of modules does, with the reason and the
        nearest change that would do. `require_feasible()` turns that into an exception.

    Raises:
        InputError: A goal or count is out of range.
        TargetError: The target or an override is unknown or malformed.
    """
    goal = goal_of(
        logical_qubits=logical_qubits,
        logical_error=logical_error,
        budget=budget,
        counts=counts,
        traffic=traffic,
    )
    chosen = _with_overrides(target, link or {}, module or {})
    machine, report = _answer(chosen, goal, seed, brief=brief)
    more: dict[str, Any] = {}
    if analysis and report.feasible:
        more["elasticities"] = elasticities(machine, goal)
        more["thresholds"] = thresholds(machine, goal)
    ranges = ranges_of(chosen, set_by_user=uncertainty is None) if uncertainty is not False else []
    if ranges or uncertainty:
        more["distribution"] = distribution(chosen, goal, ranges, samples=samples, seed=seed)
    if explain:
        more["explanations"] = explanations(report)
    return msgspec.structs.replace(report, **more) if more else report


def _answer(
    target: Target, goal: Goal, seed: int, *, brief: bool
) -> tuple[Machine, EstimateReport]:
    """Return the machine chosen, or the one that comes nearest, and the report."""
    asked = [_ask(machine, goal, brief=brief) for machine in machines_of(target)]
    answers = [answer for answer, _ in asked]
    found = [(*pair, best) for pair in asked if (best := _best(pair[0])) is not None]
    if found:
        answer, costs, best = min(found, key=lambda f: (f[2]["modules"], f[2]["step_time_us"]))
        volume = best["modules"] * best["step_time_us"]
        volume *= float(answer.machine.hardware.physical_qubits[0])
        binds = None if costs is None else binding(answer.machine, *costs, volume)
        report = feasible_report(target, goal, answers, (answer, best), binds, seed=seed)
        return answer.machine, report
    machines = [answer.machine for answer in answers]
    largest = max(machines, key=lambda m: (m.link is not None, m.hardware.data_qubits[0]))
    return largest, infeasible_report(target, largest, goal, nearest(largest, goal), seed=seed)


def _ask(
    machine: Machine, goal: Goal, *, brief: bool
) -> tuple[Answer, tuple[Hardware, Floats, Floats] | None]:
    """Return all choices of a machine, and what it would cost with each constraint loosened.

    In brief, only the best choice.
    """
    if brief:
        return Answer(machine, best_of_hardware(machine.hardware, goal)), None
    rows = probes(machine, machine.hardware)
    outcome, modules, time = everything_and_costs(
        type(rows).stack([machine.hardware, rows]), goal
    )
    return Answer(machine, outcome), (rows, modules[1:], time[1:])


def _best(answer: Answer) -> dict[str, float] | None:
    """Return the best choice of a machine, if any reaches the goal."""
    outcome = answer.outcome
    chosen = best_of_rows(outcome.row.astype(np.intp), outcome.modules, outcome.step_time_us)
    return outcome.pick(int(chosen[0])) if len(chosen) else None


def _with_overrides(
    target: str | Path | Target, link: Mapping[str, Value], module: Mapping[str, Value]
) -> Target:
    """Load the target if need be, and put the user's numbers in."""
    loaded = target if isinstance(target, Target) else load_target(target)
    changes = {f"link.{key}": value for key, value in link.items()}
    changes |= {f"module.{key}": value for key, value in module.items()}
    return apply_overrides(loaded, changes) if changes else loaded

"""The estimate: from a target and a goal to the modules it takes, the clock, and what binds."""

from __future__ import annotations

from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any

import msgspec

from trapline.estimates.explain import explanations
from trapline.estimates.goal import DEFAULT_LOGICAL_QUBITS, SURFACE, goal_of
from trapline.estimates.machine import machines_of
from trapline.estimates.on_demand import estimate_of
from trapline.estimates.reasons import feasible_reasons, infeasible_reasons
from trapline.estimates.search import best as best_of_hardware
from trapline.estimates.sensitivity import elasticities, thresholds
from trapline.estimates.uncertainty import DEFAULT_SAMPLES, distribution, ranges_of
from trapline.estimates.write import feasible_numbers, infeasible_numbers
from trapline.targets.load import apply_overrides, load_target
from trapline.targets.model import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from trapline.estimates.goal import Goal, Traffic
    from trapline.estimates.machine import Machine
    from trapline.estimates.on_demand import Estimate
    from trapline.estimates.report import Numbers
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
    code: str = SURFACE,
    brief: bool = False,
    analysis: bool = False,
    explain: bool = False,
    uncertainty: bool | None = None,
    samples: int = DEFAULT_SAMPLES,
    seed: int = 0,
) -> Estimate:
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
        code: Codes to choose from: `surface`, `bicycle` (gross and two-gross blocks, whole in
            modules) or `any` of these.
        brief: Whether to leave the frontier, the alternatives and what binds out of the report of
            a feasible answer; unless they are read, they take no time either way.
        analysis: Whether to add the elasticity of each input and the thresholds.
        explain: Whether to add the formula and the source of each figure.
        uncertainty: Whether to sample the ranges of all inputs; when None, those that the user
            gave, if any.
        samples: Design points to sample.
        seed: Seed of the sample, echoed in the report; nothing else is drawn.

    Returns:
        The answer; `feasible` is False where no number of modules does, with the reason and the
        nearest change that would do. `require_feasible()` turns that into an exception. The
        frontier and whatever else `Estimate` lists is worked out when it is first read.

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
        code=code,
    )
    chosen = _with_overrides(target, link or {}, module or {})
    machines = machines_of(chosen)
    machine, best = _best(machines, goal)
    numbers: Numbers
    later: Callable[[], dict[str, Any]]
    if best is None:
        numbers = infeasible_numbers(chosen, goal, machine, seed=seed)
        later = partial(infeasible_reasons, machines, goal, machine)
    else:
        numbers = feasible_numbers(chosen, goal, machine, best, seed=seed)
        later = partial(feasible_reasons, machines, goal, machine, best, brief=brief)
    more: dict[str, Any] = {}
    if analysis and best is not None:
        more["elasticities"] = elasticities(machine, goal)
        more["thresholds"] = thresholds(machine, goal)
    ranges = ranges_of(chosen, set_by_user=uncertainty is None) if uncertainty is not False else []
    if ranges or uncertainty:
        more["distribution"] = distribution(chosen, goal, ranges, samples=samples, seed=seed)
    if explain:
        more["explanations"] = explanations(numbers)
    return estimate_of(msgspec.structs.replace(numbers, **more) if more else numbers, later)


def _best(machines: tuple[Machine, ...], goal: Goal) -> tuple[Machine, dict[str, float] | None]:
    """Return the machine that takes the fewest modules, then the least time, and its choice.

    Where none does: the largest, one with a link if there is one, and None.
    """
    found = [(machine, best_of_hardware(machine.hardware, goal).pick(0)) for machine in machines]
    machine, best = min(found, key=lambda f: (f[1]["modules"], f[1]["step_time_us"]))
    if isfinite(best["modules"]):
        return machine, best
    return max(machines, key=lambda m: (m.link is not None, m.hardware.data_qubits[0])), None


def _with_overrides(
    target: str | Path | Target, link: Mapping[str, Value], module: Mapping[str, Value]
) -> Target:
    """Load the target if need be, and put the user's numbers in."""
    loaded = target if isinstance(target, Target) else load_target(target)
    changes = {f"link.{key}": value for key, value in link.items()}
    changes |= {f"module.{key}": value for key, value in module.items()}
    return apply_overrides(loaded, changes) if changes else loaded

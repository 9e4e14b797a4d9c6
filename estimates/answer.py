"""The estimate: from a target and a goal to the modules it takes, the clock, and what binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.goal import DEFAULT_LOGICAL_QUBITS, goal_of
from trapline.estimates.machine import machines_of
from trapline.estimates.nearest import binding, nearest
from trapline.estimates.outcome import best_choice, pick
from trapline.estimates.search import evaluate
from trapline.estimates.write import feasible_report, infeasible_report
from trapline.targets.load import apply_overrides, load_target
from trapline.targets.model import Target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from trapline.estimates.outcome import Outcome
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
    seed: int = 0,
) -> EstimateReport:
    """Work out how many modules of a target give the logical qubits wanted.

    Args:
        logical_qubits: Logical qubits wanted; those of the counts, or 1,024, when not given.
        logical_error: Largest error a logical qubit and logical operation.
        budget: Chance that a whole program fails; needs counts and replaces logical_error.
        target: Name in the catalogue, path of a TOML file, or a target.
        link: New numbers for every link, for example `{"bell_fidelity": 0.98}`.
        module: New numbers for every kind of module.
        counts: Logical counts of a program by the names of `azure_v1`.
        seed: Echoed in the report; the model draws nothing.

    Returns:
        The report; `feasible` is False where no number of modules does, with the reason and the
        nearest change that would do. `require_feasible()` turns that into an exception.

    Raises:
        InputError: A goal or count is out of range.
        TargetError: The target or an override is unknown or malformed.
    """
    goal = goal_of(
        logical_qubits=logical_qubits, logical_error=logical_error, budget=budget, counts=counts
    )
    chosen = _with_overrides(target, link or {}, module or {})
    candidates = machines_of(chosen)
    outcomes = [evaluate(machine.hardware, goal) for machine in candidates]
    index = int(np.argmin([_rank(outcome) for outcome in outcomes]))
    machine, outcome = candidates[index], outcomes[index]
    best = pick(outcome, 0, int(best_choice(outcome.modules, outcome.remote_time_us)[0]))
    if np.isfinite(best["modules"]):
        return feasible_report(
            chosen, machine, goal, outcome, best, binding(machine, goal), seed=seed
        )
    largest = max(candidates, key=lambda m: (m.link is not None, m.hardware.data_qubits[0]))
    return infeasible_report(chosen, largest, goal, nearest(largest, goal), seed=seed)


def _rank(outcome: Outcome) -> float:
    """Return the modules of the best choice of a machine."""
    return float(outcome.modules.min())


def _with_overrides(
    target: str | Path | Target, link: Mapping[str, Value], module: Mapping[str, Value]
) -> Target:
    """Load the target if need be, and put the user's numbers in."""
    loaded = target if isinstance(target, Target) else load_target(target)
    changes = {f"link.{key}": value for key, value in link.items()}
    changes |= {f"module.{key}": value for key, value in module.items()}
    return apply_overrides(loaded, changes) if changes else loaded

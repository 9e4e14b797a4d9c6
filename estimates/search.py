"""The search over regimes, distances, distillations and buffering, as one array of choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.estimates.distributed import distributed
from trapline.estimates.hosted import hosted
from trapline.estimates.outcome import Columns, Outcome, best_choice, column, outcome_of, pick
from trapline.estimates.plans import HOSTED_PLANS

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware

LARGEST_DISTANCE = 61
DISTANCES = np.arange(3.0, LARGEST_DISTANCE + 1.0, 2.0)
# Choices held in memory at once; more hardware rows are taken in turns.
ROWS_AT_ONCE = 256


def evaluate(hardware: Hardware, goal: Goal) -> Outcome:
    """Evaluate all choices for every hardware row."""
    parts = hosted(hardware, goal, DISTANCES) + distributed(hardware, goal, DISTANCES)
    return outcome_of(len(hardware.p_two), parts)


def cost(hardware: Hardware, goal: Goal) -> tuple[Floats, Floats]:
    """Return modules (inf when infeasible) and time of an operation of the best choice of each row.

    Args:
        hardware: Any number of rows.
        goal: What is asked.
    """
    points = len(hardware.p_two)
    modules = np.empty(points)
    time = np.empty(points)
    for start in range(0, points, ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        modules[rows], time[rows] = _cost_of_rows(hardware.rows(rows), goal)
    return modules, time


def _cost_of_rows(hardware: Hardware, goal: Goal) -> tuple[Floats, Floats]:
    """Return modules and time of the best choice of a few rows."""
    modules, time = _best(len(hardware.p_two), hosted(hardware, goal, DISTANCES))
    # A patch cut in two or more takes at least 4 modules a logical qubit with its routing.
    other = np.flatnonzero(modules > 4.0 * goal.logical_qubits)
    if len(other):
        parts = distributed(hardware.rows(other), goal, DISTANCES)
        cut_modules, cut_time = _best(len(other), parts)
        better = (cut_modules < modules[other]) | (
            (cut_modules == modules[other]) & (cut_time < time[other])
        )
        modules[other[better]] = cut_modules[better]
        time[other[better]] = cut_time[better]
    return modules, time


def _best(points: int, parts: list[Columns]) -> tuple[Floats, Floats]:
    """Return modules and time of the best choice of each row."""
    modules, time = (column(name, points, parts) for name in ("modules", "remote_time_us"))
    best = best_choice(modules, time)[:, None]
    return (
        np.take_along_axis(modules, best, axis=1)[:, 0],
        np.take_along_axis(time, best, axis=1)[:, 0],
    )


def frontier(outcome: Outcome, row: int, qubits_per_module: float) -> list[dict[str, Any]]:
    """List the choices of one row that no other beats in both modules and time.

    Args:
        outcome: All choices.
        row: Which hardware row.
        qubits_per_module: Physical qubits of a module.
    """
    modules, time = outcome.modules[row], outcome.remote_time_us[row]
    points: list[dict[str, Any]] = []
    fastest = np.inf
    for choice in _by_modules(modules, time):
        if time[choice] >= fastest:
            continue
        fastest = time[choice]
        points.append(_point(outcome, row, choice, qubits_per_module))
    return points


def alternatives(outcome: Outcome, row: int, qubits_per_module: float) -> list[dict[str, Any]]:
    """List the best choice of each regime, distillation and buffering that reaches the goal.

    Args:
        outcome: All choices.
        row: Which hardware row.
        qubits_per_module: Physical qubits of a module.
    """
    modules, time = outcome.modules[row], outcome.remote_time_us[row]
    seen: set[tuple[float, bool]] = set()
    points: list[dict[str, Any]] = []
    for choice in _by_modules(modules, time):
        kind = (float(outcome.plan[row, choice]), bool(outcome.per_module[row, choice] >= 1.0))
        if kind not in seen:
            seen.add(kind)
            points.append(_point(outcome, row, choice, qubits_per_module))
    return points


def _point(outcome: Outcome, row: int, choice: int, qubits_per_module: float) -> dict[str, Any]:
    """Write one choice down for the report."""
    chosen = pick(outcome, row, choice)
    return {
        "modules": int(chosen["modules"]),
        "physical_qubits": int(chosen["modules"] * qubits_per_module),
        "logical_cycle_time_us": chosen["cycle_time_us"],
        "remote_operation_time_us": chosen["remote_time_us"] if chosen["plan"] >= 0 else None,
        "regime": regime_of(chosen),
        "distance": int(chosen["distance"]),
        "distillation": distillation_of(chosen),
        "buffered": is_buffered(chosen),
    }


def regime_of(chosen: dict[str, float]) -> str:
    """Return `hosted` where a module holds whole patches, else `distributed`."""
    return "hosted" if chosen["per_module"] >= 1.0 else "distributed"


def distillation_of(chosen: dict[str, float]) -> str:
    """Return the name of the distillation of a choice."""
    return HOSTED_PLANS[int(chosen["plan"])].name if chosen["plan"] >= 0 else "none"


def is_buffered(chosen: dict[str, float]) -> bool:
    """Tell whether the pairs of a whole operation are collected first."""
    return chosen["plan"] >= 0 and HOSTED_PLANS[int(chosen["plan"])].buffered


def _by_modules(modules: Floats, time: Floats) -> list[int]:
    """Order the choices that reach the goal by modules, then by time."""
    good = np.flatnonzero(np.isfinite(modules))
    order = good[np.lexsort((time[good], modules[good]))]
    return [int(choice) for choice in order]

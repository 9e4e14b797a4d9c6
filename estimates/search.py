"""The search over regimes, operations, distances and distillations.

Choices that cannot reach the goal are dropped by tests that cost little and are never wrong; the
rest is evaluated in waves of growing distance, and a hardware row is done when no choice that is
left can take fewer modules than what was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates import distributed, hosted, hosted_modules
from trapline.estimates.logical import DISTANCES
from trapline.estimates.magic import menu_of
from trapline.estimates.monolith import in_one_module
from trapline.estimates.outcome import COLUMNS, best_of_rows, joined, outcome_of
from trapline.estimates.plans import supply_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.distributed import Cuts
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.magic import Menu
    from trapline.estimates.outcome import Columns, Outcome
    from trapline.estimates.plans import Supply

# Hardware rows that are searched at once, so that arrays stay in the cache.
ROWS_AT_ONCE = 256
# Choices that are evaluated in one wave, whatever they are.
FEW = 4000
# Distances of a row that are evaluated in one wave.
WAVE = 3
# Modules of a patch at which one wave of cut patches ends and the next begins.
LEVELS = np.array([4.0, 9.0, 25.0, 81.0])


def everything(hardware: Hardware, goal: Goal) -> Outcome:
    """Evaluate every choice that has a chance, for every hardware row."""
    menu = menu_of(goal, hardware.p_local)
    supply = supply_of(hardware, hardware.delivered_hz(1.0))
    chosen = hosted.candidates(hardware, goal, supply, DISTANCES, all_sizes=True)
    parts = [
        in_one_module(hardware, goal, menu, DISTANCES),
        hosted_modules.evaluate(hardware, goal, supply, menu, chosen),
    ]
    for pairs, tiles in zip(distributed.supplies(hardware), (True, False), strict=True):
        found = distributed.cuts(hardware, goal, pairs, DISTANCES, tiles=tiles)
        parts.append(distributed.evaluate(hardware, goal, pairs, menu, found, tiles=tiles))
    return outcome_of(parts)


def best(hardware: Hardware, goal: Goal) -> Outcome:
    """Return the best choice of every hardware row: fewest modules, then the fastest step.

    Args:
        hardware: Any number of rows.
        goal: What is asked.

    Returns:
        One entry a row, in their order; `modules` is inf where nothing reaches the goal.
    """
    points = len(hardware.p_two)
    found: Columns = {name: np.zeros(points) for name in COLUMNS}
    found["modules"][:] = found["step_time_us"][:] = found["remote_time_us"][:] = np.inf
    found["plan"][:] = -1.0
    for start in range(0, points, ROWS_AT_ONCE):
        part = _best_of_few(hardware.rows(slice(start, start + ROWS_AT_ONCE)), goal)
        rows = part["row"].astype(np.intp) + start
        for name, values in part.items():
            if name in found:
                found[name][rows] = values
    found["row"] = np.arange(float(points))
    return outcome_of([found])


def cost(hardware: Hardware, goal: Goal) -> tuple[Floats, Floats]:
    """Return modules (inf when infeasible) and time of a step of the best choice of each row."""
    found = best(hardware, goal)
    return found.modules, found.step_time_us


def _best_of_few(hardware: Hardware, goal: Goal) -> Columns:
    """Return the best choices of a few rows, as columns with one entry a row that has any."""
    menu = menu_of(goal, hardware.p_local)
    alone = _winners(in_one_module(hardware, goal, menu, DISTANCES))
    modules = np.full(len(hardware.p_two), np.inf)
    modules[alone["row"].astype(np.intp)] = 1.0
    supply = supply_of(hardware, hardware.delivered_hz(1.0))
    parts = [alone, *_best_hosted(hardware, goal, menu, supply, modules)]
    # A patch cut in two or more takes at least 4 modules a logical qubit with its routing.
    other = np.flatnonzero(modules > 4.0 * goal.logical_qubits)
    if len(other):
        other = other[distributed.possible(hardware, goal, supply)[other]]
    if len(other):
        cut = _best_cut(hardware.rows(other), goal, menu.rows(other), modules[other])
        back = other.astype(np.float64)
        parts += [part | {"row": back[part["row"].astype(np.intp)]} for part in cut]
    return _winners(joined(parts))


def _best_hosted(
    hardware: Hardware, goal: Goal, menu: Menu, supply: Supply, modules: Floats
) -> list[Columns]:
    """Evaluate whole patches in waves; `modules`, the fewest so far, is brought up to date."""
    chosen = hosted.candidates(hardware, goal, supply, DISTANCES)
    row = supply.row[chosen.entry]
    bound = np.ceil(goal.logical_qubits / chosen.most)

    def evaluate(some: NDArray[np.intp]) -> Columns:
        return hosted_modules.evaluate(hardware, goal, supply, menu, chosen.take(some))

    first = np.full(len(modules), np.inf)
    np.minimum.at(first, row, chosen.distance)
    wave = np.floor((chosen.distance - first[row]) / (2 * WAVE))
    return _in_waves(wave, row, bound, modules, evaluate)


def _best_cut(hardware: Hardware, goal: Goal, menu: Menu, modules: Floats) -> list[Columns]:
    """Evaluate cut patches in waves of more and more modules a patch; see `_best_hosted`."""
    parts: list[Columns] = []
    for supply, tiles in zip(distributed.supplies(hardware), (True, False), strict=True):
        chosen = distributed.cuts(hardware, goal, supply, DISTANCES, tiles=tiles)

        def evaluate(
            some: NDArray[np.intp],
            supply: Supply = supply,
            chosen: Cuts = chosen,
            tiles: bool = tiles,
        ) -> Columns:
            return distributed.evaluate(
                hardware, goal, supply, menu, chosen.take(some), tiles=tiles
            )

        wave = np.searchsorted(LEVELS, chosen.patch_modules).astype(np.float64)
        bound = distributed.PATCHES_PER_QUBIT * goal.logical_qubits * chosen.patch_modules
        parts += _in_waves(wave, supply.row[chosen.entry], bound, modules, evaluate)
    return parts


def _in_waves(
    wave: Floats,
    row: NDArray[np.intp],
    bound: Floats,
    modules: Floats,
    evaluate: Callable[[NDArray[np.intp]], Columns],
) -> list[Columns]:
    """Evaluate choices wave by wave, leaving out what cannot take fewer or as few modules."""
    parts: list[Columns] = []
    left = np.arange(len(row))
    number = 0.0
    while len(left):
        left = left[bound[left] <= modules[row[left]]]
        now = (wave[left] <= number) | (len(left) <= FEW)
        if now.any():
            part = _winners(evaluate(left[now]))
            rows = part["row"].astype(np.intp)
            modules[rows] = np.minimum(modules[rows], part["modules"])
            parts.append(part)
        left = left[~now]
        number += 1.0
    return parts


def _winners(columns: Columns) -> Columns:
    """Keep the best choice of each row that has any."""
    chosen = best_of_rows(
        columns["row"].astype(np.intp), columns["modules"], columns["step_time_us"]
    )
    return {name: values[chosen] for name, values in columns.items()}

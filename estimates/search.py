"""The search over regimes, operations, distances and distillations.

Places (a hardware row and a distance) that cannot reach the goal are dropped by tests that cost
little and are never wrong; the rest is joined with the pairs that there are and evaluated in
waves of growing distance. A row is done when no place that is left can take as few modules as what
was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from trapline.estimates import (
    blocks,
    blocks_modules,
    distributed,
    distributed_modules,
    hosted,
    hosted_modules,
)
from trapline.estimates.logical import DISTANCES
from trapline.estimates.magic import menu_of
from trapline.estimates.monolith import in_one_module
from trapline.estimates.outcome import COLUMNS, best_of_rows, joined, outcome_of
from trapline.estimates.plans import supply_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.magic import Menu
    from trapline.estimates.outcome import Columns, Outcome
    from trapline.estimates.plans import Supply

P = TypeVar("P", bound=hosted.Places)
C = TypeVar("C", bound=hosted.Candidates)
# Hardware rows that are searched at once, so that arrays stay in the cache.
ROWS_AT_ONCE = 3072
# Distances of a row in the first wave, of many rows and of few, and how waves grow: a wave of many
# rows should leave out what it can, one of few rows takes as long whatever it holds.
FEW_ROWS = 100
WAVE, WAVE_OF_FEW = 1, 4
GROWTH = 2
# Modules of a patch at which one wave of cut patches ends and the next begins, and places that are
# evaluated in one wave.
LEVELS = np.array([4.0, 9.0, 25.0, 81.0])
FEW_CUTS = 1000
# Columns that tell which choice of a row is best.
DECIDE = ("row", "modules", "step_time_us")


def everything(hardware: Hardware, goal: Goal) -> Outcome:
    """Evaluate every choice that has a chance, for every hardware row."""
    return outcome_of([_found(hardware, goal, complete=len(hardware.p_two))])


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
        part = _found(hardware.rows(slice(start, start + ROWS_AT_ONCE)), goal, complete=0)
        rows = part["row"].astype(np.intp) + start
        for name, values in part.items():
            if name in found:
                found[name][rows] = values
    found["row"] = np.arange(float(points))
    return outcome_of([found])


def everything_and_costs(hardware: Hardware, goal: Goal) -> tuple[Outcome, Floats, Floats]:
    """Do what `everything` does for the first row, and what `cost` does for the others, at once.

    Returns:
        All choices of the first row, then modules and time of a step of the best choice of each
        other row, inf where there is none.
    """
    found = _found(hardware, goal, complete=1)
    first = int((found["row"] == 0.0).sum())
    modules, time = np.full((2, len(hardware.p_two) - 1), np.inf)
    others = found["row"][first:].astype(np.intp) - 1
    modules[others], time[others] = found["modules"][first:], found["step_time_us"][first:]
    return outcome_of([{name: values[:first] for name, values in found.items()}]), modules, time


def cost(hardware: Hardware, goal: Goal) -> tuple[Floats, Floats]:
    """Return modules (inf when infeasible) and time of a step of the best choice of each row."""
    found = best(hardware, goal)
    return found.modules, found.step_time_us


@dataclass(frozen=True)
class _Search:
    """A few hardware rows, and the best that was found for them so far.

    Args:
        hardware: Rows.
        goal: What is asked.
        menu: Factories.
        complete: Rows from the first on of which all choices are wanted.
        modules: Fewest modules of each row, brought up to date; inf where all choices are wanted.
        parts: Choices found so far; for rows that are not complete, the best of each part.
    """

    hardware: Hardware
    goal: Goal
    menu: Menu
    complete: int
    modules: Floats
    parts: list[Columns]

    def add(self, found: Columns) -> None:
        """Keep what is wanted of some choices."""
        part = _wanted(found, self.complete)
        rows = part["row"].astype(np.intp)
        np.minimum.at(self.modules, rows, part["modules"])
        self.modules[: self.complete] = np.inf
        self.parts.append(part)


@dataclass(frozen=True)
class _Hosted(Generic[P, C]):
    """A kind of code that is held whole in modules: how its choices are listed and evaluated.

    Args:
        places: Lists what fits and has a chance with pairs without error.
        candidates: Joins that with the pairs that there are.
        crowded: Tells where fewer logical qubits than fit are faster.
        evaluate: Evaluates what is left.
    """

    places: Callable[[Hardware, Goal, Floats], P]
    candidates: Callable[[Hardware, Goal, Supply, P, Floats], C]
    crowded: Callable[[Hardware, Supply, C], NDArray[np.bool_]]
    evaluate: Callable[[Hardware, Goal, Supply, Menu, C], Columns]


PATCHES = _Hosted(hosted.places, hosted.candidates, hosted.crowded, hosted_modules.evaluate)
BLOCKS = _Hosted(blocks.places, blocks.candidates, blocks.crowded, blocks_modules.evaluate)


def _found(hardware: Hardware, goal: Goal, *, complete: int) -> Columns:
    """Return all choices of the first few rows, and the best choice of the others that have any."""
    menu = menu_of(goal, hardware.p_local)
    search = _Search(hardware, goal, menu, complete, np.full(len(hardware.p_two), np.inf), [])
    if goal.blocks:
        search.add(blocks_modules.in_one_module(hardware, goal, menu))
        _add_hosted(search, BLOCKS)
    if goal.patches:
        search.add(in_one_module(hardware, goal, menu, DISTANCES))
        _add_hosted(search, PATCHES)
        # A patch cut in two or more takes at least 4 modules a logical qubit with its routing.
        other = (search.modules > 4.0 * goal.logical_qubits).nonzero()[0]
        if len(other):
            _add_cut(search, other)
    return _wanted(joined(search.parts), complete)


def _add_hosted(search: _Search, kind: _Hosted[P, C]) -> None:
    """Evaluate whole patches or blocks in waves.

    A row is done when no place that is left can take fewer or as few modules.
    """
    hardware, goal, modules = search.hardware, search.goal, search.modules
    rate = hardware.delivered_hz(1.0)
    left = kind.places(hardware, goal, rate)
    rows = np.bincount(left.row).nonzero()[0]
    supply = supply_of(hardware.rows(rows), rate[rows]).of_rows(rows)
    end = np.full(len(modules), np.inf)
    np.minimum.at(end, left.row, left.distance)
    end[: search.complete] = np.inf
    length = WAVE if len(modules) > FEW_ROWS else WAVE_OF_FEW
    while True:
        bound = np.ceil(goal.logical_qubits / np.minimum(left.most, goal.logical_qubits))
        left = left.take((bound <= modules[left.row]).nonzero()[0])
        if not len(left.row):
            return
        end += 2.0 * length
        length *= GROWTH
        now = left.distance < end[left.row]
        wave = left.take(now.nonzero()[0])
        chosen = kind.candidates(hardware, goal, supply, wave, modules)
        if search.complete:
            wanted = supply.row[chosen.entry] < search.complete
            wanted &= kind.crowded(hardware, supply, chosen)
            chosen = hosted.with_smaller(goal, chosen, wanted)
        search.add(kind.evaluate(hardware, goal, supply, search.menu, chosen))
        left = left.take((~now).nonzero()[0])


def _add_cut(search: _Search, rows: NDArray[np.intp]) -> None:
    """Evaluate cut patches of some rows in waves of more and more modules a patch."""
    hardware, goal, modules = search.hardware, search.goal, search.modules
    patches = distributed.PATCHES_PER_QUBIT * goal.logical_qubits
    for tiles, pairs, left in _cut_places(hardware, goal, rows):
        sizes = distributed.patch_modules(distributed.PARTS, tiles=tiles)
        level = np.searchsorted(LEVELS, sizes) * (len(left.index) > FEW_CUTS)
        for number in np.bincount(level).nonzero()[0]:
            parts = distributed.PARTS[level == number]
            least = patches * sizes[level == number][0]
            here = left.take((least <= modules[pairs.row[left.index]]).nonzero()[0])
            found = distributed.cuts(hardware, pairs, here, parts, tiles=tiles)
            worth = patches * found.patch_modules <= modules[pairs.row[found.entry]]
            found = found.take(worth.nonzero()[0])
            search.add(
                distributed_modules.evaluate(hardware, goal, pairs, search.menu, found, tiles=tiles)
            )


def _cut_places(
    hardware: Hardware, goal: Goal, rows: NDArray[np.intp]
) -> list[tuple[bool, Supply, distributed.Places]]:
    """Return the pairs and places of strips and of tiles, of some hardware rows."""
    kinds = (False, True)
    hopeful = [distributed.places(hardware, goal, DISTANCES, rows, tiles=tiles) for tiles in kinds]
    wanted = [np.bincount(places.index).nonzero()[0] for places in hopeful]
    return [
        (tiles, pairs, distributed.with_pairs(hardware, pairs, places, tiles=tiles))
        for tiles, pairs, places in zip(
            kinds, distributed.supplies(hardware, *wanted), hopeful, strict=True
        )
    ]


def _wanted(columns: Columns, complete: int) -> Columns:
    """Keep all choices of the first few rows, then the best choice of each other that has any."""
    row = columns["row"]
    if not len(row) or row.max() < complete:
        return columns
    rest = (row >= complete).nonzero()[0]
    chosen = rest[_best_choices({name: columns[name][rest] for name in DECIDE})]
    if complete:
        chosen = np.concatenate([(row < complete).nonzero()[0], chosen])
    return {name: values[chosen] for name, values in columns.items()}


def _best_choices(columns: Columns) -> NDArray[np.intp]:
    """Return the index of the best choice of each row that has any."""
    return best_of_rows(columns["row"].astype(np.intp), columns["modules"], columns["step_time_us"])

"""Exchange the roles of whole modules, where links differ.

Annealing moves qubits one by one and seldom finds that two modules would better change places. All
exchanges of two modules are weighed, the best is made, and so on: a heuristic.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.assignment import Assignment, sets_touched
from trapline.passes.occupancy import fits

if TYPE_CHECKING:
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments

Longs = NDArray[np.int64]


def relabelled(segments: Segments, assignment: Assignment, router: Router) -> Assignment:
    """Exchange modules as long as that makes an assignment lighter.

    Args:
        segments: The communication model.
        assignment: An assignment that fits, without kept copies.
        router: Weights of the network; nothing is done where sets are not tabulated.

    Returns:
        An assignment that fits and weighs no more.
    """
    if router.table is None:
        return assignment
    masks, counts = sets_touched(segments, assignment)
    modules = np.arange(router.network.n_modules, dtype=np.int32)
    weight = int(router.table[masks] @ counts)
    while True:
        swaps = [
            (int(router.table[_swapped(masks, a, b)] @ counts), a, b)
            for a, b in combinations(range(len(modules)), 2)
        ]
        for found, a, b in sorted(swaps):
            if found >= weight:
                return assignment
            names = modules.copy()
            names[a], names[b] = b, a
            other = Assignment(
                home=names[assignment.home], place=names[assignment.place], move=assignment.move
            )
            if fits(segments, other, router.network):
                assignment, masks, weight = other, _swapped(masks, a, b), found
                break
        else:
            return assignment


def _swapped(masks: Longs, a: int, b: int) -> Longs:
    differ = (masks >> a ^ masks >> b) & 1
    return masks ^ (differ << a | differ << b)

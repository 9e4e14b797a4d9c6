"""Large-neighbourhood search: CP-SAT frees a small part of an assignment and keeps the rest.

Source: Shaw, "Using constraint programming and local search methods to solve vehicle routing
problems", CP 1998.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.assignment import Assignment, touched, weight_of
from trapline.passes.cpsat import solve_cpsat
from trapline.passes.occupancy import fits

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network


def improve(
    segments: Segments,
    network: Network,
    router: Router,
    start: Assignment,
    *,
    rounds: int,
    size: int,
    work: float,
    seed: int,
    stop: Callable[[], bool] = lambda: False,
) -> Assignment:
    """Improve an assignment round by round; the result is never worse than the start.

    Args:
        segments: The communication model.
        network: The modules.
        router: Steiner weights of the network.
        start: An assignment that fits.
        rounds: Neighbourhoods to try.
        size: Segments and interactions to free in each.
        work: CP-SAT's deterministic time for each.
        seed: Seed of the choice of neighbourhoods.
        stop: Asked before each round whether to end early.
    """
    rng = np.random.default_rng(seed)
    around = _Around(segments)
    best, cost = start, weight_of(segments, start, router)
    for turn in range(rounds):
        if cost == 0 or stop():
            break
        owner, _ = touched(segments, best)
        spread = np.flatnonzero(np.bincount(owner, minlength=segments.n_segments) > 1)
        centre = int(rng.choice(spread))
        free_segments, free_interactions = around.grow(centre, size, rng)
        result = solve_cpsat(
            segments,
            network,
            router,
            best,
            free_segments=free_segments,
            free_interactions=free_interactions,
            work=work,
            seed=seed + turn,
        )
        if result.assignment is None or not fits(segments, result.assignment, network):
            continue
        found = weight_of(segments, result.assignment, router)
        if found <= cost:
            best, cost = result.assignment, found
    return best


class _Around:
    """Grows connected parts of the hypergraph of segments and interactions."""

    def __init__(self, segments: Segments) -> None:
        order = np.argsort(segments.pins, kind="stable")
        times = np.repeat(np.arange(segments.n_interactions), np.diff(segments.pin_start))
        self._items = times[order]
        self._bounds = np.searchsorted(
            segments.pins[order], np.arange(segments.n_segments + 1)
        ).tolist()
        self._segments = segments

    def grow(self, centre: int, size: int, rng: np.random.Generator) -> tuple[set[int], set[int]]:
        """Collect segments and interactions around a segment until there are `size` of them."""
        model = self._segments
        found, items, queue = {centre}, set[int](), [centre]
        while queue and len(found) + len(items) < size:
            s = queue.pop(int(rng.integers(len(queue))))
            mine = self._items[self._bounds[s] : self._bounds[s + 1]]
            for i in rng.permutation(mine)[: size // 4].tolist():
                items.add(i)
                for t in model.pins[model.pin_start[i] : model.pin_start[i + 1]].tolist():
                    if t not in found:
                        found.add(t)
                        queue.append(t)
            for t in (int(model.previous[s]), int(model.following[s])):
                if t >= 0 and t not in found:
                    found.add(t)
                    queue.append(t)
        return found, items

"""A lower bound for circuits of any length: the sum of those of windows of time.

Each segment is counted in one window, that of its first interaction. In a window, all homes are
free, and data qubits are limited in its layers only: no assignment pays less for its segments than
CP-SAT proves, and none less in all than the sum. Windows begin where hardly a segment goes on. Long
ones bound better and are harder to solve: they double in length while that gains and most are
solved.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.cpsat import bound_cpsat

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trapline.passes.assignment import Assignment
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

SHORTEST, DOUBLINGS = 30, 5
"""Interactions of the first windows, and how often they may double."""

FEW = 1 / 16
"""Share of the qubits whose segments may go on where a window begins."""


def window_bound(
    segments: Segments,
    network: Network,
    router: Router,
    start: Assignment,
    *,
    keepable: NDArray[np.bool_] | None,
    work: float,
    left: Callable[[], float | None],
    seed: int,
) -> int:
    """Bound the pairs of all assignments from below.

    Args:
        segments: The communication model.
        network: The modules, all joined to one another.
        router: Steiner weights of the network.
        start: An assignment that fits, without kept copies.
        keepable: Segments that could keep the copies of the segment two before; None for none.
        work: CP-SAT's deterministic time for all windows of about one length together.
        left: Asked for the seconds that are left; None for no limit.
        seed: CP-SAT's random seed.

    Returns:
        The bound; 0 where qubits are reset, or there are no moments at which windows could begin.
    """
    if segments.fresh.any() or not segments.n_interactions:
        return 0
    first = np.where(segments.first >= 0, segments.layer[segments.first], -1)
    best, before = 0, list[int]()
    for turn in range(DOUBLINGS + 1):
        edges = _edges(segments, SHORTEST << turn)
        if edges == before or len(edges) == 2:
            break
        total, solved, before = 0, 0, edges
        each = work / (len(edges) - 1)
        for low, high in pairwise(edges):
            counted = np.flatnonzero((first >= low) & (first < high))
            least, proven = bound_cpsat(
                segments, network, router, start, counted, (low, high),
                keepable=keepable, work=each, seconds=left(), seed=seed,
            )  # fmt: skip
            total += least
            solved += proven
        if total <= best:
            break
        best = total
        if solved < len(edges) / 2:
            break
    return best


def _edges(segments: Segments, window: int) -> list[int]:
    """Choose the layers at which windows of so many interactions or more begin, and the end."""
    n_layers = segments.n_layers
    done = np.searchsorted(segments.layer, np.arange(n_layers + 1))
    used = segments.first >= 0
    begun = np.bincount(segments.layer[segments.first[used]], minlength=n_layers + 1)
    over = np.bincount(segments.layer[segments.last[used]] + 1, minlength=n_layers + 1)
    going_on = np.cumsum(begun - over) - begun  # of those begun before a layer
    edges = [0]
    for layer in np.flatnonzero(going_on <= FEW * segments.n_qubits).tolist():
        if done[layer] - done[edges[-1]] >= window:
            edges.append(layer)
    if segments.n_interactions - done[edges[-1]] < window:
        edges.pop()
    return [*edges, n_layers] if edges else [0, n_layers]

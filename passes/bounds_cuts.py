"""A lower bound for several modules from proven bounds for two.

A cut parts the modules into two sides. Taken for one module each, they make a network of two, on
which the circuit costs no more than what crosses the cut. A Steiner tree on modules of both sides
has a link across it; so if shares are given to cuts such that those of the cuts across any one link
add up to at most its weight, the tree weighs at least the shares of the cuts that part its modules,
and an assignment at least the sum over cuts of share times bound. A linear program chooses the
shares. (On the links of a tree that is one for each; on a complete network of four modules a half
for each way to halve it, or for each module against the rest.)

Copies that outlive a segment (`Assignment.kept`) may do so across a cut as well.

Source: packings of cuts bound Steiner trees from below, Wong, "A dual ascent approach for Steiner
tree problems on a directed graph", Mathematical Programming 28, 1984 (their use here is ours).
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.assignment import weight_of
from trapline.passes.bounds_windows import window_bound
from trapline.passes.cpsat import solve_cpsat
from trapline.passes.route import Router
from trapline.targets.network import ideal_network

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trapline.passes.assignment import Assignment
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

    Rooms = tuple[int, int]
    """Data qubits of the two sides of a cut, ascending."""

MOST_MODULES = 8
"""Of a network whose cuts are all listed."""

MOST_ROOMS = 8
"""Kinds of cuts that are bounded; others count nothing."""

SLACK = 1e-6
"""Of the linear program's optimum, before it is rounded up."""


def cut_bound(
    segments: Segments,
    network: Network,
    router: Router,
    known: Assignment,
    *,
    keepable: NDArray[np.bool_] | None = None,
    whole: bool = True,
    work: float,
    left: Callable[[], float | None],
    seed: int,
) -> int:
    """Bound the weight of all assignments from below.

    Args:
        segments: The communication model.
        network: The modules.
        router: Weights of its links.
        known: An assignment that fits, to begin from.
        keepable: Segments that could keep the copies of the segment two before; None for none.
        whole: Whether CP-SAT gets the circuit in one piece, before windows of it.
        work: CP-SAT's deterministic time for all cuts together, and half as much again for all
            windows of about one length.
        left: Asked for the seconds that are left; None for no limit.
        seed: CP-SAT's random seed.

    Returns:
        The bound; 0 with one module or more than `MOST_MODULES`.
    """
    if not 1 < network.n_modules <= MOST_MODULES:
        return 0
    cuts: dict[Rooms, list[int]] = {}
    for cut in range(1, 1 << (network.n_modules - 1)):
        cuts.setdefault(_rooms(network, cut), []).append(cut)
    wanted = [rooms for rooms in sorted(cuts, reverse=True) if rooms[1] < segments.n_qubits]
    bounds: dict[int, int] = {}
    for rooms in wanted[:MOST_ROOMS]:
        least = _bound_of_two(
            segments, network, rooms, cuts[rooms], known, keepable,
            whole=whole, work=work / min(len(wanted), MOST_ROOMS), left=left, seed=seed,
        )  # fmt: skip
        bounds |= dict.fromkeys(cuts[rooms], least)
    return _packed(network, router, bounds)


def _rooms(network: Network, cut: int) -> Rooms:
    """Count the data qubits on either side of a cut, given as the bits of one side."""
    one = sum(room for m, room in enumerate(network.data_qubits) if cut >> m & 1)
    low, high = sorted((one, sum(network.data_qubits) - one))
    return low, high


def _bound_of_two(
    segments: Segments,
    network: Network,
    rooms: Rooms,
    cuts: list[int],
    known: Assignment,
    keepable: NDArray[np.bool_] | None,
    *,
    whole: bool,
    work: float,
    left: Callable[[], float | None],
    seed: int,
) -> int:
    """Bound the pairs between two modules of given sizes."""
    two = ideal_network("complete", 2, rooms)
    router = Router(two)

    def merged(cut: int) -> Assignment:
        side = np.array([cut >> m & 1 for m in range(network.n_modules)], dtype=np.int32)
        if int(side @ np.array(network.data_qubits)) != rooms[1]:
            side = 1 - side
        return replace(known, home=side[known.home], place=side[known.place], kept=None)

    start = min(map(merged, cuts), key=lambda found: weight_of(segments, found, router))
    least = 0
    if whole:
        most = weight_of(segments, start, router) - 1
        result = solve_cpsat(
            segments, two, router, start,
            keepable=keepable, most=most, work=work, seconds=left(), seed=seed,
        )  # fmt: skip
        least = result.bound
        if result.proven:
            return least
    parts = window_bound(
        segments, two, router, start, keepable=keepable, work=work / 2, left=left, seed=seed
    )
    return max(least, parts)


def _packed(network: Network, router: Router, bounds: dict[int, int]) -> int:
    """Choose the share of each cut."""
    from ortools.linear_solver.python import model_builder

    model = model_builder.Model()  # type: ignore[no-untyped-call]  # its stub has no types
    shares = {cut: model.new_num_var(0, router.link_weights.max(), f"{cut}") for cut in bounds}
    for a, b in network.links:
        across = [share for cut, share in shares.items() if (cut >> a ^ cut >> b) & 1]
        if across:
            model.add(sum(across) <= int(router.link_weights[a, b]))
    model.maximize(sum(bounds[cut] * share for cut, share in shares.items()))
    solver = model_builder.Solver("glop")
    if solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
        return 0
    return ceil(solver.objective_value - SLACK)

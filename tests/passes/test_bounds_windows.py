"""Bounds by windows of time against brute force, and where they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from tiny import kept_copies_of, tiny_programs

from trapline.passes import bounds_windows
from trapline.passes.bounds_windows import window_bound
from trapline.passes.effort import EFFORTS
from trapline.passes.partition import round_robin
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.solve import solve
from trapline.targets.network import Network, ideal_network

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def bound(
    segments: Segments, network: Network, allowed: NDArray[np.bool_] | None = None, work: float = 5
) -> int:
    return window_bound(
        segments, network, Router(network), round_robin(segments, network),
        keepable=allowed, work=work, left=lambda: None, seed=0,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(tiny_programs(max_work=3_000))
def test_it_is_never_above_the_best_assignment(problem: tuple[Program, Network]) -> None:
    """Windows of two interactions, which begin wherever they may."""
    program, network = problem
    known = kept_copies_of(program, network)
    if known is None:
        return
    segments, allowed, best = known
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounds_windows, "SHORTEST", 2)
        patch.setattr(bounds_windows, "FEW", 1.0)
        assert 0 <= bound(segments, network, allowed) <= best


def rounds(n: int, times: int, *, reset: bool = False) -> Segments:
    """All pairs of qubits meet, again and again, with a turn of each qubit between."""
    out = ProgramBuilder("rounds", [Register("q", n)])
    for _ in range(times):
        for a in range(n):
            for b in range(a):
                out.add("cz", (a, b))
        for q in range(n):
            out.add("h", (q,))
        if reset:
            out.add("reset", (0,))
    return segment(out.build())


@pytest.mark.parametrize("times", [2, 5])
def test_one_side_must_cross_in_every_round(times: int) -> None:
    segments, network = rounds(9, times), ideal_network("complete", 2, [5, 4])
    assert bound(segments, network) == 4 * times


def test_one_window_is_none_and_so_is_a_reset() -> None:
    network = ideal_network("complete", 2, [5, 4])
    assert bound(rounds(9, 1), network) == 0
    assert bound(rounds(9, 3, reset=True), network) == 0


def test_without_work_little_is_proven_and_nothing_wrong() -> None:
    assert 0 <= bound(rounds(9, 3), ideal_network("complete", 2, [5, 4]), work=0) <= 12


@pytest.mark.parametrize(
    ("sizes", "wanted"), [([7, 7], 7 * 30), ([4, 4, 4, 4], round(6 * 30 * 3 / 2))]
)
def test_best_effort_bounds_circuits_too_long_for_one_model(sizes: list[int], wanted: int) -> None:
    """Half of the qubits cross each way to part the modules in halves, in each of 30 rounds.

    Of 14 qubits in 16 places, 6 do.
    """
    segments, network = rounds(14, 30), ideal_network("complete", len(sizes), sizes)
    assert segments.n_interactions > EFFORTS["best"].exact_halves
    found = solve(segments, network, Router(network), effort=EFFORTS["best"].proving)
    assert found.lower_bound == wanted

"""The exact search against brute force, and against what the annealing finds."""

from __future__ import annotations

import numpy as np
import pytest
from brute_force import optimum
from hypothesis import given, settings
from tiny import tiny_problems

from trapline.passes.assignment import pairs
from trapline.passes.exact import is_small, solve_exactly
from trapline.passes.occupancy import fits
from trapline.passes.partition import round_robin
from trapline.passes.program import ProgramBuilder, Register
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.solve import solve
from trapline.targets.network import Network, ideal_network

MANY = 200_000


def random_segments(n: int, n_interactions: int, seed: int) -> Segments:
    rng = np.random.default_rng(seed)
    out = ProgramBuilder("random", [Register("q", n)])
    for _ in range(n_interactions):
        out.add("cx", rng.choice(n, 2, replace=False).tolist())
        if rng.random() < 0.7:
            out.add("h", (int(rng.integers(n)),))
    return segment(out.build())


@settings(max_examples=40)
@given(tiny_problems())
def test_the_bound_is_never_above_the_optimum_and_what_is_found_attains_it(
    problem: tuple[Segments, Network],
) -> None:
    segments, network = problem
    if not is_small(segments, network):
        return
    router = Router(network)
    best = optimum(segments, network)
    assert best is not None
    start = pairs(segments, round_robin(segments, network), router)
    found = solve_exactly(segments, network, router, best=start, most_states=MANY)
    assert found.bound <= best <= start
    assert found.proven
    if found.assignment is not None:
        assert fits(segments, found.assignment, network)
        assert pairs(segments, found.assignment, router) == found.bound == best


@settings(max_examples=40)
@given(tiny_problems(resets=False))
def test_a_qubit_that_may_sit_with_any_holder_gains_little(
    problem: tuple[Segments, Network],
) -> None:
    """The search relaxes where a qubit sits; on tiny problems that is worth a pair at most."""
    segments, network = problem
    if not is_small(segments, network):
        return
    best = optimum(segments, network)
    assert best is not None
    found = solve_exactly(segments, network, Router(network), best=best, most_states=MANY)
    assert best - 1 <= found.bound <= best


@pytest.mark.parametrize(("kind", "modules", "size"), [("complete", 2, 4), ("line", 3, 3)])
@pytest.mark.parametrize("seed", range(3))
def test_annealing_never_goes_below_the_bound(
    kind: str, modules: int, size: int, seed: int
) -> None:
    segments, network = random_segments(8, 24, seed), ideal_network(kind, modules, size)
    router = Router(network)
    annealed = solve(segments, network, router, effort="fast", seed=seed).epr_pairs
    found = solve_exactly(segments, network, router, best=annealed, most_states=MANY)
    assert 0 < found.bound <= annealed


def test_too_many_states_prove_less_but_nothing_wrong() -> None:
    segments, network = random_segments(8, 24, 0), ideal_network("complete", 3, 3)
    router = Router(network)
    annealed = solve(segments, network, router, effort="fast").epr_pairs
    whole = solve_exactly(segments, network, router, best=annealed, most_states=MANY)
    cut = solve_exactly(segments, network, router, best=annealed, most_states=10)
    assert not cut.proven
    assert 0 <= cut.bound <= whole.bound


def test_large_problems_are_not_small() -> None:
    assert is_small(random_segments(8, 24, 0), ideal_network("complete", 2, 4))
    assert not is_small(random_segments(16, 24, 0), ideal_network("complete", 2, 8))
    assert not is_small(random_segments(8, 24, 0), ideal_network("ring", 4, 2))
    assert not is_small(random_segments(8, 24, 0), ideal_network("complete", 1, 8))

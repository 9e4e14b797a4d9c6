"""The exact search against brute force, and against what the annealing finds."""

from __future__ import annotations

import numpy as np
import pytest
from brute_force import optimum
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import kept_copies_of, tiny_problems, tiny_programs

from trapline.passes.assignment import pairs
from trapline.passes.cpsat import solve_cpsat
from trapline.passes.embedding import check_kept
from trapline.passes.exact import is_small, solve_exactly
from trapline.passes.occupancy import check_moves, fits
from trapline.passes.partition import round_robin
from trapline.passes.program import Program, ProgramBuilder, Register
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


@settings(max_examples=60)
@given(tiny_problems())
def test_the_bound_is_the_optimum_and_what_is_found_attains_it(
    problem: tuple[Segments, Network],
) -> None:
    segments, network = problem
    if not is_small(segments, network):
        return
    router = Router(network)
    best = optimum(segments, network)
    assert best is not None
    for known in (best, best + 2):
        found = solve_exactly(
            segments, network, router, best=known, most_states=MANY, most_entries=MANY * (known % 4)
        )
        assert found.proven
        assert found.bound == best
        assert (found.assignment is None) == (known == best)
        if found.assignment is not None:
            check_moves(segments, found.assignment)
            assert fits(segments, found.assignment, network)
            assert pairs(segments, found.assignment, router) == best


@settings(max_examples=40, deadline=None)
@given(tiny_programs(max_work=3_000))
def test_copies_that_outlive_segments_are_part_of_the_search(
    problem: tuple[Program, Network],
) -> None:
    program, network = problem
    known = kept_copies_of(program, network)
    if known is None:
        return
    segments, allowed, best = known
    router = Router(network)
    found = solve_exactly(
        segments, network, router, best=best + 1, most_states=MANY, most_entries=MANY,
        keepable=allowed,
    )  # fmt: skip
    assert found.proven
    assert found.bound == best
    assert found.assignment is not None
    check_moves(segments, found.assignment)
    check_kept(segments, found.assignment, allowed)
    assert fits(segments, found.assignment, network)
    assert pairs(segments, found.assignment, router) == best


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**20), st.sampled_from([(2, 2, 2), (3, 2, 1), (3, 3, 1), (2, 2, 3)]))
def test_three_tight_modules_against_cp_sat(seed: int, sizes: tuple[int, ...]) -> None:
    segments = random_segments(6, 12, seed)
    network = ideal_network("complete", 3, list(sizes))
    router, start = Router(network), round_robin(segments, network)
    known = solve_cpsat(segments, network, router, start, work=4)
    found = solve_exactly(
        segments, network, router, best=pairs(segments, start, router) + 1, most_states=MANY,
        most_entries=10 * MANY,
    )  # fmt: skip
    assert found.proven
    assert found.assignment is not None
    check_moves(segments, found.assignment)
    assert fits(segments, found.assignment, network)
    assert pairs(segments, found.assignment, router) == found.bound
    if known.proven:
        assert found.bound == known.bound


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


def test_costs_that_come_near_the_impossible_are_refused() -> None:
    """Few qubits and many layers: tables fit, but the cost of a path would not."""
    out = ProgramBuilder("long", [Register("q", 2)])
    for _ in range(6000):
        out.add("cx", (0, 1))
        out.add("cx", (1, 0))
    segments = segment(out.build())
    assert segments.n_layers > 10_000
    assert not is_small(segments, ideal_network("complete", 2, 1))


def test_charges_stay_below_the_impossible() -> None:
    segments = random_segments(4, 1500, 0)
    network = ideal_network("complete", 3, 2)
    assert is_small(segments, network)
    dealt = pairs(segments, round_robin(segments, network), Router(network))
    result = solve_exactly(
        segments, network, Router(network), best=dealt, most_states=1000,
        most_entries=20_000_000,
    )  # fmt: skip
    assert result.bound <= solve(segments, network, Router(network), effort="fast").epr_pairs

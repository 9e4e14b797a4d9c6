"""CP-SAT against brute force, as a whole and on parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from assignments import random_assignment
from brute_force import optimum
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import kept_copies_of, tiny_problems, tiny_programs

from strategies import networks, programs
from trapline.passes import cpsat_room
from trapline.passes.assignment import Assignment, pairs
from trapline.passes.cpsat import CpResult, solve_cpsat
from trapline.passes.embedding import check_kept
from trapline.passes.exact import solve_exactly
from trapline.passes.expand import expand
from trapline.passes.neighbourhoods import improve
from trapline.passes.occupancy import fits
from trapline.passes.partition import round_robin
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.targets.network import Network, ideal_network

if TYPE_CHECKING:
    import pytest


def whole(segments: Segments, network: Network, start: Assignment) -> CpResult:
    return solve_cpsat(segments, network, Router(network), start, work=5, seed=0)


@settings(max_examples=30)
@given(tiny_problems())
def test_the_proven_optimum_is_that_of_brute_force(problem: tuple[Segments, Network]) -> None:
    segments, network = problem
    found = whole(segments, network, round_robin(segments, network))
    assert found.proven
    assert found.assignment is not None
    assert fits(segments, found.assignment, network)
    best = optimum(segments, network)
    assert pairs(segments, found.assignment, Router(network)) == found.bound == best


@settings(max_examples=30)
@given(tiny_problems())
def test_nothing_below_the_optimum_is_found_and_that_is_proven(
    problem: tuple[Segments, Network],
) -> None:
    segments, network = problem
    best = optimum(segments, network)
    assert best is not None
    start = round_robin(segments, network)
    found = solve_cpsat(segments, network, Router(network), start, most=best - 1, work=5)
    assert found == CpResult(assignment=None, bound=best, proven=True)


def test_moves_are_free_in_the_whole_problem_however_long_their_windows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With moves held in the layers where the start has them, 5 pairs would seem the fewest."""
    monkeypatch.setattr(cpsat_room, "MOST_WINDOW", 0)
    rows: list[tuple[int, int, tuple[int, ...]]] = [
        (3, 2, (3, 2)), (1, 3, (3,)), (3, 0, ()), (3, 0, (3, 0)), (2, 3, (2, 3)),
        (0, 2, (0, 2)), (3, 0, (0,)), (0, 1, (1,)), (2, 0, ()),
    ]  # fmt: skip
    out = ProgramBuilder("turns", [Register("q", 4)])
    for a, b, turned in rows:
        out.add("cz", (a, b))
        for q in turned:
            out.add("h", (q,))
    segments = segment(out.build())
    network = ideal_network("complete", 2, 2)
    router, start = Router(network), round_robin(segments, network)
    exact = solve_exactly(segments, network, router, best=9, most_states=10_000)
    assert exact.proven
    assert whole(segments, network, start).bound == exact.bound == 4


@settings(max_examples=60, deadline=None)
@given(tiny_programs(max_work=3_000))
def test_copies_that_outlive_segments_are_part_of_the_model(
    problem: tuple[Program, Network],
) -> None:
    program, network = problem
    known = kept_copies_of(program, network)
    if known is None:
        return
    segments, allowed, best = known
    if not allowed.any():
        return
    router = Router(network)
    found = solve_cpsat(
        segments, network, router, round_robin(segments, network), keepable=allowed, work=5
    )
    assert found.proven
    assert found.assignment is not None
    check_kept(segments, found.assignment, allowed)
    assert fits(segments, found.assignment, network)
    assert found.bound <= best <= pairs(segments, found.assignment, router)
    if allowed.sum() == 1:
        assert found.bound == best


def pairwise_turns(n: int, rows: list[tuple[int, int]]) -> Segments:
    """Interactions that each begin new segments of both operands."""
    out = ProgramBuilder("turns", [Register("q", n)])
    for a, b in rows:
        out.add("cz", (a, b))
        out.add("h", (a,))
        out.add("h", (b,))
    return segment(out.build())


def test_a_qubit_moves_where_that_pays() -> None:
    """Qubit 0 works with qubit 1 and then with qubit 2: one move instead of two copies."""
    segments = pairwise_turns(3, [(0, 1), (0, 1), (0, 2), (0, 2)])
    network = ideal_network("complete", 2, 2)
    found = whole(segments, network, round_robin(segments, network))
    assert found.bound == optimum(segments, network) == 1
    assert optimum(segments, network, static=True) == 2
    assert found.assignment is not None
    assert fits(segments, found.assignment, network)


def test_qubits_of_full_modules_change_places_where_that_pays() -> None:
    """Moving two qubits costs two pairs; staying costs one for each of the last four gates."""
    rows = [(0, 1), (2, 3), (0, 2), (1, 3), (0, 2), (1, 3), (0, 2), (1, 3)]
    segments = pairwise_turns(4, rows)
    network = ideal_network("complete", 2, 2)
    found = whole(segments, network, round_robin(segments, network))
    assert found.assignment is not None
    assert fits(segments, found.assignment, network)
    assert found.bound == pairs(segments, found.assignment, Router(network)) == 2


@st.composite
def parts(
    draw: st.DrawFn,
) -> tuple[Segments, Network, Assignment, set[int], set[int]]:
    """A problem of some size, a start that fits, and what may change."""
    program: Program = draw(programs(min_qubits=3, max_qubits=6, max_ops=25))
    network = draw(networks(program.n_qubits, min_modules=2, max_modules=4, spare=4))
    segments = segment(expand(program).program)
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    start = random_assignment(segments, network, rng, restless=0.0)
    homes = set(np.flatnonzero(rng.random(segments.n_segments) < 0.4).tolist())
    places = set(np.flatnonzero(rng.random(segments.n_interactions) < 0.4).tolist())
    return segments, network, start, homes, places


@settings(max_examples=40)
@given(parts())
def test_a_freed_part_gets_no_worse_and_the_rest_stays(
    case: tuple[Segments, Network, Assignment, set[int], set[int]],
) -> None:
    segments, network, start, homes, places = case
    router = Router(network)
    found = solve_cpsat(
        segments, network, router, start, free_segments=homes, free_interactions=places, work=1
    )
    assert found.assignment is not None
    assert fits(segments, found.assignment, network)
    assert pairs(segments, found.assignment, router) <= pairs(segments, start, router)
    held = [s for s in range(segments.n_segments) if s not in homes]
    assert found.assignment.home[held].tolist() == start.home[held].tolist()
    held = [i for i in range(segments.n_interactions) if i not in places]
    assert found.assignment.place[held].tolist() == start.place[held].tolist()


@settings(max_examples=8)
@given(parts(), st.integers(0, 5))
def test_neighbourhoods_never_make_it_worse_and_repeat_by_seed(
    case: tuple[Segments, Network, Assignment, set[int], set[int]], seed: int
) -> None:
    segments, network, start, _, _ = case
    router = Router(network)
    runs = [
        improve(segments, network, router, start, rounds=3, size=12, work=0.1, seed=seed)
        for _ in range(2)
    ]
    assert fits(segments, runs[0], network)
    assert pairs(segments, runs[0], router) <= pairs(segments, start, router)
    assert runs[0].home.tolist() == runs[1].home.tolist()
    assert runs[0].place.tolist() == runs[1].place.tolist()


def test_nothing_is_searched_once_asked_to_stop() -> None:
    problem = pairwise_turns(3, [(0, 1), (1, 2), (2, 0)])
    network = Network("complete", ("a", "b"), (2, 1), (None, None), ((0, 1),))
    start = round_robin(problem, network)
    same = improve(
        problem, network, Router(network), start, rounds=5, size=9, work=1, seed=0,
        stop=lambda: True,
    )  # fmt: skip
    assert same is start

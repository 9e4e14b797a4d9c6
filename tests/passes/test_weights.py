"""Solvers, bounds and plans on links that weigh different amounts, against brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from assignments import random_assignment
from brute_force import optimum
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from tiny import tiny_problems

from strategies import networks, programs
from trapline.errors import InfeasibleError
from trapline.passes.allocate import allocate, plan_weight
from trapline.passes.assignment import pairs, weight_of
from trapline.passes.bounds import spreading_bound, weight_bound
from trapline.passes.check import check_plan
from trapline.passes.cpsat import solve_cpsat
from trapline.passes.effort import EFFORTS
from trapline.passes.expand import expand
from trapline.passes.limit import within_comm_limits
from trapline.passes.occupancy import fits
from trapline.passes.partition import at_last_operand, mt_kahypar, round_robin
from trapline.passes.program import ProgramBuilder, Register
from trapline.passes.relabel import relabelled
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.solve import solve
from trapline.passes.tight import allocate_best
from trapline.targets.network import Network, ideal_network
from trapline.targets.objective import Objective

if TYPE_CHECKING:
    from trapline.passes.program import Program

Weighted = tuple[Segments, Network, tuple[int, ...]]


def draw_weights(draw: st.DrawFn, network: Network) -> tuple[int, ...]:
    weight = st.sampled_from([1000, 1000, 1300, 2500, 10_000])
    return tuple(draw(weight) for _ in network.links)


@st.composite
def tiny_weighted(draw: st.DrawFn) -> Weighted:
    """A tiny problem on a line or triangle whose links weigh random amounts."""
    segments, network = draw(tiny_problems(max_work=10_000))
    return segments, network, draw_weights(draw, network)


@st.composite
def weighted_programs(draw: st.DrawFn) -> tuple[Program, Network, tuple[int, ...]]:
    program: Program = draw(programs(min_qubits=2, max_qubits=7, max_ops=30))
    network = draw(networks(program.n_qubits, max_modules=5, spare=3))
    return program, network, draw_weights(draw, network)


@settings(max_examples=30)
@given(tiny_weighted())
def test_tiny_problems_are_solved_to_the_optimum_of_brute_force(problem: Weighted) -> None:
    segments, network, weights = problem
    router = Router(network, weights)
    found = solve(segments, network, router)
    assert fits(segments, found.assignment, network)
    best = optimum(segments, network, weights=weights)
    assert found.weight == weight_of(segments, found.assignment, router) == best
    assert found.least_weight <= best
    fewest = optimum(segments, network)
    assert fewest is not None
    assert found.lower_bound <= fewest <= found.epr_pairs
    assert found.epr_pairs == pairs(segments, found.assignment, router)


@settings(max_examples=40)
@given(tiny_weighted())
def test_the_bound_on_weight_holds_and_is_no_weaker_than_that_on_pairs(problem: Weighted) -> None:
    segments, network, weights = problem
    best = optimum(segments, network, weights=weights)
    assert best is not None
    bound = weight_bound(segments, network, Router(network, weights))
    assert min(weights) * spreading_bound(segments, network) <= bound <= best


def test_a_group_that_fills_a_line_pays_for_its_heavy_link() -> None:
    out = ProgramBuilder("chain", [Register("q", 6)])
    for q in range(5):
        out.add("cz", (q, q + 1))
    segments = segment(out.build())
    network = ideal_network("line", 3, [2, 2, 2])
    assert weight_bound(segments, network, Router(network, (1000, 4000))) == 5000
    roomy = ideal_network("line", 3, [3, 3, 3])
    assert weight_bound(segments, roomy, Router(roomy, (1000, 4000))) == 1000
    large = ideal_network("line", 15, 1)
    assert weight_bound(segments, large, Router(large, (2000,) * 13 + (1000,))) == 5000


@settings(max_examples=25)
@given(tiny_weighted())
def test_cp_sat_proves_the_optimum_of_brute_force(problem: Weighted) -> None:
    segments, network, weights = problem
    router = Router(network, weights)
    start = round_robin(segments, network)
    found = solve_cpsat(segments, network, router, start, work=5, seed=0)
    assert found.proven
    assert found.assignment is not None
    best = optimum(segments, network, weights=weights)
    assert weight_of(segments, found.assignment, router) == found.bound == best


@settings(max_examples=40)
@given(weighted_programs(), st.integers(0, 1000))
def test_a_plan_weighs_what_its_assignment_does_and_the_checker_counts_the_same(
    problem: tuple[Program, Network, tuple[int, ...]], seed: int
) -> None:
    program, network, weights = problem
    router = Router(network, weights)
    expanded = expand(program)
    segments = segment(expanded.program)
    assignment = random_assignment(segments, network, np.random.default_rng(seed))
    plan = allocate(program, expanded, segments, network, assignment, router)
    values = tuple(weight / 1000 for weight in weights)
    used = check_plan(plan, network, Objective("time", values))
    weight = plan_weight(plan, router)
    assert weight <= weight_of(segments, assignment, router)
    assert used.objective == pytest.approx(weight / 1000)
    assert used.epr_pairs <= pairs(segments, assignment, router)


@settings(max_examples=30)
@given(weighted_programs(), st.integers(0, 1000), st.integers(1, 5))
def test_plans_within_few_communication_qubits_pass_their_check(
    problem: tuple[Program, Network, tuple[int, ...]], seed: int, limit: int
) -> None:
    program, network, weights = problem
    room = replace(
        network,
        data_qubits=tuple(size + 1 for size in network.data_qubits),
        comm_qubits=(limit,) * network.n_modules,
    )
    router = Router(room, weights)
    expanded = expand(program, max_operands=limit + 1)
    segments = segment(expanded.program)
    assignment = random_assignment(segments, room, np.random.default_rng(seed))
    try:
        plan = allocate_best(program, expanded, segments, room, assignment, router)
    except InfeasibleError:
        reject()
    used = check_plan(plan, room, Objective("time", tuple(map(float, weights))))
    assert used.objective == plan_weight(plan, router)


@settings(max_examples=30)
@given(weighted_programs(), st.integers(0, 1000))
def test_ample_communication_qubits_make_no_assignment_heavier(
    problem: tuple[Program, Network, tuple[int, ...]], seed: int
) -> None:
    program, network, weights = problem
    room = replace(network, comm_qubits=(99,) * network.n_modules)
    router = Router(room, weights)
    segments = segment(expand(program).program)
    start = random_assignment(segments, room, np.random.default_rng(seed))
    moved = within_comm_limits(segments, room, start, router)
    assert weight_of(segments, moved, router) <= weight_of(segments, start, router)


@pytest.mark.parametrize("kind", ["ring", "line"])
def test_links_that_weigh_alike_give_the_answer_of_no_weights(kind: str) -> None:
    network = ideal_network(kind, 4, 3)
    segments = quadratic(10)
    plain = solve(segments, network, Router(network), effort="fast")
    heavy = solve(segments, network, Router(network, (1024,) * len(network.links)), effort="fast")
    assert heavy.weight == 1024 * plain.weight
    assert heavy.epr_pairs == plain.epr_pairs
    assert heavy.assignment.home.tolist() == plain.assignment.home.tolist()


def quadratic(n: int) -> Segments:
    """Every two qubits interact, each time along another axis."""
    out = ProgramBuilder("all", [Register("q", n)])
    for a in range(n):
        for b in range(a):
            out.add("cz", (a, b))
            out.add("h", (a,))
    return segment(out.build())


@pytest.mark.parametrize(("kind", "modules"), [("complete", 4), ("ring", 16), ("complete", 16)])
def test_every_stage_takes_weights_in_networks_of_any_size(kind: str, modules: int) -> None:
    network = ideal_network(kind, modules, 2)
    weights = tuple(1000 + 500 * (i % 5) for i in range(len(network.links)))
    router = Router(network, weights)
    segments = quadratic(7)
    effort = replace(
        EFFORTS["best"],
        least=10_000,
        visits=100,
        static_visits=100,
        exact_work=0.1,
        neighbourhoods=3,
    )  # fmt: skip
    found = solve(segments, network, router, effort=effort)
    assert found.mt_kahypar_epr_pairs is not None
    assert fits(segments, found.assignment, network)
    assert found.weight == weight_of(segments, found.assignment, router)
    assert found.least_weight <= found.weight
    assert found.weight >= 1000 * found.epr_pairs


@settings(max_examples=40)
@given(weighted_programs(), st.integers(0, 1000))
def test_modules_change_places_only_where_that_fits_and_is_lighter(
    problem: tuple[Program, Network, tuple[int, ...]], seed: int
) -> None:
    program, network, weights = problem
    router = Router(network, weights)
    segments = segment(expand(program).program)
    start = random_assignment(segments, network, np.random.default_rng(seed))
    found = relabelled(segments, start, router)
    assert fits(segments, found, network)
    weight = weight_of(segments, found, router)
    assert weight <= weight_of(segments, start, router)
    for a, b in combinations(range(network.n_modules), 2):
        names = np.arange(network.n_modules, dtype=np.int32)
        names[a], names[b] = b, a
        other = replace(found, home=names[found.home], place=names[found.place])
        if fits(segments, other, network):
            assert weight_of(segments, other, router) >= weight


def test_two_groups_that_talk_change_places_with_one_that_does_not() -> None:
    out = ProgramBuilder("two", [Register("q", 4)])
    out.add("cz", (0, 2))
    segments = segment(out.build())
    network = ideal_network("complete", 3, 2)
    start = at_last_operand(segments, np.array([0, 0, 1, 1], dtype=np.int32))
    found = relabelled(segments, start, Router(network, (9000, 9000, 1000)))  # 01, 02, 12
    assert sorted(set(found.home.tolist())) == [1, 2]
    assert relabelled(segments, start, Router(network)).home.tolist() == start.home.tolist()


@pytest.mark.parametrize("heavy", range(3))
def test_mt_kahypar_keeps_those_who_talk_off_the_heavy_link(heavy: int) -> None:
    """Of three groups, the first and the last do not talk; they belong on its ends."""
    out = ProgramBuilder("three", [Register("q", 12)])
    for _ in range(4):
        for a in range(12):
            for b in range(a):
                if a // 4 == b // 4:
                    out.add("cz", (a, b))
                    out.add("h", (a,))
        for a in range(8):
            out.add("cz", (a, a + 4))
            out.add("h", (a,))
    segments = segment(out.build())
    network = ideal_network("complete", 3, 4)
    weights = tuple(9000 if link == heavy else 1000 for link in range(3))
    cut = mt_kahypar(segments, network, seed=0, weights=weights)
    assert cut is not None
    first, middle, last = (
        set(cut.home[segments.qubit // 4 == group].tolist()) for group in (0, 1, 2)
    )
    assert first | last == set(network.links[heavy])
    assert middle.isdisjoint(first | last)

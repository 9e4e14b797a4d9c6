"""Bounds by contents of modules against brute force, and where they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from assignments import random_assignment
from brute_force import optimum
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import kept_copies_of, tiny_problems, tiny_programs

from trapline.passes.assignment import pairs
from trapline.passes.bounds_modules import UNIT, contents_of, module_bound
from trapline.passes.cpsat import group_interactions
from trapline.passes.module_contents import ModuleModel
from trapline.passes.partition import round_robin
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.solve import solve
from trapline.targets.network import Network, ideal_network

if TYPE_CHECKING:
    from numpy.typing import NDArray


def bound(
    segments: Segments,
    network: Network,
    keepable: NDArray[np.bool_] | None = None,
    work: float = 5,
    enough: int = 1_000,
) -> int:
    return module_bound(
        segments, network, [round_robin(segments, network)], enough=enough, keepable=keepable,
        work=work, left=lambda: None, seed=0,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(tiny_problems())
def test_the_bound_is_never_above_the_best_assignment(problem: tuple[Segments, Network]) -> None:
    segments, network = problem
    complete = ideal_network("complete", network.n_modules, network.data_qubits)
    best = optimum(segments, complete)
    assert best is not None
    assert 0 <= bound(segments, complete) <= best


@settings(max_examples=60, deadline=None)
@given(tiny_programs(max_work=3_000, modules=3))
def test_it_holds_for_copies_that_outlive_their_segments(problem: tuple[Program, Network]) -> None:
    program, network = problem
    known = kept_copies_of(program, network)
    if known is None:
        return
    segments, allowed, best = known
    assert 0 <= bound(segments, network, allowed) <= best


@settings(max_examples=40, deadline=None)
@given(tiny_problems(resets=False), st.integers(0, 1_000))
def test_no_assignment_holds_what_the_model_of_a_module_leaves_out(
    problem: tuple[Segments, Network], seed: int
) -> None:
    """Whatever the prices, modules of assignments cost as much above them as is proven, or more."""
    segments, network = problem
    complete = ideal_network("complete", network.n_modules, network.data_qubits)
    rng = np.random.default_rng(seed)
    groups = group_interactions(segments, range(segments.n_interactions))
    prices = rng.integers(0, UNIT, 2 * segments.n_segments + len(groups))
    total, least = sum(network.data_qubits), dict[int, int]()
    for size in network.data_qubits:
        model = ModuleModel(segments, list(groups), None, size, total - size)
        offer = model.best(prices, UNIT, slack=0, enough=-np.inf, work=5, seconds=None, seed=0)
        best = offer.contents[-1]
        assert offer.least == UNIT * best.cost - int(best.amounts @ prices)
        least[size] = offer.least
    for _ in range(20):
        assignment = random_assignment(segments, complete, rng)
        held = contents_of(segments, complete, groups, assignment)
        for size, contents in held:
            assert UNIT * contents.cost - int(contents.amounts @ prices) >= least[size]
        demands = sum(contents.amounts for _, contents in held)
        n = segments.n_segments
        assert (demands[:n] == 1).all()
        assert (demands[n:-n] >= 1).all()
        assert (demands[-n:] >= 2).all()
        cost = sum(contents.cost for _, contents in held) - n
        assert cost == pairs(segments, assignment, Router(complete))


def all_to_all(n: int) -> Segments:
    out = ProgramBuilder("all", [Register("q", n)])
    for a in range(n):
        for b in range(a):
            out.add("cz", (a, b))
    return segment(out.build())


@pytest.mark.parametrize(
    ("sizes", "wanted"),
    [
        ([2, 2], 2),  # one module's qubits all go to the other
        ([3, 3, 3], 6),  # all but those of one module do, where the cuts prove 5
        ([2, 2, 2, 2], 6),
        ([3, 2, 1], 3),
    ],
)
def test_where_all_qubits_meet_all_but_one_module_send_theirs(
    sizes: list[int], wanted: int
) -> None:
    assert bound(all_to_all(sum(sizes)), ideal_network("complete", len(sizes), sizes)) == wanted


def test_a_cubic_graph_on_four_full_modules() -> None:
    """Seven pairs are proven, where the cuts prove five."""
    edges = "0-2 0-4 0-11 1-3 1-5 1-6 2-7 2-11 3-4 3-8 4-9 5-7 5-10 6-8 6-10 7-9 8-11 9-10"
    out = ProgramBuilder("cubic", [Register("q", 12)])
    for edge in edges.split():
        out.add("cz", tuple(map(int, edge.split("-"))))
    segments, network = segment(out.build()), ideal_network("complete", 4, 3)
    found = solve(segments, network, Router(network), effort="default")
    assert found.weight == bound(segments, network, work=20) == 7


def test_limits() -> None:
    segments = all_to_all(8)
    network = ideal_network("complete", 4, 2)
    assert bound(segments, network, work=0) == 0
    assert 2 <= bound(segments, network, enough=2) <= 6
    assert module_bound(
        segments, network, [round_robin(segments, network)], enough=6, work=5,
        left=lambda: 0.0, seed=0,
    ) <= 6  # fmt: skip

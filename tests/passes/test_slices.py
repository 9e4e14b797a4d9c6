"""Blocks, the layers between them, and starts in which qubits move from slice to slice."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from strategies import networks, programs
from trapline.passes import slices
from trapline.passes.assignment import Assignment, is_static, pairs
from trapline.passes.expand import expand
from trapline.passes.occupancy import check_moves, fits
from trapline.passes.partition import round_robin
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.slices import anneal_slices, slices_of
from trapline.passes.solve import solve
from trapline.targets.network import Network, ideal_network


def quantum_volume(n_qubits: int, depth: int, seed: int) -> tuple[Program, list[list[list[int]]]]:
    """Return rounds of general two-qubit gates in three CX, and the pairs of each round."""
    rng = np.random.default_rng(seed)
    out = ProgramBuilder("qv", [Register("q", n_qubits)])
    rounds: list[list[list[int]]] = []
    for _ in range(depth):
        rounds.append(rng.permutation(n_qubits).reshape(-1, 2).tolist())
        for a, b in rounds[-1]:
            for control, target in ((a, b), (b, a), (a, b)):
                out.add("u3", (a,), rng.uniform(0.5, 2.5, 3).tolist())
                out.add("u3", (b,), rng.uniform(0.5, 2.5, 3).tolist())
                out.add("cx", (control, target))
    return out.build(), rounds


def fewest_moves(n_qubits: int, rounds: list[list[list[int]]]) -> int:
    """Fewest moves between two full modules such that every gate finds its qubits together.

    By dynamic programming over all halves of the qubits that keep the pairs of a round together.
    """
    least: dict[frozenset[int], int] = {}
    for number, gates in enumerate(rounds):
        halves = [
            frozenset(q for pair in chosen for q in pair)
            for chosen in combinations(gates, len(gates) // 2)
        ]
        assert all(len(half) == n_qubits // 2 for half in halves)
        least = {
            half: 0
            if number == 0
            else min(cost + len(half ^ before) for before, cost in least.items())
            for half in halves
        }
    return min(least.values())


def sliced(segments: Segments, network: Network, seed: int = 0) -> Assignment:
    cut = slices_of(segments)
    return anneal_slices(
        segments,
        network,
        Router(network),
        cut,
        round_robin(segments, network),
        steps=1000 * cut.n_stays,
        seed=seed,
        hot=2.0,
    )


# Blocks and meetings.


def test_three_cx_of_a_general_gate_are_one_block() -> None:
    program, _ = quantum_volume(4, 2, 0)
    segments = segment(program)
    chains, bounds = segments.chain_table
    for q in range(4):
        low, high = bounds[q : q + 2].tolist()
        begins = (low + np.flatnonzero(segments.block_starts[low:high])).tolist()
        spans = list(pairwise([*begins, high]))
        assert begins[0] == low
        assert [stop - start for start, stop in spans] == [3, 3]
        for start, stop in spans:
            owner = np.isin(segments.pins.reshape(-1, 2), chains[start:stop])
            others = segments.pins.reshape(-1, 2)[owner.any(axis=1)][~owner[owner.any(axis=1)]]
            assert len(set(segments.qubit[others].tolist())) == 1


@settings(max_examples=200)
@given(programs(max_ops=30))
def test_meetings_are_the_fewest_layers_between_blocks(program: Program) -> None:
    segments = segment(expand(program).program)
    chains, _ = segments.chain_table
    opening = chains[segments.block_starts]
    gaps = [  # a home may change before any of these layers
        (int(segments.layer[segments.last[segments.previous[s]]]) + 1, int(segments.first[s]))
        for s in opening.tolist()
        if segments.previous[s] >= 0 and segments.first[s] >= 0
    ]
    gaps = [(low, int(segments.layer[i])) for low, i in gaps]
    meetings = set(segments.meetings.tolist())
    assert all(meetings & set(range(low, high + 1)) for low, high in gaps)
    # As many gaps of which no two share a layer need as many meetings.
    apart, reached = 0, -1
    for low, high in sorted(gaps, key=lambda gap: gap[1]):
        if low > reached:
            apart, reached = apart + 1, high
    assert len(meetings) == apart


def test_a_round_of_general_gates_is_one_slice() -> None:
    program, rounds = quantum_volume(8, 5, 2)
    met = [{frozenset(pair) for pair in gates} for gates in rounds]
    assert not any(a & b for a, b in pairwise(met)), "a pair that meets again is one block"
    cut = slices_of(segment(program))
    assert len(cut.opening) == len(rounds)
    assert cut.n_stays == 8 * len(rounds)
    assert cut.density == pytest.approx(3 * 20 / cut.n_stays)


# Assignments.


@settings(max_examples=150, deadline=None)
@given(st.data(), programs(min_qubits=2, max_ops=30, reset=False), st.integers(0, 3))
def test_stays_are_exchanged_within_the_data_qubits(
    data: st.DataObject, program: Program, seed: int
) -> None:
    network = data.draw(networks(program.n_qubits, min_modules=2))
    segments = segment(expand(program).program)
    assume(segments.n_interactions > 0)
    found = sliced(segments, network, seed)
    check_moves(segments, found)
    assert fits(segments, found, network)


@settings(max_examples=100, deadline=None)
@given(st.data(), programs(min_qubits=2, max_ops=30))
def test_resets_leave_moves_where_they_may_be(data: st.DataObject, program: Program) -> None:
    network = data.draw(networks(program.n_qubits, min_modules=2))
    segments = segment(expand(program).program)
    assume(segments.n_interactions > 0)
    check_moves(segments, sliced(segments, network))


def test_a_seed_gives_one_start() -> None:
    program, _ = quantum_volume(8, 6, 2)
    segments, network = segment(program), ideal_network("complete", 2, 4)
    once, again = (sliced(segments, network, 5) for _ in range(2))
    for column in ("home", "place", "move"):
        assert np.array_equal(getattr(once, column), getattr(again, column))


@pytest.mark.parametrize("seed", range(4))
def test_full_modules_need_no_more_pairs_than_the_fewest_moves(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, rounds = quantum_volume(8, 12, seed)
    network = ideal_network("complete", 2, 4)
    starts: list[Assignment] = []

    def noted(*args: Any, **options: Any) -> Assignment:
        starts.append(anneal_slices(*args, **options))
        return starts[-1]

    monkeypatch.setattr(slices, "anneal_slices", noted)
    found = solve(segment(program), network, Router(network), seed=seed)
    assert found.epr_pairs <= fewest_moves(8, rounds)
    assert starts, "the search began from slices too"
    assert not is_static(segment(program), found.assignment)


def test_the_start_itself_nearly_reaches_the_fewest_moves() -> None:
    program, rounds = quantum_volume(8, 8, 3)
    segments, network = segment(program), ideal_network("complete", 2, 4)
    costs = [pairs(segments, sliced(segments, network, s), Router(network)) for s in range(4)]
    assert min(costs) <= 1.2 * fewest_moves(8, rounds)

"""Lower bounds that need no search, against brute force."""

from __future__ import annotations

import pytest
from brute_force import optimum
from hypothesis import given, settings
from tiny import tiny_problems

from trapline.passes.bounds import spreading_bound
from trapline.passes.program import ProgramBuilder, Register
from trapline.passes.segment import Segments, segment
from trapline.targets.network import Network, ideal_network


def groups(*rows: tuple[int, ...], n_qubits: int, reset: bool = False) -> Segments:
    out = ProgramBuilder("test", [Register("q", n_qubits)])
    for row in rows:
        out.add("cz" if len(row) == 2 else "ccz", row)
    if reset:
        out.add("reset", rows[0][:1])
        out.add("cz", rows[0])
    return segment(out.build())


@settings(max_examples=40)
@given(tiny_problems())
def test_the_bound_is_never_above_the_best_assignment(problem: tuple[Segments, Network]) -> None:
    segments, network = problem
    best = optimum(segments, network)
    assert best is not None
    assert 0 <= spreading_bound(segments, network) <= best


@pytest.mark.parametrize(
    ("sizes", "wanted"),
    [([6], 0), ([3, 3], 1), ([5, 5], 1), ([2, 2, 2], 2), ([1] * 6, 5), ([4, 1, 1], 2), ([6, 1], 0)],
)
def test_a_connected_group_spreads_over_as_many_modules_as_hold_it(
    sizes: list[int], wanted: int
) -> None:
    segments = groups((0, 1), (1, 2, 3), (3, 4), (4, 5), n_qubits=6)
    network = ideal_network("complete", len(sizes), sizes)
    assert spreading_bound(segments, network) == wanted


def test_groups_that_never_meet_count_one_by_one() -> None:
    segments = groups((0, 1), (2, 3), (3, 4), n_qubits=6)
    assert spreading_bound(segments, ideal_network("complete", 6, 1)) == 1 + 2
    assert spreading_bound(segments, ideal_network("complete", 3, 2)) == 0 + 1


def test_resets_in_use_leave_no_bound() -> None:
    segments = groups((0, 1), n_qubits=2, reset=True)
    assert spreading_bound(segments, ideal_network("complete", 2, 1)) == 0

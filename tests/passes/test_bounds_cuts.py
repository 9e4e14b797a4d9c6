"""Bounds by cuts against brute force, and where they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from brute_force import optimum
from hypothesis import given, settings
from tiny import all_to_all, kept_copies_of, tiny_problems, tiny_programs

from trapline.passes.bounds_cuts import cut_bound
from trapline.passes.partition import round_robin
from trapline.passes.route import Router
from trapline.targets.network import Network, ideal_network

if TYPE_CHECKING:
    from trapline.passes.program import Program
    from trapline.passes.segment import Segments


def bound(
    segments: Segments, network: Network, weights: tuple[int, ...] | None = None, work: float = 5
) -> int:
    return cut_bound(
        segments, network, Router(network, weights), round_robin(segments, network),
        work=work, left=lambda: None, seed=0,
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(tiny_problems())
def test_the_bound_is_never_above_the_best_assignment(problem: tuple[Segments, Network]) -> None:
    segments, network = problem
    best = optimum(segments, network)
    assert best is not None
    assert 0 <= bound(segments, network) <= best
    if network.kind == "line" and network.n_modules == 3:
        weights = (3, 2)
        best = optimum(segments, network, weights=weights)
        assert best is not None
        assert bound(segments, network, weights) <= best


@settings(max_examples=40, deadline=None)
@given(tiny_programs(max_work=3_000, modules=3))
def test_it_holds_for_copies_that_outlive_their_segments(problem: tuple[Program, Network]) -> None:
    program, network = problem
    known = kept_copies_of(program, network)
    if known is None:
        return
    segments, allowed, best = known
    found = cut_bound(
        segments, network, Router(network), round_robin(segments, network), keepable=allowed,
        work=5, left=lambda: None, seed=0,
    )  # fmt: skip
    assert 0 <= found <= best


@pytest.mark.parametrize(
    ("kind", "modules", "size", "wanted"),
    [
        ("complete", 4, 2, 6),  # 4 across each way to halve the modules, a half each of three
        ("complete", 3, 3, 5),  # 3 across each of three cuts, a half each, rounded up
        ("line", 4, 2, 2 + 4 + 2),  # each link is a cut
        ("ring", 4, 2, 2 * 4),  # two ways to halve a ring share no link
    ],
)
def test_where_all_qubits_meet_one_side_of_each_cut_must_cross_it(
    kind: str, modules: int, size: int, wanted: int
) -> None:
    """Qubits that never cross are all on one side, since any two meet."""
    network = ideal_network(kind, modules, size)
    assert bound(all_to_all(modules * size), network) == wanted


def test_unequal_modules_and_links() -> None:
    """Two qubits, then one, cross the links of a line, at their weights."""
    segments = all_to_all(6)
    assert bound(segments, ideal_network("line", 3, [3, 2, 1])) == 3 + 1
    assert bound(segments, ideal_network("line", 3, [3, 2, 1]), (5, 7)) == 3 * 5 + 1 * 7


def test_what_is_not_searched_is_not_bounded() -> None:
    assert bound(all_to_all(4), ideal_network("complete", 1, 4)) == 0
    assert bound(all_to_all(9), ideal_network("line", 9, 1)) == 0
    assert bound(all_to_all(8), ideal_network("line", 4, 2), work=0) <= 8

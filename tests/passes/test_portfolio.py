"""Stages of the portfolio: placements unlike the best, and runs side by side."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from trapline.passes import portfolio as module
from trapline.passes.assignment import Assignment, first_homes, pairs, static_assignment
from trapline.passes.effort import EFFORTS
from trapline.passes.occupancy import fits
from trapline.passes.portfolio import Portfolio
from trapline.passes.program import ProgramBuilder, Register
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.solve import solve
from trapline.targets.network import ideal_network

SIDE = 6
HALVES = ideal_network("complete", 2, SIDE * SIDE // 2)


def grid() -> Segments:
    """A square of qubits with a ZZ on each edge."""
    out = ProgramBuilder("grid", [Register("q", SIDE * SIDE)])
    for q in range(SIDE * SIDE):
        if q % SIDE < SIDE - 1:
            out.add("rzz", (q, q + 1), (0.3,))
        if q < SIDE * (SIDE - 1):
            out.add("rzz", (q, q + SIDE), (0.3,))
    return segment(out.build())


def cut(segments: Segments, homes: np.ndarray[tuple[int], np.dtype[np.int32]]) -> Assignment:
    last = segments.pins[segments.pin_start[1:] - 1]
    return static_assignment(segments, homes, homes[segments.qubit[last]])


def test_unlike_placements_cut_a_grid_elsewhere_at_about_the_same_cost() -> None:
    segments, router = grid(), Router(HALVES)
    rows = (np.arange(SIDE * SIDE) // (SIDE * SIDE // 2)).astype(np.int32)
    columns = (np.arange(SIDE * SIDE) % SIDE // (SIDE // 2)).astype(np.int32)
    search = Portfolio(segments, HALVES, router, EFFORTS["default"], 0, None, None, lambda _: None)
    for homes in (rows, columns):
        base = cut(segments, homes)
        found = search._unlike(base, SIDE)
        assert 0 < len(found) <= EFFORTS["default"].unlike
        assert all(fits(segments, start, HALVES) for start in found)
        assert all(pairs(segments, start, router) <= module.NEAR * SIDE for start in found)
        for first, second in combinations((base, *found), 2):
            same = int((first_homes(segments, first) == first_homes(segments, second)).sum())
            share = max(same, SIDE * SIDE - same) / SIDE**2  # whatever modules are called
            assert share < 1 - module.ALIKE


@pytest.mark.parametrize("least", [1, 1 << 60])
def test_runs_side_by_side_give_the_answer_of_runs_in_turn(
    least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    segments, router = grid(), Router(HALVES)
    monkeypatch.setattr(module, "WORTH_A_THREAD", least)
    found = solve(segments, HALVES, router, effort="default", seed=3).assignment
    monkeypatch.setattr(module, "WORTH_A_THREAD", 300_000)
    again = solve(segments, HALVES, router, effort="default", seed=3).assignment
    assert found.home.tolist() == again.home.tolist()
    assert found.place.tolist() == again.place.tolist()

"""Bounds by contents of modules against brute force, and where they are known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from assignments import random_assignment
from brute_force import optimum
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import all_to_all, kept_copies_of, tiny_problems, tiny_programs

from trapline.passes.assignment import pairs
from trapline.passes.bounds_modules import UNIT, contents_of, module_bound
from trapline.passes.cpsat import group_interactions
from trapline.passes.embedding import keepable
from trapline.passes.module_contents import Contents, ModuleModel
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
    allowed: NDArray[np.bool_] | None = None,
    work: float = 5,
    enough: int = 1_000,
) -> int:
    return module_bound(
        segments, network, [round_robin(segments, network)], enough=enough, keepable=allowed,
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


def program(n: int, *gates: tuple[str, tuple[int, ...]]) -> Program:
    out = ProgramBuilder("gates", [Register("q", n)])
    for name, qubits in gates:
        out.add(name, qubits)
    return out.build()


def cheapest(
    given: Program, room: tuple[int, int], homes: dict[int, int], met: tuple[int, ...]
) -> tuple[int, Contents]:
    """Return the least cost above prices, in pairs, and contents that attain it.

    Args:
        given: The program.
        room: Data qubits of the module, and elsewhere.
        homes: Price of a home for each segment, in pairs; that of others is -5.
        met: Interactions that fetch 5 pairs.
    """
    segments = segment(given)
    groups = group_interactions(segments, range(segments.n_interactions))
    model = ModuleModel(segments, list(groups), keepable(given, segments), *room)
    n = segments.n_segments
    prices = np.zeros(2 * n + len(groups), dtype=np.int64)
    prices[:n] = [UNIT * homes.get(s, -5) for s in range(n)]
    prices[n:-n] = [5 * UNIT * any(i in met for i in of) for of in groups.values()]
    offer = model.best(prices, UNIT, slack=0, enough=-np.inf, work=5, seconds=None, seed=0)
    return offer.least // UNIT, offer.contents[-1]


KEEPING = program(4, ("cx", (0, 1)), ("cx", (2, 0)), ("cx", (0, 3)), ("cx", (2, 0)), ("cx", (0, 1)))
"""Qubit 0 is a control, a target, a control, a target and a control; the others have a segment."""

OF_0, OF_1, OF_2 = (np.flatnonzero(segment(KEEPING).qubit == q).tolist() for q in range(3))
"""Segments of the qubits."""


def test_the_segments_of_the_circuit_that_keeps_copies() -> None:
    segments = segment(KEEPING)
    assert (len(OF_0), len(OF_1), len(OF_2)) == (5, 1, 1)
    assert keepable(KEEPING, segments)[[OF_0[2], OF_0[4]]].all()


def test_a_copy_is_kept_through_a_segment_that_does_not_use_it() -> None:
    """Homes 1 and 2, and copies of 0 for its first and last gate, of which one is fetched."""
    least, best = cheapest(KEEPING, (2, 9), dict.fromkeys(OF_1 + OF_2, 5), (0, 4))
    assert best.cost == 3
    assert least == 3 - 4 * 5


def test_what_acts_between_must_touch_the_module_where_a_copy_is_kept() -> None:
    least, best = cheapest(KEEPING, (2, 9), dict.fromkeys(OF_1, 5), (0, 4))
    assert best.cost == 3
    assert least == 3 - 3 * 5


def test_a_home_is_no_kept_copy() -> None:
    least, best = cheapest(KEEPING, (3, 9), dict.fromkeys(OF_0 + OF_1 + OF_2, 5), (0, 4))
    assert best.cost == 7
    assert least == 7 - 9 * 5


def test_kept_copies_lower_the_bound() -> None:
    """Four pairs, and three with copies that outlive a segment, both attained."""
    pairs_of = [(5, 2), (5, 2), (3, 2), (3, 5), (0, 5), (2, 3), (2, 3), (1, 2), (0, 2)]
    given = program(6, *(("cx", qubits) for qubits in pairs_of))
    segments, network = segment(given), ideal_network("complete", 3, 2)
    for allowed, wanted in ((None, 4), (keepable(given, segments), 3)):
        found = solve(segments, network, Router(network), keepable=allowed)
        assert found.weight == wanted == bound(segments, network, allowed)


def test_other_modules_are_limited_too() -> None:
    _, best = cheapest(program(4, ("cz", (0, 1)), ("cz", (2, 3))), (3, 2), {}, ())
    assert int(best.amounts[:4].sum()) == 2


def test_a_qubit_that_may_move_but_does_not_takes_a_data_qubit() -> None:
    """Qubit 0 is here before and after its window; qubit 1 would be here in it."""
    given = program(
        4,
        ("cz", (0, 2)), ("cz", (1, 3)), ("h", (1,)), ("cz", (1, 3)), ("h", (1,)), ("cz", (1, 3)),
        ("h", (0,)), ("cz", (0, 2)),
    )  # fmt: skip
    segments = segment(given)
    first, last = np.flatnonzero(segments.qubit == 0).tolist()
    _, middle, _ = np.flatnonzero(segments.qubit == 1).tolist()
    assert segments.n_layers == 3
    homes = {first: 5, middle: 5, last: 5}
    assert cheapest(given, (1, 3), homes, ())[0] == 2 - 2 * 5
    assert cheapest(given, (2, 3), homes, ())[0] == 4 - 3 * 5


@pytest.mark.parametrize("work", [0, 1e-7, 1e-5, 1e-3, 0.01, 0.1])
def test_little_work_proves_little(work: float) -> None:
    """CP-SAT stopped before its search says 0, which is no bound."""
    nothing = program(4, ("cz", (0, 1)), ("cz", (2, 3)))
    segments = segment(nothing)
    assert bound(segments, ideal_network("complete", 3, 2), work=work) == 0
    groups = list(group_interactions(segments, range(segments.n_interactions)))
    model = ModuleModel(segments, groups, None, 2, 4)
    prices = np.full(8 + len(groups), 400)
    true, tried = (
        model.best(prices, UNIT, slack=0, enough=-np.inf, work=limit, seconds=None, seed=0).least
        for limit in (5, work)
    )
    assert tried <= true < 0
    assert bound(all_to_all(8), ideal_network("complete", 4, 2), work=work) <= 6


def test_no_time_proves_nothing() -> None:
    rng = np.random.default_rng(0)
    blocks = rng.integers(12, size=300).tolist()
    gates = [("cx", (2 * b, 2 * b + 1)) for b in blocks]
    segments, network = segment(program(24, *gates)), ideal_network("complete", 3, 8)
    for seconds in (0.0, 1e-3, 0.02):
        known = [round_robin(segments, network)]
        left = partial(float, seconds)
        assert module_bound(segments, network, known, enough=99, work=5, left=left, seed=0) == 0

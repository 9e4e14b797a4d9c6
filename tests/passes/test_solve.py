"""The portfolio: never worse than its parts, bounds that hold, limits that are named."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from brute_force import optimum
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import tiny_problems

from strategies import networks, programs
from trapline.errors import InfeasibleError
from trapline.passes.anneal import anneal
from trapline.passes.assignment import pairs
from trapline.passes.expand import expand
from trapline.passes.feasible import check_feasible
from trapline.passes.occupancy import fits
from trapline.passes.partition import in_one_module, mt_kahypar, round_robin
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.solve import Solution, solve
from trapline.targets.network import Network, ideal_network


def qft(n: int) -> Segments:
    out = ProgramBuilder("qft", [Register("q", n)])
    for target in range(n):
        out.add("h", (target,))
        for k, control in enumerate(range(target + 1, n), start=2):
            out.add("cp", (control, target), (2 * pi / 2**k,))
    return segment(out.build())


def chain(n: int) -> Segments:
    out = ProgramBuilder("chain", [Register("q", n)])
    for q in range(n - 1):
        out.add("cx", (q, q + 1))
        out.add("h", (q + 1,))
    return segment(out.build())


@st.composite
def problems(draw: st.DrawFn) -> tuple[Segments, Network]:
    program: Program = draw(programs(min_qubits=2, max_qubits=7, max_ops=30))
    network = draw(networks(program.n_qubits, max_modules=5, spare=3))
    return segment(expand(program).program), network


def solved(segments: Segments, network: Network, **options: object) -> Solution:
    return solve(segments, network, Router(network), **options)  # type: ignore[arg-type]


@settings(max_examples=25)
@given(problems(), st.integers(0, 3))
def test_the_answer_fits_costs_what_it_says_and_beats_every_start(
    problem: tuple[Segments, Network], seed: int
) -> None:
    segments, network = problem
    router = Router(network)
    found = solved(segments, network, effort="fast", seed=seed)
    assert fits(segments, found.assignment, network)
    assert found.epr_pairs == pairs(segments, found.assignment, router)
    dealt = round_robin(segments, network)
    assert found.round_robin_epr_pairs == pairs(segments, dealt, router)
    assert found.lower_bound <= found.epr_pairs <= found.static_epr_pairs
    assert found.static_epr_pairs <= found.round_robin_epr_pairs
    assert found.mt_kahypar_epr_pairs is None
    assert not found.stopped


@settings(max_examples=5)
@given(problems())
def test_more_effort_begins_from_mt_kahypar_as_well(problem: tuple[Segments, Network]) -> None:
    segments, network = problem
    found = solved(segments, network, effort="default")
    cut = mt_kahypar(segments, network, seed=0)
    assert cut is not None
    assert fits(segments, cut, network)
    assert found.static_epr_pairs <= pairs(segments, cut, Router(network))
    if found.mt_kahypar_epr_pairs is not None:
        assert found.static_epr_pairs <= found.mt_kahypar_epr_pairs


@settings(max_examples=25)
@given(tiny_problems())
def test_tiny_problems_are_solved_to_the_optimum_of_brute_force(
    problem: tuple[Segments, Network],
) -> None:
    segments, network = problem
    found = solved(segments, network)
    assert found.lower_bound <= found.epr_pairs
    assert found.epr_pairs == optimum(segments, network)
    still = optimum(segments, network, static=True)
    assert still is not None
    assert found.static_epr_pairs >= still


@settings(max_examples=5)
@given(problems(), st.integers(0, 1000))
def test_a_seed_gives_one_answer_bit_for_bit(problem: tuple[Segments, Network], seed: int) -> None:
    same_twice(*problem, effort="fast", seed=seed)


@pytest.mark.parametrize("kind", ["complete", "line"])
def test_a_seed_gives_one_answer_with_every_stage_in_use(kind: str) -> None:
    same_twice(qft(6), ideal_network(kind, 3, 2), effort="default", seed=3)


def same_twice(segments: Segments, network: Network, *, effort: str, seed: int) -> None:
    one, two = (solved(segments, network, effort=effort, seed=seed) for _ in range(2))
    assert one.assignment.home.tolist() == two.assignment.home.tolist()
    assert one.assignment.place.tolist() == two.assignment.place.tolist()
    assert (one.epr_pairs, one.lower_bound) == (two.epr_pairs, two.lower_bound)


@pytest.mark.parametrize("static", [False, True])
@settings(max_examples=15)
@given(problem=problems(), seed=st.integers(0, 1000))
def test_annealing_fits_and_repeats_by_seed(
    static: bool, problem: tuple[Segments, Network], seed: int
) -> None:
    segments, network = problem
    router = Router(network)
    start = round_robin(segments, network)
    runs = [
        anneal(segments, network, router, start, work=40_000, seed=seed, static=static)
        for _ in range(2)
    ]
    assert fits(segments, runs[0], network)
    assert runs[0].home.tolist() == runs[1].home.tolist()
    assert runs[0].place.tolist() == runs[1].place.tolist()
    assert runs[0].move.tolist() == runs[1].move.tolist()
    if static:
        for mine in segments.chains():
            assert len(set(runs[0].home[mine].tolist())) == 1


@settings(max_examples=15)
@given(tiny_problems(), st.booleans())
def test_annealing_finds_nothing_below_the_optimum(
    problem: tuple[Segments, Network], static: bool
) -> None:
    segments, network = problem
    router = Router(network)
    start = round_robin(segments, network)
    found = anneal(segments, network, router, start, work=100_000, seed=0, static=static)
    best = optimum(segments, network, static=static)
    assert best is not None
    assert pairs(segments, found, router) >= best


def test_round_robin_deals_in_turn_and_skips_full_modules() -> None:
    network = ideal_network("complete", 3, [1, 3, 2])
    dealt = round_robin(chain(6), network)
    first = [mine[0] for mine in chain(6).chains()]
    assert dealt.home[first].tolist() == [0, 1, 2, 1, 2, 1]


def test_what_fits_into_one_module_needs_no_pairs_on_any_network() -> None:
    apart = Network("custom", ("a", "b", "c"), (1, 4, 2), (0, 0, 0), ())
    found = solved(chain(4), apart)
    assert found.epr_pairs == found.lower_bound == 0
    assert set(found.assignment.home.tolist()) == {1}
    assert found.mt_kahypar_epr_pairs is None


def test_everything_goes_to_the_largest_module() -> None:
    assert set(in_one_module(chain(4), ideal_network("line", 3, [2, 2, 5])).home.tolist()) == {2}


@pytest.mark.parametrize("kind", ["complete", "line", "ring", "grid"])
def test_circuits_without_interactions_are_placed_too(kind: str) -> None:
    found = solved(chain(1), ideal_network(kind, 4, 1))
    assert found.epr_pairs == 0
    segments = segment(ProgramBuilder("idle", [Register("q", 4)]).build())
    network = ideal_network(kind, 4, 1)
    found = solved(segments, network)
    assert found.epr_pairs == 0
    assert sorted(found.assignment.home.tolist()) == [0, 1, 2, 3]


def test_a_time_limit_gives_a_valid_answer_that_says_so() -> None:
    segments, network = qft(24), ideal_network("complete", 4, 7)
    found = solved(segments, network, effort="best", time_limit=0.05)
    assert found.stopped
    assert fits(segments, found.assignment, network)
    assert found.epr_pairs == pairs(segments, found.assignment, Router(network))


def test_stages_are_announced_as_they_begin() -> None:
    seen: list[str] = []
    solved(qft(6), ideal_network("complete", 2, 3), progress=seen.append)
    assert seen[:3] == ["place", "partition", "slices"]


@pytest.mark.parametrize("network", [(2, 8, 8), (2, 9, 7)], ids=["2x8", "2x9"])
def test_the_qft_of_the_design_needs_no_more_pairs_than_there(
    network: tuple[int, int, int],
) -> None:
    modules, size, wanted = network
    found = solved(qft(16), ideal_network("complete", modules, size), effort="fast")
    assert found.epr_pairs <= wanted


@pytest.mark.parametrize(("size", "wanted"), [(8, 8), (9, 7)])
def test_the_qft_of_the_design_is_proven_optimal(size: int, wanted: int) -> None:
    found = solved(qft(16), ideal_network("complete", 2, size), effort="best")
    assert (found.epr_pairs, found.lower_bound) == (wanted, wanted)


# What cannot be done.


@pytest.mark.parametrize("sizes", [[2, 2], [3, 3, 3], [1, 1, 6], [5], [1, 2, 3, 4]])
def test_too_few_data_qubits_name_the_smallest_size_that_suffices(sizes: list[int]) -> None:
    segments = chain(sum(sizes) + 1)
    with pytest.raises(InfeasibleError) as caught:
        solved(segments, ideal_network("complete", len(sizes), sizes))
    error = caught.value
    assert error.constraint == "data_qubits"
    size = error.nearest["data_qubits"]
    check_feasible(segments, ideal_network("line", len(sizes), [max(size, s) for s in sizes]))
    with pytest.raises(InfeasibleError):
        check_feasible(
            segments, ideal_network("line", len(sizes), [max(size - 1, s) for s in sizes])
        )


def test_a_network_in_pieces_is_named() -> None:
    pieces = Network("custom", ("a", "b", "c"), (2, 2, 2), (None,) * 3, ((0, 1),))
    with pytest.raises(InfeasibleError) as caught:
        solved(chain(5), pieces)
    assert caught.value.constraint == "network"


def test_without_communication_qubits_nothing_can_be_cut_and_one_is_enough() -> None:
    with pytest.raises(InfeasibleError) as caught:
        solved(chain(4), ideal_network("complete", 2, 2, 0))
    assert caught.value.constraint == "comm_qubits"
    assert caught.value.nearest == {"comm_qubits": 1}
    found = solved(chain(4), ideal_network("complete", 2, 2, 1))
    assert found.epr_pairs == 1


def test_without_communication_qubits_a_circuit_that_need_not_be_cut_is_fine() -> None:
    out = ProgramBuilder("two", [Register("q", 4)])
    out.add("cx", (0, 3))
    out.add("cx", (2, 1))
    found = solved(segment(out.build()), ideal_network("complete", 2, 2, 0))
    assert found.epr_pairs == 0


def test_a_static_start_can_lose_to_qubits_that_move() -> None:
    """Qubit 0 works with each side in turn; moving once is cheaper than staying anywhere."""
    out = ProgramBuilder("mover", [Register("q", 7)])
    for group in ((1, 2, 3), (4, 5, 6)):
        for turn in range(4):
            for q in group:
                out.add("cx", (0, q))
            for q in group:
                out.add("cx", (q, group[0] if q != group[0] else group[1]))
            out.add("h" if turn % 2 else "sx", (0,))
            out.add("h", (group[0],))
            out.add("h", (group[1],))
    segments = segment(out.build())
    found = solved(segments, ideal_network("complete", 2, 4))
    assert found.epr_pairs < found.static_epr_pairs
    assert np.unique(found.assignment.home[segments.chains()[0]]).size == 2


def test_other_answers_fit_differ_and_are_nearly_as_cheap() -> None:
    segments, network = qft(8), ideal_network("complete", 4, 3)
    found = solved(segments, network, effort="default")
    costs = [pairs(segments, other, Router(network)) for other in found.others]
    assert costs == sorted(costs)
    assert costs
    assert found.epr_pairs <= costs[0]
    assert costs[-1] <= 1.1 * found.epr_pairs
    assert all(fits(segments, other, network) for other in found.others)
    all_of_them = [found.assignment, *found.others]
    names = {(a.home.tobytes(), a.place.tobytes(), a.move.tobytes()) for a in all_of_them}
    assert len(names) == len(all_of_them)


def test_one_answer_is_enough_at_fast() -> None:
    assert solved(qft(8), ideal_network("complete", 4, 3), effort="fast").others == ()

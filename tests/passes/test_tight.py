"""Few communication qubits: other orders, other places, and ways around full modules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from assignments import random_assignment
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import networks, programs
from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.planner import most_operands
from trapline.compiler.read import read_program
from trapline.compiler.verify import verify
from trapline.errors import InfeasibleError
from trapline.passes.allocate import allocate
from trapline.passes.assignment import Assignment, homes_of_pins, pairs, static_assignment
from trapline.passes.carry import attempt
from trapline.passes.check import check_plan
from trapline.passes.cover import smallest_cover
from trapline.passes.emit import emit
from trapline.passes.expand import expand
from trapline.passes.job import job_of
from trapline.passes.limit import at_homes, within_comm_limits
from trapline.passes.order import orders
from trapline.passes.plan import Event
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.relays import BLOCKED, relay_distances, with_relay_seats
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.tight import allocate_best, with_free_seats
from trapline.targets.network import Network, ideal_network

SUITE = Path(__file__).resolve().parents[3] / "shared" / "circuits" / "suite"


def program_of(n_qubits: int, *rows: tuple[str, tuple[int, ...]]) -> Program:
    out = ProgramBuilder("test", [Register("q", n_qubits)])
    for gate, qubits in rows:
        out.add(gate, qubits)
    return out.build()


def fourier(n: int) -> Program:
    out = ProgramBuilder("qft", [Register("q", n)])
    for q in range(n):
        out.add("h", [q])
        for other in range(q + 1, n):
            out.add("cp", [other, q], [np.pi / 2 ** (other - q)])
    return out.build()


def halves(segments: Segments, first: int) -> Assignment:
    """Two modules, the first `first` qubits in the first one, copies of those in the second."""
    home = (np.arange(segments.n_qubits) >= first).astype(np.int32)
    ends = home[segments.qubit[segments.pins]]
    place = np.maximum.reduceat(ends, segments.pin_start[:-1]).astype(np.int32)
    return static_assignment(segments, home, place)


@pytest.mark.parametrize(("first", "room", "wanted"), [(7, 9, 7), (8, 8, 8)])
def test_a_fourier_transform_needs_one_communication_qubit(
    first: int, room: int, wanted: int
) -> None:
    """In program order nearly every gate between the modules would fetch its copy anew."""
    program = fourier(16)
    expanded = expand(program)
    segments = segment(expanded.program)
    network = ideal_network("complete", 2, room, 1)
    plan = allocate(program, expanded, segments, network, halves(segments, first))
    found = check_plan(plan, network)
    assert found.epr_pairs == wanted
    assert found.peak_comm_qubits == (1, 1)


@pytest.mark.skipif(not SUITE.is_dir(), reason="the shared circuits are absent")
def test_the_fourier_transform_of_the_suite_needs_seven_pairs() -> None:
    program = read_program(SUITE / "qft_n16.qasm")
    expanded = expand(program)
    segments = segment(expanded.program)
    network = ideal_network("complete", 2, 9, 1)
    plan = allocate(program, expanded, segments, network, halves(segments, 7))
    assert check_plan(plan, network).epr_pairs == 7


@st.composite
def cases(
    draw: st.DrawFn, spare: tuple[int, ...] = (0, 1, 3)
) -> tuple[Program, Network, int, float]:
    program = draw(programs(min_qubits=2, max_qubits=4, max_ops=14, overwrite_bits=True))
    network = draw(
        networks(
            program.n_qubits,
            min_modules=2,
            max_modules=4,
            spare=draw(st.sampled_from(spare)),
            comm_qubits=st.sampled_from((1, 2, 3)),
        )
    )
    return program, network, draw(st.integers(0, 2**20)), draw(st.sampled_from([0.0, 0.6]))


@settings(max_examples=60)
@given(cases())
def test_every_order_that_is_tried_gives_a_valid_plan(
    case: tuple[Program, Network, int, float],
) -> None:
    program, network, seed, restless = case
    expanded = expand(program, max_operands=2)
    segments = segment(expanded.program)
    rng = np.random.default_rng(seed)
    assignment = random_assignment(segments, network, rng, restless=restless)
    job = job_of(expanded, segments, network, assignment, Router(network))
    for order in orders(job, expanded):
        assert sorted(order.tolist()) == list(range(len(job.steps)))
        books = attempt(job, order)
        if books.counts[1] == 0:
            events = books.events[: books.counts[0]]
            plan = allocate(program, expanded, segments, network, assignment)
            mine = replace(
                plan,
                kinds=events[:, 0].astype(np.int8),
                items=events[:, 1],
                modules=events[:, 2],
                sources=events[:, 3],
            )
            check_plan(mine, network)


@settings(max_examples=60)
@given(cases())
def test_better_places_keep_the_meaning(case: tuple[Program, Network, int, float]) -> None:
    program, network, seed, restless = case
    expanded = expand(program, max_operands=2)
    segments = segment(expanded.program)
    rng = np.random.default_rng(seed)
    assignment = random_assignment(segments, network, rng, restless=restless)
    try:
        plan = allocate_best(program, expanded, segments, network, assignment)
    except InfeasibleError as error:
        assert error.nearest["comm_qubits"] > network.comm_qubits[0]
        return
    emitted = emit(plan, network)
    found = verify(
        program,
        emitted,
        qubit_map=emitted.notes["qubit_map"],  # type: ignore[arg-type]
        plan=plan,
        network=network,
        effort="fast",
    )
    assert found.passed is True, found.checked


@settings(max_examples=40)
@given(cases(spare=(0,)))
def test_what_an_error_calls_sufficient_suffices(case: tuple[Program, Network, int, float]) -> None:
    program, network, seed, restless = case
    expanded = expand(program, max_operands=2)
    segments = segment(expanded.program)
    rng = np.random.default_rng(seed)
    assignment = random_assignment(segments, network, rng, restless=restless)
    assignment = within_comm_limits(segments, network, assignment)
    try:
        allocate(program, expanded, segments, network, assignment)
    except InfeasibleError as error:
        enough = error.nearest["comm_qubits"]
        wider = ideal_network(network.kind, network.n_modules, network.data_qubits, enough)
        check_plan(allocate(program, expanded, segments, wider, assignment), wider)
        if enough - 1 > network.comm_qubits[0]:
            narrower = ideal_network(
                network.kind, network.n_modules, network.data_qubits, enough - 1
            )
            with pytest.raises(InfeasibleError):
                allocate(program, expanded, segments, narrower, assignment)


@pytest.mark.parametrize(("limits", "place"), [((1, 1), -1), ((2, 1), 0), ((1, 2), 1)])
def test_full_modules_exchange_qubits_through_two_communication_qubits_of_one(
    limits: tuple[int, int], place: int
) -> None:
    program = program_of(2, ("cz", (0, 1)), ("h", (0,)), ("h", (1,)), ("cz", (0, 1)))
    network = Network("complete", ("a", "b"), (1, 1), limits, ((0, 1),))
    expanded = expand(program)
    segments = segment(expanded.program)
    home = segments.qubit.copy()
    home[segments.previous >= 0] = 1 - home[segments.previous >= 0]
    places = np.full(2, max(place, 0), dtype=np.int32)
    assignment = Assignment(home=home, place=places, move=segments.first_moves)
    if place < 0:
        with pytest.raises(InfeasibleError) as caught:
            allocate(program, expanded, segments, network, assignment)
        assert caught.value.nearest == {"comm_qubits": 2}
        return
    plan = allocate(program, expanded, segments, network, assignment)
    check_plan(plan, network)
    assert plan.epr_pairs == pairs(segments, assignment, Router(network))
    assert plan.migrations == 2


def test_with_one_communication_qubit_an_exchange_goes_by_a_free_data_qubit_elsewhere() -> None:
    program = program_of(2, ("cz", (0, 1)), ("h", (0,)), ("h", (1,)), ("cz", (0, 1)))
    network = Network("complete", ("a", "b", "c"), (1, 1, 1), (1, 1, 1), ((0, 1), (0, 2), (1, 2)))
    expanded = expand(program)
    segments = segment(expanded.program)
    home = segments.qubit.copy()
    home[segments.previous >= 0] = 1 - home[segments.previous >= 0]
    place = np.zeros(2, dtype=np.int32)
    assignment = Assignment(home=home, place=place, move=segments.first_moves)
    plan = allocate(program, expanded, segments, network, assignment)
    found = check_plan(plan, network)
    assert found.peak_data_qubits == (1, 1, 1)
    assert found.migrations == 3


def test_a_qubit_makes_way_for_a_relay_and_comes_back() -> None:
    """The middle of the line is full and has one communication qubit; its leaf has room."""
    program = program_of(3, ("cz", (0, 1)))
    links = ((0, 1), (1, 2), (1, 3))
    network = Network("custom", ("a", "b", "c", "d"), (1, 1, 1, 1), (1, 1, 1, 1), links)
    expanded = expand(program)
    segments = segment(expanded.program)
    home = np.array([0, 2, 1], dtype=np.int32)[segments.qubit]
    assignment = static_assignment(
        segments, np.array([0, 2, 1], dtype=np.int32), np.array([2], dtype=np.int32)
    )
    assert home.tolist() == assignment.home.tolist()
    plan = allocate(program, expanded, segments, network, assignment)
    found = check_plan(plan, network)
    assert found.epr_pairs == 4
    assert found.final_home == (0, 2, 1)
    assert int((plan.kinds == Event.HOME).sum()) == 2


def test_networks_with_free_seats_have_a_data_qubit_less_where_that_leaves_enough() -> None:
    network = ideal_network("line", 4, 5, 1)
    assert [room.data_qubits for room in with_free_seats(network, 16)] == [
        (4, 4, 4, 4),
        (5, 4, 4, 5),
    ]
    assert [room.data_qubits for room in with_free_seats(network, 18)] == [(5, 4, 4, 5)]
    assert with_free_seats(network, 19) == []
    assert with_free_seats(ideal_network("line", 4, 1, 1), 0) == []


def dense(n_qubits: int, gates: int, seed: int) -> Program:
    """CX between random qubits, and an H after each."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, tuple[int, ...]]] = []
    for _ in range(gates):
        a, b = rng.choice(n_qubits, 2, replace=False).tolist()
        rows += [("cx", (a, b)), ("h", (b,))]
    return program_of(n_qubits, *rows)


@pytest.mark.parametrize(
    ("kind", "sizes", "chosen"),
    [
        ("line", (3, 2, 2), (3, 1, 2)),
        ("line", (3, 3, 2, 2), (3, 2, 1, 2)),
        ("ring", (3, 2, 2, 2, 2), (2, 1, 1, 2, 2)),
        ("grid", (2, 2, 2, 2, 2, 2), (2, 1, 2, 2, 1, 2)),
    ],
)
def test_seats_for_relays_are_where_most_ways_lead(
    kind: str, sizes: tuple[int, ...], chosen: tuple[int, ...]
) -> None:
    network = ideal_network(kind, len(sizes), sizes, 1)
    room = with_relay_seats(network, sum(chosen))
    assert room.data_qubits == chosen
    far = relay_distances(network, room)
    assert far.max() < BLOCKED
    assert relay_distances(network, network).max() > BLOCKED
    assert with_relay_seats(network, sum(sizes)) == network


def test_only_modules_with_one_communication_qubit_need_seats_for_relays() -> None:
    network = replace(ideal_network("line", 4, 3), comm_qubits=(1, 2, None, 1))
    assert with_relay_seats(network, 6) == network
    assert relay_distances(network, network).tolist() == network.hops.tolist()
    starved = replace(network, comm_qubits=(1, 0, 1, 1))
    assert with_relay_seats(starved, 6).data_qubits == (3, 3, 2, 3)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("kind", "sizes", "n_qubits"),
    [
        ("line", (3, 2, 2), 6),
        ("line", (3, 3, 2, 2), 8),
        ("ring", (2, 2, 2, 2, 2), 7),
        ("grid", (2, 2, 2, 2, 2, 2), 10),
        ("ring", (2,) * 8, 10),
    ],
)
def test_one_communication_qubit_suffices_where_relays_have_seats_whatever_the_seed(
    kind: str, sizes: tuple[int, ...], n_qubits: int, seed: int
) -> None:
    network = ideal_network(kind, len(sizes), sizes, 1)
    result = compile_circuit(dense(n_qubits, 30, seed), network, effort="fast", seed=seed)
    assert result.verification is not None
    assert result.verification.passed
    assert max(result.usage.peak_comm_qubits) == 1


@pytest.mark.parametrize("seed", range(3))
def test_on_full_modules_a_placement_without_relays_is_found_whatever_the_seed(seed: int) -> None:
    """Rings of six, two qubits a module: both ends of every edge are in joined modules."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(12)
    edges = [(names[i], names[(i + d) % 12]) for i in range(12) for d in (1, 2)]
    rows: list[tuple[str, tuple[int, ...]]] = []
    for at in rng.permutation(np.repeat(np.arange(24), 2)).tolist():
        rows += [("cx", (int(edges[at][0]), int(edges[at][1]))), ("h", (int(edges[at][1]),))]
    network = ideal_network("ring", 6, 2, 1)
    result = compile_circuit(program_of(12, *rows), network, effort="fast", seed=seed)
    assert result.verification is not None
    assert result.verification.passed


@pytest.mark.parametrize("effort", ["fast", "default"])
def test_where_the_search_fails_no_plan_was_found_and_what_is_called_enough_is(effort: str) -> None:
    program, network = dense(6, 20, 0), ideal_network("line", 3, 2, 1)
    with pytest.raises(InfeasibleError) as caught:
        compile_circuit(program, network, effort=effort)
    assert caught.value.message == "no plan was found with 1 communication qubit in a module"
    assert caught.value.constraint == "comm_qubits"
    size = caught.value.nearest["comm_qubits"]
    assert caught.value.hint == f"give every module at least {size} communication qubits"
    wider = ideal_network("line", 3, 2, size)
    found = compile_circuit(program, wider, effort=effort)
    assert found.verification is not None
    assert found.verification.passed


def test_what_cannot_be_is_said_as_a_fact() -> None:
    network = replace(ideal_network("line", 3, 2), comm_qubits=(1, 0, 1))
    with pytest.raises(InfeasibleError, match="must be cut, and m1 has no") as caught:
        compile_circuit(dense(6, 20, 0), network, effort="fast")
    size = caught.value.nearest["comm_qubits"]
    wider = replace(network, comm_qubits=(size, size, size))
    assert compile_circuit(dense(6, 20, 0), wider, effort="fast").epr_pairs > 0


def test_one_communication_qubit_suffices_on_a_line_with_free_seats() -> None:
    rng = np.random.default_rng(3)
    rows = [("cz", tuple(rng.choice(8, 2, replace=False).tolist())) for _ in range(30)]
    rows = [row for pair in ((row, ("h", (row[1][0],))) for row in rows) for row in pair]
    result = compile_circuit(program_of(8, *rows), ideal_network("line", 4, 3, 1), effort="fast")
    assert result.verification is not None
    assert result.verification.passed


def test_a_cover_is_as_small_as_the_largest_matching() -> None:
    rng = np.random.default_rng(5)
    for _ in range(60):
        n = int(rng.integers(1, 12))
        left, right = rng.integers(0, 5, size=(2, n))
        chosen = smallest_cover(left, right, 5, 5)
        used = len(set(left[chosen].tolist())) + len(set(right[~chosen].tolist()))
        best = min(
            len(set(left[pick].tolist())) + len(set(right[~pick].tolist()))
            for pick in (
                np.isin(left, [a for a in range(5) if mask >> a & 1]) for mask in range(32)
            )
        )
        assert used == best


def test_places_at_homes_need_one_copy_for_each_gate() -> None:
    program = fourier(9)
    segments = segment(expand(program).program)
    network = ideal_network("complete", 3, 3, 2)
    home = (np.arange(9) % 3).astype(np.int32)
    anywhere = np.full(segments.n_interactions, 2, dtype=np.int32)
    start = static_assignment(segments, home, anywhere)
    found = at_homes(segments, network, start)
    homes = homes_of_pins(segments, found).reshape(-1, 2)
    assert (homes == found.place[:, None]).any(axis=1).all()
    assert pairs(segments, found, Router(network)) <= 3 * 9


def test_qubits_stay_where_full_modules_cannot_exchange_them() -> None:
    program = program_of(2, ("cz", (0, 1)), ("h", (0,)), ("h", (1,)), ("cz", (0, 1)))
    network = Network("complete", ("a", "b"), (1, 1), (1, 1), ((0, 1),))
    expanded = expand(program)
    segments = segment(expanded.program)
    home = segments.qubit.copy()
    home[segments.previous >= 0] = 1 - home[segments.previous >= 0]
    place = np.zeros(2, dtype=np.int32)
    assignment = Assignment(home=home, place=place, move=segments.first_moves)
    plan = allocate_best(program, expanded, segments, network, assignment)
    assert check_plan(plan, network).migrations == 0
    assert plan.epr_pairs == 2


@pytest.mark.parametrize("comm_qubits", [(2, 1, 3), (1, 1, 1)])
def test_a_gate_that_is_split_happens_whole_only_with_qubits_that_have_moved(
    comm_qubits: tuple[int, ...],
) -> None:
    """Qubit 4 moves in the midst of the parts of the CCX; the whole once took its copy before."""
    out = ProgramBuilder("split", [Register("q", 8)])
    rows: list[tuple[str, tuple[int, ...], tuple[float, ...]]] = [
        ("cx", (0, 1), ()),
        ("cx", (3, 2), ()),
        ("u3", (1,), (1.21, 2.05, 0.87)),
        ("cx", (1, 0), ()),
        ("u3", (1,), (2.18, 1.78, 1.83)),
        ("cx", (0, 1), ()),
        ("cx", (1, 0), ()),
        ("cx", (3, 4), ()),
        ("u3", (3,), (0.85, 1.42, 1.90)),
        ("cx", (3, 1), ()),
        ("ccx", (0, 1, 4), ()),
    ]
    for gate, qubits, angles in rows:
        out.add(gate, qubits, angles)
    network = replace(ideal_network("line", 3, 3), comm_qubits=comm_qubits)
    for seed in range(4):
        found = compile_circuit(out.build(), network, effort="fast", seed=seed)
        assert found.verification is not None
        assert found.verification.passed


@pytest.mark.parametrize(
    ("modules", "comm_qubits", "operands"),
    [(2, 1, 3), (2, 2, 5), (3, 2, 4), (4, 1, 2), (1, 1, None)],
)
def test_gates_are_split_only_where_a_module_cannot_bring_all_operands_together(
    modules: int, comm_qubits: int, operands: int | None
) -> None:
    network = ideal_network("complete", modules, 5, comm_qubits)
    assert most_operands(network) == operands
    if operands is not None:
        copies = [w - -(-w // modules) for w in (operands, operands + 1)]
        assert copies[0] <= comm_qubits < copies[1]


def test_a_toffoli_between_two_modules_stays_whole_with_one_communication_qubit() -> None:
    program = program_of(4, ("ccx", (0, 1, 2)), ("ccx", (0, 3, 1)))
    result = compile_circuit(program, ideal_network("complete", 2, 2, 1), effort="fast")
    assert result.verification is not None
    assert result.verification.passed
    gates = np.isin(result.plan.kinds, (Event.RUN, Event.WHOLE))
    assert np.count_nonzero(gates) == 2

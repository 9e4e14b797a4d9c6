"""The way from an assignment to a circuit: nothing that fits may change what the circuit does."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from assignments import random_assignment
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import networks, programs
from trapline.compiler.verify import Verification, verify
from trapline.errors import InfeasibleError
from trapline.passes.allocate import allocate
from trapline.passes.assignment import Assignment, pairs
from trapline.passes.check import check_plan
from trapline.passes.emit import emit
from trapline.passes.expand import Expanded, expand
from trapline.passes.gates import EPR, GATES, MEASURE
from trapline.passes.occupancy import fits
from trapline.passes.plan import Event, Plan
from trapline.passes.program import Program, ProgramBuilder, Register, Term
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.slots import qubit_map
from trapline.targets.network import Network, ideal_network

ONE = (Term((0,), 1),)


def program_of(n_qubits: int, *rows: tuple[object, ...], n_bits: int = 2) -> Program:
    """Build a program of rows (gate, qubits, angles) or (gate, qubits, angles, bit, condition)."""
    out = ProgramBuilder("test", [Register("q", n_qubits)], [Register("c", n_bits)])
    for gate, qubits, *rest in rows:
        params, bit, condition = (*rest, *((), -1, ())[len(rest) :])
        out.add(gate, qubits, params, bit=bit, condition=condition)  # type: ignore[arg-type]
    return out.build()


def prepared(program: Program, network: Network) -> tuple[Expanded, Segments]:
    limits = [c for c in network.comm_qubits if c is not None]
    expanded = expand(program, max_operands=max(*limits, 1) + 1 if limits else None)
    return expanded, segment(expanded.program)


def distributed(
    program: Program, network: Network, assignment: Assignment
) -> tuple[Plan, Program, Verification]:
    """Carry out an assignment and verify the outcome."""
    expanded, segments = prepared(program, network)
    plan = allocate(program, expanded, segments, network, assignment)
    check_plan(plan, network)
    emitted = emit(plan, network)
    found = verify(
        program,
        emitted,
        qubit_map=emitted.notes["qubit_map"],  # type: ignore[arg-type]
        plan=plan,
        network=network,
        effort="fast",
    )
    return plan, emitted, found


@st.composite
def cases(
    draw: st.DrawFn, *, comm_qubits: tuple[int | None, ...] = (None, 1, 2, 3), clifford: bool
) -> tuple[Program, Network, int, float]:
    program = draw(
        programs(
            min_qubits=2,
            max_qubits=4,
            max_ops=12,
            matrices=True,
            clifford_only=clifford,
            overwrite_bits=draw(st.booleans()),
        )
    )
    network = draw(
        networks(
            program.n_qubits,
            min_modules=2,
            max_modules=4,
            spare=draw(st.sampled_from([0, 1, 5])),
            comm_qubits=st.sampled_from(comm_qubits),
        )
    )
    return program, network, draw(st.integers(0, 2**20)), draw(st.sampled_from([0.0, 0.5, 1.0]))


def carried_out(case: tuple[Program, Network, int, float]) -> None:
    program, network, seed, restless = case
    _, segments = prepared(program, network)
    rng = np.random.default_rng(seed)
    assignment = random_assignment(segments, network, rng, restless=restless)
    assert fits(segments, assignment, network)
    try:
        plan, emitted, found = distributed(program, network, assignment)
    except InfeasibleError as error:
        assert error.constraint == "comm_qubits"
        assert network.comm_qubits[0] is not None
        return
    assert found.passed is True, found.checked
    assert qubit_map(plan, network) == emitted.notes["qubit_map"]
    if network.comm_qubits[0] is None:
        assert plan.epr_pairs <= pairs(segments, assignment, Router(network))


@settings(max_examples=120)
@given(cases(clifford=False))
def test_any_assignment_that_fits_keeps_the_meaning(
    case: tuple[Program, Network, int, float],
) -> None:
    carried_out(case)


@settings(max_examples=60)
@given(cases(clifford=True))
def test_any_assignment_that_fits_keeps_the_meaning_of_clifford_circuits(
    case: tuple[Program, Network, int, float],
) -> None:
    carried_out(case)


@pytest.mark.parametrize("gate", [g for g in GATES if g.matrix is not None and g.n_qubits > 1])
@pytest.mark.parametrize("kind", ["complete", "line"])
def test_every_gate_of_the_table_works_across_modules(gate: object, kind: str) -> None:
    """All operands in different modules, once in a third place and twice in a row."""
    row = gate
    n = row.n_qubits  # type: ignore[attr-defined]
    angles = tuple(0.3 + 0.4 * k for k in range(row.n_params))  # type: ignore[attr-defined]
    qubits = tuple(range(n))
    name = row.name  # type: ignore[attr-defined]
    program = program_of(n, (name, qubits, angles), ("h", (0,)), (name, qubits[::-1], angles))
    network = ideal_network(kind, 3, 2 * n)
    _, segments = prepared(program, network)
    home = (np.arange(n) % 2)[segments.qubit].astype(np.int32)
    place = (np.arange(segments.n_interactions) % 3).astype(np.int32)
    _, _, found = distributed(
        program, network, Assignment(home=home, place=place, move=segments.first_moves)
    )
    assert found.passed is True, found.checked


def test_a_single_module_needs_no_pair_and_keeps_the_operations() -> None:
    program = program_of(3, ("h", (0,)), ("cx", (0, 1)), ("ccx", (0, 1, 2)), ("swap", (0, 2)))
    network = ideal_network("complete", 1, 3)
    _, segments = prepared(program, network)
    home = np.zeros(segments.n_segments, dtype=np.int32)
    place = np.zeros(segments.n_interactions, dtype=np.int32)
    plan, emitted, found = distributed(
        program, network, Assignment(home=home, place=place, move=segments.first_moves)
    )
    assert plan.epr_pairs == 0
    assert found.passed is True
    assert [GATES[op].name for op in emitted.opcodes] == ["h", "cx", "ccx"]
    assert emitted.notes["qubit_map"] == {
        "initial": {"q[0]": "m0_d[0]", "q[1]": "m0_d[1]", "q[2]": "m0_d[2]"},
        "final": {"q[0]": "m0_d[2]", "q[1]": "m0_d[1]", "q[2]": "m0_d[0]"},
    }


def test_one_copy_serves_a_whole_segment_and_names_its_link() -> None:
    program = program_of(4, ("h", (0,)), *[("cp", (0, t), (pi / 2**t,)) for t in (1, 2, 3)])
    network = ideal_network("complete", 2, [1, 3])
    _, segments = prepared(program, network)
    home = np.array([0, 1, 1, 1], dtype=np.int32)[segments.qubit]
    place = np.ones(3, dtype=np.int32)
    plan, emitted, found = distributed(
        program, network, Assignment(home=home, place=place, move=segments.first_moves)
    )
    assert plan.epr_pairs == 1
    assert found.passed is True
    pairs_at = np.flatnonzero(emitted.opcodes == EPR).tolist()
    assert [emitted.tags[op] for op in pairs_at] == ["m0-m1"]
    assert emitted.n_bits == program.n_bits + int((emitted.opcodes == MEASURE).sum())


def test_input_bits_stay_first_and_new_ones_avoid_the_names_of_the_input() -> None:
    out = ProgramBuilder("test", [Register("q", 2)], [Register("trapline_m", 1)])
    out.add("cx", (0, 1))
    out.add("measure", (1,), bit=0)
    network = ideal_network("complete", 2, 1)
    program = out.build()
    _, segments = prepared(program, network)
    home = np.array([0, 1], dtype=np.int32)[segments.qubit]
    assignment = Assignment(
        home=home, place=np.array([1], dtype=np.int32), move=segments.first_moves
    )
    _, emitted, found = distributed(program, network, assignment)
    assert found.passed is True
    assert [r.name for r in emitted.bit_registers] == ["trapline_m", "trapline_m_"]


# What random assignments have found wrong before.


def fresh_elsewhere(program: Program, module: int, network: Network) -> tuple[Plan, Verification]:
    """Send each fresh segment to a module, keep everything else in module 0."""
    _, segments = prepared(program, network)
    home = np.where(segments.fresh, module, 0).astype(np.int32)
    place = np.full(segments.n_interactions, module, dtype=np.int32)
    plan, _, found = distributed(
        program, network, Assignment(home=home, place=place, move=segments.first_moves)
    )
    return plan, found


def test_a_qubit_that_is_reset_elsewhere_leaves_nothing_entangled_behind() -> None:
    program = program_of(2, ("ryy", (0, 1), (5.04,)), ("reset", (0,)), ("csx", (1, 0)))
    plan, found = fresh_elsewhere(program, 1, ideal_network("complete", 2, 2))
    resets = plan.kinds == Event.RESET
    assert (plan.modules[resets] != plan.sources[resets]).all()
    assert found.passed is True, found.checked


def test_a_conditional_reset_does_not_free_the_home() -> None:
    program = program_of(
        2,
        ("cx", (0, 1)),
        ("measure", (1,), (), 0),
        ("reset", (0,), (), -1, ONE),
        ("cx", (0, 1)),
    )
    _, segments = prepared(program, ideal_network("complete", 2, 2))
    assert not segments.fresh.any()


def test_a_fresh_qubit_moves_at_the_first_reset_that_always_happens() -> None:
    program = program_of(
        2,
        ("cx", (0, 1)),
        ("measure", (1,), (), 0),
        ("reset", (0,), (), -1, ONE),
        ("reset", (0,)),
        ("h", (0,)),
        ("reset", (0,), (), -1, ONE),
        ("cx", (0, 1)),
    )
    plan, found = fresh_elsewhere(program, 1, ideal_network("complete", 2, 2))
    assert found.passed is True, found.checked
    moved = (plan.kinds == Event.RESET) & (plan.modules != plan.sources)
    assert plan.items[moved].tolist() == [3]


def test_fresh_qubits_that_change_places_need_room_at_the_reset() -> None:
    """A home that is taken at the reset counts from the reset, long before its first gate."""
    program = program_of(
        3,
        ("cx", (0, 1)),
        ("reset", (0,)),
        ("cx", (1, 2)),
        ("h", (1,)),
        ("cx", (1, 2)),
        ("cx", (0, 1)),
    )
    network = ideal_network("complete", 2, [2, 1])
    _, segments = prepared(program, network)
    home = np.array([0, 0, 1], dtype=np.int32)[segments.qubit]
    home[segments.fresh] = 1
    assignment = Assignment(
        home=home,
        place=np.zeros(segments.n_interactions, dtype=np.int32),
        move=segments.first_moves,
    )
    assert not fits(segments, assignment, network)
    assert fits(segments, assignment, ideal_network("complete", 2, [2, 2]))


def test_a_relay_in_a_full_module_needs_two_communication_qubits() -> None:
    """The copy that is being passed on may not be evicted to make room for the next hop."""
    program = program_of(4, ("cx", (0, 1)))
    for comm_qubits in (1, 2):
        network = ideal_network("line", 4, 1, comm_qubits)
        _, segments = prepared(program, network)
        home = np.array([0, 3, 1, 2], dtype=np.int32)[segments.qubit]
        assignment = Assignment(
            home=home, place=np.array([3], dtype=np.int32), move=segments.first_moves
        )
        if comm_qubits == 1:
            with pytest.raises(InfeasibleError) as caught:
                distributed(program, network, assignment)
            assert caught.value.constraint == "comm_qubits"
            assert caught.value.nearest == {"comm_qubits": 2}
        else:
            plan, _, found = distributed(program, network, assignment)
            assert plan.epr_pairs == 3
            assert found.passed is True, found.checked


def test_an_operand_lets_go_of_its_copy_where_another_one_must_leave() -> None:
    """Module 1 holds a copy of qubit 0 that the gate does not use; qubit 1 leaves from there."""
    program = program_of(3, ("cz", (0, 1)), ("cz", (0, 1)), ("ccz", (0, 1, 2)), ("cz", (0, 1)))
    network = Network(
        kind="complete",
        names=("a", "b", "c"),
        data_qubits=(1, 1, 1),
        comm_qubits=(1, 1, 2),
        links=((0, 1), (0, 2), (1, 2)),
    )
    expanded = expand(program)
    segments = segment(expanded.program)
    home = np.array([0, 1, 2], dtype=np.int32)[segments.qubit]
    place = np.array([1, 1, 2, 1], dtype=np.int32)
    plan = allocate(
        program,
        expanded,
        segments,
        network,
        Assignment(home=home, place=place, move=segments.first_moves),
    )
    assert check_plan(plan, network).peak_comm_qubits == (1, 1, 2)


@settings(max_examples=40)
@given(
    st.integers(-13, -3),
    st.floats(1, 10),
    st.sampled_from(["rx", "cu3", "unitary"]),
    st.booleans(),
)
def test_turns_too_small_to_see_are_not_overlooked(
    exponent: int, digits: float, gate: str, conditional: bool
) -> None:
    """Axes that nearly agree must be told apart as finely as the checker does."""
    angle = digits * 10.0**exponent
    condition = ONE if conditional else ()
    out = ProgramBuilder("test", [Register("q", 3)], [Register("c", 1)])
    out.add("measure", (2,), bit=0)
    out.add("cx", (1, 0))
    if gate == "rx":
        out.add("rz", (0,), (angle,), condition=condition)
    elif gate == "cu3":
        out.add("cu3", (1, 0), (pi / 2 + angle, -pi / 2, pi / 2), condition=condition)
    else:
        turn = np.diag([1, np.exp(1j * angle)])
        cx = np.eye(4)[[0, 1, 3, 2]]
        matrix = np.kron(np.eye(2), turn) @ cx @ np.kron(np.eye(2), turn.conj())
        out.add_unitary(matrix.astype(np.complex128), (1, 0), condition=condition)
    out.add("cx", (1, 0))
    program = out.build()
    network = ideal_network("complete", 2, 3)
    _, segments = prepared(program, network)
    home = np.array([0, 1, 0], dtype=np.int32)[segments.qubit]
    place = np.ones(segments.n_interactions, dtype=np.int32)
    _, _, found = distributed(
        program, network, Assignment(home=home, place=place, move=segments.first_moves)
    )
    assert found.passed is True, found.checked

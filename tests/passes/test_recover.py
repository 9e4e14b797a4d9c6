"""Structure recovered from decomposed circuits; the meaning stays."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import pi
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from meaning import same_meaning
from toffolis import FORMS, decomposed

from strategies import programs
from trapline.passes.diagonals import diagonal_matrix
from trapline.passes.gates import GATES
from trapline.passes.program import Program, ProgramBuilder, Register, Term
from trapline.passes.recover import recover

if TYPE_CHECKING:
    from collections.abc import Sequence

CLIFFORD_T = ("cx", "cx", "h", "h", "t", "tdg", "s", "x", "z", "cz", "ccx", "rz")
LINEAR = ("cx", "x", "rz", "t", "tdg", "swap", "cz")
TOFFOLIS = ("ccx", "ccz", "cx", "h", "x", "t")


def names(program: Program) -> Counter[str]:
    return Counter(GATES[opcode].name for opcode in program.opcodes.tolist())


def n_interactions(program: Program) -> int:
    several = np.diff(program.operand_start) > 1
    return int((several & (program.opcodes != 0) & (program.opcodes != 1)).sum())


def builder(n: int, n_bits: int = 0) -> ProgramBuilder:
    return ProgramBuilder("test", [Register("q", n)], [Register("c", n_bits)] if n_bits else ())


def ladder(out: ProgramBuilder, wires: Sequence[int], angle: float) -> None:
    """Add a Z rotation of many qubits as ladder, Rz and mirrored ladder."""
    for pair in pairwise(wires):
        out.add("cx", pair)
    out.add("rz", (wires[-1],), (angle,))
    for pair in reversed(list(pairwise(wires))):
        out.add("cx", pair)


def rows(program: Program) -> list[tuple[str, tuple[int, ...]]]:
    return [(GATES[opcode].name, qubits) for opcode, qubits, *_ in program.rows()]


@settings(max_examples=200)
@given(programs(max_qubits=4, max_ops=16, max_bits=2, matrices=True))
def test_any_program_keeps_its_meaning(program: Program) -> None:
    assert same_meaning(program, recover(program))


@settings(max_examples=150)
@given(programs(min_qubits=2, max_qubits=4, max_ops=40, max_bits=2, gates=CLIFFORD_T))
def test_clifford_and_t_keep_their_meaning(program: Program) -> None:
    assert same_meaning(program, recover(program))


@settings(max_examples=150)
@given(
    programs(
        min_qubits=3, max_qubits=5, max_ops=60, gates=CLIFFORD_T, measure=False, reset=False
    )
)  # fmt: skip
def test_long_circuits_keep_their_unitary(program: Program) -> None:
    assert same_meaning(program, recover(program))


@settings(max_examples=150)
@given(
    programs(min_qubits=3, max_qubits=5, max_ops=60, gates=LINEAR, measure=False, reset=False)
)  # fmt: skip
def test_parity_networks_keep_their_unitary(program: Program) -> None:
    assert same_meaning(program, recover(program))


@settings(max_examples=60)
@given(programs(min_qubits=2, max_qubits=4, max_ops=40, clifford_only=True, overwrite_bits=True))
def test_clifford_circuits_keep_their_meaning(program: Program) -> None:
    assert same_meaning(program, recover(program))


@settings(max_examples=80)
@given(
    programs(min_qubits=3, max_qubits=5, max_ops=12, gates=TOFFOLIS, measure=False, reset=False)
)  # fmt: skip
def test_every_form_of_toffoli_keeps_its_meaning_in_any_circuit(program: Program) -> None:
    for form in FORMS:
        assert same_meaning(program, recover(decomposed(program, form)))


@settings(max_examples=80)
@given(programs(min_qubits=2, max_qubits=4, max_ops=30, max_bits=2, gates=CLIFFORD_T))
def test_recovering_again_finds_no_more_interactions(program: Program) -> None:
    once = recover(program)
    assert n_interactions(recover(once)) <= n_interactions(once)


@settings(max_examples=30)
@given(programs(max_qubits=4, max_ops=30, max_bits=2))
def test_the_same_program_gives_the_same_program(program: Program) -> None:
    first, second = recover(program), recover(program)
    assert list(first.rows()) == list(second.rows())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_toffoli_is_a_ccx(form: str) -> None:
    out = builder(3)
    out.add("ccx", (2, 0, 1))
    assert rows(recover(decomposed(out.build(), form))) == [("ccx", (0, 2, 1))]


@pytest.mark.parametrize("form", FORMS)
def test_toffolis_that_share_controls_and_targets_stay_whole(form: str) -> None:
    out = builder(6)
    for a, b, c in ((0, 1, 2), (2, 3, 4), (0, 1, 5), (1, 4, 5), (2, 3, 4), (0, 1, 2)):
        out.add("ccx", (a, b, c))
    recovered = recover(decomposed(out.build(), form))
    assert names(recovered) == {"ccx": 6}


@pytest.mark.parametrize("form", ["textbook", "in place"])
def test_a_toffoli_between_two_cx_stays_whole(form: str) -> None:
    out = builder(4)
    out.add("cx", (0, 1))
    out.add("ccx", (1, 2, 3))
    out.add("cx", (0, 1))
    assert names(recover(decomposed(out.build(), form))) == {"cx": 2, "ccx": 1}


def test_relative_phase_toffolis_that_pair_up_are_toffolis() -> None:
    out = builder(5)
    out.add("rccx", (0, 1, 2))
    out.add("ccx", (2, 3, 4))
    out.add("rccx", (0, 1, 2))
    recovered = recover(out.build())
    assert names(recovered) == {"ccx": 3}
    assert same_meaning(out.build(), recovered)


def test_a_block_stays_where_it_was_opened_when_its_phase_is_found_on_fewer_wires() -> None:
    steps = (
        "tdg 6, cx 46, h 6, cx 56, tdg 6, cx 60, t 0, "
        "cx 56, cx 60, cx 50, cx 46, cx 60, cx 46, cx 60"
    )
    out = builder(7)
    for step in steps.split(", "):
        gate, wires = step.split()
        out.add(gate, [int(wire) for wire in wires])
    assert same_meaning(out.build(), recover(out.build()))


def test_cx_rz_cx_is_one_rotation() -> None:
    out = builder(2)
    ladder(out, (0, 1), 0.3)
    assert rows(recover(out.build())) == [("rzz", (0, 1))]


def test_a_rotation_seen_through_h_is_along_x() -> None:
    out = builder(2)
    out.add("h", (0,))
    ladder(out, (0, 1), 0.3)
    out.add("h", (0,))
    assert rows(recover(out.build())) == [("rzx", (1, 0))]


def test_three_rotations_of_one_pair_get_their_names() -> None:
    out = builder(2)
    for before, after in (("h", "h"), ("sdg h", "h s"), ("", "")):
        for qubit in (0, 1):
            for gate in before.split():
                out.add(gate, (qubit,))
        ladder(out, (0, 1), 0.3)
        for qubit in (0, 1):
            for gate in after.split():
                out.add(gate, (qubit,))
    assert names(recover(out.build())) == {"rxx": 1, "ryy": 1, "rzz": 1}


def test_a_rotation_of_three_is_one_diagonal() -> None:
    out = builder(3)
    ladder(out, (0, 1, 2), 0.3)
    recovered = recover(out.build())
    assert rows(recovered) == [("unitary", (0, 1, 2))]


@pytest.mark.parametrize("n", [4, 5, 7])
def test_ladders_in_a_row_share_what_they_can(n: int) -> None:
    out = builder(n)
    for angle in (0.3, 0.4, 0.5):
        ladder(out, range(n), angle)
    recovered = recover(out.build())
    assert n_interactions(recovered) == 2 * (n - 3) + 1
    assert same_meaning(out.build(), recovered)


def test_a_triply_controlled_z_in_cx_and_phases_is_one_diagonal() -> None:
    out = builder(4)
    for first in range(4):
        for state in range(1 << (3 - first)):
            gray, before = state ^ (state >> 1), (state - 1) ^ ((state - 1) >> 1)
            if state:
                out.add("cx", (3 - (gray ^ before).bit_length() + 1, first))
            sign = -1 if gray.bit_count() % 2 else 1
            out.add("p", (first,), (sign * pi / 8,))
        if first < 3:
            out.add("cx", (first + 1, first))
    wanted = builder(4)
    wanted.add("h", (3,))
    wanted.add("c3x", range(4))
    wanted.add("h", (3,))
    assert same_meaning(out.build(), wanted.build())
    recovered = recover(out.build())
    assert [row for row in rows(recovered) if len(row[1]) > 1] == [("unitary", (0, 1, 2, 3))]
    assert same_meaning(out.build(), recovered)


def test_controlled_phases_stay_what_they_are() -> None:
    out = builder(4)
    for j in range(4):
        out.add("h", (j,))
        for k in range(j + 1, 4):
            out.add("cp", (k, j), (pi / 2 ** (k - j),))
    assert names(recover(out.build())) == {"h": 4, "cp": 6}


def test_a_ccx_with_flipped_controls_is_one_ccx() -> None:
    out = builder(3)
    for gates in ("x", "ccx", "x"):
        if gates == "x":
            out.add("x", (0,))
            out.add("x", (1,))
        else:
            out.add("ccx", (0, 1, 2))
    recovered = recover(out.build())
    assert names(recovered)["ccx"] + names(recovered)["ccz"] == n_interactions(recovered) == 1
    assert same_meaning(out.build(), recovered)


def test_three_cx_are_a_relabelling() -> None:
    out = builder(2)
    for pair in ((0, 1), (1, 0), (0, 1)):
        out.add("cx", pair)
    assert rows(recover(out.build())) == [("swap", (0, 1))]


def test_a_tiny_rotation_is_not_dropped() -> None:
    out = builder(2)
    out.add("cp", (0, 1), (1e-16,))
    out.add("rx", (0,), (1e-17,))
    assert names(recover(out.build())) == {"cp": 1, "rx": 1}


def test_nothing_passes_a_barrier_or_a_reset() -> None:
    for fence in ("barrier", "reset"):
        out = builder(2)
        out.add("cx", (0, 1))
        out.add(fence, (1,))
        out.add("cx", (0, 1))
        assert names(recover(out.build())) == {"cx": 2, fence: 1}


def test_phases_meet_through_a_measurement_of_their_qubit() -> None:
    out = builder(2, 1)
    out.add("cz", (0, 1))
    out.add("measure", (0,), bit=0)
    out.add("cz", (0, 1))
    assert names(recover(out.build())) == {"measure": 1}


def test_conditional_gates_keep_their_conditions() -> None:
    condition = (Term((0,), 1),)
    out = builder(2, 1)
    out.add("measure", (0,), bit=0)
    out.add("x", (1,), condition=condition)
    out.add("x", (1,))
    out.add("x", (1,), condition=condition)
    recovered = recover(out.build())
    assert same_meaning(out.build(), recovered)
    assert [recovered.condition_of(op) for op in range(3)] == [(), condition, condition]


def test_a_ladder_longer_than_a_wire_can_follow_keeps_its_meaning() -> None:
    """Parities are cut off beyond a number of variables; what is cut is kept as it is."""
    n = 60
    out = builder(n)
    ladder(out, range(n), 0.3)
    recovered = recover(out.build())
    assert n_interactions(recovered) <= n_interactions(out.build())
    assert names(recovered)["cx"] >= n


def test_a_summed_variable_that_another_h_refers_to_stays() -> None:
    out = builder(4)
    for name, qubits in (
        ("cz", (0, 1)), ("cx", (0, 3)), ("cx", (1, 3)), ("t", (2,)), ("h", (2,)), ("cz", (2, 0)),
        ("s", (0,)), ("h", (0,)), ("s", (1,)), ("sx", (3,)),
    ):  # fmt: skip
        out.add(name, qubits)
    out.add_unitary(diagonal_matrix([((0, 1, 2), 0.3)], 3), (0, 1, 3))
    out.add("cx", (2, 0))
    out.add("h", (2,))
    assert same_meaning(out.build(), recover(out.build()))


def test_half_turns_go_where_their_parity_was_held() -> None:
    out = builder(3)
    for name, *qubits in (
        ("cx", 1, 0), ("cx", 1, 0), ("h", 0), ("h", 0), ("h", 2), ("cx", 1, 0), ("cx", 0, 2),
        ("s", 2), ("cx", 0, 2), ("cx", 1, 0), ("h", 1), ("h", 0), ("h", 2), ("s", 2), ("h", 1),
        ("h", 0), ("sdg", 2), ("h", 2),
    ):  # fmt: skip
        out.add(name, qubits)
    out.add_unitary(diagonal_matrix([((0, 1, 2), pi / 2)], 3), (1, 0, 2))
    out.add("h", (0,))
    out.add("h", (2,))
    assert same_meaning(out.build(), recover(out.build()))


def test_a_pair_that_becomes_local_on_the_way_is_placed_on_its_wire() -> None:
    out = builder(3)
    for name, *qubits in (("cx", 0, 1), ("s", 1), ("cx", 0, 1), ("cx", 2, 1)):
        out.add(name, qubits)
    out.add_unitary(diagonal_matrix([((0, 1, 2), pi / 4)], 3), (2, 0, 1))
    out.add("h", (0,))
    out.add_unitary(diagonal_matrix([((0, 1, 2), pi / 2)], 3), (1, 2, 0))
    assert same_meaning(out.build(), recover(out.build()))

"""Commuting operations in another order."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from meaning import same_meaning

from strategies import programs
from trapline.passes.expand import expand
from trapline.passes.gates import GATES
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.reorder import reorder
from trapline.passes.segment import segment

PAULI_ROTATIONS = ("rxx", "ryy", "rzz", "rxx", "ryy", "rzz", "h", "cz", "t", "rx")


def n_segments(program: Program) -> int:
    return segment(expand(program).program).n_segments


def builder(n: int) -> ProgramBuilder:
    return ProgramBuilder("test", [Register("q", n)])


@settings(max_examples=150)
@given(programs(max_qubits=3, max_ops=16, max_bits=2, matrices=True, overwrite_bits=True))
def test_any_program_keeps_its_meaning_and_segments(program: Program) -> None:
    after = reorder(program)
    assert same_meaning(program, after)
    assert n_segments(after) <= n_segments(program)


@settings(max_examples=200)
@given(programs(min_qubits=2, max_qubits=4, max_ops=30, max_bits=1, gates=PAULI_ROTATIONS))
def test_pauli_rotations_keep_their_meaning_and_never_gain_segments(program: Program) -> None:
    after = reorder(program)
    assert same_meaning(program, after)
    assert n_segments(after) <= n_segments(program)


def rotations_on(out: ProgramBuilder, a: int, b: int) -> None:
    for name in ("rxx", "ryy", "rzz"):
        out.add(name, (a, b), (0.3,))


def test_rotations_of_neighbouring_edges_turn_round() -> None:
    out = builder(3)
    rotations_on(out, 0, 1)
    rotations_on(out, 0, 2)
    after = reorder(out.build())
    letters = [GATES[opcode].name[-1] for opcode in after.opcodes.tolist()]
    assert letters[2] == letters[3]
    assert n_segments(out.build()) == 12
    assert n_segments(after) == 11


def test_a_bundle_ends_along_the_axis_that_comes_next() -> None:
    out = builder(3)
    out.add("cz", (0, 2))
    rotations_on(out, 0, 1)
    out.add("cx", (2, 1))
    after = reorder(out.build())
    names = [GATES[opcode].name for opcode in after.opcodes.tolist()]
    assert names == ["cz", "rzz", "ryy", "rxx", "cx"]


def test_what_can_happen_together_stands_together() -> None:
    out = builder(6)
    for a, b in ((0, 1), (2, 3), (4, 5)):
        out.add("cz", (a, b))
        out.add("h", (b,))
        out.add("cz", (b, a))
    after = reorder(out.build())
    qubits = [q for opcode, q, *_ in after.rows() if len(q) == 2]
    assert qubits == [(0, 1), (2, 3), (4, 5), (1, 0), (3, 2), (5, 4)]


def test_the_order_is_deterministic_and_stable() -> None:
    out = builder(4)
    for a, b in ((0, 1), (1, 2), (2, 3), (0, 3)):
        out.add("cz", (a, b))
    program = out.build()
    assert reorder(program) is program


@settings(max_examples=40)
@given(programs(max_qubits=4, max_ops=30, max_bits=2))
def test_reordering_again_changes_nothing(program: Program) -> None:
    once = reorder(program)
    assert list(reorder(once).rows()) == list(once.rows())


def test_the_rotations_of_a_unitary_continue_the_axes_around_it() -> None:
    """Around a KAK form along the Pauli axes, the expansion begins with what came before."""
    out = builder(3)
    out.add("cz", (0, 2))
    given = builder(2)
    rotations_on(given, 0, 1)
    matrix = np.eye(4, dtype=np.complex128)
    program = given.build()
    for op in range(3):
        matrix = program.matrix_of(op) @ matrix
    out.add_unitary(matrix, (0, 1))
    expanded = expand(out.build()).program
    assert segment(expanded).n_segments == 7

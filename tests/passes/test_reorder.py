"""Commuting operations in another order."""

from __future__ import annotations

from hypothesis import given, settings
from meaning import same_meaning

from strategies import programs
from trapline.passes.expand import expand
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

"""Structure recovered from decomposed circuits; the meaning stays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given, settings
from meaning import same_meaning

from strategies import programs
from trapline.passes.gates import GATES
from trapline.passes.recover import recover

if TYPE_CHECKING:
    from trapline.passes.program import Program

CLIFFORD_T = ("cx", "cx", "h", "h", "t", "tdg", "s", "x", "z", "cz", "ccx", "rz")
LINEAR = ("cx", "x", "rz", "t", "tdg", "swap", "cz")


def names(program: Program) -> Counter[str]:
    return Counter(GATES[opcode].name for opcode in program.opcodes.tolist())


@settings(max_examples=300)
@given(programs(max_qubits=4, max_ops=16, max_bits=2, matrices=True))
def test_any_program_keeps_its_meaning(program: Program) -> None:
    assert same_meaning(program, recover(program))


@settings(max_examples=300)
@given(programs(min_qubits=2, max_qubits=4, max_ops=40, max_bits=2, gates=CLIFFORD_T))
def test_clifford_and_t_keep_their_meaning(program: Program) -> None:
    assert same_meaning(program, recover(program))


@settings(max_examples=200)
@given(
    programs(min_qubits=3, max_qubits=5, max_ops=60, gates=CLIFFORD_T, measure=False, reset=False)
)
def test_long_circuits_keep_their_unitary(program: Program) -> None:
    assert same_meaning(program, recover(program))


@settings(max_examples=200)
@given(programs(min_qubits=3, max_qubits=5, max_ops=60, gates=LINEAR, measure=False, reset=False))
def test_parity_networks_keep_their_unitary(program: Program) -> None:
    assert same_meaning(program, recover(program))


@settings(max_examples=100)
@given(programs(min_qubits=2, max_qubits=4, max_ops=40, clifford_only=True, overwrite_bits=True))
def test_clifford_circuits_keep_their_meaning(program: Program) -> None:
    assert same_meaning(program, recover(program))

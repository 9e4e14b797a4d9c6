"""What the strategies promise to the tests that draw from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import find, given, settings
from hypothesis import strategies as st
from strategies import CLIFFORD_GATES, networks, programs, unitaries

from trapline.passes.gates import GATES, MEASURE, OPCODE, gate_matrix

if TYPE_CHECKING:
    from trapline.passes.program import Program


def names(program: Program) -> set[str]:
    return {GATES[opcode].name for opcode in program.opcodes.tolist()}


def maps_paulis_to_paulis(matrix: np.ndarray[tuple[int, ...], np.dtype[np.complex128]]) -> bool:
    single = [np.eye(2), np.array([[0, 1], [1, 0]]), np.diag([1, -1])]
    n = matrix.shape[0].bit_length() - 1
    for where in range(n):
        for pauli in single[1:]:
            parts = [pauli if i == where else single[0] for i in range(n)]
            full = parts[0] if n == 1 else np.kron(*parts)
            turned = matrix @ full @ matrix.conj().T
            if not np.isclose(np.abs(turned), 0).sum() == turned.size - turned.shape[0]:
                return False
    return True


def test_the_clifford_gates_are_clifford() -> None:
    assert all(maps_paulis_to_paulis(gate_matrix(OPCODE[name], ())) for name in CLIFFORD_GATES)
    assert not maps_paulis_to_paulis(gate_matrix(OPCODE["t"], ()) @ gate_matrix(OPCODE["h"], ()))


@settings(max_examples=40)
@given(programs(clifford_only=True, barriers=False, reset=False, measure=False))
def test_options_leave_out_what_they_name(program: Program) -> None:
    assert names(program) <= set(CLIFFORD_GATES)
    assert program.n_bits == 0
    assert (program.conditions == -1).all()


@settings(max_examples=40)
@given(programs())
def test_conditions_ask_only_bits_that_have_been_measured_and_each_once(program: Program) -> None:
    measured: set[int] = set()
    for opcode, qubits, _, bit, condition in program.rows():
        if opcode == MEASURE:
            fresh = set(range(bit, bit + len(qubits)))
            assert not fresh & measured
            measured |= fresh
        elif condition >= 0:
            assert measured.issuperset(
                b for t in program.condition_table[condition] for b in t.bits
            )


def test_every_gate_of_the_table_can_be_drawn() -> None:
    for gate in GATES:
        if gate.matrix is not None:
            find(programs(max_qubits=5, gates=[gate.name]), lambda p, g=gate: g.name in names(p))


@settings(max_examples=40)
@given(st.data(), st.integers(1, 12))
def test_networks_have_room_and_are_connected(data: st.DataObject, n: int) -> None:
    network = data.draw(networks(n, comm_qubits=st.integers(0, 3)))
    assert sum(network.data_qubits) >= n
    assert network.is_connected
    assert all(limit is not None and limit <= 3 for limit in network.comm_qubits)


@settings(max_examples=20)
@given(st.integers(1, 3).flatmap(unitaries))
def test_unitaries_are_unitary(
    matrix: np.ndarray[tuple[int, ...], np.dtype[np.complex128]],
) -> None:
    assert np.allclose(matrix @ matrix.conj().T, np.eye(len(matrix)))

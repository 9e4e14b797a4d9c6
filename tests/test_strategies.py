"""What the strategies promise to the tests that draw from them."""

from __future__ import annotations

from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from strategies import CLIFFORD_GATES, networks, programs, unitaries
from trapline.passes.axes import PAULIS
from trapline.passes.gates import GATES, MEASURE, OPCODE, gate_matrix

if TYPE_CHECKING:
    from trapline.passes.gates import Matrix
    from trapline.passes.program import Program

NO_SHRINKING = settings(phases=[Phase.generate])


def names(program: Program) -> set[str]:
    return {GATES[opcode].name for opcode in program.opcodes.tolist()}


def paulis(n: int) -> list[Matrix]:
    """All products of Pauli matrices on n qubits, as complex128 (2**n, 2**n)."""
    single = [np.eye(2), *PAULIS]
    return [reduce(np.kron, parts, np.eye(1)) for parts in product(single, repeat=n)]


def maps_paulis_to_paulis(matrix: Matrix) -> bool:
    basis = paulis(matrix.shape[0].bit_length() - 1)
    turned = [matrix @ pauli @ matrix.conj().T for pauli in basis]
    overlaps = np.abs([[np.vdot(p, t) for p in basis] for t in turned]) / matrix.shape[0]
    return bool(np.isclose(overlaps.max(axis=1), 1).all())


def test_the_clifford_gates_are_clifford() -> None:
    assert all(maps_paulis_to_paulis(gate_matrix(OPCODE[name], ())) for name in CLIFFORD_GATES)
    assert not maps_paulis_to_paulis(gate_matrix(OPCODE["t"], ()))


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
            drawn = programs(min_qubits=5, gates=[gate.name])
            find(drawn, lambda p, g=gate: g.name in names(p), settings=NO_SHRINKING)


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
    matrix: Matrix,
) -> None:
    assert np.allclose(matrix @ matrix.conj().T, np.eye(len(matrix)))

"""T gates, rotations and Toffolis of circuits."""

from math import pi

import numpy as np
import pytest

from trapline.compiler.logical_counts import MAGIC, logical_counts
from trapline.compiler.read import load
from trapline.errors import InputError
from trapline.passes.gates import GATES, gate_matrix
from trapline.passes.program import Program


def program(gates: str, qubits: int = 5) -> Program:
    return load(f'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[{qubits}];\ncreg c[2];\n{gates}')[0]


@pytest.mark.parametrize(
    ("gates", "t", "rotations", "ccz"),
    [
        ("t q[0]; tdg q[1]; s q[0]; h q[1]; cx q[0],q[1];", 2, 0, 0),
        ("rz(pi/4) q[0]; rz(pi/2) q[0]; rz(3*pi/4) q[0]; rz(0.1) q[0];", 2, 1, 0),
        ("cu1(pi/2) q[0],q[1];", 3, 0, 0),
        ("cu1(pi/8) q[0],q[1];", 0, 3, 0),
        ("crz(pi/4) q[0],q[1];", 0, 2, 0),
        ("rzz(0.3) q[0],q[1];", 0, 1, 0),
        ("ccx q[0],q[1],q[2]; cswap q[0],q[1],q[2];", 0, 0, 2),
        ("u3(0.1,0.2,pi/2) q[0]; u2(0,pi) q[1];", 0, 2, 0),
        ("swap q[0],q[1]; sx q[0]; id q[1];", 0, 0, 0),
        ("ch q[0],q[1];", 2, 0, 0),
    ],
)
def test_gates_are_counted(gates: str, t: int, rotations: int, ccz: int) -> None:
    counts = logical_counts(program(gates))
    assert (counts["tCount"], counts["rotationCount"], counts["cczCount"]) == (t, rotations, ccz)


def test_rotations_on_one_qubit_stand_behind_one_another() -> None:
    counts = logical_counts(program("rz(0.1) q[0]; rx(0.2) q[0]; rz(0.3) q[1];"))
    assert counts["rotationDepth"] == 2
    counts = logical_counts(program("rz(0.1) q[0]; cx q[0],q[1]; rz(0.3) q[1];"))
    assert counts["rotationDepth"] == 1


def test_more_controls_take_ands_measurements_and_a_qubit() -> None:
    counts = logical_counts(program("c4x q[0],q[1],q[2],q[3],q[4]; measure q[0] -> c[0];"))
    assert counts["ccixCount"] == 2
    assert counts["cczCount"] == 1
    assert counts["measurementCount"] == 3
    assert counts["numQubits"] == 7


def test_matrices_of_one_qubit_are_split_and_others_refused() -> None:
    import cirq

    q = cirq.LineQubit.range(2)
    t = np.diag([1.0, np.exp(0.25j * pi)])
    one, _ = load(cirq.Circuit(cirq.MatrixGate(t)(q[0])))
    assert logical_counts(one)["tCount"] == 1
    two, _ = load(cirq.Circuit(cirq.MatrixGate(cirq.testing.random_unitary(4, random_state=1))(*q)))
    with pytest.raises(InputError, match="given by a matrix"):
        logical_counts(two)


def test_every_gate_that_is_not_clifford_has_a_row() -> None:
    """Gates without angles and without a row map Paulis to Paulis."""
    for gate in GATES:
        if gate.matrix is None or gate.name in MAGIC:
            continue
        assert gate.n_params == 0, gate.name
        matrix = gate_matrix(gate.opcode, ())
        size = len(matrix)
        for x in (1, size // 2):
            shift = np.eye(size)[[i ^ x for i in range(size)]]
            image = matrix @ shift @ matrix.conj().T
            assert np.allclose(np.sort(np.abs(image).ravel())[:-size], 0), gate.name

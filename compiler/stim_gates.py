"""Clifford gates of Stim and rows of the gate table."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

import numpy as np

from trapline.compiler.cirq_recognise import equal_up_to_phase
from trapline.compiler.qasm_gates import Expansion, expansion_matrix
from trapline.compiler.qasm_modifiers import u3_angles
from trapline.passes.gates import OPCODE

if TYPE_CHECKING:
    from collections.abc import Iterable

    import stim  # type: ignore[import-untyped]  # Stim ships no py.typed marker

    from trapline.passes.gates import Matrix

CLIFFORD_ATOL = 1e-9
REGISTERS_COMMENT = "# trapline: registers "
NOTES_COMMENT = "# trapline: notes "
BITS_COMMENT = "# trapline: bits "
EPR_TAG = "epr:"
JOINT_TAG = "joint:"

# Stim's name -> gates of the table, each with the positions of its operands.
TABLE_GATES: dict[str, tuple[tuple[str, tuple[float, ...], tuple[int, ...]], ...]] = {
    "I": (("id", (), (0,)),),
    "X": (("x", (), (0,)),),
    "Y": (("y", (), (0,)),),
    "Z": (("z", (), (0,)),),
    "H": (("h", (), (0,)),),
    "S": (("s", (), (0,)),),
    "S_DAG": (("sdg", (), (0,)),),
    "SQRT_X": (("sx", (), (0,)),),
    "SQRT_X_DAG": (("sxdg", (), (0,)),),
    "SQRT_Y": (("ry", (np.pi / 2,), (0,)),),
    "SQRT_Y_DAG": (("ry", (-np.pi / 2,), (0,)),),
    "II": (("id", (), (0,)), ("id", (), (1,))),
    "CX": (("cx", (), (0, 1)),),
    "CY": (("cy", (), (0, 1)),),
    "CZ": (("cz", (), (0, 1)),),
    "XCZ": (("cx", (), (1, 0)),),
    "YCZ": (("cy", (), (1, 0)),),
    "SWAP": (("swap", (), (0, 1)),),
    "ISWAP": (("iswap", (), (0, 1)),),
    "CXSWAP": (("cx", (), (0, 1)), ("swap", (), (0, 1))),
    "SWAPCX": (("swap", (), (0, 1)), ("cx", (), (0, 1))),
    "CZSWAP": (("cz", (), (0, 1)), ("swap", (), (0, 1))),
    "SQRT_XX": (("rxx", (np.pi / 2,), (0, 1)),),
    "SQRT_XX_DAG": (("rxx", (-np.pi / 2,), (0, 1)),),
    "SQRT_YY": (("ryy", (np.pi / 2,), (0, 1)),),
    "SQRT_YY_DAG": (("ryy", (-np.pi / 2,), (0, 1)),),
    "SQRT_ZZ": (("rzz", (np.pi / 2,), (0, 1)),),
    "SQRT_ZZ_DAG": (("rzz", (-np.pi / 2,), (0, 1)),),
}

# Table gates that Stim has under another name, for writing.
STIM_NAMES: dict[str, str] = {
    rows[0][0]: name
    for name, rows in TABLE_GATES.items()
    if len(rows) == 1 and not rows[0][1] and rows[0][2] == tuple(range(len(rows[0][2])))
}


@lru_cache(maxsize=1)
def unitaries() -> dict[str, Matrix]:
    """Return the unitary of every gate of Stim with one or two qubits, big-endian."""
    import stim

    found: dict[str, Matrix] = {}
    for name, data in stim.gate_data().items():
        matrix = data.unitary_matrix if data.is_unitary and not name.startswith("SPP") else None
        if matrix is None:
            continue
        wide = _exact(np.asarray(matrix, dtype=np.complex128))
        if len(wide) == 4:  # Stim is little-endian
            wide = wide.reshape(2, 2, 2, 2).transpose(1, 0, 3, 2).reshape(4, 4)
        found[name] = wide
    return found


@lru_cache(maxsize=128)
def half_pi_angles(name: str) -> tuple[float, float, float]:
    """Return the u3 angles of a one-qubit gate of Stim: multiples of pi/2."""
    theta, phi, lam, _ = u3_angles(unitaries()[name])
    quarter = np.pi / 2
    a, b, c = (round(angle / quarter) * quarter for angle in (theta, phi, lam))
    return a, b, c


@lru_cache(maxsize=65536)
def _clifford(key: bytes, size: int) -> stim.Circuit | None:
    import stim

    matrix = np.frombuffer(key, dtype=np.complex128).reshape(size, size)
    for name, unitary in unitaries().items():
        if len(unitary) == size and equal_up_to_phase(matrix, unitary, CLIFFORD_ATOL):
            circuit = stim.Circuit()
            circuit.append(name, list(range(size.bit_length() - 1)))
            return circuit
    return _from_tableau(matrix)


def _from_tableau(matrix: Matrix) -> stim.Circuit | None:
    import stim

    try:
        tableau = stim.Tableau.from_unitary_matrix(matrix, endian="big")
    except ValueError:
        return None
    circuit: stim.Circuit = tableau.to_circuit("elimination")
    found = _unitary_of(circuit, len(matrix).bit_length() - 1)
    return circuit if equal_up_to_phase(matrix, found, CLIFFORD_ATOL) else None


def _unitary_of(circuit: stim.Circuit, n_qubits: int) -> Matrix:
    """Return the unitary of a circuit in double precision; Stim's own is in single."""
    rows = [
        (OPCODE[name], params, tuple(group[p].value for p in positions))
        for instruction in cast("Iterable[stim.CircuitInstruction]", circuit)
        for group in instruction.target_groups()
        for name, params, positions in TABLE_GATES[instruction.name]
    ]
    return expansion_matrix(Expansion(tuple(rows)), n_qubits)


def _exact(matrix: Matrix) -> Matrix:
    """Return a small Clifford unitary given in single precision with exact entries."""
    values = np.array([0.0, 0.5, np.sqrt(0.5), 1.0])
    values = np.concatenate([-values, values])
    parts = [
        values[np.abs(part[..., None] - values).argmin(axis=-1)]
        for part in (matrix.real, matrix.imag)
    ]
    out: Matrix = parts[0] + 1j * parts[1]
    return out


def clifford_circuit(matrix: Matrix) -> stim.Circuit | None:
    """Return a Stim circuit on qubits 0, 1, ... for a unitary, or None when it is not Clifford.

    Args:
        matrix: complex128, (2**n, 2**n), big-endian.
    """
    wide = np.ascontiguousarray(matrix, dtype=np.complex128)
    return _clifford(wide.tobytes(), len(wide))

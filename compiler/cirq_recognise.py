"""Gates of cirq as rows of the gate table, by value.

Global phases are dropped, except under a control, where they are an angle. Source of the
definitions: the docstrings of cirq's gate classes.
"""

from __future__ import annotations

from functools import lru_cache
from math import pi
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from trapline.compiler.qasm_modifiers import u3_angles
from trapline.compiler.qasm_unitary import axis_bases
from trapline.passes.gates import GATES, OPCODE, Matrix, gate_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    import cirq

MAX_WHOLE_QUBITS = 5
"""Widest unitary that is kept as a matrix."""


class Row(NamedTuple):
    """A row of the gate table, or a matrix, on some operands of the gate."""

    name: str
    params: tuple[float, ...]
    positions: tuple[int, ...]
    matrix: Matrix | None = None


def rows_of_gate(gate: cirq.Gate) -> list[Row] | None:
    """Return the rows that do what a gate does, or None when it must be decomposed.

    Args:
        gate: Without symbols, on qubits.
    """
    import cirq

    if isinstance(gate, cirq.GlobalPhaseGate):
        return []
    if isinstance(gate, cirq.IdentityGate):
        return [Row("id", (), (i,)) for i in range(cirq.num_qubits(gate))]
    named = _by_type().get(type(gate))
    if named is not None:
        row = named(gate)
        if row is not None:
            return [Row(*row, tuple(range(cirq.num_qubits(gate))))]
    if isinstance(gate, cirq.ControlledGate):
        return _controlled_rows(gate)
    return _rows_of_unitary(gate)


Found = tuple[str, tuple[float, ...]]


@lru_cache(maxsize=1)
def _by_type() -> dict[type, Callable[[Any], Found | None]]:
    import cirq

    return {
        cirq.Rx: lambda g: ("rx", (g._rads,)),
        cirq.Ry: lambda g: ("ry", (g._rads,)),
        cirq.Rz: lambda g: ("rz", (g._rads,)),
        cirq.XPowGate: _x_power,
        type(cirq.X): _x_power,
        cirq.YPowGate: _y_power,
        type(cirq.Y): _y_power,
        cirq.ZPowGate: _z_power,
        type(cirq.Z): _z_power,
        cirq.HPowGate: lambda g: ("h", ()) if _is(g, 1) else None,
        cirq.CZPowGate: lambda g: ("cz", ()) if _is(g, 1) else ("cp", (g.exponent * pi,)),
        cirq.CXPowGate: _cx_power,
        cirq.SwapPowGate: lambda g: ("swap", ()) if _is(g, 1) else None,
        cirq.ISwapPowGate: lambda g: ("iswap", ()) if g.exponent % 4 == 1 else None,
        cirq.XXPowGate: lambda g: ("rxx", (g.exponent * pi,)),
        cirq.MSGate: lambda g: ("rxx", (g.exponent * pi,)),
        cirq.YYPowGate: lambda g: ("ryy", (g.exponent * pi,)),
        cirq.ZZPowGate: lambda g: ("rzz", (g.exponent * pi,)),
        cirq.CCXPowGate: lambda g: ("ccx", ()) if _is(g, 1) else None,
        cirq.CCZPowGate: lambda g: ("ccz", ()) if _is(g, 1) else None,
        cirq.CSwapGate: lambda _: ("cswap", ()),
        cirq.PhasedXZGate: lambda g: _u(g.x_exponent, g.z_exponent, g.axis_phase_exponent),
        cirq.PhasedXPowGate: lambda g: _u(g.exponent, 0.0, g.phase_exponent),
    }


def _is(gate: Any, exponent: float, period: float = 2.0) -> bool:
    return bool(gate.exponent % period == exponent % period)


def _x_power(gate: Any) -> Found:
    for exponent, name in ((1.0, "x"), (0.5, "sx"), (-0.5, "sxdg")):
        if _is(gate, exponent):
            return name, ()
    return "rx", (gate.exponent * pi,)


def _y_power(gate: Any) -> Found:
    return ("y", ()) if _is(gate, 1) else ("ry", (gate.exponent * pi,))


def _z_power(gate: Any) -> Found:
    for exponent, name in ((1.0, "z"), (0.5, "s"), (-0.5, "sdg"), (0.25, "t"), (-0.25, "tdg")):
        if gate.exponent == exponent:
            return name, ()
    return "p", (gate.exponent * pi,)


def _cx_power(gate: Any) -> Found:
    if _is(gate, 1):
        return "cx", ()
    if _is(gate, 0.5):
        return "csx", ()
    angle = gate.exponent * pi
    return "cu", (angle, -pi / 2, pi / 2, angle / 2)


def _u(x: float, z: float, axis: float) -> Found:
    """Return Z^z Z^axis X^x Z^-axis."""
    phi, lam = pi * (z + axis - 0.5), pi * (0.5 - axis)
    return ("u2", (phi, lam)) if x == 0.5 else ("u3", (pi * x, phi, lam))


def _controlled_rows(gate: Any) -> list[Row] | None:
    """Return rows for a controlled gate: X around controls on 0, the rest by value."""
    import cirq

    total = cirq.num_qubits(gate)
    values = _control_values(gate)
    if values is None:
        return _rows_of_unitary(gate)
    flips = [Row("x", (), (c,)) for c, value in enumerate(values) if not value]
    inner = _plain_control(gate.sub_gate, len(values), total)
    return None if inner is None else [*flips, *inner, *flips]


def _control_values(gate: Any) -> list[int] | None:
    """Return the value of each control, or None if they are not a plain product."""
    import cirq

    if not isinstance(gate.control_values, cirq.ProductOfSums):
        return None
    sums = [tuple(options) for options in gate.control_values]
    return [s[0] for s in sums] if all(len(s) == 1 for s in sums) else None


def _plain_control(sub: Any, n_controls: int, total: int) -> list[Row] | None:
    import cirq

    positions = tuple(range(total))
    angle_name = {"Rx": "crx", "Ry": "cry", "Rz": "crz"}.get(type(sub).__name__)
    if n_controls == 1 and angle_name:
        return [Row(angle_name, (sub._rads,), positions)]
    if n_controls == 1 and type(sub) is cirq.ZPowGate and sub.global_shift == 0:
        if _is(sub, 1):
            return [Row("cz", (), positions)]
        return [Row("cp", (sub.exponent * pi,), positions)]
    return _rows_of_unitary(cirq.ControlledGate(sub, num_controls=n_controls))


def _rows_of_unitary(gate: cirq.Gate) -> list[Row] | None:
    """Return the row of the table with the gate's unitary, or the unitary itself."""
    import cirq

    n_qubits = cirq.num_qubits(gate)
    if n_qubits > MAX_WHOLE_QUBITS:
        return None
    matrix: Matrix | None = cirq.unitary(gate, default=None)
    if matrix is None:
        return None
    positions = tuple(range(n_qubits))
    if n_qubits == 0:
        return []
    if n_qubits == 1:
        theta, phi, lam, _ = u3_angles(matrix)
        return [Row("u3", (theta, phi, lam), positions)]
    found = match_table(matrix)
    if found is not None:
        return [Row(*found, positions)]
    if n_qubits > 2 and axis_bases(matrix) is None:
        return None
    return [Row("unitary", (), positions, np.asarray(matrix, dtype=np.complex128))]


def match_table(matrix: Matrix) -> Found | None:
    """Return the gate of the table that a unitary on 2 to 5 qubits is, up to phase."""
    n_qubits = len(matrix).bit_length() - 1
    for row in GATES:
        if row.matrix is None or row.n_qubits != n_qubits or row.n_params:
            continue
        if equal_up_to_phase(matrix, gate_matrix(row.opcode, ())):
            return row.name, ()
    return _match_controlled_u(matrix) or _match_rzx(matrix) if n_qubits == 2 else None


def equal_up_to_phase(a: Matrix, b: Matrix, atol: float = 1e-9) -> bool:
    """Say whether two unitaries of one size differ by a phase only."""
    overlap = complex(np.vdot(b, a)) / len(a)
    return abs(abs(overlap) - 1) < atol and float(np.abs(a - overlap * b).max()) < 10 * atol


def _match_controlled_u(matrix: Matrix) -> Found | None:
    """Return a controlled one-qubit unitary with its control first."""
    scale = matrix[0, 0]
    if abs(abs(scale) - 1) > 1e-9:
        return None
    turned = matrix / scale
    expected = np.eye(4, dtype=np.complex128)
    expected[2:, 2:] = turned[2:, 2:]
    if float(np.abs(turned - expected).max()) > 1e-9:
        return None
    theta, phi, lam, gamma = u3_angles(turned[2:, 2:])
    if abs(np.sin(gamma / 2)) < 1e-12:
        return "cu3", (theta, phi, lam)
    return "cu", (theta, phi, lam, gamma)


def _match_rzx(matrix: Matrix) -> Found | None:
    zx = gate_matrix(_RZX, (pi,)) * 1j
    c, s = complex(np.trace(matrix)) / 4, 1j * complex(np.vdot(zx, matrix)) / 4
    for sign in (1, -1):
        phase = c + 1j * s * sign
        if abs(abs(phase) - 1) > 1e-9:
            continue
        angle = 2 * float(np.arctan2((s / phase).real, (c / phase).real)) if phase else 0.0
        if equal_up_to_phase(matrix, gate_matrix(_RZX, (angle,))):
            return "rzx", (angle,)
    return None


_RZX = OPCODE["rzx"]

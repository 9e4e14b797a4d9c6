"""Gates of the table as cirq gates, exact in the phase that a control would see.

Angles are kept as they are, also beyond 2 pi, where a controlled rotation changes its sign.
"""

from __future__ import annotations

from functools import lru_cache
from math import pi
from typing import TYPE_CHECKING

from trapline.passes.gates import GATES, gate_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    import cirq


def cirq_gate(opcode: int, params: tuple[float, ...]) -> cirq.Gate:
    """Return the cirq gate of a row of the gate table.

    Args:
        opcode: Number of a gate with a matrix.
        params: Its angles in radians.
    """
    name = GATES[opcode].name
    fixed = _fixed_gates()
    if name in fixed:
        return fixed[name]
    rotation = _ROTATIONS.get(name)
    if rotation is not None:
        return rotation(*params)
    import cirq

    return cirq.MatrixGate(gate_matrix(opcode, params), name=_matrix_name(name, params))


def _matrix_name(name: str, params: tuple[float, ...]) -> str:
    return f"{name}({', '.join(map(repr, params))})" if params else name


@lru_cache(maxsize=1)
def _fixed_gates() -> dict[str, cirq.Gate]:
    import cirq

    sx = cirq.XPowGate(exponent=0.5)
    return {
        "id": cirq.I,
        "x": cirq.X,
        "y": cirq.Y,
        "z": cirq.Z,
        "h": cirq.H,
        "s": cirq.S,
        "sdg": cirq.ZPowGate(exponent=-0.5),
        "t": cirq.T,
        "tdg": cirq.ZPowGate(exponent=-0.25),
        "sx": sx,
        "sxdg": cirq.XPowGate(exponent=-0.5),
        "cx": cirq.CX,
        "cy": cirq.ControlledGate(cirq.Y),
        "cz": cirq.CZ,
        "ch": cirq.ControlledGate(cirq.H),
        "csx": cirq.CXPowGate(exponent=0.5),
        "swap": cirq.SWAP,
        "iswap": cirq.ISWAP,
        "ccx": cirq.CCX,
        "ccz": cirq.CCZ,
        "cswap": cirq.CSWAP,
        "c3x": cirq.ControlledGate(cirq.X, num_controls=3),
        "c3sqrtx": cirq.ControlledGate(sx, num_controls=3),
        "c4x": cirq.ControlledGate(cirq.X, num_controls=4),
    }


def _phased(theta: float, phi: float, lam: float) -> cirq.Gate:
    """Return U(theta, phi, lam) up to phase: X^theta about a turned axis, then Z^(phi + lam)."""
    import cirq

    return cirq.PhasedXZGate(
        x_exponent=theta / pi, z_exponent=(phi + lam) / pi, axis_phase_exponent=0.5 - lam / pi
    )


def _rotation(axis: str, angle: float) -> cirq.Gate:
    import cirq

    if axis == "z":
        return cirq.Rz(rads=angle)
    return cirq.Rx(rads=angle) if axis == "x" else cirq.Ry(rads=angle)


def _controlled_rotation(axis: str, angle: float) -> cirq.Gate:
    import cirq

    return cirq.ControlledGate(_rotation(axis, angle))


def _pair_rotation(axes: str, angle: float) -> cirq.Gate:
    import cirq

    exponent = angle / pi
    if axes == "zz":
        return cirq.ZZPowGate(exponent=exponent, global_shift=-0.5)
    make = cirq.XXPowGate if axes == "xx" else cirq.YYPowGate
    return make(exponent=exponent, global_shift=-0.5)


def _phase(angle: float) -> cirq.Gate:
    import cirq

    return cirq.ZPowGate(exponent=angle / pi)


def _controlled_phase(angle: float) -> cirq.Gate:
    import cirq

    return cirq.CZPowGate(exponent=angle / pi)


def _controlled_unitary(
    theta: float, phi: float, lam: float, gamma: float | None = None
) -> cirq.Gate:
    """Return the controlled U as a controlled matrix, for which no angle is ever reduced."""
    import cirq
    import numpy as np

    from trapline.passes.gates import u3_matrix

    matrix = u3_matrix(theta, phi, lam)
    if gamma is None:
        name = _matrix_name("u3", (theta, phi, lam))
    else:
        matrix = np.exp(1j * gamma) * matrix
        name = _matrix_name("u", (theta, phi, lam, gamma))
    return cirq.ControlledGate(cirq.MatrixGate(matrix, name=name))


_ROTATIONS: dict[str, Callable[..., cirq.Gate]] = {
    "rx": lambda t: _rotation("x", t),
    "ry": lambda t: _rotation("y", t),
    "rz": lambda t: _rotation("z", t),
    "p": _phase,
    "u2": lambda phi, lam: _phased(pi / 2, phi, lam),
    "u3": _phased,
    "crx": lambda t: _controlled_rotation("x", t),
    "cry": lambda t: _controlled_rotation("y", t),
    "crz": lambda t: _controlled_rotation("z", t),
    "cp": _controlled_phase,
    "cu3": _controlled_unitary,
    "cu": _controlled_unitary,
    "rxx": lambda t: _pair_rotation("xx", t),
    "ryy": lambda t: _pair_rotation("yy", t),
    "rzz": lambda t: _pair_rotation("zz", t),
}
